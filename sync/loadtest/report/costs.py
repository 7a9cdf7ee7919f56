"""The report's last charts: what the run cost, whether it kept its limits, how it scales, and the runs before it."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Final

from sync.loadtest.report.charts import Line, bars, over_time
from sync.loadtest.report.course import bands, not_measured, points, rates
from sync.loadtest.report.names import FIGURES, PROGRAMS
from sync.loadtest.report.statements import Result
from sync.loadtest.report.tables import named, table
from sync.loadtest.report.words import Words, exactly, number, percent, same, told

_SPEED: Final = Words("Hồ sơ mỗi giây", "Applications a second")
_SPEED_BY_WORKERS: Final = Words("Hồ sơ mỗi giây theo số tiến trình", "Applications a second by workers")
_STARTED: Final = Words("Bắt đầu", "Started")
_COST_NAMES: Final = (Words("Tài nguyên", "Resource"), Words("Giá trị", "Value"))


def resources(result: Result) -> str:
    series, found = result.get("series", []), result.get("resources", {})
    if not series:
        return not_measured()
    charts = "".join(chart(result, series) for chart in (_processors, _memory, _dead_rows, _statements))
    cost = {**found, **result.get("cost", {})}
    rows = ((named(FIGURES, name), number(value, 2).html()) for name, value in cost.items())
    return charts + table(_COST_NAMES, rows) + _limits(result.get("limits", []))


def _processors(result: Result, series: Sequence[Mapping[str, Any]]) -> str:
    return over_time(
        Words("Số nhân xử lý đang dùng", "Cores in use"),
        Words("Tổng gần số nhân của máy nghĩa là máy là giới hạn.", "A sum near the machine's cores: it is the limit."),
        [Line(words, rates(series, f"cpu_{name}")) for name, words in PROGRAMS.items()],
        bands(result),
    )


def _memory(result: Result, series: Sequence[Mapping[str, Any]]) -> str:
    return over_time(
        Words("Bộ nhớ", "Memory"),
        Words(
            "Phẳng nghĩa là bộ nhớ không lớn theo số hồ sơ.",
            "Flat: memory does not grow with the number of applications.",
        ),
        [
            Line(PROGRAMS["worker"], points(series, "rss_worker_mb")),
            Line(PROGRAMS["national"], points(series, "rss_national_mb")),
            Line(Words("Redis", "Redis"), points(series, "redis_mb")),
        ],
        bands(result),
        "MB",
    )


def _dead_rows(result: Result, series: Sequence[Mapping[str, Any]]) -> str:
    return over_time(
        Words("Dòng chết trong các bảng lớn", "Dead rows in the big tables"),
        Words("Được dọn tự động; tăng mãi là phình bảng.", "Vacuumed away; rising without end would be bloat."),
        [Line(Words("dòng chết", "dead rows"), points(series, "dead_tuples"))],
        bands(result),
    )


def _statements(result: Result, series: Sequence[Mapping[str, Any]]) -> str:
    return over_time(
        Words("Câu lệnh lâu nhất đang chạy", "Longest statement under way"),
        Words("Nhìn mỗi nửa giây trong cơ sở dữ liệu.", "Seen in the database every half second."),
        [Line(Words("câu lệnh", "statement"), points(series, "statement_ms"))],
        bands(result),
        "ms",
    )


def _limits(limits: Sequence[Mapping[str, Any]]) -> str:
    if not limits:
        return ""
    marks = {
        True: ("good", Words("✓ trong giới hạn", "✓ kept")),
        False: ("late", Words("✗ vượt giới hạn", "✗ exceeded")),
    }
    rows = []
    for limit in limits:
        kind, words = marks[limit["kept"]]
        mark = f'<strong class="{kind}">{words.html()}</strong>'
        rows.append((named(FIGURES, limit["name"]), mark, number(limit["value"]).html(), number(limit["most"]).html()))
    about = Words(
        "Giới hạn của một lần chạy khỏe mạnh (chỉ quyết định ĐẠT hay KHÔNG ĐẠT khi chạy với --limits):",
        "Limits of a healthy run (they decide PASS or FAIL only with --limits):",
    )
    heads = [
        Words("Số đo", "Figure"),
        Words("Kết quả", "Result"),
        Words("Giá trị", "Value"),
        Words("Nhiều nhất", "At most"),
    ]
    return f"<p>{about.html()}</p>{table(heads, rows)}"


def scaling(result: Result) -> str:
    found = result.get("scaling")
    if not found:
        words = Words("Không đo: thêm --scaling 1,2,4,8.", "Not measured: give --scaling 1,2,4,8.")
        return f'<p class="muted">{words.html()}</p>'
    share, saturated = found["serial_share"], found["saturated_at"]
    where = Words("Chưa đầy máy.", "The machine never was full.")
    if saturated is not None:
        where = Words(
            f"Từ {saturated} tiến trình, mọi nhân của máy đều bận: máy là giới hạn.",
            f"From {saturated} workers on all cores are busy: the machine is the limit.",
        )
    about = told(
        "Phần tuần tự theo luật Amdahl: {serial}. {where}",
        "Serial share by Amdahl's law: {serial}. {where}",
        serial=same("–") if share is None else percent(share),
        where=where,
    )
    measured = [(exactly(one["workers"]), float(one["applications_per_second"])) for one in found["points"]]
    chart = bars(_SPEED_BY_WORKERS, about, measured, (Words("Tiến trình", "Workers"), _SPEED))
    heads = [
        Words("Tiến trình", "Workers"),
        Words("Đo được", "Measured"),
        Words("Theo Amdahl", "By Amdahl's law"),
        Words("Máy bận", "Machine busy"),
    ]
    rows = (
        (str(one["workers"]), number(one["applications_per_second"]).html(), number(one["predicted"]).html(),
         percent(one["busy"]).html())
        for one in found["points"]
    )  # fmt: skip
    return chart + table(heads, rows)


def trend(result: Result) -> str:
    """This run and those before it that were asked the same."""
    found = result.get("trend", [])
    if len(found) < 2:
        words = Words(
            "Chưa có lần chạy trước với cùng tham số trong thư mục này.",
            "No earlier run with the same parameters in this folder.",
        )
        return f'<p class="muted">{words.html()}</p>'
    about = Words(
        f"{len(found)} lần chạy gần nhất với cùng tham số, lần này ở bên phải.",
        f"The last {len(found)} runs with the same parameters, this one on the right.",
    )
    speeds = [(same(one["started_at"][5:16].replace("T", " ")), float(one["applications_per_second"])) for one in found]
    heads = [
        _STARTED,
        Words("Kết quả", "Verdict"),
        _SPEED,
        Words("Trễ p99 (ms)", "Latency p99 (ms)"),
        Words("Bộ nhớ cao nhất (MB)", "Peak memory (MB)"),
    ]
    rows = (
        (escape(one["started_at"]), escape(one["verdict"]), number(one["applications_per_second"]).html(),
         number(one["latency_p99_ms"]).html(), number(one["peak_rss_mb"]).html())
        for one in found
    )  # fmt: skip
    return bars(_SPEED, about, speeds, (_STARTED, _SPEED)) + table(heads, rows)
