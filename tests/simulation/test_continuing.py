"""The simulator goes on from what stands in the database: its own days, what people did by hand, what broke off."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from threading import Thread

import pytest
from django.db import connections, transaction

from portal.simulation import writer
from portal.simulation.models import SimulatedDay
from portal.simulation.province import read_province
from portal.simulation.run import (
    WARM_UP_WORKING_DAYS,
    NotTheNextDay,
    simulate,
    simulated_until,
    warm_up_start,
)
from procedures import actions, rollups
from procedures.lifecycle import FINAL, Status
from procedures.models import (
    Agency,
    Application,
    Channel,
    Citizen,
    DailyCount,
    Procedure,
    StatusChange,
    working_calendar,
)
from procedures.working_days import ZONE
from tests.simulation import catalogue
from tests.simulation.catalogue import A_DAY, THURSDAY

FRIDAY = THURSDAY + timedelta(days=1)
AFTER_HOURS = datetime(2022, 5, 12, 23, 59, 59, tzinfo=ZONE)
FRIDAY_MORNING = datetime(2022, 5, 13, 0, 20, tzinfo=ZONE)  # where the demo's clock stands after twenty minutes


def fill(*days: date) -> list[SimulatedDay]:
    return list(simulate(days, 1, filed_a_day=A_DAY))


def filed_by_hand(at: datetime) -> Application:
    citizen = Citizen.objects.create(name="Nguyễn Thị Hồng", identity_number="022190000001")
    procedure = Procedure.objects.get(name="Đăng ký khai sinh")
    commune = Agency.objects.filter(level=Agency.Level.COMMUNE).order_by("code").first()
    assert commune is not None
    return actions.submit(procedure, commune, citizen=citizen, by=citizen, at=at, channel=Channel.ONLINE)


@pytest.mark.parametrize("at", [AFTER_HOURS, FRIDAY_MORNING])
def test_an_application_moved_by_hand_goes_on_from_where_it_stands(small: None, at: datetime) -> None:
    fill(THURSDAY)
    short = Application.objects.filter(status=Status.PROCESSING, procedure__name="Đổi giấy phép lái xe")
    application = short.order_by("code").first()
    assert application is not None
    asked = actions.ask_supplement(application, by=None, at=at, note="Thiếu bản sao")

    fill(*(THURSDAY + timedelta(days=ahead) for ahead in range(1, 35)))

    application.refresh_from_db()
    moves = list(application.history.order_by("version"))
    assert moves[asked.version - 1].note == "Thiếu bản sao"
    assert len(moves) > asked.version
    assert application.state in FINAL


def test_an_application_filed_by_hand_is_settled_and_its_code_is_given_to_no_other(small: None) -> None:
    fill(THURSDAY)
    application = filed_by_hand(FRIDAY_MORNING)

    fill(FRIDAY)

    application.refresh_from_db()
    assert application.code.endswith("-220513-0001")
    assert application.status != Status.SUBMITTED
    assert filed_by_hand(datetime(2022, 5, 13, 18, 0, tzinfo=ZONE)).version == 1


def test_codes_are_numbered_without_gaps_in_the_order_of_filing(small: None) -> None:
    fill(THURSDAY)

    for agency in Agency.objects.all():
        codes = list(
            Application.objects.filter(agency=agency).order_by("submitted_at", "code").values_list("code", flat=True)
        )
        assert codes == [f"{agency.code}-220512-{number:04}" for number in range(1, len(codes) + 1)]


def test_what_a_person_dated_after_the_day_is_left_alone(small: None) -> None:
    fill(THURSDAY)
    application = filed_by_hand(datetime(2022, 6, 1, 9, 0, tzinfo=ZONE))

    fill(FRIDAY)

    application.refresh_from_db()
    assert application.version == 1


def test_a_day_tells_what_it_came_to(small: None) -> None:
    (result,) = fill(THURSDAY)

    start, end = rollups.bounds(THURSDAY)
    changes = StatusChange.objects.filter(at__gte=start, at__lt=end)
    assert result.changes == changes.count() == StatusChange.objects.count()
    assert result.changed == changes.values("application").distinct().count()
    assert result.received == Application.objects.count()
    assert result.received_online == Application.objects.filter(channel=Channel.ONLINE).count()
    assert sum(DailyCount.objects.filter(day=THURSDAY).values_list("received_online", flat=True)) == (
        result.received_online
    )


def test_changed_counts_what_was_moved_and_what_was_filed_once_each(small: None) -> None:
    _first, second = fill(THURSDAY, FRIDAY)

    start, end = rollups.bounds(FRIDAY)
    changed = StatusChange.objects.filter(at__gte=start, at__lt=end).values("application").distinct().count()
    assert second.changed == changed > second.received


@pytest.mark.parametrize("days", [[THURSDAY], [THURSDAY - timedelta(days=1)], [FRIDAY + timedelta(days=1)]])
def test_days_that_do_not_follow_are_refused(small: None, days: list[date]) -> None:
    fill(THURSDAY)
    before = catalogue.rows()

    with pytest.raises(NotTheNextDay, match="2022-05-13 is next"):
        fill(*days)

    assert catalogue.rows() == before
    assert simulated_until() == THURSDAY


def test_days_with_a_gap_between_them_are_refused(small: None) -> None:
    with pytest.raises(NotTheNextDay):
        fill(THURSDAY, FRIDAY + timedelta(days=1))

    assert simulated_until() is None


def test_progress_is_told_and_ends_with_everything_done(small: None) -> None:
    heard: list[tuple[date, int, int]] = []

    def listen(day: date) -> Callable[[int, int], None]:
        return lambda done, whole: heard.append((day, done, whole))

    list(simulate([THURSDAY, FRIDAY], 1, listen, filed_a_day=A_DAY))

    for day in (THURSDAY, FRIDAY):
        told = [(done, whole) for one, done, whole in heard if one == day]
        assert [done for done, _whole in told] == sorted(done for done, _whole in told)
        assert told[-1][0] == told[-1][1] > 0


def test_a_day_broken_off_leaves_nothing_and_can_be_played_again(small: None) -> None:
    fill(THURSDAY)
    before = catalogue.rows()

    def interrupt(_day: date) -> Callable[[int, int], None]:
        def told(done: int, _whole: int) -> None:
            if done:
                raise KeyboardInterrupt

        return told

    with pytest.raises(KeyboardInterrupt):
        list(simulate([FRIDAY], 1, interrupt, filed_a_day=A_DAY))

    assert catalogue.rows() == before
    assert simulated_until() == THURSDAY
    assert len(fill(FRIDAY)) == 1


def test_the_warm_up_begins_so_many_working_days_before_a_day(small: None) -> None:
    calendar = working_calendar()

    first = warm_up_start(calendar, THURSDAY)

    days = [first + timedelta(days=ahead) for ahead in range((THURSDAY - first).days)]
    assert sum(map(calendar.is_working, days)) == WARM_UP_WORKING_DAYS
    assert calendar.is_working(first)


@pytest.mark.django_db(transaction=True)
def test_a_person_who_acts_while_a_day_is_written_waits_and_nothing_is_written_twice() -> None:
    catalogue.build()
    fill(THURSDAY)
    application = Application.objects.filter(status=Status.PROCESSING).order_by("code").first()
    assert application is not None
    pk = application.pk

    def act() -> None:
        try:
            actions.stop(Application.objects.get(pk=pk), by=None, at=FRIDAY_MORNING, note="Dừng")
        finally:
            connections["default"].close()

    person = Thread(target=act)
    with transaction.atomic():
        province = read_province(1, A_DAY)
        locked = writer.open_cases(province, rollups.bounds(FRIDAY)[1])
        person.start()
        person.join(timeout=0.5)
        assert person.is_alive(), "the person did not wait"
    person.join(timeout=10)

    assert pk in {case.pk for case in locked}
    assert Application.objects.get(pk=pk).state is Status.STOPPED
