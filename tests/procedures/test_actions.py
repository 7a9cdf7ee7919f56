"""The acts, through the database: random lives, refusals that leave no trace, and what each act remembers."""

import itertools
from datetime import UTC, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from procedures import actions
from procedures.lifecycle import Act, MoveRefused, Status
from procedures.models import Application, Channel, Citizen, CodeCounter, DeadlineEntry, StatusChange
from procedures.moves import STATE_FIELDS
from procedures.permissions import NotAllowed, Person
from procedures.signals import history_written
from tests.portal.world import MORNING, World, file

MOVING = [act for act in Act if act not in {Act.SUBMIT, Act.RATE}]
NEEDED: dict[Act, dict[str, Any]] = {
    Act.REFUSE: {"note": "Không đủ điều kiện"},
    Act.ASK_SUPPLEMENT: {"note": "Thiếu giấy chứng sinh"},
    Act.STOP: {"note": "Không đủ điều kiện"},
    Act.ASK_PAYMENT: {"fee_vnd": 30_000},
}
steps = st.tuples(st.sampled_from(MOVING), st.integers(-7200, 60 * 60 * 24 * 4))
pytestmark = pytest.mark.django_db


def do(application: Application, act: Act, by: Person | None = None, after: timedelta = timedelta(hours=1)) -> None:
    getattr(actions, act.value)(application, by=by, at=MORNING + after, **NEEDED.get(act, {}))


def rows(application: Application) -> tuple[Any, ...]:
    """Everything an act may write."""
    stored = Application.objects.filter(pk=application.pk).values(*STATE_FIELDS, "handler", "rating").get()
    return stored, list(application.history.values()), list(application.deadline_entries.values())


def whole(application: Application) -> bool:
    """Does what is stored hang together: history, ledger and the application's own columns?"""
    history = list(application.history.order_by("version"))
    ledger = {line.version: line for line in application.deadline_entries.all()}
    stored = Application.objects.get(pk=application.pk)
    last = history[-1]
    return (
        [change.version for change in history] == list(range(1, len(history) + 1))
        and all(later.at > earlier.at for earlier, later in itertools.pairwise(history))
        and (stored.version, stored.status, stored.changed_at) == (last.version, last.to_status, last.at)
        and all(line.at == history[version - 1].at for version, line in ledger.items())
        and stored.due_at == (ledger[max(ledger)].due_at if ledger else None)
        and all(getattr(application, name) == getattr(stored, name) for name in STATE_FIELDS)
    )


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(steps, max_size=12), st.booleans())
def test_whatever_is_tried_what_is_stored_hangs_together(
    world: World, walk: list[tuple[Act, int]], known: bool
) -> None:
    application = file(world, what=world.birth if known else world.unknown)
    at = timedelta()
    for act, seconds in walk:
        at += timedelta(seconds=seconds)
        before = rows(application)
        try:
            do(application, act, after=at)
        except MoveRefused:
            assert rows(application) == before

        assert whole(application)


def test_filing_gives_a_code_and_the_first_line_of_the_history(world: World) -> None:
    application = file(world)
    change = application.history.get()

    assert application.code == "000.15.16.H49-220512-0001"
    assert (change.version, change.from_status, change.to_status) == (1, None, Status.SUBMITTED)
    assert change.by_citizen == world.citizen
    assert application.submitted_at == change.at == MORNING
    assert application.due_at is None


def test_the_day_of_a_code_is_the_local_one(world: World) -> None:
    half_past_midnight = (MORNING - timedelta(hours=7, minutes=30)).astimezone(UTC)  # where it is still the 11th

    assert file(world, at=half_past_midnight).code == "000.15.16.H49-220512-0001"


def test_a_procedure_is_filed_only_where_it_is_settled(world: World) -> None:
    with pytest.raises(MoveRefused, match="không giải quyết thủ tục này"):
        file(world, what=world.land, where=world.commune)

    assert not CodeCounter.objects.exists()


def test_nobody_files_in_the_name_of_another(world: World) -> None:
    other = Citizen.objects.create(name="Lê Văn Nam", identity_number="022085000002")

    with pytest.raises(NotAllowed), transaction.atomic():
        actions.submit(
            world.birth, world.commune, citizen=world.citizen, by=other, at=MORNING, channel=Channel.ONLINE
        )  # fmt: skip

    assert not Application.objects.exists()
    assert not CodeCounter.objects.exists()


def test_the_history_tells_who_did_it(world: World, application: Application) -> None:
    do(application, Act.ASK_SUPPLEMENT, by=world.official)
    do(application, Act.SUPPLY, by=world.citizen)
    do(application, Act.ACCEPT, by=None)

    told = [(change.by_official, change.by_citizen) for change in application.history.order_by("version")]
    assert told == [(None, world.citizen), (world.official, None), (None, world.citizen), (None, None)]


def test_who_begins_to_settle_it_becomes_its_handler(world: World, application: Application) -> None:
    do(application, Act.ACCEPT, by=world.official)
    assert application.handler is None

    do(application, Act.PROCESS, by=world.official)

    assert Application.objects.get().handler == world.official


def test_a_pause_remembers_what_was_asked_until_it_ends(world: World, application: Application) -> None:
    do(application, Act.ACCEPT)
    do(application, Act.ASK_PAYMENT, after=timedelta(hours=2))

    asked = Application.objects.get()
    assert (asked.paused_from, asked.fee_vnd, asked.fee_paid_at) == (Status.ACCEPTED, 30_000, None)
    assert asked.answer_by == MORNING + timedelta(days=14, hours=9)  # ten working days: Thursday 26/05, 17:00

    do(application, Act.PAY, after=timedelta(days=1))

    paid = Application.objects.get()
    assert (paid.paused_from, paid.answer_by, paid.fee_paid_at) == (None, None, MORNING + timedelta(days=1))


def test_the_ledger_gives_the_reasons_of_the_due_date(world: World, application: Application) -> None:
    do(application, Act.ACCEPT)
    do(application, Act.ASK_PAYMENT, after=timedelta(hours=2))
    do(application, Act.PAY, after=timedelta(days=4))

    lines = [
        (line.version, line.kind, line.amount, line.unit) for line in application.deadline_entries.order_by("version")
    ]
    kinds = DeadlineEntry.Kind
    assert lines == [
        (2, kinds.START, 5, "working_days"),
        (3, kinds.PAUSE, 0, "working_days"),
        (4, kinds.RESUME, 2, "working_days"),
    ]


@pytest.mark.parametrize("act", MOVING)
def test_an_act_by_someone_elsewhere_leaves_no_trace(world: World, application: Application, act: Act) -> None:
    stranger = world.receptionist
    before = rows(application)

    with pytest.raises(NotAllowed), transaction.atomic():
        do(application, act, by=stranger)

    assert rows(application) == before


def test_an_act_on_a_stale_copy_sees_what_happened_meanwhile(application: Application) -> None:
    stale = Application.objects.get()
    do(application, Act.WITHDRAW)

    with pytest.raises(MoveRefused, match="Công dân yêu cầu rút hồ sơ"), transaction.atomic():
        do(stale, Act.ACCEPT)


def test_a_withdrawn_application_cannot_be_moved(application: Application) -> None:
    do(application, Act.WITHDRAW)

    for act in MOVING:
        with pytest.raises(MoveRefused), transaction.atomic():
            do(application, act, after=timedelta(days=1))


def test_only_a_returned_result_is_rated_with_one_to_five_stars(world: World, application: Application) -> None:
    with pytest.raises(MoveRefused, match="đã nhận kết quả"):
        actions.rate(application, by=world.citizen, stars=5)
    for act in (Act.ACCEPT, Act.COMPLETE, Act.RETURN_RESULT):
        do(application, act)
    for stars in (0, 6):
        with pytest.raises(MoveRefused, match="từ 1 đến 5"):
            actions.rate(application, by=world.citizen, stars=stars)

    actions.rate(application, by=world.citizen, stars=2)
    actions.rate(application, by=world.citizen, stars=4)

    assert (Application.objects.get().rating, application.rating) == (4, 4)
    assert StatusChange.objects.count() == 4


def test_the_signal_comes_after_the_commit_and_not_after_a_refusal(
    application: Application, django_capture_on_commit_callbacks: Any
) -> None:
    heard: list[type] = []

    def listen(sender: type, **_kwargs: Any) -> None:
        heard.append(sender)

    history_written.connect(listen)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            do(application, Act.ACCEPT)
            assert heard == []
        assert heard == [StatusChange]
        with django_capture_on_commit_callbacks(execute=True), pytest.raises(MoveRefused), transaction.atomic():
            do(application, Act.REFUSE)
        assert heard == [StatusChange]
    finally:
        history_written.disconnect(listen)
