"""Reads what is under way and writes a simulated day by COPY: citizens, applications, history, ledger, counters.

Applications come before the history, whose trigger looks whether each stands where its history says; all history of a
day goes in by one statement, so that trigger and outbox mark run once.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import count
from typing import Any

from django.db import connection, transaction

from portal.simulation.cases import Author, Case, Change, Doings
from portal.simulation.province import Province
from procedures.lifecycle import Status
from procedures.models import Application, CodeCounter, StatusChange
from procedures.moves import STATE_FIELDS, State
from procedures.signals import history_written

CITIZEN = ("id", "kind", "name", "identity_number", "phone", "email")
FIXED = ("id", "code", "procedure_id", "agency_id", "citizen_id", "channel", "result_by_post", "submitted_at")
HISTORY = ("application_id", "version", "from_status", "to_status", "at", "by_official_id", "by_citizen_id", "note")
LEDGER = ("application_id", "version", "kind", "at", "amount", "unit", "due_at")

_UPDATE = f"""
UPDATE procedures_application AS application SET handler_id = COALESCE(day.handler_id, application.handler_id),
    {", ".join(f"{name} = day.{name}" for name in STATE_FIELDS)}
FROM simulated_day AS day WHERE application.id = day.id
"""  # noqa: S608  the names are the model's own
_RESERVE = f"""
INSERT INTO {CodeCounter._meta.db_table} AS counter (agency_id, day, last)
SELECT wanted.agency, %s, wanted.numbers FROM unnest(%s::bigint[], %s::int[]) AS wanted (agency, numbers)
ON CONFLICT (agency_id, day) DO UPDATE SET last = counter.last + EXCLUDED.last
RETURNING agency_id, last
"""  # noqa: S608  the table's name is the model's own


def open_cases(province: Province, end: datetime) -> list[Case]:
    """Every application under way that nobody moved at `end` or later, in the order of their codes.

    They stay locked until the day is written: a person who acts on one meanwhile waits, as for another person.
    """
    rows = (
        Application.objects.open()
        .filter(changed_at__lt=end)
        .select_for_update(no_key=True)
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


def reserve_numbers(day: date, wanted: Mapping[int, int]) -> dict[int, Iterator[int]]:
    """As many numbers of `day` as each agency wants, after those given already; locked until the day is written."""
    with connection.cursor() as cursor:
        cursor.execute(_RESERVE, [day, sorted(wanted), [wanted[agency] for agency in sorted(wanted)]])
        return {agency: count(last - wanted[agency] + 1) for agency, last in cursor.fetchall()}


def new_keys(count: int) -> list[tuple[int, int]]:
    """So many primary keys for applications and their citizens, from the tables' own sequences."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('procedures_application', 'id')),"
            " nextval(pg_get_serial_sequence('procedures_citizen', 'id')) FROM generate_series(1, %s)",
            [count],
        )
        return list(cursor.fetchall())


def write(doings: Doings) -> None:
    """Write the day; inside the caller's transaction."""
    doings.changes.sort(key=lambda change: change.after.changed_at)  # as it happened: the index by moment is a BRIN
    _copy("procedures_citizen", CITIZEN, ((case.citizen, *filing.person) for case, filing in doings.filed))
    _copy("procedures_application", (*FIXED, "handler_id", *STATE_FIELDS), (
        (
            case.pk, case.code, case.service.procedure, case.office.agency, case.citizen, case.channel,
            filing.result_by_post, filing.at, doings.handlers.get(case.pk), *_values(case.state),
        )
        for case, filing in doings.filed
    ))  # fmt: skip
    _update(doings.moved.values(), doings.handlers)
    _copy("procedures_statuschange", HISTORY, (_history(change) for change in doings.changes))
    _copy("procedures_deadlineentry", LEDGER, (row for change in doings.changes for row in _ledger(change)))
    _analyse()
    transaction.on_commit(lambda: history_written.send(sender=StatusChange))


def _analyse() -> None:
    """Tables that were empty a moment ago have no statistics, and autovacuum looks once a minute: plans made meanwhile
    read whole tables for each row."""
    with connection.cursor() as cursor:
        cursor.execute(
            "ANALYZE procedures_application, procedures_statuschange, procedures_deadlineentry, procedures_citizen,"
            " procedures_official, procedures_procedure, procedures_agency, procedures_sector, sync_delivery"
        )


def _history(change: Change) -> tuple[Any, ...]:
    case, after = change.case, change.after
    officials = {Author.RECEPTION: case.office.reception, Author.HANDLER: case.office.handler}
    return (
        case.pk,
        after.version,
        change.before and change.before.status,
        after.status,
        after.changed_at,
        officials.get(change.by),
        case.citizen if change.by is Author.CITIZEN else None,
        change.note,
    )


def _ledger(change: Change) -> Iterator[tuple[Any, ...]]:
    after, line = change.after, change.line
    if line:
        yield (change.case.pk, after.version, line.kind, after.changed_at, line.amount, line.unit.value, line.due_at)


def _values(state: State) -> tuple[Any, ...]:
    return tuple(getattr(state, name) for name in STATE_FIELDS)


def _update(cases: Iterable[Case], handlers: Mapping[int, int]) -> None:
    """Bring applications under way to their new state."""
    columns = ", ".join(("id", "handler_id", *STATE_FIELDS))
    with connection.cursor() as cursor:
        like = f"SELECT {columns} FROM procedures_application WITH NO DATA"  # noqa: S608  the model's own columns
        cursor.execute(f"CREATE TEMP TABLE simulated_day ON COMMIT DROP AS {like}")
    rows = ((case.pk, handlers.get(case.pk), *_values(case.state)) for case in cases)
    _copy("simulated_day", ("id", "handler_id", *STATE_FIELDS), rows)
    with connection.cursor() as cursor:
        cursor.execute(_UPDATE)
        cursor.execute("DROP TABLE simulated_day")


def _copy(table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor, cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row(row)
