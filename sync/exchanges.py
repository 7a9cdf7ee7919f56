"""The log of exchanges: one row per HTTP call, there before the call, completed with what came of it.

The calls that a batch takes when nothing goes wrong are written down in the transaction that claims it, so a process
killed in between leaves rows without an answer: the checker knows then what may have been applied unheard. Calls that
nobody planned (a sign-in, the halves of a refused batch) send nothing that a planned one does not account for.
"""

import os
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

from sync.client import Outcome
from sync.database import execute, rows

_PLAN = """
INSERT INTO sync_exchange (service, records, claimed_at, started_at, milliseconds, error_code, error, attempt,
    waited_ms, worker)
SELECT service, records, now(), clock_timestamp(), 0, '', '', attempt, waited * 1000, %(worker)s
FROM unnest(%(services)s::text[], %(records)s::bigint[], %(attempts)s::bigint[], %(waited)s::float8[])
    AS planned (service, records, attempt, waited)
RETURNING id
"""
_ENDED = """
    unnest(%(ids)s::bigint[], %(services)s::text[], %(records)s::bigint[], %(ages)s::float8[], %(seconds)s::float8[],
        %(statuses)s::int[], %(codes)s::text[], %(errors)s::text[], %(applied)s::int[], %(absorbed)s::int[],
        %(refused)s::int[], %(attempts)s::int[])
    AS ended (id, service, records, age, seconds, http_status, error_code, error, applied, absorbed, refused, attempt)
"""
_COMPLETE = (
    """
UPDATE sync_exchange SET
    started_at = clock_timestamp() - ended.age * interval '1 second', milliseconds = ended.seconds * 1000,
    http_status = ended.http_status, error_code = left(ended.error_code, 20), error = ended.error,
    applied = ended.applied, absorbed = ended.absorbed, refused = ended.refused
FROM """
    + _ENDED
    + "WHERE sync_exchange.id = ended.id"
)
_ADD = (
    """
INSERT INTO sync_exchange (service, records, claimed_at, started_at, milliseconds, http_status, error_code, error,
    applied, absorbed, refused, attempt, worker)
SELECT service, records, now(), clock_timestamp() - age * interval '1 second', seconds * 1000, http_status,
    left(error_code, 20), error, applied, absorbed, refused, attempt, %(worker)s
FROM """
    + _ENDED
)
# One row a service stays for all that go, so that the sums, the checker's third witness, stay what they were.
_FOLD = """
WITH gone AS (
    DELETE FROM sync_exchange WHERE started_at < now() - %(days)s * interval '1 day' RETURNING *
), folded AS (
    INSERT INTO sync_exchange (service, records, applied, absorbed, refused, started_at, milliseconds, http_status,
        error_code, error, worker)
    SELECT service, sum(records), sum(applied), sum(absorbed), sum(refused), max(started_at), 0, max(http_status),
        '', '', %(worker)s
    FROM gone WHERE records > 0 GROUP BY service, applied IS NULL
)
SELECT count(*) FROM gone
"""
FOLDED = "folded"
_FORGET = "DELETE FROM sync_exchange WHERE id = ANY(%(ids)s)"


class Plan(NamedTuple):
    """The calls (service, records) a batch takes when nothing goes wrong.

    Its rows are sent for the `attempt`-th time; the one that was due first has `waited` so many seconds.
    """

    calls: Sequence[tuple[str, int]]
    attempt: int
    waited: float


@dataclass(frozen=True, slots=True)
class Planned:
    """A call that is going to be made, and its row."""

    service: str
    records: int
    row: int


class Ended(NamedTuple):
    """A call that was made; `row` is 0 where nobody planned it."""

    row: int
    outcome: Outcome
    attempt: int


@dataclass
class ExchangeLog:
    """The calls of one batch: those planned and not made yet, and those made."""

    attempt: int = 1
    planned: list[Planned] = field(default_factory=list)
    ended: list[Ended] = field(default_factory=list)

    def note(self, outcome: Outcome) -> None:
        """A call has ended: a planned one, or one more."""
        for planned in self.planned:
            if (planned.service, planned.records) == (outcome.service, outcome.records):
                self.planned.remove(planned)
                self.ended.append(Ended(planned.row, outcome, self.attempt))
                return
        self.ended.append(Ended(0, outcome, self.attempt))


def write(logs: Sequence[ExchangeLog]) -> None:
    """Complete the rows of the calls made, and forget the planned ones that were not."""
    ended = [call for log in logs for call in log.ended if call.row]
    more = [call for log in logs for call in log.ended if not call.row]
    unmade = [planned.row for log in logs for planned in log.planned]
    if ended:
        execute(_COMPLETE, **_values(ended))
    if more:
        execute(_ADD, worker=_worker(), **_values(more))
    if unmade:
        execute(_FORGET, ids=unmade)


def plan(plans: Sequence[Plan]) -> list[ExchangeLog]:
    """Write down the calls of each batch; inside the transaction that claims them."""
    calls = [(service, records, one.attempt, one.waited) for one in plans for service, records in one.calls]
    if not calls:
        return []
    services, records, attempts, waited = map(list, zip(*calls, strict=True))
    written = rows(_PLAN, services=services, records=records, attempts=attempts, waited=waited, worker=_worker())
    numbers = iter([number for (number,) in written])
    return [ExchangeLog(one.attempt, [Planned(*call, next(numbers)) for call in one.calls]) for one in plans]


def fold(days: int) -> int:
    """Drop the calls older than `days`, keeping their sums in a row each; returns how many went."""
    [(gone,)] = rows(_FOLD, days=days, worker=FOLDED)
    return int(gone)


@cache
def _worker() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


def _values(calls: Sequence[Ended]) -> dict[str, Any]:
    now = time.monotonic()
    outcomes = [call.outcome for call in calls]
    effects = [outcome.effects or (None, None, None) for outcome in outcomes]
    return {
        "ids": [call.row for call in calls],
        "services": [outcome.service for outcome in outcomes],
        "records": [outcome.records for outcome in outcomes],
        "ages": [now - outcome.began for outcome in outcomes],
        "seconds": [outcome.seconds for outcome in outcomes],
        "statuses": [outcome.http_status for outcome in outcomes],
        "codes": [outcome.error_code for outcome in outcomes],
        "errors": [outcome.error for outcome in outcomes],
        "applied": [applied for applied, _absorbed, _refused in effects],
        "absorbed": [absorbed for _applied, absorbed, _refused in effects],
        "refused": [refused for _applied, _absorbed, refused in effects],
        "attempts": [call.attempt for call in calls],
    }
