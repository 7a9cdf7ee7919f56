"""A fault as a rule: what it matches, when it is in force, what it does. Parsed from JSON once, when it is set.

    {"name": "Sở Tư pháp is slow", "priority": 5, "ttl": 600,
     "match": {"service": "DongBoHoSoMC", "agency": "H49", "percentage": 20},
     "latency": {"type": "lognormal", "median": 0.4, "sigma": 0.5}, "error_status": 503, "error_probability": 0.1}

match     service (name or list), path (with * and ?), agency (code, or root of a level-1 agency), procedure (MaTTHC;
          its national code counts, whatever suffix either has), hash_range [first, last] of the buckets 0 … 4095 of
          digest.py, percentage of the matching requests. A request matches if one of its records does; records are
          told apart by reject_rule. Progress rows carry no procedure.
when      ttl (then the fault removes itself), outage {from, to, every}, succeed_first, fail_request_count, every
          (each nth), first_attempts (until each record was met so often)
priority  the highest goes first; of several faults that would end a request the first decides

The effects stand in EFFECTS; `GET /_admin/faults` gives a fault back as it was written.
"""

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, Final, NamedTuple

from sync import wire
from sync.national.catalogue import national_code
from sync.national.digest import root
from sync.national.faults import codes, fields
from sync.national.faults.fields import ImpossibleFault, Reader
from sync.national.faults.outages import Outage, outage

EFFECTS: Final[dict[str, Reader]] = {
    "latency": fields.latency,
    "chunked_dribble_delay": fields.dribble,
    "degradation_ramp": fields.ramp,
    "error_status": fields.whole(400, 599),
    "quota": fields.quota,
    "malformed_body": fields.on,
    "truncate_body_at_fraction": fields.SHARE,
    "wrong_content_type": fields.text(100),
    "success_status_error_body": fields.error_body,
    "connection_reset_by_peer": fields.on,
    "empty_response": fields.on,
    "malformed_response_chunk": fields.on,
    "random_data_then_close": fields.or_true(fields.whole(1, 1_000_000), 1000),
    "hang": fields.or_true(fields.WAIT, fields.HANG_SECONDS),
    "drop_connection_probability": fields.SHARE,
    "slow_close": fields.WAIT,
    "apply_then_answer": codes.other_code,
    "apply_then_fail": fields.only("how", fields.HOW),
    "lose_before_apply": fields.or_true(fields.only("how", fields.one_of(["5xx", "reset"])), "reset"),
    "delayed_apply": fields.only("seconds", fields.WAIT),
    "partial_batch": fields.partial,
    "reject_rule": codes.reject_rule,
    "expire_token": fields.on,
    "revoke_client": fields.on,
    "forget_idempotency_keys": fields.on,
    "rollback_to": fields.roll_back,
    "schema_drift": fields.only("version", fields.whole(2, 4)),
    "maintenance_page": fields.on,
    "stale_read": fields.only("seconds", fields.SECONDS),
    "duplicate_apply_bug": fields.on,
}
_WHEN: Final[dict[str, Reader]] = {
    "ttl": fields.number(0.001, fields.LONGEST),
    "outage": outage,
    "succeed_first": fields.COUNT,
    "fail_request_count": fields.COUNT,
    "every": fields.COUNT,
    "first_attempts": fields.whole(1, 100),
}
_BESIDES: Final[dict[str, Reader]] = {"error_probability": fields.SHARE, "retry_after": fields.retry_after}
_NEEDED: Final = {"error_probability": ("error_status",), "retry_after": ("error_status", "quota", "outage")}
_OF_FORMER_RECORDS: Final = {"rollback_to", "stale_read"}
_NAME: Final = fields.text(100)
_PRIORITY: Final = fields.whole(-1000, 1000)


class Item(NamedTuple):
    """What rules ask of one record of a request."""

    agency: str  # whose it is
    code: str
    procedure: str
    bucket: int
    fingerprint: int  # of the whole record


@dataclass(frozen=True)
class Seen:
    """What rules ask of a request."""

    paths: tuple[str, ...]  # as it was asked for, and ours
    service: str
    agencies: tuple[str, ...]  # whose it is: of a gateway's request, of each of its records
    items: tuple[Item, ...] = ()
    has_session: bool = True  # as those of variant A


@dataclass(frozen=True)
class Match:
    """Which requests a rule is about; what is not named matches all."""

    service: tuple[str, ...] = ()
    path: str = ""
    agency: str = ""
    procedure: str = ""
    hash_range: tuple[int, int] | None = None
    percentage: float = 100.0

    @property
    def looks_at_records(self) -> bool:
        return bool(self.procedure) or self.hash_range is not None

    def covers_request(self, seen: Seen) -> bool:
        """Everything but the percentage."""
        return (
            (not self.service or seen.service in self.service)
            and (not self.path or any(fnmatchcase(path, self.path) for path in seen.paths))
            and any(map(self._covers_agency, seen.agencies))
            and (not self.looks_at_records or any(map(self.covers_record, seen.items)))
        )

    def covers_record(self, item: Item) -> bool:
        if not self._covers_agency(item.agency):
            return False
        if self.procedure and national_code(item.procedure) != national_code(self.procedure):
            return False
        return self.hash_range is None or self.hash_range[0] <= item.bucket <= self.hash_range[1]

    def _covers_agency(self, agency: str) -> bool:
        return not self.agency or self.agency in {agency, root(agency)}


def _services(name: str, value: object) -> tuple[str, ...]:
    given = value if isinstance(value, list) else [value]
    if not given:
        raise ImpossibleFault(f"{name} must name a service.")
    return tuple(fields.text(100)(name, service) for service in given)


def _agency(name: str, value: object) -> str:
    """In capitals, as the codes of requests are read."""
    return str(fields.text(100)(name, value)).strip().upper()


def _hash_range(name: str, value: object) -> tuple[int, int]:
    if not isinstance(value, list) or len(value) != 2:
        raise ImpossibleFault(f"{name} must be a list [first bucket, last bucket].")
    first, last = (fields.whole(0, wire.DIGEST_BUCKETS - 1)(name, bound) for bound in value)
    if first > last:
        raise ImpossibleFault(f"{name} must not begin after its end.")
    return first, last


_MATCH: Final[dict[str, Reader]] = {
    "service": _services,
    "path": fields.text(200),
    "agency": _agency,
    "procedure": fields.text(100),
    "hash_range": _hash_range,
    "percentage": fields.number(0, 100),
}


def _match(name: str, value: object) -> Match:
    return Match(**fields.members(name, value, _MATCH, optional=_MATCH))


@dataclass(frozen=True)
class Fault:
    """One rule. `document` is what it was written as."""

    name: str
    document: dict[str, Any] = field(repr=False)
    match: Match = Match()
    priority: int = 0
    ttl: float | None = None
    outage: Outage | None = None
    succeed_first: int = 0
    fail_request_count: int | None = None
    every: int = 1
    first_attempts: int | None = None
    error_probability: float = 1.0
    retry_after: fields.RetryAfter | None = None
    effects: dict[str, Any] = field(default_factory=dict)

    @property
    def looks_at_records(self) -> bool:
        return self.match.looks_at_records or self.first_attempts is not None

    @property
    def needs_former_records(self) -> bool:
        return not _OF_FORMER_RECORDS.isdisjoint(self.effects)


_READERS: Final = {"name": _NAME, "match": _match, "priority": _PRIORITY, **_WHEN, **_BESIDES, **EFFECTS}


def parse(document: object) -> Fault:
    """A fault from its JSON; raises ImpossibleFault. An outage without an effect answers 503."""
    if not isinstance(document, dict):
        raise ImpossibleFault("A fault is a JSON object with an effect such as error_status.")
    unknown = sorted(document.keys() - _READERS.keys())
    if unknown:
        raise ImpossibleFault(f"A fault has no member {unknown[0]}; known are {', '.join(_READERS)}.")
    found = {name: _READERS[name](name, value) for name, value in document.items()}
    effects = {name: found.pop(name) for name in EFFECTS if name in found}
    for name, companions in _NEEDED.items():
        if name in found and not any(companion in document for companion in companions):
            raise ImpossibleFault(f"{name} needs {' or '.join(companions)} beside it.")
    if not effects and "outage" in found:
        effects["error_status"] = 503
    if not effects:
        raise ImpossibleFault(f"A fault needs an effect, one of {', '.join(EFFECTS)}.")
    return Fault(**{"name": ", ".join(effects)[:100], **found}, document=document, effects=effects)


def merge_patch(target: object, patch: object) -> object:
    """JSON Merge Patch (RFC 7396): null removes a member, objects are merged, everything else is replaced."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = merge_patch(merged.get(name), value)
    return merged
