"""The log of exchanges: there before the call, completed after it, folded when it is old."""

import time

import pytest
from django.db import connection
from django.db.models import Sum

from sync import exchanges, health, wire
from sync.answers import effects
from sync.client import Outcome
from sync.exchanges import ExchangeLog, Plan
from sync.models import Exchange

pytestmark = pytest.mark.django_db
DOSSIERS, PROGRESS = "DongBoHoSoMC", "CapNhatTienDoHoSoMC"


def outcome(service: str, records: int, effects: tuple[int, int, int] | None = None, error: str = "") -> Outcome:
    status = None if error else 200
    return Outcome(service, records, time.monotonic() - 2, 0.25, status, "" if error else "0", error, effects)


def planned(*calls: tuple[str, int]) -> ExchangeLog:
    (log,) = exchanges.plan([Plan(list(calls), 3, 0.5)])
    return log


def age(days: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE sync_exchange SET started_at = now() - %s * interval '1 day'", [days])


def sums() -> dict[str, tuple[int, ...]]:
    rows = Exchange.objects.values_list("service").annotate(
        records=Sum("records"), applied=Sum("applied"), absorbed=Sum("absorbed"), refused=Sum("refused")
    )
    return {service: tuple(rest) for service, *rest in rows}


def test_a_planned_call_stands_in_the_log_before_it_is_made() -> None:
    planned((DOSSIERS, 5), (PROGRESS, 12))

    assert list(Exchange.objects.order_by("pk").values_list("service", "records", "attempt", "waited_ms")) == [
        (DOSSIERS, 5, 3, 500),
        (PROGRESS, 12, 3, 500),
    ]
    assert not Exchange.objects.exclude(applied=None).exists()


def test_a_call_made_completes_its_own_row() -> None:
    log = planned((DOSSIERS, 5))
    log.note(outcome(DOSSIERS, 5, (4, 1, 0)))
    exchanges.write([log])

    row = Exchange.objects.get()
    assert (row.applied, row.absorbed, row.refused, row.milliseconds, row.http_status) == (4, 1, 0, 250, 200)
    assert row.claimed_at is not None
    assert row.started_at < row.claimed_at  # the call began two seconds ago, the row was written now


def test_the_sums_of_years_have_room() -> None:
    many, long_ago = 2**31 - 1, "2019-01-01T00:00:00Z"
    Exchange.objects.bulk_create(
        Exchange(service=PROGRESS, records=many, applied=many, started_at=long_ago, milliseconds=1, worker="w")
        for _ in range(3)
    )

    assert exchanges.fold(90) == 3
    assert sums()[PROGRESS][:2] == (3 * many, 3 * many)


def test_a_call_that_nobody_made_yet_is_no_sign_of_life() -> None:
    planned((DOSSIERS, 5))

    found = health.health()

    assert (found.records_last_minute, found.last_call_at) == (0, None)


def test_a_call_nobody_planned_is_added_and_one_not_made_is_forgotten() -> None:
    log = planned((DOSSIERS, 4), (PROGRESS, 9))
    log.note(outcome("login", 0))
    log.note(outcome(DOSSIERS, 4, error="timeout"))
    exchanges.write([log])

    assert sorted(Exchange.objects.values_list("service", "error", "http_status")) == [
        (DOSSIERS, "timeout", None),
        ("login", "", 200),
    ]


def test_a_call_nobody_planned_is_of_the_attempt_of_its_batch() -> None:
    log = planned((DOSSIERS, 4))
    log.note(outcome(DOSSIERS, 4, error="too_large"))
    log.note(outcome(DOSSIERS, 2, (2, 0, 0)))
    exchanges.write([log])

    assert list(Exchange.objects.order_by("pk").values_list("records", "attempt", "waited_ms")) == [
        (4, 3, 500),
        (2, 3, None),
    ]


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ([("0", "da-ghi-nhan"), ("3", None)], (1, 0, 1)),
        ([("0", "da-ghi-nhan"), ("0", None)], None),  # as the real national side: taken, and no word whether anew
        ([("0", "da-ghi-nhan"), ("-1", None)], None),
    ],
)
def test_what_is_taken_without_a_word_of_its_effect_is_neither_applied_nor_refused(
    told: list[tuple[str, str | None]], found: tuple[int, int, int] | None
) -> None:
    results = [{wire.ERROR_CODE: code, wire.EFFECT: effect and wire.APPLIED} for code, effect in told]

    assert effects({wire.ERROR_CODE: "0", wire.RESULT: results}, len(told)) == found


def test_the_calls_of_several_batches_are_written_together() -> None:
    logs = exchanges.plan([Plan([(DOSSIERS, 1)], 1, 0.0), Plan([(DOSSIERS, 1), (PROGRESS, 2)], 1, 0.0)])
    for log in logs:
        log.note(outcome(DOSSIERS, 1, (1, 0, 0)))
    exchanges.write(logs)

    assert sums() == {DOSSIERS: (2, 2, 0, 0)}


def test_old_calls_go_and_their_sums_stay() -> None:
    logs = exchanges.plan([Plan([(DOSSIERS, 10)], 1, 0.0), Plan([(DOSSIERS, 7), (PROGRESS, 3)], 1, 0.0)])
    logs[0].note(outcome(DOSSIERS, 10, (9, 1, 0)))
    logs[1].note(outcome(DOSSIERS, 7, error="timeout"))
    logs[1].note(outcome(PROGRESS, 3, (3, 0, 0)))
    exchanges.write(logs)
    before = sums()
    age(100)
    planned((PROGRESS, 1))
    Exchange.objects.filter(records=1).update(records=0)

    assert exchanges.fold(90) == 3

    assert {**sums(), PROGRESS: before[PROGRESS]} == before
    assert Exchange.objects.filter(worker=exchanges.FOLDED, applied=None).get().records == 7
    assert Exchange.objects.count() == 4  # two of dossiers, heard and unheard, one of progress, and the new call


def test_what_was_folded_is_folded_again_without_loss() -> None:
    log = planned((DOSSIERS, 10))
    log.note(outcome(DOSSIERS, 10, (10, 0, 0)))
    exchanges.write([log])
    for _ in range(3):
        age(100)
        exchanges.fold(90)

    assert sums() == {DOSSIERS: (10, 10, 0, 0)}
    assert Exchange.objects.count() == 1
