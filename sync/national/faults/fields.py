"""The members of a fault written as JSON: each reader gives the value a rule works with, or says what is wrong.

All durations are seconds, all shares from 0 to 1, except `percentage`. A reader raises ImpossibleFault with one
sentence that names the member.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from statistics import NormalDist
from typing import Any, Final, NamedTuple

from sync.national.faults import clock

LONGEST: Final = 366 * 86_400.0  # seconds; more is a slip of the pen
LONGEST_WAIT: Final = 600.0  # seconds that a request may be kept waiting
HOWS: Final = ("5xx", "hang", "reset", "truncate")
HANG_SECONDS: Final = 30.0  # five times what a real client waits (wire.READ_TIMEOUT_SECONDS)
Reader = Callable[[str, object], Any]
Numbers = Callable[[str], float]
"""A fresh uniform number from 0 to 1 for each purpose of a rule (draw.py)."""


class ImpossibleFault(ValueError):
    """Why something is no fault, as a sentence for the person who wrote it."""


def number(least: float, most: float) -> Reader:
    def read(name: str, value: object) -> float:
        given = value if isinstance(value, int | float) and not isinstance(value, bool) else math.nan
        if not least <= given <= most:
            raise ImpossibleFault(f"{name} must be a number from {least:g} to {most:g}.")
        return float(given)

    return read


def whole(least: int, most: int) -> Reader:
    def read(name: str, value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise ImpossibleFault(f"{name} must be a whole number from {least} to {most}.")
        return value

    return read


def text(longest: int) -> Reader:
    def read(name: str, value: object) -> str:
        if not isinstance(value, str) or not value.strip() or len(value) > longest or not value.isprintable():
            raise ImpossibleFault(f"{name} must be a line of 1 to {longest} characters.")
        return value

    return read


def on(name: str, value: object) -> bool:
    """A switch is there or not; `false` would look like a rule and do nothing."""
    if value is not True:
        raise ImpossibleFault(f"{name} can only be true; leave it out to switch it off.")
    return True


def one_of(choices: Iterable[str]) -> Reader:
    known = tuple(choices)

    def read(name: str, value: object) -> str:
        if not isinstance(value, str) or value not in known:
            raise ImpossibleFault(f"{name} must be one of {', '.join(known)}.")
        return value

    return read


def members(name: str, value: object, readers: Mapping[str, Reader], optional: Iterable[str] = ()) -> dict[str, Any]:
    """An object with these members and no others."""
    if not isinstance(value, dict):
        raise ImpossibleFault(f"{name} must be an object with {', '.join(readers)}.")
    unknown = sorted(value.keys() - readers.keys())
    if unknown:
        raise ImpossibleFault(f"{name} has no member {unknown[0]}; known are {', '.join(readers)}.")
    missing = sorted(readers.keys() - value.keys() - set(optional))
    if missing:
        raise ImpossibleFault(f"{name} needs the member {missing[0]}.")
    return {member: readers[member](f"{name}.{member}", content) for member, content in value.items()}


SECONDS: Final = number(0, LONGEST)
WAIT: Final = number(0, LONGEST_WAIT)
SHARE: Final = number(0, 1)
COUNT: Final = whole(1, 10**9)
HOW: Final = one_of(HOWS)
SEED: Final = whole(0, 2**63 - 1)


def seed_of(written: str) -> int:
    """The seed that a person typed; raises ImpossibleFault."""
    is_number = written.isascii() and written.isdigit() and len(written) < 20
    return int(SEED("The seed", int(written) if is_number else written))


@dataclass(frozen=True)
class Latency:
    """A distribution of waiting times."""

    kind: str
    first: float
    second: float

    def seconds(self, numbers: Numbers) -> float:
        """One waiting time, never negative, never above LONGEST_WAIT."""
        if self.kind == "fixed":
            return self.first
        if self.kind == "uniform":
            return self.first + (self.second - self.first) * numbers("latency")
        z = NormalDist().inv_cdf(numbers("latency"))
        drawn = self.first + self.second * z if self.kind == "normal" else self.first * math.exp(self.second * z)
        return min(max(drawn, 0.0), LONGEST_WAIT)


_LATENCIES: dict[str, dict[str, Reader]] = {
    "fixed": {"seconds": WAIT},
    "uniform": {"from": WAIT, "to": WAIT},
    "normal": {"mean": WAIT, "deviation": WAIT},
    "lognormal": {"median": WAIT, "sigma": number(0, 5)},
}


def latency(name: str, value: object) -> Latency:
    if not isinstance(value, dict):
        raise ImpossibleFault(f"{name} must be an object with type and the members of that type.")
    kind = one_of(_LATENCIES)(f"{name}.type", value.get("type"))
    found = members(name, value, {"type": one_of(_LATENCIES), **_LATENCIES[kind]})
    amounts = [found[member] for member in _LATENCIES[kind]]
    if kind == "uniform" and amounts[0] > amounts[1]:
        raise ImpossibleFault(f"{name}.from must not be greater than {name}.to.")
    return Latency(kind, amounts[0], amounts[-1])


class Dribble(NamedTuple):
    """The answer's body in pieces, evenly over a time."""

    chunks: int
    total: float


def dribble(name: str, value: object) -> Dribble:
    return Dribble(**members(name, value, {"chunks": whole(1, 10_000), "total": WAIT}))


@dataclass(frozen=True)
class Ramp:
    """Worse and worse: from nothing when the fault is set to the full amounts after `over` seconds."""

    over: float
    latency: float = 0.0
    error_probability: float = 0.0


def ramp(name: str, value: object) -> Ramp:
    readers = {"over": number(0.001, LONGEST), "latency": WAIT, "error_probability": SHARE}
    found = Ramp(**members(name, value, readers, optional=readers.keys() - {"over"}))
    if not (found.latency or found.error_probability):
        raise ImpossibleFault(f"{name} needs a latency or an error_probability above 0.")
    return found


@dataclass(frozen=True)
class Quota:
    """At most `limit` requests in each window."""

    limit: int
    window: float
    status: int = 429


def quota(name: str, value: object) -> Quota:
    readers = {"limit": whole(0, 10**9), "window": number(0.001, LONGEST), "status": whole(400, 599)}
    return Quota(**members(name, value, readers, optional=("status",)))


class RetryAfter(NamedTuple):
    """The header's text, or how many seconds ahead of now the HTTP date lies that it names."""

    text: str = ""
    date_in: float = 0.0


def retry_after(name: str, value: object) -> RetryAfter:
    """Seconds, an HTTP date, or {"date_in": SECONDS} (RFC 9110, 10.2.3)."""
    if isinstance(value, dict):
        return RetryAfter(date_in=members(name, value, {"date_in": SECONDS})["date_in"])
    if isinstance(value, str):
        try:
            parsedate_to_datetime(text(50)(name, value))
        except (ValueError, IndexError, TypeError, OverflowError):
            raise ImpossibleFault(f"{name} is no HTTP date like Fri, 13 May 2022 08:30:00 GMT.") from None
        return RetryAfter(text=value)
    return RetryAfter(text=str(whole(0, int(LONGEST))(name, value)))


def moment(name: str, value: object) -> float:
    """A time with its zone as seconds since 1970."""
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise ImpossibleFault(f"{name} must be a time with its zone like 2022-05-12T08:30:00+07:00.")
    return found.timestamp()


def clock_time(name: str, value: object) -> float:
    """A moment that the virtual clock can begin at and run on from."""
    found = moment(name, value)
    if not clock.FIRST <= found <= clock.LAST:
        raise ImpossibleFault(f"{name} must lie in the years from 1970 to 2999.")
    return found


class Partial(NamedTuple):
    """The first share of a batch is applied, then the call fails."""

    fraction: float
    how: str = "5xx"


def partial(name: str, value: object) -> Partial:
    return Partial(**members(name, value, {"fraction": SHARE, "how": HOW}, optional=("how",)))


class RollBack(NamedTuple):
    """Where the restored backup ends: so many seconds ago, or at a time."""

    seconds: float | None = None
    time: float | None = None


def roll_back(name: str, value: object) -> RollBack:
    found = RollBack(**members(name, value, {"seconds": SECONDS, "time": moment}, optional=("seconds", "time")))
    if (found.seconds is None) == (found.time is None):
        raise ImpossibleFault(f"{name} needs either seconds (ago) or time.")
    return found


def error_body(name: str, value: object) -> dict[str, Any]:
    """true is a gateway's own words; an object is answered as it is."""
    if value is True:
        return {"status": "error", "description": "Internal Server Error"}
    if not isinstance(value, dict):
        raise ImpossibleFault(f"{name} must be true or the JSON object to answer.")
    return value


def or_true(reader: Reader, default: object) -> Reader:
    """`true` stands for the usual amount."""

    def read(name: str, value: object) -> Any:
        return default if value is True else reader(name, value)

    return read


def only(member: str, reader: Reader) -> Reader:
    """An object with one member, as the member's value."""

    def read(name: str, value: object) -> Any:
        return members(name, value, {member: reader})[member]

    return read
