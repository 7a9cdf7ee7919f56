"""What an act makes of an application: the rules of `lifecycle` and `deadlines` applied to one state. Pure.

Pages, API and live simulation come here through `procedures.actions`; the simulator that fills a province calls `move`
in memory and writes the same rows by COPY. So a rule exists once.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from procedures import deadlines, lifecycle
from procedures.deadlines import Duration
from procedures.lifecycle import PAUSED, Act, MoveRefused, Status
from procedures.working_days import ZONE, WorkingCalendar, closing

ANSWER_WORKING_DAYS = 10  # how long a citizen has to supply or pay, unless the official says otherwise
ONE_SECOND = timedelta(seconds=1)
NEEDS_A_REASON = frozenset({Act.REFUSE, Act.ASK_SUPPLEMENT, Act.STOP})


@dataclass(frozen=True, slots=True)
class State:
    """The columns of an application that its acts change; the names are those of the model."""

    status: Status
    version: int
    changed_at: datetime
    accepted_at: datetime | None = None
    due_at: datetime | None = None
    completed_at: datetime | None = None
    ended_at: datetime | None = None
    paused_from: Status | None = None
    answer_by: datetime | None = None
    fee_vnd: int = 0
    fee_paid_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One line of the due-date ledger; `kind` is 1 start, 2 pause, 3 resume (`DeadlineEntry.Kind`)."""

    kind: int
    amount: int
    unit: deadlines.Unit
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Rules:
    """What the moves of one application need to know: its procedure's duration and the offices' calendar."""

    duration: Duration | None
    calendar: WorkingCalendar


STATE_FIELDS = tuple(State.__dataclass_fields__)


def submitted(at: datetime) -> State:
    """The state after `submit`."""
    return State(status=Status.SUBMITTED, version=1, changed_at=whole_second(at))


def move(
    rules: Rules,
    state: State,
    act: Act,
    at: datetime,
    *,
    note: str = "",
    fee_vnd: int = 0,
    answer_by: datetime | None = None,
) -> tuple[State, LedgerLine | None]:
    """The state after `act` at `at`, and the ledger line it writes, if the clock starts, stops or goes on.

    Moments rise strictly, in whole seconds: an act in the second of the one before is dated one second later.
    Raises `MoveRefused` where the table, a fee, a missing reason or a day to answer that is past forbids it.
    """
    _check(state, act, note, fee_vnd)
    at = max(whole_second(at), state.changed_at + ONE_SECOND)
    to = lifecycle.target(state.status, act, paused_from=state.paused_from)
    after = replace(state, status=to, version=state.version + 1, changed_at=at)
    if to in PAUSED:
        after = replace(after, paused_from=state.status, answer_by=_answer_by(rules, at, answer_by))
    elif state.status in PAUSED:
        after = replace(after, paused_from=None, answer_by=None)
    after = replace(after, **_moments(act, to, at, fee_vnd))
    line = _ledger(rules, state, after)
    return (replace(after, due_at=line.due_at) if line else after), line


def whole_second(at: datetime) -> datetime:
    """Moments of the domain have whole seconds: the wire knows no finer ones."""
    return at.replace(microsecond=0)


def last_day_to_answer(calendar: WorkingCalendar, at: datetime) -> datetime:
    """Until when the citizen may answer a request made at `at`, unless the official sets another day."""
    return closing(calendar.add_working_days(at.astimezone(ZONE).date(), ANSWER_WORKING_DAYS))


def _check(state: State, act: Act, note: str, fee_vnd: int) -> None:
    if act in NEEDS_A_REASON and not note.strip():
        raise MoveRefused(_("Hãy ghi rõ lý do: công dân sẽ đọc lý do này."))
    if act is Act.REFUSE and state.accepted_at is not None:
        raise MoveRefused(_("Hồ sơ này đã được tiếp nhận, chỉ có thể dừng xử lý."))
    if act is Act.ASK_PAYMENT and fee_vnd <= 0:
        raise MoveRefused(_("Hãy ghi số tiền phải nộp, lớn hơn 0 đồng."))
    if act is Act.ASK_PAYMENT and state.fee_paid_at is not None:
        raise MoveRefused(_("Công dân đã nộp phí của hồ sơ này."))


def _answer_by(rules: Rules, at: datetime, wanted: datetime | None) -> datetime:
    if wanted is None:
        return last_day_to_answer(rules.calendar, at)
    if wanted <= at:
        raise MoveRefused(_("Hạn trả lời phải sau lúc yêu cầu: hãy chọn một ngày khác."))
    return wanted


def _moments(act: Act, to: Status, at: datetime, fee_vnd: int) -> dict[str, Any]:
    """The columns that remember when something happened first."""
    moments: dict[str, Any] = {}
    if act is Act.ACCEPT:
        moments["accepted_at"] = at
    if act is Act.COMPLETE:
        moments["completed_at"] = at
    if act is Act.ASK_PAYMENT:
        moments["fee_vnd"] = fee_vnd
    if act is Act.PAY:
        moments["fee_paid_at"] = at
    if to in lifecycle.FINAL:
        moments["ended_at"] = at
    return moments


def _ledger(rules: Rules, before: State, after: State) -> LedgerLine | None:
    """What the change does to the clock: it starts on acceptance, stops for the citizen, goes on afterwards."""
    duration = rules.duration
    if duration is None:
        return None
    if after.accepted_at == after.changed_at:
        return LedgerLine(1, duration.value, duration.unit, deadlines.due(rules.calendar, duration, after.changed_at))
    if before.due_at is None:
        return None
    if after.status in PAUSED:
        return LedgerLine(2, 0, duration.unit, before.due_at)
    if before.status in PAUSED and after.status not in lifecycle.FINAL:
        length = deadlines.pause_length(rules.calendar, duration.unit, before.changed_at, after.changed_at)
        due_at = deadlines.due_after_pause(rules.calendar, duration, before.due_at, before.changed_at, after.changed_at)
        return LedgerLine(3, length, duration.unit, due_at)
    return None
