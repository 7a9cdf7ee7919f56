"""Named states of the national side: each a list of faults as data, one seed replays all that is drawn in them.

What a province's engineers meet in a year, one at a time, and `evil`: nearly all of it at once, in single-digit shares,
so that a correct job still gets 100,000 applications through in some minutes. Hangs are rare, because a client waits
six seconds for each (wire.READ_TIMEOUT_SECONDS).
"""

from dataclasses import dataclass, field
from typing import Any, Final

from sync import wire
from sync.national.faults.fields import ImpossibleFault
from sync.national.faults.rules import Fault, parse

DOSSIERS, PROGRESS = wire.Service.SYNC_DOSSIERS.value, wire.Service.UPDATE_PROGRESS.value
_BOTH = {"service": [DOSSIERS, PROGRESS]}


@dataclass(frozen=True)
class Profile:
    """A name, what it is in two languages, its faults."""

    name: str
    vietnamese: str
    english: str
    faults: list[dict[str, Any]] = field(default_factory=list)

    def parsed(self) -> list[Fault]:
        return [parse(fault) for fault in self.faults]

    def to_json(self) -> dict[str, Any]:
        return {"name": self.name, "vi": self.vietnamese, "en": self.english, "faults": self.faults}


def _share(name: str, percentage: float, match: dict[str, Any] | None = None, **effect: Any) -> dict[str, Any]:
    return {"name": name, "match": {**(match or {}), "percentage": percentage}, **effect}


def _flaky(percentage: float) -> list[dict[str, Any]]:
    """The percentage is the sum of all shares."""
    part = percentage / 4
    return [
        _share("error", part, error_status=500),
        _share("reset", part, connection_reset_by_peer=True),
        _share("empty", part, empty_response=True),
        _share("answer lost", part, apply_then_fail={"how": "5xx"}),
    ]


_EVIL: Final = [
    _share("slow", 30, latency={"type": "lognormal", "median": 0.03, "sigma": 0.8}),
    _share("hang", 0.1, match=_BOTH, hang=10),
    _share("applied, then hangs", 0.1, match=_BOTH, apply_then_fail={"how": "hang"}),
    _share("applied, then 500", 1, match=_BOTH, apply_then_fail={"how": "5xx"}),
    _share("applied, then reset", 1, match=_BOTH, apply_then_fail={"how": "reset"}),
    _share("applied, then truncated", 1, match=_BOTH, apply_then_fail={"how": "truncate"}),
    _share("never applied", 1, match=_BOTH, lose_before_apply={"how": "reset"}),
    _share("error 500", 0.5, error_status=500),
    _share("error 502", 0.5, error_status=502),
    _share("busy", 0.1, error_status=429, retry_after=1),
    _share("busy until", 0.1, error_status=503, retry_after={"date_in": 2}),
    _share("reset", 0.5, connection_reset_by_peer=True),
    _share("empty", 0.5, empty_response=True),
    _share("noise", 0.3, random_data_then_close=200),
    _share("bad chunk", 0.3, malformed_response_chunk=True),
    _share("malformed", 0.3, malformed_body=True),
    _share("type", 1, wrong_content_type="text/html"),
    _share("gateway's words", 0.3, success_status_error_body=True),
    _share("maintenance", 0.3, maintenance_page=True),
    _share("dribble", 0.5, chunked_dribble_delay={"chunks": 5, "total": 0.3}),
    _share("slow close", 0.5, slow_close=0.2),
    _share("half a batch", 1, match=_BOTH, partial_batch={"fraction": 0.5}),
    _share("later", 0.5, match={"service": PROGRESS}, delayed_apply={"seconds": 0.2}),
    _share("session lost", 0.3, match=_BOTH, expire_token=True),
    _share("drift", 2, schema_drift={"version": 2}),
    {"name": "out of order", "outage": {"from": 8, "to": 11, "every": 120}, "error_status": 503},
    {"name": "quota", "quota": {"limit": 300, "window": 1, "status": 429}, "retry_after": 1},
    {"name": "slower", "degradation_ramp": {"over": 600, "latency": 0.1, "error_probability": 0.01}},
    {"name": "stale", "match": {"service": wire.Service.LOOK_UP_DOSSIER.value}, "stale_read": {"seconds": 2}},
    {"name": "amnesia", "match": {"service": PROGRESS}, "succeed_first": 100, "fail_request_count": 1}
    | {"forget_idempotency_keys": True},
]

PROFILES: Final = {
    profile.name: profile
    for profile in (
        Profile("healthy", "Không có sự cố nào.", "Nothing is wrong."),
        Profile(
            "slow_afternoon",
            "Buổi chiều chậm: trả lời sau nửa giây đến vài giây, càng về sau càng chậm.",
            "A slow afternoon: answers take half a second to some seconds, and longer as time goes by.",
            [
                {"name": "slow", "latency": {"type": "lognormal", "median": 0.5, "sigma": 0.6}},
                {"name": "slower", "degradation_ramp": {"over": 600, "latency": 2}},
            ],
        ),
        Profile(
            "flaky_1pct",
            "Một phần trăm số yêu cầu thất bại, trước hoặc sau khi đã ghi nhận.",
            "One request in a hundred fails, before or after it was applied.",
            _flaky(1),
        ),
        Profile(
            "flaky_10pct",
            "Mười phần trăm số yêu cầu thất bại, trước hoặc sau khi đã ghi nhận.",
            "One request in ten fails, before or after it was applied.",
            _flaky(10),
        ),
        Profile(
            "rate_limited",
            "Mỗi giây chỉ nhận 20 yêu cầu, còn lại bị từ chối với mã 429.",
            "Twenty requests a second are taken, the others refused with 429.",
            [{"name": "quota", "quota": {"limit": 20, "window": 1, "status": 429}, "retry_after": 1}],
        ),
        Profile(
            "outage",
            "Ngừng hoạt động 30 giây, bắt đầu từ giây thứ 5.",
            "Out of order for 30 seconds, from the fifth second on.",
            [{"name": "outage", "outage": {"from": 5, "to": 35}, "error_status": 503}],
        ),
        Profile(
            "brownout",
            "Chập chờn: cứ 30 giây thì 10 giây chậm và một nửa số yêu cầu bị lỗi.",
            "For 10 of every 30 seconds answers are slow and half of them errors.",
            [
                {"name": "errors", "outage": {"from": 5, "to": 15, "every": 30}}
                | {"error_status": 503, "error_probability": 0.5, "latency": {"type": "uniform", "from": 0.2, "to": 1}}
            ],
        ),
        Profile(
            "token_storm",
            "Phiên làm việc liên tục bị hủy trước hạn.",
            "Sessions die before their time, again and again.",
            [_share("session lost", 3, match=_BOTH, expire_token=True)],
        ),
        Profile(
            "poison",
            "Một số hồ sơ luôn gây lỗi 500, một số luôn bị từ chối vì dữ liệu.",
            "Some dossiers always cause an error 500, some are always refused for their data.",
            [
                {"name": "always 500", "match": {**_BOTH, "hash_range": [0, 3]}, "error_status": 500},
                {"name": "always refused", "match": {"service": DOSSIERS, "hash_range": [100, 119]}}
                | {
                    "reject_rule": {
                        "error_code": "1",
                        "message": "Dữ liệu không hợp lệ: MaLinhVuc không có trong danh mục",
                    }
                },
            ],
        ),
        Profile(
            "amnesia",
            "Mất trí nhớ: quên các dòng tiến độ đã nhận, và thỉnh thoảng mất câu trả lời.",
            "It forgets which progress rows it has received, and now and then an answer is lost.",
            [
                _share("answer lost", 3, match=_BOTH, apply_then_fail={"how": "reset"}),
                {"name": "forget", "match": {"service": PROGRESS}, "every": 25, "forget_idempotency_keys": True},
            ],
        ),
        Profile(
            "restored_from_backup",
            "Được khôi phục một lần từ bản sao lưu của vài giây trước.",
            "Restored once from a backup some seconds old.",
            [
                {"name": "restore", "match": _BOTH, "succeed_first": 20, "fail_request_count": 1}
                | {"rollback_to": {"seconds": 5}}
            ],
        ),
        Profile(
            "apply_then_timeout",
            "Lần gửi đầu của mỗi bản ghi được ghi nhận nhưng không có câu trả lời.",
            "The first attempt of every record is applied, and its answer never comes.",
            [{"name": "unheard", "match": _BOTH, "first_attempts": 1, "apply_then_fail": {"how": "hang"}}],
        ),
        Profile(
            "pause_30s",
            "Sau 10 yêu cầu, một lần trả lời mã 429 và yêu cầu chờ 30 giây.",
            "After 10 requests one is answered 429 with Retry-After 30.",
            [
                {"name": "pause", "match": _BOTH, "succeed_first": 10, "fail_request_count": 1}
                | {"error_status": 429, "retry_after": 30}
            ],
        ),
        Profile(
            "evil",
            "Gần như mọi sự cố cùng lúc, mỗi loại vài phần trăm.",
            "Nearly everything at once, some percent of each.",
            _EVIL,
        ),
    )
}


def find(name: str) -> Profile:
    """Raises ImpossibleFault."""
    if name not in PROFILES:
        raise ImpossibleFault(f"There is no profile {name}; known are {', '.join(PROFILES)}.")
    return PROFILES[name]
