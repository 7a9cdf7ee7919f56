"""The log of exchanges: one row per HTTP call, there before the call, completed with what came of it.

The calls of a batch are written down in the transaction that claims it, so a process killed in between leaves rows
without an answer: the checker knows then what may have been applied unheard.
"""

import os
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from sync.client import Outcome

_PLAN = """
INSERT INTO sync_exchange (service, records, claimed_at, started_at, milliseconds, error_code, error, worker)
SELECT service, records, now(), clock_timestamp(), 0, '', '', %(worker)s
FROM unnest(%(services)s::text[], %(records)s::bigint[]) AS planned (service, records)
RETURNING id
"""
_COMPLETE = """
UPDATE sync_exchange SET
    started_at = clock_timestamp() - ended.age * interval '1 second', milliseconds = ended.seconds * 1000,
    http_status = ended.http_status, error_code = left(ended.error_code, 20), error = ended.error,
    applied = ended.applied, absorbed = ended.absorbed, refused = ended.refused
FROM unnest(%(ids)s::bigint[], %(ages)s::float8[], %(seconds)s::float8[], %(statuses)s::int[], %(codes)s::text[],
    %(errors)s::text[], %(applied)s::int[], %(absorbed)s::int[], %(refused)s::int[])
    AS ended (id, age, seconds, http_status, error_code, error, applied, absorbed, refused)
WHERE sync_exchange.id = ended.id
"""
_FORGET = "DELETE FROM sync_exchange WHERE id = ANY(%(ids)s)"


@dataclass(frozen=True, slots=True)
class _Ended:
    call: int
    began: float
    outcome: Outcome


class ExchangeLog:
    """The calls of one pump."""

    def __init__(self) -> None:
        self.worker = f"{socket.gethostname()}:{os.getpid()}"
        self._planned: list[tuple[str, int, int]] = []
        self._began: dict[int, float] = {}
        self._ended: list[_Ended] = []

    def plan(self, calls: Sequence[tuple[str, int]]) -> None:
        """Write down the calls (service, records) a batch is going to make; inside the transaction that claims it."""
        calls = [call for call in calls if call[1]]
        ids = self._insert(calls)
        self._planned = [(service, records, row) for (service, records), row in zip(calls, ids, strict=True)]

    def begin(self, service: str, records: int) -> int:
        """A call is about to be made: a planned one, or one more."""
        planned = next((plan for plan in self._planned if plan[:2] == (service, records)), None)
        if planned:
            self._planned.remove(planned)
        row = planned[2] if planned else self._insert([(service, records)])[0]
        self._began[row] = time.monotonic()
        return row

    def end(self, call: int, outcome: Outcome) -> None:
        self._ended.append(_Ended(call, self._began.pop(call), outcome))

    def write(self) -> None:
        """Complete the rows of the calls made, and forget the planned ones that were not."""
        now, ended = time.monotonic(), self._ended
        effects = [one.outcome.effects or (None, None, None) for one in ended]
        values: dict[str, Any] = {
            "ids": [one.call for one in ended],
            "ages": [now - one.began for one in ended],
            "seconds": [one.outcome.seconds for one in ended],
            "statuses": [one.outcome.http_status for one in ended],
            "codes": [one.outcome.error_code for one in ended],
            "errors": [one.outcome.error for one in ended],
            "applied": [applied for applied, _absorbed, _refused in effects],
            "absorbed": [absorbed for _applied, absorbed, _refused in effects],
            "refused": [refused for _applied, _absorbed, refused in effects],
        }
        with connection.cursor() as cursor:
            if ended:
                cursor.execute(_COMPLETE, values)
            if self._planned:
                cursor.execute(_FORGET, {"ids": [row for _service, _records, row in self._planned]})
        self._planned, self._ended = [], []

    def _insert(self, calls: Sequence[tuple[str, int]]) -> list[int]:
        if not calls:
            return []
        services, records = [service for service, _ in calls], [count for _, count in calls]
        with connection.cursor() as cursor:
            cursor.execute(_PLAN, {"services": services, "records": records, "worker": self.worker})
            return [row for (row,) in cursor.fetchall()]


class Unlogged:
    """For questions that are no deliveries: reconciliation, evidence."""

    def begin(self, service: str, records: int) -> int:  # noqa: ARG002
        return 0

    def end(self, call: int, outcome: Outcome) -> None:
        """Nothing to remember."""
