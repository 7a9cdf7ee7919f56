"""The simulator's writer and `actions` write the same rows; the same seed gives the same rows, however it is asked."""

from collections.abc import Iterator
from datetime import date, timedelta
from hashlib import sha256

import pytest

from portal.simulation.run import simulate
from procedures import actions
from procedures.lifecycle import MOVES, RESUMES, Act, Status
from procedures.models import Agency, Application, Channel, Citizen, Official, Procedure, StatusChange
from sync.models import Delivery
from tests.simulation import catalogue
from tests.simulation.catalogue import A_DAY, THURSDAY

WEEK = [THURSDAY + timedelta(days=ahead) for ahead in range(7)]
GOLDEN = "682b67cfdf3ef74ab853514765f94808959b1e36f9161d8e83febd0147159c28"


def fill(days: list[date], *, seed: int = 1) -> None:
    list(simulate(days, seed, filed_a_day=A_DAY))


def digest() -> str:
    return sha256(repr(sorted(catalogue.rows().items())).encode()).hexdigest()


def act_of(change: StatusChange) -> Act:
    """Which act led from one status to the other."""
    assert change.from_status is not None
    before, after = Status(change.from_status), Status(change.to_status)
    return next((act for act, to in MOVES[before].items() if to is after), None) or RESUMES[before]


def replayed(changes: list[StatusChange], filed: dict[int, Application]) -> Iterator[Application]:
    """Do the same acts at the same moments, by the same people, through `actions`."""
    made: dict[int, Application] = {}
    for change in changes:
        original = filed[change.application_id]
        by: Official | Citizen | None = change.by_official or change.by_citizen
        if change.version == 1:
            made[original.pk] = actions.submit(
                original.procedure, original.agency, citizen=original.citizen, by=by, at=change.at,
                channel=Channel(original.channel), result_by_post=original.result_by_post, note=change.note,
            )  # fmt: skip
            yield made[original.pk]
            continue
        act = act_of(change)
        more = {"fee_vnd": original.fee_vnd} if act is Act.ASK_PAYMENT else {}
        getattr(actions, act)(made[original.pk], by=by, at=change.at, note=change.note, **more)


def test_the_same_acts_give_the_same_rows_through_the_acts_and_through_the_writer(small: None) -> None:
    fill(WEEK)
    by_simulator = catalogue.rows()
    changes = list(
        StatusChange.objects.select_related("by_official__agency", "by_citizen").order_by("at", "application__code")
    )
    filed = {one.pk: one for one in Application.objects.select_related("procedure", "agency", "citizen")}
    catalogue.empty()

    made = list(replayed(changes, filed))

    assert len(made) == len(filed) > 3 * A_DAY
    by_acts = catalogue.rows()
    for table in catalogue.TABLES:
        assert by_acts[table] == by_simulator[table], table
    assert {act_of(change) for change in changes if change.version > 1} == set(Act) - {Act.SUBMIT, Act.RATE}


def test_days_one_by_one_give_the_rows_of_all_days_at_once(small: None) -> None:
    fill(WEEK)
    at_once = catalogue.rows()
    catalogue.empty()

    for day in WEEK:
        fill([day])

    assert catalogue.rows() == at_once


def test_the_same_seed_gives_the_same_rows_and_another_seed_others(small: None) -> None:
    fill(WEEK[:1])
    first = digest()
    catalogue.empty()
    fill(WEEK[:1], seed=2)
    other = digest()
    catalogue.empty()

    fill(WEEK[:1])

    assert digest() == first
    assert other != first


def test_the_rows_of_seed_one_are_those_written_down_here(small: None) -> None:
    """Change the digest when the simulator is meant to change; otherwise find out what drifted."""
    fill(WEEK[:2])

    assert digest() == GOLDEN


def test_every_change_is_marked_for_delivery_and_none_as_delivered(small: None) -> None:
    fill(WEEK[:2])

    wanted = dict(Delivery.objects.values_list("application", "wanted"))
    assert wanted == dict(Application.objects.values_list("pk", "version"))
    assert not Delivery.objects.exclude(sent=0).exists()


def test_every_application_lies_with_an_agency_that_settles_it(small: None) -> None:
    fill(WEEK[:2])

    pairs = Application.objects.values_list("procedure", "agency").distinct()
    procedures, agencies = Procedure.objects.in_bulk(), Agency.objects.in_bulk()
    assert pairs
    assert all(procedures[procedure].is_settled_by(agencies[agency]) for procedure, agency in pairs)


@pytest.mark.parametrize("role", Official.Role)
def test_officials_are_made_once_one_for_each_role_of_an_agency(small: None, role: int) -> None:
    fill(WEEK[:1])
    fill(WEEK[1:2])

    assert Official.objects.filter(role=role).count() == Agency.objects.count()
