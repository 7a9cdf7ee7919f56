"""One application told to a person: steps, plain sentence, whose turn, due date with its reasons, what happened.

The same telling for the public look-up, officials and leaders; it holds no name, telephone, address or document, so
that no page has to remember to leave them out.
"""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.wording import FILED, STEP_OF, STEPS, TURNS, WORDING, Text, Wording
from procedures.bands import Band, band
from procedures.deadlines import Unit
from procedures.estimates import estimate
from procedures.lifecycle import FINAL, OPEN, PAUSED, TURN, Status
from procedures.models import Application, Channel, DeadlineEntry, StatusChange, working_calendar
from procedures.working_days import ZONE, WorkingCalendar

AWAITING_A_RESULT = OPEN - {Status.COMPLETED}


@dataclass(frozen=True)
class Step:
    """One of the citizen's steps; `state` is done, now, held, over or ahead."""

    label: Text
    state: str


@dataclass(frozen=True)
class Event:
    """One line of the timeline."""

    title: Text
    official_name: Text
    at: datetime
    who: Text
    note: str


@dataclass(frozen=True)
class Progress:
    """Everything the status page says."""

    application: Application
    wording: Wording
    official_name: Text
    turn: Text
    band: Band
    reason: str
    steps: list[Step]
    events: list[Event]
    remaining: str
    usual: str
    summary: str
    ledger: list[str]


def tell(application: Application, at: datetime) -> Progress:
    """The progress of `application` at `at`: three queries (history, ledger, calendar), and one for the estimate."""
    history = list(application.history.select_related("by_official").order_by("version"))
    entries = list(application.deadline_entries.order_by("version"))
    status, calendar = application.state, working_calendar()
    return Progress(
        application=application,
        wording=WORDING[status],
        official_name=status.label,
        turn=TURNS[TURN[status]],
        band=band(application, at),
        reason=history[-1].note if history and history[-1].by_citizen_id is None else "",
        steps=_steps(application, history),
        events=[_event(application, change) for change in reversed(history)],
        remaining=_remaining(application, at, calendar),
        usual=_usual(application, at, calendar),
        summary=_summary(entries),
        ledger=[_explain(entry) for entry in entries],
    )


def _steps(application: Application, history: list[StatusChange]) -> list[Step]:
    """The five steps, or those reached and the end where the application ended early."""
    status = application.state
    if status in FINAL and status not in STEP_OF:
        reached = max((STEP_OF.get(Status(change.to_status), 0) for change in history), default=0)
        return [*(Step(label, "done") for label in STEPS[: reached + 1]), Step(status.label, "over")]
    if status in PAUSED:
        here, state = STEP_OF[Status(application.paused_from or Status.SUBMITTED)], "held"
    else:
        here, state = STEP_OF[status], "done" if status is Status.RESULT_RETURNED else "now"
    states = ["done"] * here + [state] + ["ahead"] * (len(STEPS) - here - 1)
    return [Step(label, one) for label, one in zip(STEPS, states, strict=True)]


def _event(application: Application, change: StatusChange) -> Event:
    to = Status(change.to_status)
    return Event(_title(application, change), to.label, change.at, _who(change), _public_note(change))


def _title(application: Application, change: StatusChange) -> Text:
    if change.from_status is None:
        return FILED[Channel(application.channel)]
    if change.from_status == Status.SUPPLEMENT_REQUESTED and change.to_status not in FINAL:
        return _("Đã bổ sung giấy tờ")
    if change.from_status == Status.PAYMENT_REQUESTED and change.to_status not in FINAL:
        return _("Đã nộp phí")
    return Status(change.to_status).label


def _who(change: StatusChange) -> Text:
    if change.by_official is not None:
        return change.by_official.get_role_display()
    return _("Người nộp") if change.by_citizen_id else _("Hệ thống")


def _public_note(change: StatusChange) -> str:
    """What an official wrote for the citizen; what a citizen wrote is shown to nobody here."""
    return "" if change.by_citizen_id else change.note


def _remaining(application: Application, at: datetime, calendar: WorkingCalendar) -> str:
    """How much time is left, or how late it is, in working days; nothing where the clock stands."""
    standing = band(application, at)
    if application.due_at is None or standing not in {Band.ON_TRACK, Band.DUE_SOON, Band.OVERDUE, Band.FAR_OVERDUE}:
        return ""
    today, due = at.astimezone(ZONE).date(), application.due_at.astimezone(ZONE).date()
    if application.due_at < at:
        late = calendar.working_days_between(due, today)
        words = ngettext("quá hạn %(count)s ngày làm việc", "quá hạn %(count)s ngày làm việc", late)
        return words % {"count": late} if late else _("quá hạn trong hôm nay")
    left = calendar.working_days_between(today, due)
    words = ngettext("còn %(count)s ngày làm việc", "còn %(count)s ngày làm việc", left)
    return words % {"count": left} if left else _("đến hạn trong hôm nay")


def _usual(application: Application, at: datetime, calendar: WorkingCalendar) -> str:
    """How long the like of it usually takes, while the office has still to settle it."""
    if application.state not in AWAITING_A_RESULT:
        return ""
    found = estimate(application.procedure, at, calendar)
    if found is None:
        return ""
    if found.usual == found.slow:
        words = ngettext(
            "Thường xong sau %(slow)s ngày làm việc kể từ khi tiếp nhận (%(cases)s hồ sơ cùng thủ tục, 30 ngày qua).",
            "Thường xong sau %(slow)s ngày làm việc kể từ khi tiếp nhận (%(cases)s hồ sơ cùng thủ tục, 30 ngày qua).",
            found.slow,
        )
    else:
        words = _(
            "Thường xong sau %(usual)s–%(slow)s ngày làm việc kể từ khi tiếp nhận"
            " (%(cases)s hồ sơ cùng thủ tục, 30 ngày qua)."
        )
    return words % {"usual": found.usual, "slow": found.slow, "cases": found.cases}


def span(amount: int, unit: str) -> str:
    """A duration in words: "5 ngày làm việc"."""
    match Unit(unit):
        case Unit.WORKING_DAYS:
            return ngettext("%(n)s ngày làm việc", "%(n)s ngày làm việc", amount) % {"n": amount}
        case Unit.DAYS:
            return ngettext("%(n)s ngày", "%(n)s ngày", amount) % {"n": amount}
        case Unit.HOURS:
            return ngettext("%(n)s giờ làm việc", "%(n)s giờ làm việc", amount) % {"n": amount}
        case Unit.MONTHS:
            return ngettext("%(n)s tháng", "%(n)s tháng", amount) % {"n": amount}


def _pause(entry: DeadlineEntry) -> str:
    """How long a pause took: by the minute where the duration is in hours, by the day where it is in months."""
    if entry.unit == Unit.HOURS:
        hours, minutes = divmod(entry.amount, 60)
        return _("%(hours)s giờ %(minutes)s phút làm việc") % {"hours": hours, "minutes": minutes}
    return span(entry.amount, Unit.DAYS if entry.unit == Unit.MONTHS else entry.unit)


def _summary(entries: list[DeadlineEntry]) -> str:
    """Why the due date is what it is, in one line."""
    if not entries:
        return ""
    pauses = [_pause(entry) for entry in entries if entry.kind == DeadlineEntry.Kind.RESUME]
    whole = span(entries[0].amount, entries[0].unit)
    if not pauses:
        return whole
    return _("%(whole)s, cộng thời gian tạm dừng chờ người nộp: %(pauses)s") % {
        "whole": whole,
        "pauses": " + ".join(pauses),
    }


def _explain(entry: DeadlineEntry) -> str:
    """One line of the ledger in words."""
    facts = {"at": _moment(entry.at), "due": _moment(entry.due_at)}
    if entry.kind == DeadlineEntry.Kind.PAUSE:
        return _("%(at)s: tạm dừng, chờ người nộp.") % facts
    if entry.kind == DeadlineEntry.Kind.RESUME:
        return _("%(at)s: tính tiếp, cộng %(pause)s; hẹn trả %(due)s.") % {**facts, "pause": _pause(entry)}
    return _("%(at)s: bắt đầu tính %(span)s; hẹn trả %(due)s.") % {**facts, "span": span(entry.amount, entry.unit)}


def _moment(at: datetime) -> str:
    return f"{at.astimezone(ZONE):%H:%M %d/%m/%Y}"
