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
from typing import Any

import orjson

from sync import wire


class NationalError(Exception):
    """The national side did not do what was asked."""


class NotOffered(NationalError):
    """This side has no such page: the real national system knows nothing of our extensions."""


class Unavailable(NationalError):
    """Send again later; `kind` is the class of the failure, `retry_after` seconds asked for by the other side."""

    def __init__(self, kind: str, detail: str, retry_after: float | None = None) -> None:
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
    def is_success(self) -> bool:
        return is_zero(self.code)

    def per_record(self, sent: int) -> list[dict[str, Any]] | None:
        """One result for each of the `sent` records, or None: the real national side has none (2.4)."""
        if len(self.result) == sent and all(wire.ERROR_CODE in item for item in self.result):
            return self.result
        return None


def readable(status: int, body: bytes, headers: Mapping[str, str]) -> dict[str, Any]:
    """The JSON object of an answer; anything else is an outage, whatever its status says."""
    if status == 413:
        raise TooLarge("413", "the body is larger than the national side takes")
    if status == 429 or (status == 503 and "Retry-After" in headers):
        raise Unavailable("throttled", f"HTTP {status}", _pause(headers))
    if status != 200:
        raise Unavailable("http", f"HTTP {status}")
    try:
        content = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise Unavailable("malformed", "the answer is no JSON") from None
    if not isinstance(content, dict) or wire.ERROR_CODE not in content:  # a gateway's own words refuse nothing
        raise Unavailable("malformed", "the answer is no JSON object with an error code")
    return content


def _pause(headers: Mapping[str, str]) -> float | None:
    """Retry-After in seconds; a date is measured against the answer's own Date, whatever our clock says."""
    asked = headers.get("Retry-After", "").strip()
    if asked.isdecimal():
        return float(asked)
    try:
        until, now = parsedate_to_datetime(asked), parsedate_to_datetime(headers.get("Date", ""))
    except ValueError:
        return None
    return max((until.replace(tzinfo=UTC) - now.replace(tzinfo=UTC)).total_seconds(), 0.0)


def answer(content: Mapping[str, Any]) -> Answer:
    result = content.get(wire.RESULT)
    return Answer(
        code=str(content[wire.ERROR_CODE]),
        message=str(content.get(wire.MESSAGE, "")),
        result=[item for item in result if isinstance(item, dict)] if isinstance(result, list) else [],
    )


def effects(content: Mapping[str, Any] | None, records: int) -> tuple[int, int, int] | None:
    """How many records the answer says were applied, absorbed, refused; None where it does not say."""
    results = answer(content).per_record(records) if content and records else None
    if results is None:
        return None
    said = [item.get(wire.EFFECT) for item in results]
    applied, absorbed = said.count(wire.APPLIED), said.count(wire.ABSORBED)
    return applied, absorbed, records - applied - absorbed


def is_zero(code: str) -> bool:
    """Success is numerically 0: "0" and "00" (national protocol, 2.3)."""
    return code.strip().isdecimal() and int(code) == 0
