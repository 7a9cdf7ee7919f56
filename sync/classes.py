"""The classes that every outcome of a call falls into, and what each means for the attempt and the breaker. Pure.

What is said of a record (`Said`) decides about the record; a fault (`Fault`) leaves open whether anything was applied,
so the same is sent again. The two tables below are the only place where this is decided.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sync.wire import ErrorCode


class Breaker(StrEnum):
    """What a fault is to the gate."""

    FAILURE = "failure"  # one more failed call of the window
    NEUTRAL = "neutral"  # says nothing about whether the destination works
    THROTTLE = "throttle"  # the destination asks for fewer calls
    OPENS = "opens"  # at once: a person has to look


class Fault(StrEnum):
    """Why a call came to nothing that can be relied upon; the words stand in the log of exchanges."""

    HTTP = "http"
    CONNECTION = "connection"
    TIMEOUT = "timeout"
    MALFORMED = "malformed"
    SYSTEM = "system"  # an answer that says "system error"
    VANISHED = "vanished"  # the record was taken, its progress then refused as of an unknown dossier
    TOO_LARGE = "too_large"
    THROTTLED = "throttled"
    SESSION = "session"
    PAUSED = "paused"  # not called: the gate had shut meanwhile
    LEASE = "lease"  # not called: the lease would have ended before the answer
    EVIDENCE = "evidence"  # one of the mock's own pages, no delivery


class Meaning(NamedTuple):
    """Does it count as an attempt of the application, and what is it to the gate?"""

    is_attempt: bool
    breaker: Breaker


FAULTS: Final[Mapping[Fault, Meaning]] = {
    Fault.HTTP: Meaning(True, Breaker.FAILURE),
    Fault.CONNECTION: Meaning(True, Breaker.FAILURE),
    Fault.TIMEOUT: Meaning(True, Breaker.FAILURE),
    Fault.MALFORMED: Meaning(True, Breaker.FAILURE),
    Fault.SYSTEM: Meaning(True, Breaker.FAILURE),
    Fault.VANISHED: Meaning(True, Breaker.NEUTRAL),
    Fault.TOO_LARGE: Meaning(True, Breaker.NEUTRAL),
    Fault.THROTTLED: Meaning(False, Breaker.THROTTLE),
    Fault.SESSION: Meaning(False, Breaker.OPENS),
    Fault.PAUSED: Meaning(False, Breaker.NEUTRAL),
    Fault.LEASE: Meaning(False, Breaker.NEUTRAL),
    Fault.EVIDENCE: Meaning(False, Breaker.NEUTRAL),
}
FAILURES: Final = tuple(fault for fault, meaning in FAULTS.items() if meaning.breaker is Breaker.FAILURE)
LABELS: Final[Mapping[str, str | Promise]] = {
    Fault.HTTP: _("máy chủ trả lời bằng lỗi HTTP"),
    Fault.CONNECTION: _("không kết nối được, hoặc bị ngắt"),
    Fault.TIMEOUT: _("quá lâu không trả lời"),
    Fault.MALFORMED: _("câu trả lời không đọc được"),
    Fault.SYSTEM: _("báo “lỗi hệ thống”"),
    Fault.VANISHED: _("nhận hồ sơ rồi lại báo không có"),
    Fault.TOO_LARGE: _("lô hồ sơ quá lớn"),
    Fault.THROTTLED: _("yêu cầu gọi chậm lại"),
    Fault.SESSION: _("từ chối phiên làm việc"),
    Fault.PAUSED: _("không gọi: cổng gửi vừa đóng"),
    Fault.LEASE: _("không gọi: sắp hết hạn giữ việc"),
    Fault.EVIDENCE: _("trang minh chứng, không phải lần gửi"),
}


class Said(StrEnum):
    """What the national side said of a record, or of a whole batch."""

    DELIVERED = "delivered"
    EXISTS = "exists"  # of an add: send it as an update
    UNKNOWN = "unknown"  # of an update: send it as an add; of progress: the dossier is gone there
    LATER = "later"  # nothing about the record
    SESSION = "session"
    ABOUT_US = "about us"  # every record would be told the same
    REJECTED = "rejected"


_SAID: Final[Mapping[str, Said]] = {
    ErrorCode.SYSTEM_ERROR: Said.LATER,
    ErrorCode.INVALID_DATA: Said.REJECTED,
    ErrorCode.UNKNOWN_DOSSIER: Said.UNKNOWN,
    ErrorCode.DOSSIER_EXISTS: Said.EXISTS,
    ErrorCode.SESSION_EXPIRED: Said.SESSION,
    ErrorCode.NOT_ALLOWED: Said.ABOUT_US,
    ErrorCode.UNKNOWN_SERVICE: Said.ABOUT_US,
}
EXISTS_WORDS: Final = "đã tồn tại"  # as real clients look for them, in any case
UNKNOWN_WORDS: Final = "không tồn tại"
_ZERO: Final = re.compile(r"[+-]?0+(\.0+)?$", re.ASCII)


def said(code: str, message: str) -> Said:
    """Success is numerically 0. No list of codes is published, so of others the words count first (protocol, 2.3)."""
    if _ZERO.match(code):
        return Said.DELIVERED
    words = message.casefold()
    if EXISTS_WORDS in words:
        return Said.EXISTS
    if UNKNOWN_WORDS in words:
        return Said.UNKNOWN
    return _SAID.get(code, Said.REJECTED)


def code_of(value: object) -> str:
    """An error code as text; empty where it is none (null, a list, true)."""
    if type(value) is str and value.isdecimal():  # nearly always
        return value
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return text_of(value).strip()


def text_of(value: object) -> str:
    """What can be kept: PostgreSQL has no text with NUL."""
    return str(value).replace("\0", "")
