"""The run over time: every half second what waits, what was sent, the gate, connections, dead rows, WAL, statements.

One query a sample, cheap beside the job's own: the log of exchanges is summed only where it may still change. The age
of the oldest change that waits is worked out afterwards, from the moments the ledger tells, because to ask for it
would read the whole backlog each time. What the database does not know, memory and processor time, is given.
"""

from bisect import bisect_right
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any, Final

from sync.database import rows
from sync.loadtest.times import HALVES, Times

UNSETTLED_SAMPLES: Final = 120  # a minute: longer than a lease, after which no exchange is completed any more
BIG_TABLES: Final = ("sync_delivery", "sync_exchange", "procedures_application", "procedures_statuschange")

_SAMPLE = """
WITH calls AS (
    SELECT coalesce(sum(records) FILTER (WHERE id <= %(floor)s), 0) AS settled_sent,
        coalesce(sum(applied) FILTER (WHERE id <= %(floor)s), 0) AS settled_applied,
        coalesce(sum(records), 0) AS sent, coalesce(sum(applied), 0) AS applied, coalesce(max(id), 0) AS newest
    FROM sync_exchange WHERE id > %(summed)s AND made
)
SELECT date_part('epoch', clock_timestamp()),
    (SELECT count(*) FROM sync_delivery WHERE wanted > sent AND parked_at IS NULL),
    calls.settled_sent, calls.settled_applied, calls.sent, calls.applied, calls.newest,
    gate.state, gate."limit", date_part('epoch', gate.not_before),
    (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'),
    (SELECT coalesce(sum(n_dead_tup), 0) FROM pg_stat_user_tables WHERE relname = ANY(%(tables)s)),
    pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0'), others.xmin_age, others.statement_ms
FROM calls LEFT JOIN sync_gate gate ON gate.destination = %(destination)s, (
    SELECT coalesce(max(age(backend_xmin)), 0) AS xmin_age, coalesce(max(
        date_part('epoch', clock_timestamp() - query_start)) FILTER (WHERE state = 'active'), 0) * 1000 AS statement_ms
    FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'
) AS others
"""


@dataclass
class Samples:
    """What was seen so far; `start` is the moment, in seconds since 1970, from which `t` counts."""

    destination: str
    start: float
    rows: list[dict[str, Any]] = field(default_factory=list)
    pauses: dict[float, float] = field(default_factory=dict)  # until when → when it was seen first
    _summed: int = 0  # exchanges up to this number are in the two sums
    _sent: int = 0
    _applied: int = 0
    _newest: "deque[int]" = field(default_factory=lambda: deque([0], UNSETTLED_SAMPLES))
    _first_wal: float | None = None

    def take(self, outside: Mapping[str, float]) -> int:
        """One more sample, with what is known `outside` the database; returns how many applications wait.

        Raises OperationalError while the database is away.
        """
        floor = max(self._newest[0], self._summed) if len(self._newest) == self._newest.maxlen else self._summed
        [found] = rows(_SAMPLE, floor=floor, summed=self._summed, destination=self.destination, tables=list(BIG_TABLES))
        now, waiting, *sums, newest, state, limit, not_before, connections, dead, wal, xmin_age, statement_ms = found
        settled_sent, settled_applied, sent, applied = map(int, sums)
        self.rows.append(
            {
                "t": round(now - self.start, 3),
                "backlog": waiting,
                "sent": self._sent + sent,
                "applied": self._applied + applied,
                "gate": self._gate(now, state, not_before),
                "limit": round(limit or 0, 1),
                "connections": connections,
                "dead_tuples": int(dead),
                "wal_mb": self._wal(float(wal)),
                "xmin_age": xmin_age,
                "statement_ms": round(statement_ms, 1),
                **{name: round(value, 2) for name, value in outside.items()},
            }
        )
        self._summed, self._sent, self._applied = floor, self._sent + settled_sent, self._applied + settled_applied
        self._newest.append(newest)
        return int(waiting)

    def to_json(self, times: Times) -> list[dict[str, Any]]:
        """`series` of result.json."""
        ages = _Ages(times)
        return [{**row, "oldest_age": ages.at(self.start + row["t"])} for row in self.rows]

    def _gate(self, now: float, state: str | None, not_before: float | None) -> str:
        if state == "closed" and not_before is not None and not_before > now:
            self.pauses.setdefault(not_before, now)
            return "paused"
        return state or "closed"

    def _wal(self, position: float) -> float:
        if self._first_wal is None:
            self._first_wal = position
        return round((position - self._first_wal) / 1e6, 1)


class _Ages:
    """For any moment the age of the oldest change committed and not applied, to half a second."""

    def __init__(self, times: Times) -> None:
        self._halves = sorted(times.earliest)
        from_the_end = accumulate((times.earliest[half] for half in reversed(self._halves)), min)
        self._oldest = list(from_the_end)[::-1]  # committed first of what was applied in this half second or later

    def at(self, moment: float) -> float:
        """Of the changes applied after `moment`, the one committed first."""
        place = bisect_right(self._halves, moment * HALVES)
        return round(max(moment - self._oldest[place], 0.0), 3) if place < len(self._halves) else 0.0
