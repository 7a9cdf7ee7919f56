"""What the report calls gates, figures, failures and faults; their own names in result.json stand beside."""

from collections.abc import Mapping
from typing import Final

from sync.classes import LABELS
from sync.loadtest.nemesis import DISTURBANCES
from sync.loadtest.report.words import Words, same, translated

GATES: Final[Mapping[str, Words]] = {
    "lost": Words("Mất", "Lost"),
    "unexpected": Words("Thừa", "Unexpected"),
    "duplicated": Words("Ghi hai lần", "Duplicated"),
    "reordered": Words("Sai thứ tự", "Reordered"),
    "corrupted": Words("Sai nội dung", "Corrupted"),
    "overtaken": Words("Bản cũ đè bản mới", "Overtaken"),
    "committed": Words(
        "Thay đổi đã có nơi đến (ghi nhận, tạm gác, bỏ)", "Changes accounted for (applied, parked, skipped)"
    ),
    "differences": Words("Khác biệt sau đối soát", "Differences after reconciliation"),
    "disagreements": Words("Nguồn mâu thuẫn", "Sources that disagree"),
    "waiting": Words("Còn chờ gửi", "Still waiting"),
}
LEDGER: Final[Mapping[str, Words]] = {
    "applications": Words("Hồ sơ", "Applications"),
    "committed": Words("Thay đổi tại tỉnh", "Changes committed"),
    "applied": Words("Thay đổi quốc gia đã ghi nhận", "Changes applied"),
    "absorbed": Words("Gửi lại, quốc gia đã có", "Sent again and absorbed"),
    "recovered": Words("Đã ghi nhận dù tỉnh thấy lỗi", "Applied though the sender saw an error"),
    "forgotten": Words("Ghi lại vì quốc gia đã quên", "Applied again by a side that had forgotten"),
    "restored": Words("Lần quốc gia khôi phục từ bản sao lưu", "Restores of the national side"),
    "parked": Words("Tạm gác", "Parked"),
    "skipped": Words("Người bỏ, có lý do", "Given up by a person"),
    "overtaken": Words("Bản cũ đè bản mới (đã hết khi kết thúc)", "Older over newer (gone at the end)"),
}
PROGRAMS: Final[Mapping[str, Words]] = {
    "worker": Words("tiến trình gửi", "worker with its pumps"),
    "national": Words("hệ thống quốc gia", "national system"),
    "postgres": Words("cơ sở dữ liệu của cả hai", "database of both"),
}
FIGURES: Final[Mapping[str, Words]] = {
    "applications_per_second": Words("Hồ sơ mỗi giây", "Applications a second"),
    "drain_rate_first_tenth": Words("Thay đổi mỗi giây, một phần mười đầu", "Changes a second, first tenth"),
    "drain_rate_last_tenth": Words("Thay đổi mỗi giây, một phần mười cuối", "Changes a second, last tenth"),
    "seconds": Words("Giây gửi hết", "Seconds of delivery"),
    "peak_rss_mb": Words("Bộ nhớ cao nhất (MB)", "Peak memory (MB)"),
    "latency_ms.p50": Words("Độ trễ, một nửa nhanh hơn (ms)", "Latency, half are faster (ms)"),
    "latency_ms.p95": Words("Độ trễ, 95 trong 100 nhanh hơn (ms)", "Latency, 95 of 100 are faster (ms)"),
    "latency_ms.p99": Words("Độ trễ, 99 trong 100 nhanh hơn (ms)", "Latency, 99 of 100 are faster (ms)"),
    "latency_ms.max": Words("Độ trễ lớn nhất (ms)", "Greatest latency (ms)"),
    "cost.events_per_core_second": Words("Thay đổi mỗi giây xử lý, tiến trình gửi", "Changes a core second, worker"),
    "cost.bytes_per_event": Words("Byte nhật ký (WAL) mỗi thay đổi", "WAL bytes a change"),
    "peak_rss_worker_mb": Words("Bộ nhớ cao nhất, tiến trình gửi (MB)", "Peak memory, worker (MB)"),
    "peak_rss_national_mb": Words("Bộ nhớ cao nhất, hệ thống quốc gia (MB)", "Peak memory, national system (MB)"),
    "peak_redis_mb": Words("Bộ nhớ cao nhất, Redis (MB)", "Peak memory, Redis (MB)"),
    "cpu_seconds_worker": Words("Giây xử lý, tiến trình gửi", "Core seconds, worker"),
    "cpu_seconds_national": Words("Giây xử lý, hệ thống quốc gia", "Core seconds, national system"),
    "cpu_seconds_postgres": Words("Giây xử lý, cơ sở dữ liệu", "Core seconds, database"),
    "mean_busy": Words("Phần máy bận khi đang gửi (1: mọi nhân)", "Machine busy while sending (1: all cores)"),
    "most_connections": Words("Kết nối cơ sở dữ liệu, nhiều nhất", "Database connections, at most"),
    "most_dead_tuples": Words("Dòng chết, nhiều nhất", "Dead rows, at most"),
    "most_xmin_age": Words("Giao dịch giữ dòng chết, lâu nhất", "Transactions that dead rows were kept for, at most"),
    "statement_ms_p99": Words("Câu lệnh lâu, 99 trong 100 (ms)", "Long statements, 99 of 100 (ms)"),
    "wal_mb": Words("Nhật ký (WAL) đã ghi (MB)", "WAL written (MB)"),
    "events_per_core_second": Words("Thay đổi mỗi giây xử lý, tiến trình gửi", "Changes a core second, worker"),
    "events_per_core_second_of_all": Words("Thay đổi mỗi giây xử lý, tất cả", "Changes a core second, all programs"),
    "bytes_per_event": Words("Byte nhật ký (WAL) mỗi thay đổi", "WAL bytes a change"),
    "plateau_rss_worker_mb": Words(
        "Bộ nhớ nửa sau so với nửa đầu, tiến trình gửi", "Memory, second half over first, worker"
    ),
    "plateau_rss_national_mb": Words(
        "Bộ nhớ nửa sau so với nửa đầu, hệ thống quốc gia", "Memory, second half over first, national system"
    ),
}
ASKED: Final[Mapping[str, Words]] = {
    "applications": Words("số hồ sơ", "applications"),
    "profile": Words("kịch bản sự cố", "fault profile"),
    "bug": Words("lỗi cố ý của quốc gia", "the national side's lie"),
    "batch": Words("bản ghi mỗi lần gọi", "records a call"),
    "workers": Words("số tiến trình", "workers"),
    "arrivals": Words("cách đến", "arrivals"),
    "rate": Words("thay đổi mỗi giây", "changes a second"),
    "kill": Words("tắt đột ngột", "kills"),
    "disturb": Words("gây nhiễu", "disturbances"),
}
_BANDS: Final[Mapping[str, Words]] = {
    DISTURBANCES["flush"]: Words("Redis quên hết", "Redis FLUSHALL"),
    DISTURBANCES["beat"]: Words("beat thứ hai", "a second beat"),
    DISTURBANCES["xmin"]: Words("giao dịch kéo dài đến hết", "a transaction that lasts to the end"),
}


def failure(error: str) -> Words:
    """A failed call's class, or its own words where it has none."""
    return translated(LABELS[error]).followed_by(f"({error})") if error in LABELS else same(error)


def fault(name: str) -> Words:
    """What was wrong on purpose: a disturbance in words, a profile or a bug by its name."""
    return _BANDS.get(name, same(name))
