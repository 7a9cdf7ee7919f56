"""Request journal (nhật ký yêu cầu): what arrived. The last requests in memory, and counters of all since the start."""

from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from aiohttp import web

from sync import wire

KEPT = 1000
FILTERS = ("service", "agency_code", "http_status", "error_code", "fault", "path")
CONTAINED = frozenset({"fault", "path"})
SORTS = 1000  # of answers counted apart: what hostile clients call a service must not fill the memory
OTHERS = "(khác)"
_ZONE: Final = ZoneInfo(wire.TIME_ZONE)


@dataclass(frozen=True)
class Entry:
    """One request as it was answered."""

    number: int
    at: datetime  # when it arrived
    path: str
    service: str
    agency_code: str
    dstcode: str
    records: int
    http_status: int
    error_code: str
    milliseconds: float
    fault: str


@dataclass
class Note:
    """What the handlers know of a request, filled in while it is served."""

    service: str = ""
    agency_code: str = ""
    records: int = 0
    error_code: str = ""
    faults: tuple[str, ...] = ()  # the names of those that the request met


NOTE = web.RequestKey("note", Note)


@dataclass
class Journal:
    """A bounded ring: memory does not grow with the number of requests."""

    requests: int = 0
    records: int = 0
    answers: Counter[tuple[str, int, str]] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    last: deque[Entry] = field(default_factory=lambda: deque(maxlen=KEPT))

    def add(self, note: Note, *, at: float, path: str, dstcode: str, http_status: int, milliseconds: float) -> None:
        """`at`: when it arrived, in seconds since 1970."""
        self.requests += 1
        self.records += note.records
        sort = (note.service, http_status, note.error_code)
        if sort not in self.answers and len(self.answers) >= SORTS:
            sort = (OTHERS, http_status, note.error_code)
        self.answers[sort] += 1
        self.faults.update(note.faults)
        self.last.append(
            Entry(
                number=self.requests,
                at=datetime.fromtimestamp(at, _ZONE),
                path=_readable(path)[:300],
                service=note.service,
                agency_code=note.agency_code,
                dstcode=_readable(dstcode)[:200],
                records=note.records,
                http_status=http_status,
                error_code=note.error_code,
                milliseconds=round(milliseconds, 3),
                fault=", ".join(note.faults),
            )
        )

    def clear(self) -> None:
        self.requests = self.records = 0
        self.answers.clear()
        self.faults.clear()
        self.last.clear()

    def counters(self) -> list[dict[str, Any]]:
        """How often each service was answered in which way."""
        return [
            {"service": service, "http_status": status, "error_code": code, "requests": requests}
            for (service, status, code), requests in sorted(self.answers.items())
        ]

    def find(self, wanted: Mapping[str, str]) -> list[Entry]:
        """Those of the kept requests whose members are (a path, a fault: contain) what is wanted, newest first."""
        return [entry for entry in reversed(self.last) if all(_is(entry, *pair) for pair in wanted.items())]


def _readable(text: str) -> str:
    """Addresses and headers may be any bytes, which would keep the journal from being shown."""
    return text.encode("utf-8", "replace").decode()


def _is(entry: Entry, name: str, wanted: str) -> bool:
    value = str(getattr(entry, name))
    return wanted.lower() in value.lower() if name in CONTAINED else value == wanted
