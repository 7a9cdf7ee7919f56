"""What happens to an application next, and when: a function of the seed, its code and its present version.

Nothing is remembered between days. An application that a person moved by hand goes on from where it stands.
"""

from datetime import date, datetime, time, timedelta

from portal.simulation import assumptions as assumed
from portal.simulation.cases import Author, Case, Step
from portal.simulation.draws import Draws, draws
from procedures.lifecycle import Act, Status
from procedures.models import Channel
from procedures.working_days import LUNCH_BEGINS, LUNCH_ENDS, OPENS, ZONE, WorkingCalendar, closing

MORNING = (LUNCH_BEGINS.hour * 60 + LUNCH_BEGINS.minute) - OPENS.hour * 60  # minutes of office time before lunch
OFFICE_MINUTES = 8 * 60
AWAKE_FROM, AWAKE_FOR = time(7), 15 * 3600  # when citizens answer: seconds from seven in the morning


def next_step(seed: int, case: Case) -> Step | None:
    """The next step of a case, None where its life is over."""
    step = _STEPS.get(case.state.status)
    return step(case, draws(seed, case.code, case.state.version)) if step else None


def _submitted(case: Case, drawn: Draws) -> Step:
    calendar, filed = case.service.rules.calendar, case.state.changed_at
    if case.state.version > 1:  # the papers that were missing have come
        return Step(
            Act.ACCEPT, calendar.add_working_time(filed, drawn.between(assumed.RECEIVED_WITHIN)), Author.RECEPTION
        )
    at_the_counter = case.channel == Channel.DIRECT
    span = assumed.AT_THE_COUNTER if at_the_counter else assumed.RECEIVED_WITHIN
    at = calendar.add_working_time(filed, drawn.between(span))
    if at_the_counter and drawn.choice < assumed.ACCEPTED_AT_THE_COUNTER:
        return Step(Act.ACCEPT, at, Author.RECEPTION)
    if drawn.choice < assumed.REFUSED or at_the_counter:
        return Step(Act.REFUSE, at, Author.RECEPTION, _pick(REFUSALS, drawn))
    if drawn.choice < assumed.REFUSED + assumed.SUPPLEMENT_BEFORE_ACCEPTANCE:
        return Step(Act.ASK_SUPPLEMENT, at, Author.RECEPTION, _pick(MISSING_PAPERS, drawn))
    return Step(Act.ACCEPT, at, Author.RECEPTION)


def _accepted(case: Case, drawn: Draws) -> Step:
    at = case.service.rules.calendar.add_working_time(case.state.changed_at, drawn.between(case.service.begin_within))
    return Step(Act.PROCESS, at, Author.HANDLER)


def _processing(case: Case, drawn: Draws) -> Step:
    """What interrupts it comes first, at most one of each kind; else the result."""
    state = case.state
    began = state.changed_at
    first = state.version <= 3
    if first and drawn.choice < assumed.WITHDRAWN:
        return Step(Act.WITHDRAW, _soon(case, began, drawn), Author.CITIZEN, "Công dân đề nghị rút hồ sơ")
    if first and drawn.choice < assumed.WITHDRAWN + assumed.STOPPED:
        return Step(Act.STOP, _soon(case, began, drawn), Author.HANDLER, "Không đủ điều kiện giải quyết theo quy định")
    early = assumed.WITHDRAWN + assumed.STOPPED
    if first and drawn.choice < early + assumed.SUPPLEMENT_WHILE_PROCESSING:
        return Step(Act.ASK_SUPPLEMENT, _soon(case, began, drawn), Author.HANDLER, _pick(MISSING_PAPERS, drawn))
    fee = case.service.fee_vnd
    if fee and state.fee_paid_at is None and drawn.detail < assumed.FEE_ASKED_SEPARATELY:
        note = f"Phí, lệ phí {fee:,} đồng".replace(",", ".")
        return Step(Act.ASK_PAYMENT, _soon(case, began, drawn), Author.HANDLER, note, fee)
    return Step(Act.COMPLETE, _completion(case, drawn), Author.HANDLER)


def _waiting_for_citizen(case: Case, drawn: Draws) -> Step:
    state, calendar = case.state, case.service.rules.calendar
    if drawn.choice < assumed.NEVER_ANSWERS and state.answer_by is not None:
        at = calendar.add_working_time(state.answer_by + timedelta(seconds=1), drawn.between(assumed.BEGUN_WITHIN))
        never_accepted = state.paused_from is Status.SUBMITTED
        return Step(
            Act.REFUSE if never_accepted else Act.STOP,
            at,
            Author.RECEPTION if never_accepted else Author.HANDLER,
            NO_ANSWER,
        )
    paying = state.status is Status.PAYMENT_REQUESTED
    days = int(drawn.time**2 * assumed.ANSWERED_WITHIN_DAYS * (0.4 if paying else 1.0))
    day = state.changed_at.astimezone(ZONE).date() + timedelta(days=days)
    at = max(
        datetime.combine(day, AWAKE_FROM, ZONE) + timedelta(seconds=int(drawn.spare * AWAKE_FOR)), state.changed_at
    )
    if at - state.changed_at < assumed.QUICK_RESULT[0]:
        at = state.changed_at + drawn.between(assumed.QUICK_RESULT)
    return Step(Act.PAY if paying else Act.SUPPLY, at, Author.CITIZEN)


def _completed(case: Case, drawn: Draws) -> Step:
    calendar, at = case.service.rules.calendar, case.state.changed_at
    if drawn.choice < assumed.RETURNED_SAME_DAY:
        return Step(
            Act.RETURN_RESULT, calendar.add_working_time(at, drawn.between(assumed.RETURNED_WITHIN)), Author.RECEPTION
        )
    later = 1 + int(drawn.detail * assumed.RETURNED_WITHIN_DAYS)
    return Step(Act.RETURN_RESULT, _office_moment(calendar, _after(calendar, at, later), drawn.time), Author.RECEPTION)


def _completion(case: Case, drawn: Draws) -> datetime:
    """When the result is there: for most within the time allowed, for the office's share of late ones after it."""
    state, calendar = case.state, case.service.rules.calendar
    today = state.changed_at.astimezone(ZONE).date()
    if state.due_at is None:
        return _later(case, today, int(drawn.time * case.service.unstated_days), drawn)
    due = state.due_at.astimezone(ZONE).date()
    if drawn.choice > 1 - case.office.late_share:
        late = 1 + int(drawn.time * assumed.LATE_BY_DAYS)
        at = _office_moment(calendar, _after(calendar, closing(due), late), drawn.spare)
        return max(at, calendar.opening(state.changed_at))
    least, most = assumed.USED_OF_THE_TIME
    allowed = calendar.working_days_between(today, due)
    used = int(allowed * (least + (most - least) * drawn.time))
    return min(_later(case, today, used, drawn), max(state.due_at, calendar.opening(state.changed_at)))


def _later(case: Case, today: date, days: int, drawn: Draws) -> datetime:
    """An office moment `days` working days after today, soon where that is none."""
    calendar = case.service.rules.calendar
    if days == 0:
        return calendar.add_working_time(case.state.changed_at, drawn.between(case.service.finish_within))
    return _office_moment(calendar, calendar.add_working_days(today, days), drawn.spare)


def _soon(case: Case, began: datetime, drawn: Draws) -> datetime:
    return case.service.rules.calendar.add_working_time(began, drawn.between(case.service.ask_within))


def _after(calendar: WorkingCalendar, at: datetime, days: int) -> date:
    return calendar.add_working_days(at.astimezone(ZONE).date(), days)


def _office_moment(calendar: WorkingCalendar, day: date, share: float) -> datetime:
    """The moment at which `share` of a working day's office hours has passed."""
    seconds = int(share * OFFICE_MINUTES * 60)
    opens = datetime.combine(calendar.working_day_from(day), OPENS, ZONE)
    lunch = timedelta(hours=LUNCH_ENDS.hour - LUNCH_BEGINS.hour) if seconds >= MORNING * 60 else timedelta()
    return opens + timedelta(seconds=seconds) + lunch


def _pick(sentences: tuple[str, ...], drawn: Draws) -> str:
    return sentences[int(drawn.detail * len(sentences))]


NO_ANSWER = "Quá thời hạn bổ sung, công dân không phản hồi"
MISSING_PAPERS = (
    "Bản sao giấy tờ tùy thân còn thiếu",
    "Tờ khai chưa có chữ ký của người yêu cầu",
    "Bản chụp giấy tờ không rõ, đề nghị nộp lại",
    "Thiếu giấy tờ chứng minh nơi cư trú",
    "Thông tin trong tờ khai chưa khớp với giấy tờ kèm theo",
)
REFUSALS = (
    "Hồ sơ không thuộc thẩm quyền giải quyết của cơ quan",
    "Thành phần hồ sơ không đúng quy định",
    "Người nộp không thuộc đối tượng thực hiện thủ tục",
)
_STEPS = {
    Status.SUBMITTED: _submitted,
    Status.ACCEPTED: _accepted,
    Status.PROCESSING: _processing,
    Status.SUPPLEMENT_REQUESTED: _waiting_for_citizen,
    Status.PAYMENT_REQUESTED: _waiting_for_citizen,
    Status.COMPLETED: _completed,
}
