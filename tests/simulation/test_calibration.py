"""The real catalogue, filled as the demo fills it: an ordinary working day changes 10,000 ± 500 applications."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import pytest
from django.db import transaction
from django.db.models import Count, F, Q
from pytest_django.plugin import DjangoDbBlocker

from portal.simulation.models import SimulatedDay
from portal.simulation.run import simulate, warm_up_start
from procedures import importing
from procedures.catalogue.reading import Catalogue
from procedures.lifecycle import Status
from procedures.models import Agency, Application, Channel, Procedure, StatusChange, working_calendar
from procedures.working_days import LUNCH_BEGINS, LUNCH_ENDS, ZONE
from tests.simulation.catalogue import THURSDAY, check_deferred

pytestmark = pytest.mark.django_db  # each test within the fill's own transaction
FEWEST, MOST = 9_500, 10_500
ONLINE = (0.58, 0.62)
SETTLED = 8  # working days after which what comes in and what is settled balance


def ordinary(results: list[SimulatedDay]) -> list[SimulatedDay]:
    """The working days once the province has filled up, but for those right after a long holiday."""
    calendar = working_calendar()
    working = [one for one in results if calendar.is_working(one.day)][SETTLED:]
    return [one for one in working if any(calendar.is_working(one.day - timedelta(days=back)) for back in (1, 2, 3))]


def assert_ordinary(results: list[SimulatedDay]) -> None:
    for result in results:
        assert FEWEST <= result.changed <= MOST, result
        assert ONLINE[0] <= result.received_online / result.received <= ONLINE[1], result


def test_the_demos_day_and_the_working_days_before_it_change_ten_thousand(filled: list[date]) -> None:
    days = ordinary(list(SimulatedDay.objects.order_by("day")))

    assert len(days) >= 9
    assert days[-1].day == filled[-1] == THURSDAY
    assert_ordinary(days)


def test_what_is_filed_at_the_counter_is_taken_in_within_the_minute(filled: list[date]) -> None:
    direct = StatusChange.objects.filter(version=2, application__channel=Channel.DIRECT)
    slow = direct.filter(at__gt=F("application__submitted_at") + timedelta(minutes=1))

    assert direct.count() > 10_000
    assert not slow.exists()


def test_some_results_are_late_and_districts_differ(filled: list[date]) -> None:
    settled = Application.objects.filter(completed_at__isnull=False, due_at__isnull=False)
    late = Q(completed_at__gt=F("due_at"))
    all_, all_late = settled.count(), settled.filter(late).count()
    shares = [
        settled.filter(late).below(district).count() / settled.below(district).count()
        for district in Agency.objects.filter(level=Agency.Level.DISTRICT)
    ]

    assert 0.03 <= all_late / all_ <= 0.06
    assert max(shares) > 2 * min(shares)


def test_every_status_is_reached(filled: list[date]) -> None:
    counts = dict(Application.objects.values_list("status").annotate(Count("pk")))

    assert set(counts) == set(Status.values)


def test_offices_act_in_office_hours_of_working_days_only(filled: list[date]) -> None:
    acts = StatusChange.objects.filter(by_official__isnull=False).values_list("at", flat=True)
    calendar = working_calendar()
    last = {time(LUNCH_BEGINS.hour, LUNCH_BEGINS.minute), time(17)}  # the very end of a session still counts
    moments: list[datetime] = [at.astimezone(ZONE) for at in acts.iterator()]

    assert len(moments) > 100_000
    assert all(calendar.is_working(day) for day in {at.date() for at in moments})
    closed = [at for at in moments if calendar.opening(at) != at and at.time() not in last]
    assert not closed
    assert not [at for at in moments if LUNCH_BEGINS < at.time() < LUNCH_ENDS]


def test_agencies_settle_only_what_they_may(filled: list[date]) -> None:
    procedures = Procedure.objects.in_bulk()
    agencies = Agency.objects.in_bulk()
    pairs = Application.objects.values_list("procedure", "agency").distinct()

    assert all(procedures[procedure].is_settled_by(agencies[agency]) for procedure, agency in pairs)
    assert len({procedure for procedure, _agency in pairs}) > 900


def test_people_ask_most_for_what_people_ask_for_most(filled: list[date]) -> None:
    asked = Application.objects.values_list("procedure__code").annotate(count=Count("pk")).order_by("-count")

    most = [code for code, _count in asked[:10]]
    assert most[:2] == ["2.000815", "2.000884"]  # certified copies and signatures
    assert {"1.001193", "1.001612"} <= set(most)  # births, household businesses


@pytest.fixture(scope="module", params=[1, 2, 3])
def quarter(
    request: pytest.FixtureRequest,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    real_catalogue: Catalogue,
) -> Iterator[list[SimulatedDay]]:
    with django_db_blocker.unblock(), transaction.atomic():
        importing.load(real_catalogue)
        first = warm_up_start(working_calendar(), THURSDAY)
        results = list(simulate([first + timedelta(days=ahead) for ahead in range(100)], request.param))
        check_deferred()
        yield results
        transaction.set_rollback(True)


@pytest.mark.long
def test_a_quarter_stays_at_ten_thousand_whatever_the_seed(quarter: list[SimulatedDay]) -> None:
    assert_ordinary(ordinary(quarter))
