"""Reads what is under way and writes a simulated day by COPY: citizens, applications, history, ledger, counters.

Applications come before the history, whose trigger looks whether each stands where its history says; all history of a
day goes in by one statement, so that trigger and outbox mark run once.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import connection

from portal.simulation.province import Province
from portal.simulation.steps import Case
from procedures.lifecycle import OPEN, Status
from procedures.models import Application, CodeCounter
from procedures.moves import STATE_FIELDS, State

if TYPE_CHECKING:
    from portal.simulation.day import Change, Day

CITIZEN = ("id", "kind", "name", "identity_number", "phone", "email")
FIXED = ("id", "code", "procedure_id", "agency_id", "citizen_id", "channel", "result_by_post", "submitted_at")
HISTORY = ("application_id", "version", "from_status", "to_status", "at", "by_official_id", "by_citizen_id", "note")
LEDGER = ("application_id", "version", "kind", "at", "amount", "unit", "due_at")

_UPDATE = f"""
UPDATE procedures_application AS application SET handler_id = COALESCE(day.handler_id, application.handler_id),
    {", ".join(f"{name} = day.{name}" for name in STATE_FIELDS)}
FROM simulated_day AS day WHERE application.id = day.id
"""  # noqa: S608  the names are the model's own


def open_cases(province: Province, start: datetime) -> list[Case]:
    """Every application under way that has not been touched since `start`, in the order of their codes."""
    rows = (
        Application.objects.filter(status__in=OPEN, changed_at__lt=start)
        .order_by("code")
        .values_list("id", "code", "procedure", "agency", "citizen", "channel", *STATE_FIELDS)
    )
    return [_case(province, row) for row in rows.iterator(chunk_size=5000)]


def _case(province: Province, row: tuple[Any, ...]) -> Case:
    pk, code, procedure, agency, citizen, channel, *values = row
    fields = dict(zip(STATE_FIELDS, values, strict=True))
    fields["status"] = Status(fields["status"])
    fields["paused_from"] = fields["paused_from"] and Status(fields["paused_from"])
    return Case(pk, code, province.services[procedure], province.offices[agency], citizen, channel, State(**fields))


def last_numbers(day: date) -> defaultdict[int, int]:
    """The last number given on `day`, by agency; 0 where none was."""
    given = CodeCounter.objects.filter(day=day).values_list("agency", "last")
    return defaultdict(int, given)


def new_keys(count: int) -> list[tuple[int, int]]:
    """So many primary keys for applications and their citizens, from the tables' own sequences."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('procedures_application', 'id')),"
            " nextval(pg_get_serial_sequence('procedures_citizen', 'id')) FROM generate_series(1, %s)",
            [count],
        )
        return cursor.fetchall()


def write(day: "Day") -> None:
    """Write the day; inside the caller's transaction."""
    new = {case.pk for case, _filing in day.new}
    _copy("procedures_citizen", CITIZEN, ((case.citizen, *filing.person) for case, filing in day.new))
    _copy("procedures_application", (*FIXED, "handler_id", *STATE_FIELDS), (
        (
            case.pk, case.code, filing.service.procedure, filing.office.agency, case.citizen, case.channel,
            filing.result_by_post, filing.at, day.handlers.get(case.pk), *_values(case.state),
        )
        for case, filing in day.new
    ))  # fmt: skip
    _update([case for pk, case in day.old.items() if pk not in new], day.handlers)
    _copy("procedures_statuschange", HISTORY, (_history(change) for change in day.changes))
    _copy("procedures_deadlineentry", LEDGER, (_ledger(change) for change in day.changes if change.line))
    _count(day)


def _history(change: "Change") -> tuple[Any, ...]:
    case, step = change.case, change.step
    by_citizen = case.citizen if step is None or step.by == "citizen" else None
    official = None
    if step is not None and not by_citizen:
        official = case.office.reception if step.by == "reception" else case.office.handler
    before = change.before.status if change.before else None
    after = change.after
    return (
        case.pk,
        after.version,
        before,
        after.status,
        after.changed_at,
        official,
        by_citizen,
        step.note if step else "",
    )


def _ledger(change: "Change") -> tuple[Any, ...]:
    after, line = change.after, change.line
    assert line is not None  # noqa: S101  the caller asks only for changes with a line
    return (change.case.pk, after.version, line.kind, after.changed_at, line.amount, line.unit.value, line.due_at)


def _values(state: State) -> tuple[Any, ...]:
    return tuple(getattr(state, name) for name in STATE_FIELDS)


def _update(cases: Sequence[Case], handlers: dict[int, int]) -> None:
    """Bring applications under way to their new state."""
    columns = ", ".join(("id", "handler_id", *STATE_FIELDS))
    with connection.cursor() as cursor:
        like = f"SELECT {columns} FROM procedures_application WITH NO DATA"  # noqa: S608
        cursor.execute(f"CREATE TEMP TABLE simulated_day ON COMMIT DROP AS {like}")
    rows = ((case.pk, handlers.get(case.pk), *_values(case.state)) for case in cases)
    _copy("simulated_day", ("id", "handler_id", *STATE_FIELDS), rows)
    with connection.cursor() as cursor:
        cursor.execute(_UPDATE)
        cursor.execute("DROP TABLE simulated_day")


def _count(day: "Day") -> None:
    """Leave the counters where the day's codes ended, so that the next application filed by hand goes on from there."""
    given: dict[int, int] = defaultdict(int)
    for case, _filing in day.new:
        given[case.office.agency] += 1
    last = last_numbers(day.day)
    rows = [CodeCounter(agency_id=agency, day=day.day, last=last[agency] + count) for agency, count in given.items()]
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO procedures_codecounter (agency_id, day, last) VALUES (%s, %s, %s)"
            " ON CONFLICT (agency_id, day) DO UPDATE SET last = EXCLUDED.last",
            [(row.agency_id, row.day, row.last) for row in rows],
        )


def _copy(table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor, cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row(row)
