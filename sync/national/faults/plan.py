"""What one request meets: the effects of all faults that were drawn for it, put in order.

First the delays, all added up; then an ending without the work, if a fault has one; then what changes the national
side itself; then the work with its edits; last what spoils the answer. Of two that exclude each other the fault with
the higher priority counts.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any, NamedTuple

from sync import wire
from sync.national.answers import Answer
from sync.national.faults import endings
from sync.national.faults.codes import OtherCode, RejectRule
from sync.national.faults.draw import Draw
from sync.national.faults.endings import Ending
from sync.national.faults.fields import HANG_SECONDS, Partial, Quota, Ramp, RetryAfter, RollBack
from sync.national.faults.rules import Fault, Match, Seen
from sync.national.paths import LOGIN

_MAINTENANCE = (
    '<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>Bảo trì hệ thống</title></head>'
    "<body><h1>Hệ thống đang được bảo trì</h1><p>Xin vui lòng quay lại sau.</p></body></html>"
)
ACCEPTED = endings.Said(Answer(message="Đã tiếp nhận, sẽ xử lý sau").content, 202)


@dataclass
class Plan:
    """Filled by the effects; carried out by layer.py."""

    met: list[str] = field(default_factory=list)
    delay: float = 0.0
    instead: Ending | None = None
    expire_token: bool = False
    forget: bool = False
    roll_back: RollBack | None = None
    later: float | None = None
    stale: float | None = None
    partial: Partial | None = None
    rejects: list[tuple[Match, RejectRule]] = field(default_factory=list)
    duplicate: bool = False
    other_code: OtherCode | None = None
    drift: int | None = None
    malformed: bool = False
    content_type: str | None = None
    afterwards: Ending | None = None

    def end(self, ending: Ending) -> None:
        if self.instead is None:
            self.instead = ending

    def end_afterwards(self, ending: Ending) -> None:
        if self.afterwards is None:
            self.afterwards = ending


class Meeting(NamedTuple):
    """A fault that was drawn for a request, and when."""

    fault: Fault
    seen: Seen
    draw: Draw
    now: float
    set_at: float
    over_quota: float | None  # seconds until its window ends, when the quota is used up

    def number(self, purpose: str) -> float:
        return self.draw.uniform(self.fault.name, purpose)

    def happens(self, purpose: str, probability: float) -> bool:
        return self.number(purpose) < probability

    def pause(self) -> dict[str, str]:
        """Retry-After as the fault asks for it."""
        asked = self.fault.retry_after
        if asked is None:
            return {}
        return {"Retry-After": _pause_text(asked)}


def _pause_text(asked: RetryAfter) -> str:
    """By the wall's clock, as the answer's own Date is: a client waits in its own time."""
    return asked.text or formatdate(time.time() + asked.date_in, usegmt=True)


def failing(how: str, *, fraction: float = 0.5) -> Ending:
    """The ways in which an answer gets lost after the work was done."""
    if how == "hang":
        return endings.Hang(HANG_SECONDS)
    if how == "reset":
        return endings.reset
    return endings.Truncated(fraction) if how == "truncate" else endings.failed(500)


def _latency(plan: Plan, meeting: Meeting, value: Any) -> bool:
    plan.delay += value.seconds(meeting.number)
    return True


def _ramp(plan: Plan, meeting: Meeting, value: Ramp) -> bool:
    steepness = min(max((meeting.now - meeting.set_at) / value.over, 0.0), 1.0)
    plan.delay += value.latency * steepness
    if meeting.happens("ramp", value.error_probability * steepness):
        plan.end(endings.failed(503))
    return True


def _error(plan: Plan, meeting: Meeting, value: int) -> bool:
    happens = meeting.happens("error", meeting.fault.error_probability)
    if happens:
        plan.end(endings.failed(value, meeting.pause()))
    return happens


def _quota(plan: Plan, meeting: Meeting, value: Quota) -> bool:
    if meeting.over_quota is None:
        return False
    left = {"Retry-After": str(max(1, round(meeting.over_quota)))}
    plan.end(endings.failed(value.status, meeting.pause() or left))
    return True


def _drop(plan: Plan, meeting: Meeting, value: float) -> bool:
    happens = meeting.happens("drop", value)
    if happens:
        plan.end(endings.close)
    return happens


def _noise(plan: Plan, meeting: Meeting, value: int) -> bool:
    plan.end(endings.Noise(meeting.draw.octets(meeting.fault.name, value)))
    return True


def _revoke(plan: Plan, meeting: Meeting, _value: bool) -> bool:
    """The session is void and no new one is given, as long as the fault stands; the gateways ask for none."""
    if not meeting.seen.has_session:
        return False
    code = wire.ErrorCode.NOT_ALLOWED if meeting.seen.service == LOGIN else wire.ErrorCode.SESSION_EXPIRED
    plan.end(endings.Said(Answer(code, wire.MESSAGES[code]).content))
    return True


def _reject(plan: Plan, meeting: Meeting, value: RejectRule) -> bool:
    plan.rejects.append((meeting.fault.match, value))
    return True


def _set(name: str) -> "Effect":
    """What the plan's field of this name becomes, unless a fault with a higher priority filled it."""

    def effect(plan: Plan, _meeting: Meeting, value: Any) -> bool:
        fields = vars(plan)
        if not fields[name]:
            fields[name] = value
        return True

    return effect


def _ends(ending: Callable[[Any], Ending]) -> "Effect":
    def effect(plan: Plan, _meeting: Meeting, value: Any) -> bool:
        plan.end(ending(value))
        return True

    return effect


def _spoils(ending: Callable[[Any], Ending]) -> "Effect":
    def effect(plan: Plan, _meeting: Meeting, value: Any) -> bool:
        plan.end_afterwards(ending(value))
        return True

    return effect


Effect = Callable[[Plan, Meeting, Any], bool]
"""Puts one effect into the plan; says whether it was met, which chance may decide."""

EFFECTS: dict[str, Effect] = {
    "latency": _latency,
    "degradation_ramp": _ramp,
    "error_status": _error,
    "quota": _quota,
    "success_status_error_body": _ends(endings.Said),
    "connection_reset_by_peer": _ends(lambda _: endings.reset),
    "empty_response": _ends(lambda _: endings.close),
    "random_data_then_close": _noise,
    "hang": _ends(endings.Hang),
    "drop_connection_probability": _drop,
    "lose_before_apply": _ends(failing),
    "maintenance_page": _ends(lambda _: endings.Answered(200, _MAINTENANCE)),
    "revoke_client": _revoke,
    "expire_token": _set("expire_token"),
    "forget_idempotency_keys": _set("forget"),
    "rollback_to": _set("roll_back"),
    "delayed_apply": _set("later"),
    "stale_read": _set("stale"),
    "partial_batch": _set("partial"),
    "reject_rule": _reject,
    "duplicate_apply_bug": _set("duplicate"),
    "apply_then_answer": _set("other_code"),
    "schema_drift": _set("drift"),
    "malformed_body": _set("malformed"),
    "wrong_content_type": _set("content_type"),
    "truncate_body_at_fraction": _spoils(endings.Truncated),
    "malformed_response_chunk": _spoils(lambda _: endings.break_chunk),
    "chunked_dribble_delay": _spoils(lambda value: endings.Dribbled(value.chunks, value.total)),
    "slow_close": _spoils(endings.ClosedSlowly),
    "apply_then_fail": _spoils(failing),
}


def add(plan: Plan, meeting: Meeting) -> None:
    """Put what a fault does into the plan."""
    met = [EFFECTS[name](plan, meeting, value) for name, value in meeting.fault.effects.items()]
    if any(met):
        plan.met.append(meeting.fault.name)
