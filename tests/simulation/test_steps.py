"""The next step of a case, without a database: always legal, always at a legal moment, and it comes to an end."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from portal.simulation import assumptions as assumed
from portal.simulation.cases import Author, Case, Step
from portal.simulation.province import Office, Service, service_of
from portal.simulation.steps import next_step
from procedures import moves
from procedures.deadlines import Duration, Unit
from procedures.lifecycle import FINAL, OPEN, PAUSED, RESUMABLE, Act, Status
from procedures.models import Channel
from procedures.moves import State
from procedures.permissions import CITIZEN_ACTS, HANDLER_ACTS, RECEPTION_ACTS
from procedures.working_days import ZONE, WorkingCalendar
from tests.simulation.catalogue import HOLIDAYS

CALENDAR = WorkingCalendar.of(HOLIDAYS)
OFFICE = Office(agency=1, code="000.00.16.H49", reception=1, handler=2, late_share=0.05)
MAY_DO = {Author.CITIZEN: CITIZEN_ACTS, Author.RECEPTION: RECEPTION_ACTS, Author.HANDLER: HANDLER_ACTS}
FIRST = datetime(2022, 4, 1, tzinfo=ZONE)
MOMENTS = st.integers(0, 120 * 86_400).map(lambda seconds: FIRST + timedelta(seconds=seconds))
DURATIONS = st.none() | st.builds(Duration, st.integers(1, 60), st.sampled_from(Unit))


def service(duration: Duration | None = None, *, fee_vnd: int = 0) -> Service:
    return service_of(1, duration, CALENDAR, fee_vnd=fee_vnd)


def case(state: State, channel: Channel = Channel.ONLINE, *, what: Service | None = None, code: str = "c") -> Case:
    return Case(1, code, what or service(), OFFICE, 1, channel, state)


def life(seed: int, one: Case) -> Iterator[tuple[State, Step, State]]:
    """Every step of a case until its end."""
    while (step := next_step(seed, one)) is not None:
        before = one.state
        one.state, _line = moves.move(
            one.service.rules, before, step.act, step.at, note=step.note, fee_vnd=step.fee_vnd
        )
        yield before, step, one.state


@st.composite
def open_states(draw: st.DrawFn) -> State:
    """Any open state a person may have brought a case to."""
    status = draw(st.sampled_from(sorted(OPEN)))
    at = draw(MOMENTS)
    paused_from = draw(st.sampled_from(sorted(RESUMABLE[status]))) if status in PAUSED else None
    accepted = Status.SUBMITTED not in (status, paused_from)
    return State(
        status=status,
        version=draw(st.integers(1, 40)),
        changed_at=at,
        accepted_at=at - timedelta(days=9) if accepted else None,
        due_at=at + timedelta(days=draw(st.integers(-30, 30))) if accepted and draw(st.booleans()) else None,
        completed_at=at if status is Status.COMPLETED else None,
        paused_from=paused_from,
        answer_by=at + timedelta(days=draw(st.integers(-3, 20))) if paused_from else None,
        fee_vnd=5000 if status is Status.PAYMENT_REQUESTED else 0,
    )


@given(st.integers(0, 2**32), open_states(), st.sampled_from(Channel), DURATIONS, st.sampled_from((0, 50_000)))
def test_a_case_comes_to_its_end_by_legal_steps_from_wherever_a_person_left_it(
    seed: int, state: State, channel: Channel, duration: Duration | None, fee_vnd: int
) -> None:
    one = case(state, channel, what=service(duration, fee_vnd=fee_vnd))

    steps = list(life(seed, one))

    assert one.state.status in FINAL
    assert 1 <= len(steps) <= 12
    for before, step, after in steps:
        assert after.changed_at > before.changed_at
        assert step.act in MAY_DO[step.by]
        assert step.note or step.act not in moves.NEEDS_A_REASON


@given(st.integers(0, 2**32), MOMENTS, st.sampled_from(Channel), DURATIONS)
@example(71, datetime(2022, 4, 1, tzinfo=ZONE), Channel.ONLINE, Duration(1, Unit.WORKING_DAYS))  # acts as they open
def test_offices_act_in_office_hours_only(seed: int, at: datetime, channel: Channel, duration: Duration | None) -> None:
    at = at if channel is Channel.ONLINE else CALENDAR.opening(at)

    for _before, step, after in life(seed, case(moves.submitted(at), channel, what=service(duration))):
        if step.by is not Author.CITIZEN:
            ends = after.changed_at - timedelta(seconds=1)  # an act at the very end of a session still counts
            assert any(CALENDAR.opening(moment) == moment for moment in (after.changed_at, ends))


@given(st.integers(0, 2**32), st.integers(0, 3))
def test_what_a_citizen_pays_at_night_after_the_due_date_is_settled_when_the_office_opens(seed: int, days: int) -> None:
    night = datetime(2022, 4, 29, 21, 20, tzinfo=ZONE)
    due_at = datetime(2022, 4, 29, 17, 0, tzinfo=ZONE) - timedelta(days=days)
    paid = State(Status.PROCESSING, 5, night, accepted_at=due_at, due_at=due_at, fee_vnd=5000, fee_paid_at=night)

    step = next_step(seed, case(paid, what=service(Duration(1, Unit.WORKING_DAYS), fee_vnd=5000)))

    assert step is not None
    assert step.at >= datetime(2022, 5, 4, 7, 0, tzinfo=ZONE)


@given(st.integers(0, 2**32), MOMENTS)
def test_what_is_filed_online_is_checked_within_eight_office_hours(seed: int, at: datetime) -> None:
    step = next_step(seed, case(moves.submitted(at)))

    assert step is not None
    assert CALENDAR.working_time_between(at, step.at) <= timedelta(hours=8)


@given(st.integers(0, 2**32))
def test_what_is_filed_at_the_counter_is_answered_within_the_minute(seed: int) -> None:
    at = datetime(2022, 5, 12, 9, 30, tzinfo=ZONE)

    step = next_step(seed, case(moves.submitted(at), Channel.DIRECT))

    assert step is not None
    assert step.act in {Act.ACCEPT, Act.REFUSE}
    assert timedelta() < step.at - at <= timedelta(minutes=1)


def test_a_step_depends_on_the_seed_the_code_and_the_version_and_on_nothing_else() -> None:
    state = moves.submitted(datetime(2022, 5, 12, 9, 30, tzinfo=ZONE))

    first = next_step(1, case(state, code="a"))

    assert next_step(1, case(state, code="a")) == first
    assert next_step(2, case(state, code="a")) != first
    assert next_step(1, case(state, code="b")) != first


def test_nothing_follows_an_end() -> None:
    at = datetime(2022, 5, 12, 9, 30, tzinfo=ZONE)

    assert all(next_step(1, case(State(status, 5, at, ended_at=at))) is None for status in FINAL)


def test_the_fixed_shares_of_what_happens_are_kept() -> None:
    """Ten thousand lives; each bound is four standard deviations wide."""
    at = datetime(2022, 5, 12, 9, 30, tzinfo=ZONE)
    wanted = service(Duration(5, Unit.WORKING_DAYS), fee_vnd=10_000)
    count = 10_000
    lives = [list(life(1, case(moves.submitted(at), what=wanted, code=str(number)))) for number in range(count)]
    seen = Counter(act for steps in lives for act in {step.act for _before, step, _after in steps})

    def near(act: Act, share: float) -> bool:
        return bool(abs(seen[act] / count - share) <= 4 * (share * (1 - share) / count) ** 0.5)

    accepted = 1 - assumed.REFUSED
    supplements = assumed.SUPPLEMENT_BEFORE_ACCEPTANCE + accepted * assumed.SUPPLEMENT_WHILE_PROCESSING
    assert near(Act.ASK_SUPPLEMENT, supplements)
    assert near(Act.WITHDRAW, accepted * assumed.WITHDRAWN)
    assert seen[Act.STOP] > 0
    assert seen[Act.ASK_PAYMENT] / count > 0.9 * accepted * assumed.FEE_ASKED_SEPARATELY
    late = [steps[-1][2] for steps in lives if steps[-1][2].completed_at]
    share = sum((state.completed_at or at) > (state.due_at or at) for state in late) / len(late)
    assert abs(share - OFFICE.late_share) < 0.01


def test_a_result_of_an_hour_is_not_late_by_the_officials_first_break() -> None:
    at = datetime(2022, 5, 12, 9, 30, tzinfo=ZONE)
    hour = service(Duration(1, Unit.HOURS))

    ends = [
        list(life(1, case(moves.submitted(at), Channel.DIRECT, what=hour, code=str(number))))[-1][2]
        for number in range(500)
    ]

    results = [state for state in ends if state.completed_at and state.due_at]
    assert sum(state.completed_at > state.due_at for state in results if state.completed_at and state.due_at) < 50


def test_a_result_is_returned_the_same_day_or_soon_after() -> None:
    at = datetime(2022, 5, 12, 9, 30, tzinfo=ZONE)
    state = State(Status.COMPLETED, 4, at, accepted_at=at, completed_at=at)
    steps = [next_step(1, case(state, code=str(number))) for number in range(1000)]

    days: list[date] = [step.at.astimezone(ZONE).date() for step in steps if step]

    assert len(days) == 1000
    assert abs(days.count(at.date()) / 1000 - assumed.RETURNED_SAME_DAY) < 0.06
    assert max(days) <= date(2022, 5, 17)
