"""Every act on an application, one function each: lock, check, move, history, ledger in one transaction.

Status changes nowhere else. Each act takes who does it (`by`: an official, a citizen, or None for the system) and when
(`at`, aware; whole seconds are kept). Refusals are `MoveRefused` (the status forbids it) and `NotAllowed` (the person
may not), both with a sentence for that person.
"""

from datetime import date, datetime

from django.db import connection, transaction
from django.utils.translation import gettext as _

from procedures import codes, moves, permissions
from procedures.lifecycle import Act, MoveRefused, Status
from procedures.models import (
    Agency,
    Application,
    Channel,
    Citizen,
    CodeCounter,
    DeadlineEntry,
    Official,
    Procedure,
    StatusChange,
    working_calendar,
)
from procedures.permissions import Person
from procedures.signals import history_written
from procedures.working_days import ZONE


@transaction.atomic
def submit(
    procedure: Procedure,
    agency: Agency,
    *,
    citizen: Citizen,
    by: Person | None,
    at: datetime,
    channel: Channel,
    result_by_post: bool = False,
    note: str = "",
) -> Application:
    """File a new application with `agency` (nộp hồ sơ) and give it its code."""
    if not procedure.is_settled_by(agency):
        raise MoveRefused(_("%(agency)s không giải quyết thủ tục này.") % {"agency": agency.name})
    state = moves.submitted(at)
    application = Application(
        code=next_code(agency, state.changed_at.astimezone(ZONE).date()),
        procedure=procedure,
        agency=agency,
        citizen=citizen,
        channel=channel,
        result_by_post=result_by_post,
        submitted_at=state.changed_at,
    )
    permissions.check_may(Act.SUBMIT, by, application)
    _store(application, state)
    application.save(force_insert=True)
    _write_history(application, None, state, None, by=by, note=note)
    return application


def accept(application: Application, *, by: Person | None, at: datetime, note: str = "") -> StatusChange:
    """Take the application in and start its deadline (tiếp nhận)."""
    return _move(application, Act.ACCEPT, by=by, at=at, note=note)


def refuse(application: Application, *, by: Person | None, at: datetime, note: str) -> StatusChange:
    """Do not take it in; `note` tells the citizen why (không tiếp nhận)."""
    return _move(application, Act.REFUSE, by=by, at=at, note=note)


def process(application: Application, *, by: Person | None, at: datetime, note: str = "") -> StatusChange:
    """Begin to settle it (đang xử lý); the official becomes its handler."""
    return _move(application, Act.PROCESS, by=by, at=at, note=note)


def ask_supplement(
    application: Application, *, by: Person | None, at: datetime, note: str, answer_by: datetime | None = None
) -> StatusChange:
    """Ask for papers and stop the clock (yêu cầu bổ sung); `answer_by` defaults to ten working days."""
    return _move(application, Act.ASK_SUPPLEMENT, by=by, at=at, note=note, answer_by=answer_by)


def supply(application: Application, *, by: Person | None, at: datetime, note: str = "") -> StatusChange:
    """Hand in what was asked for; the application goes on where it stood (bổ sung)."""
    return _move(application, Act.SUPPLY, by=by, at=at, note=note)


def ask_payment(
    application: Application,
    *,
    by: Person | None,
    at: datetime,
    fee_vnd: int,
    note: str = "",
    answer_by: datetime | None = None,
) -> StatusChange:
    """Ask for the fee, in đồng, and stop the clock (yêu cầu thực hiện nghĩa vụ tài chính)."""
    return _move(application, Act.ASK_PAYMENT, by=by, at=at, note=note, fee_vnd=fee_vnd, answer_by=answer_by)


def pay(application: Application, *, by: Person | None, at: datetime, note: str = "") -> StatusChange:
    """Pay the fee; the application goes on where it stood (nộp phí)."""
    return _move(application, Act.PAY, by=by, at=at, note=note)


def complete(application: Application, *, by: Person | None, at: datetime, note: str = "") -> StatusChange:
    """The result is there (đã xử lý xong)."""
    return _move(application, Act.COMPLETE, by=by, at=at, note=note)


def return_result(application: Application, *, by: Person | None, at: datetime, note: str = "") -> StatusChange:
    """Hand the result to the citizen (trả kết quả)."""
    return _move(application, Act.RETURN_RESULT, by=by, at=at, note=note)


def withdraw(application: Application, *, by: Person | None, at: datetime, note: str = "") -> StatusChange:
    """Take it back at the citizen's request (rút hồ sơ)."""
    return _move(application, Act.WITHDRAW, by=by, at=at, note=note)


def stop(application: Application, *, by: Person | None, at: datetime, note: str) -> StatusChange:
    """End it without a result; `note` tells the citizen why (dừng xử lý)."""
    return _move(application, Act.STOP, by=by, at=at, note=note)


@transaction.atomic
def rate(application: Application, *, by: Citizen, stars: int) -> None:
    """The citizen's rating, one to five, of a returned result (đánh giá); it may be changed."""
    permissions.check_may(Act.RATE, by, application)
    if not 1 <= stars <= 5:
        raise MoveRefused(_("Hãy chọn từ 1 đến 5 sao."))
    locked = Application.objects.select_for_update().get(pk=application.pk)
    if locked.status != Status.RESULT_RETURNED:
        raise MoveRefused(_("Chỉ đánh giá được sau khi đã nhận kết quả."))
    application.rating = locked.rating = stars
    locked.save(update_fields=["rating"])


def next_code(agency: Agency, day: date) -> str:
    """The next application code of `agency` on `day`; two processes never get the same one."""
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{CodeCounter._meta.db_table}" AS counter (agency_id, day, last) VALUES (%s, %s, 1)'  # noqa: S608
            " ON CONFLICT (agency_id, day) DO UPDATE SET last = counter.last + 1 RETURNING last",
            [agency.pk, day],
        )
        (number,) = cursor.fetchone()
    return codes.make(agency.code, day, number)


@transaction.atomic
def _move(
    application: Application,
    act: Act,
    *,
    by: Person | None,
    at: datetime,
    note: str,
    fee_vnd: int = 0,
    answer_by: datetime | None = None,
) -> StatusChange:
    """The only way a status changes. Refreshes `application` to what is stored."""
    application.refresh_from_db(from_queryset=Application.objects.select_for_update())
    permissions.check_may(act, by, application)
    rules = moves.Rules(application.procedure.duration, working_calendar())
    before = _load(application)
    after, line = moves.move(rules, before, act, at, note=note, fee_vnd=fee_vnd, answer_by=answer_by)
    _store(application, after)
    if act is Act.PROCESS and isinstance(by, Official):
        application.handler = by
    application.save(update_fields=[*moves.STATE_FIELDS, "handler"])
    return _write_history(application, before.status, after, line, by=by, note=note)


def _load(application: Application) -> moves.State:
    fields = {name: getattr(application, name) for name in moves.STATE_FIELDS}
    paused_from = application.paused_from
    return moves.State(**fields | {"status": application.state, "paused_from": paused_from and Status(paused_from)})


def _store(application: Application, state: moves.State) -> None:
    for name in moves.STATE_FIELDS:
        setattr(application, name, getattr(state, name))


def _write_history(
    application: Application,
    before: Status | None,
    after: moves.State,
    line: moves.LedgerLine | None,
    *,
    by: Person | None,
    note: str,
) -> StatusChange:
    if line:
        DeadlineEntry.objects.create(
            application=application,
            version=after.version,
            kind=line.kind,
            at=after.changed_at,
            amount=line.amount,
            unit=line.unit,
            due_at=line.due_at,
        )
    change = StatusChange.objects.create(
        application=application,
        version=after.version,
        from_status=before,
        to_status=after.status,
        at=after.changed_at,
        by_official=by if isinstance(by, Official) else None,
        by_citizen=by if isinstance(by, Citizen) else None,
        note=note,
    )
    transaction.on_commit(lambda: history_written.send(sender=StatusChange))
    return change
