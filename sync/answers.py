"""What comes back from the national side, told apart: an answer, a refusal, or nothing that can be read.

NationalError
├── NotOffered     our own extension, of which this side knows nothing
├── Unavailable    no answer, an unreadable one, HTTP 5xx or 429: send again later
└── Refused        an answer that says no: sending again will not help
    └── TooLarge   HTTP 413: a smaller batch may pass
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any, Final

import orjson

from sync import wire
from sync.classes import Fault, Said, code_of, said, text_of

SHORTEST_PAUSE: Final = 1.0
LONGEST_PAUSE: Final = 3600.0  # seconds, whatever the other side asks for
# Refused before any service saw it: nothing was applied.
_UNSEEN: Final = frozenset({wire.ErrorCode.SESSION_EXPIRED, wire.ErrorCode.NOT_ALLOWED, wire.ErrorCode.UNKNOWN_SERVICE})


class NationalError(Exception):
    """The national side did not do what was asked."""


class NotOffered(NationalError):
    """This side has no such page: the real national system knows nothing of our extensions."""


class Unavailable(NationalError):
    """Send again later, after `retry_after` seconds where the other side asked for so many."""

    def __init__(self, kind: Fault, detail: str, retry_after: float | None = None) -> None:
        super().__init__(f"{kind}: {detail}")
        self.kind = kind
        self.retry_after = retry_after


class Refused(NationalError):
    """An answer that says no, with the national side's own words."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code} {message}")
        self.code = code
        self.message = message


class TooLarge(Refused):
    """The body is larger than the other side takes."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A readable answer: its code, and one result per record where the other side gives them."""

    code: str
    message: str
    result: list[dict[str, Any]]

    @property
    def said(self) -> Said:
        """Of the whole."""
        return said(self.code, self.message)

    def per_record(self, sent: int) -> list[dict[str, Any]] | None:
        """One result for each of the `sent` records, or None: the real national side has none (2.4)."""
        if sent and len(self.result) == sent and all(code_of(item.get(wire.ERROR_CODE)) for item in self.result):
            return self.result
        return None


def readable(status: int, body: bytes, headers: Mapping[str, str], records: int = 0) -> dict[str, Any]:
    """The JSON object of an answer to a call with so many records; anything else is an outage, whatever its status.

    "System error" is an outage too, unless it is said of each record by itself.
    """
    if status == 413:
        raise TooLarge("413", "the body is larger than the national side takes")
    if status == 429 or (status == 503 and "Retry-After" in headers):
        raise Unavailable(Fault.THROTTLED, f"HTTP {status}", _pause(headers))
    if status != 200:
        raise Unavailable(Fault.HTTP, f"HTTP {status}")
    try:
        content = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise Unavailable(Fault.MALFORMED, "the answer is no JSON") from None
    if not isinstance(content, dict) or not code_of(content.get(wire.ERROR_CODE)):  # a gateway's own words
        raise Unavailable(Fault.MALFORMED, "the answer is no JSON object with an error code")
    found = answer(content)
    if found.said is Said.LATER and found.per_record(records) is None:
        raise Unavailable(Fault.SYSTEM, f"{found.code} {found.message}")
    return content


def _pause(headers: Mapping[str, str]) -> float | None:
    """Retry-After in seconds; a date is measured against the answer's own Date, whatever our clock says."""
    asked = headers.get("Retry-After", "").strip()
    if asked.isdecimal():
        return _bounded(float(asked))
    try:
        until, now = parsedate_to_datetime(asked), parsedate_to_datetime(headers.get("Date", ""))
    except ValueError:
        return None
    return _bounded((until.replace(tzinfo=UTC) - now.replace(tzinfo=UTC)).total_seconds())


def _bounded(seconds: float) -> float:
    return min(max(seconds, SHORTEST_PAUSE), LONGEST_PAUSE)


def answer(content: Mapping[str, Any]) -> Answer:
    result = content.get(wire.RESULT)
    return Answer(
        code=code_of(content.get(wire.ERROR_CODE)),
        message=text_of(content.get(wire.MESSAGE, "")),
        result=[item for item in result if isinstance(item, dict)] if isinstance(result, list) else [],
    )


def effects(content: Mapping[str, Any] | None, records: int) -> tuple[int, int, int] | None:
    """How many records the answer says were applied, absorbed, refused; None where it does not say."""
    if not content or not records:
        return None
    found = answer(content)
    results = found.per_record(records)
    if results is None:
        return (0, 0, records) if found.code in _UNSEEN else None
    told = [item.get(wire.EFFECT) for item in results]
    applied, absorbed = told.count(wire.APPLIED), told.count(wire.ABSORBED)
    refused = records - applied - absorbed
    if refused and any(_leaves_open(item) for item in results):
        return None
    return applied, absorbed, refused


def _leaves_open(item: Mapping[str, Any]) -> bool:
    """A "system error" of one record tells nothing of what became of it, a mere success not whether it was new."""
    if item.get(wire.EFFECT):
        return False
    return said(code_of(item[wire.ERROR_CODE]), text_of(item.get(wire.MESSAGE, ""))) in (Said.LATER, Said.DELIVERED)
