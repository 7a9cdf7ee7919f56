"""Random lives of an application in memory: what holds after every act, whatever is tried and whenever."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures import moves
from procedures.deadlines import Duration, Unit, due
from procedures.lifecycle import ACCEPTED, FINAL, NOT_ACCEPTED, PAUSED, Act, MoveRefused, Status, acts_from, pairs
from procedures.moves import LedgerLine, Rules, State, move, submitted
from procedures.working_days import ZONE, WorkingCalendar

MORNING = datetime(2022, 5, 12, 8, 0, tzinfo=ZONE)  # a Thursday
CALENDAR = WorkingCalendar.of([date(2022, 5, 2), date(2022, 5, 3), date(2022, 5, 20)], [date(2022, 5, 21)])
FIVE_DAYS = Rules(Duration(5, Unit.WORKING_DAYS), CALENDAR)
NOTE, FEE = "Thiếu giấy chứng sinh", 30_000

durations = st.none() | st.builds(Duration, st.integers(1, 30), st.sampled_from(Unit))
steps = st.tuples(st.sampled_from(Act), st.timedeltas(timedelta(hours=-2), timedelta(days=20)))
walks = st.lists(steps, max_size=25)


@dataclass
class Life:
    """An application's states and ledger lines, as they came about."""

    rules: Rules
    states: list[State]
    lines: list[LedgerLine] = field(default_factory=list)

    @property
    def now(self) -> State:
        return self.states[-1]

    def go(self, act: Act, at: datetime, **more: Any) -> State:
        usual: dict[str, Any] = {"note": NOTE, "fee_vnd": FEE}
        state, line = move(self.rules, self.now, act, at, **usual | more)
        self.states.append(state)
        self.lines += [line] if line else []
        return state


def begun(rules: Rules = FIVE_DAYS) -> Life:
    return Life(rules, [submitted(MORNING)])


def led(*acts: Act, rules: Rules = FIVE_DAYS) -> Life:
    """A life led through `acts`, an hour each."""
    life = begun(rules)
    for act in acts:
        life.go(act, life.now.changed_at + timedelta(hours=1))
    return life


def walked(duration: Duration | None, walk: list[tuple[Act, timedelta]]) -> Life:
    """Every act is tried at the moment drawn, which may lie before the last one; refused ones leave no trace."""
    life = begun(Rules(duration, CALENDAR))
    at = MORNING
    for act, later in walk:
        at += later
        try:
            life.go(act, at)
        except MoveRefused:
            continue
    return life


@given(durations, walks)
def test_versions_have_no_gap_and_moments_rise_by_whole_seconds(
    duration: Duration | None, walk: list[tuple[Act, timedelta]]
) -> None:
    life = walked(duration, walk)

    assert [state.version for state in life.states] == list(range(1, len(life.states) + 1))
    for before, after in zip(life.states, life.states[1:], strict=False):
        assert (before.status, after.status) in pairs()
        assert after.changed_at >= before.changed_at + timedelta(seconds=1)
        assert after.changed_at.microsecond == 0


@given(durations, walks)
def test_columns_and_status_agree_after_every_act(duration: Duration | None, walk: list[tuple[Act, timedelta]]) -> None:
    for state in walked(duration, walk).states:
        assert (state.ended_at is not None) == (state.status in FINAL)
        assert (state.completed_at is not None) == (state.status in {Status.COMPLETED, Status.RESULT_RETURNED})
        assert (state.paused_from is not None) == (state.answer_by is not None) == (state.status in PAUSED)
        assert state.status not in ACCEPTED or state.accepted_at is not None
        assert state.status not in NOT_ACCEPTED or state.accepted_at is None
        assert state.due_at is None or state.accepted_at is not None
        assert state.status not in {Status.COMPLETED, Status.RESULT_RETURNED} or not state.fee_vnd or state.fee_paid_at


@given(durations, walks)
def test_the_due_date_stands_on_the_last_line_and_only_moves_forward(
    duration: Duration | None, walk: list[tuple[Act, timedelta]]
) -> None:
    life = walked(duration, walk)
    moments = [line.due_at for line in life.lines]

    assert moments == sorted(moments)
    assert life.now.due_at == (moments[-1] if moments else None)
    assert bool(moments) == (duration is not None and life.now.accepted_at is not None)


@given(durations, walks)
def test_the_ledger_starts_once_and_then_pauses_and_resumes_in_turn(
    duration: Duration | None, walk: list[tuple[Act, timedelta]]
) -> None:
    kinds = [line.kind for line in walked(duration, walk).lines]

    assert kinds == [1, *[2, 3] * len(kinds)][: len(kinds)]


@given(durations, walks, st.sampled_from(Act))
def test_an_act_is_allowed_by_the_table_or_refused_with_a_sentence(
    duration: Duration | None, walk: list[tuple[Act, timedelta]], act: Act
) -> None:
    life = walked(duration, walk)
    before = life.now
    try:
        life.go(act, before.changed_at)
    except MoveRefused as refusal:
        assert str(refusal).endswith(".")
        assert life.now == before
    else:
        assert act in acts_from(before.status)


def test_an_act_in_the_same_second_is_dated_one_second_later() -> None:
    life = begun()

    life.go(Act.ACCEPT, MORNING + timedelta(milliseconds=999))
    life.go(Act.PROCESS, MORNING - timedelta(days=1))

    seconds = [(state.changed_at - MORNING).total_seconds() for state in life.states]
    assert seconds == [0, 1, 2]


def test_fractions_of_a_second_are_dropped() -> None:
    life = begun()

    life.go(Act.ACCEPT, MORNING + timedelta(seconds=10, milliseconds=999))

    assert life.now.changed_at == life.now.accepted_at == MORNING + timedelta(seconds=10)


@pytest.mark.parametrize("end", [Act.WITHDRAW, Act.STOP])
def test_what_ends_while_paused_is_never_resumed(end: Act) -> None:
    life = led(Act.ACCEPT, Act.ASK_SUPPLEMENT)
    due_at = life.now.due_at

    life.go(end, MORNING + timedelta(days=10))

    assert [line.kind for line in life.lines] == [1, 2]
    assert life.now.due_at == due_at


def test_moments_of_other_zones_are_the_same_moments() -> None:
    utc = MORNING.astimezone(UTC)

    assert submitted(utc).changed_at == MORNING
    assert led(Act.ACCEPT).go(Act.PROCESS, utc + timedelta(days=1)).changed_at == MORNING + timedelta(days=1)


def test_acceptance_starts_the_clock_and_a_pause_before_it_moves_nothing() -> None:
    life = begun()
    life.go(Act.ASK_SUPPLEMENT, MORNING)
    life.go(Act.SUPPLY, MORNING + timedelta(days=4))
    accepted = life.go(Act.ACCEPT, MORNING + timedelta(days=5))

    assert accepted.due_at == due(CALENDAR, Duration(5, Unit.WORKING_DAYS), MORNING + timedelta(days=5))
    assert [line.kind for line in life.lines] == [1]


def test_without_a_duration_there_is_no_due_date_and_no_ledger() -> None:
    life = led(Act.ACCEPT, Act.ASK_SUPPLEMENT, Act.SUPPLY, Act.COMPLETE, rules=Rules(None, CALENDAR))

    assert life.lines == []
    assert life.now.due_at is None


def test_a_pause_goes_back_to_where_it_began_with_a_later_due_date() -> None:
    life = led(Act.ACCEPT, Act.PROCESS, Act.ASK_SUPPLEMENT)
    before = life.now.due_at

    after = life.go(Act.SUPPLY, MORNING + timedelta(days=4))

    assert after.status is Status.PROCESSING
    assert before is not None
    assert after.due_at == before + timedelta(days=4)  # took Fri 13 and Mon 16; Thu 19 + 2: the worked Sat 21, Mon 23
    assert [line.amount for line in life.lines] == [5, 0, 2]


def test_the_citizen_has_ten_working_days_to_answer_unless_told_otherwise() -> None:
    own = MORNING + timedelta(days=3)

    assert led(Act.ASK_SUPPLEMENT).now.answer_by == datetime(2022, 5, 26, 17, tzinfo=ZONE)  # 20 free, 21 worked
    assert begun().go(Act.ASK_SUPPLEMENT, MORNING, answer_by=own).answer_by == own


@pytest.mark.parametrize("early", [timedelta(), timedelta(days=1)])
def test_nobody_is_asked_to_answer_before_being_asked(early: timedelta) -> None:
    asked = MORNING + timedelta(hours=1)

    with pytest.raises(MoveRefused, match="Hạn trả lời phải sau lúc yêu cầu"):
        begun().go(Act.ASK_SUPPLEMENT, asked, answer_by=asked - early)


@pytest.mark.parametrize("act", sorted(moves.NEEDS_A_REASON))
@pytest.mark.parametrize("note", ["", "  \n"])
def test_who_refuses_asks_or_stops_says_why(act: Act, note: str) -> None:
    life = led(Act.ACCEPT, Act.PROCESS) if act is Act.STOP else begun()

    with pytest.raises(MoveRefused, match="lý do"):
        life.go(act, MORNING, note=note)


@pytest.mark.parametrize("fee", [0, -1])
def test_a_payment_asked_for_is_more_than_nothing(fee: int) -> None:
    with pytest.raises(MoveRefused, match="lớn hơn 0"):
        led(Act.ACCEPT).go(Act.ASK_PAYMENT, MORNING, fee_vnd=fee)


def test_a_fee_is_asked_for_once() -> None:
    life = led(Act.ACCEPT, Act.ASK_PAYMENT, Act.PAY)

    assert (life.now.fee_vnd, life.now.fee_paid_at) == (FEE, life.now.changed_at)
    with pytest.raises(MoveRefused, match="đã nộp phí"):
        life.go(Act.ASK_PAYMENT, life.now.changed_at)


def test_what_was_accepted_is_never_refused_afterwards() -> None:
    with pytest.raises(MoveRefused, match="chỉ có thể dừng xử lý"):
        led(Act.ACCEPT, Act.ASK_SUPPLEMENT).go(Act.REFUSE, MORNING)

    assert led(Act.ASK_SUPPLEMENT, Act.REFUSE).now.status is Status.REFUSED
    assert led(Act.ACCEPT, Act.ASK_SUPPLEMENT, Act.STOP).now.status is Status.STOPPED
