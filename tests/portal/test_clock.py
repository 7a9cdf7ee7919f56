"""The portal's time: the machine's, or arithmetic on one stored row."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import clock
from portal.models import PortalClock
from tests.portal.world import NOW

STARTED = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
passed = st.timedeltas(timedelta(), timedelta(days=1000))
speeds = st.floats(0, 1000)


def row(speed: float) -> PortalClock:
    return PortalClock(origin=NOW, started_at=STARTED, speed=speed)


@pytest.mark.parametrize(
    ("speed", "shown"),
    [(1.0, NOW + HOUR), (0.0, NOW), (60.0, NOW + 60 * HOUR), (0.5, NOW + HOUR / 2)],
    ids=["as fast as the machine", "standing still", "a minute a second", "half as fast"],
)
def test_an_hour_later_the_clock_shows_what_its_speed_says(speed: float, shown: datetime) -> None:
    assert clock.reading(row(speed), STARTED + HOUR) == shown


@given(speeds, passed, passed)
def test_the_clock_never_runs_back(speed: float, one: timedelta, other: timedelta) -> None:
    earlier, later = sorted((one, other))

    assert clock.reading(row(speed), STARTED + earlier) <= clock.reading(row(speed), STARTED + later)


@given(speeds, passed)
def test_before_its_start_the_clock_shows_its_origin(speed: float, early: timedelta) -> None:
    assert clock.reading(row(speed), STARTED - early) == NOW


@pytest.mark.django_db
def test_without_a_virtual_clock_the_time_is_the_machines() -> None:
    before = clock.machine_now()

    assert before <= clock.now() <= clock.machine_now()


@pytest.mark.django_db
def test_the_virtual_clock_is_set_again_and_given_up() -> None:
    clock.set_virtual(NOW, speed=0)
    clock.set_virtual(NOW + HOUR, speed=0)
    assert clock.now() == NOW + HOUR

    clock.use_machine_time()

    assert not PortalClock.objects.exists()
    assert clock.now() > NOW


@pytest.mark.django_db
def test_a_running_clock_goes_on_from_where_it_was_set() -> None:
    clock.set_virtual(NOW)

    first, second = clock.now(), clock.now()

    assert NOW <= first <= second < NOW + HOUR


@pytest.mark.django_db
def test_the_time_costs_one_query(django_assert_num_queries: object) -> None:
    clock.set_virtual(NOW)

    with django_assert_num_queries(1):  # type: ignore[operator]
        clock.now()
