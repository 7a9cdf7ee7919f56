"""The report's charts: how the run went over time. What was not measured is said not to have been."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

from sync.loadtest.report.charts import Band, Line, bars, heat, over_time, spectrum
from sync.loadtest.report.names import failure, fault
from sync.loadtest.report.statements import Result
from sync.loadtest.report.tables import table
from sync.loadtest.report.words import Words, exactly, milliseconds, number, percent, same, told
from sync.loadtest.times import QUANTILES

_HEAT: Final = Words("Độ trễ theo thời gian", "Latency over time")
_HEAT_ABOUT: Final = Words(
    "Mỗi ô: thay đổi được ghi nhận trong giây ấy với độ trễ ấy; càng đậm càng nhiều.",
    "Each cell: changes applied in that second with that latency; the darker, the more.",
)
_SHARES: Final = tuple(same(share.replace("_", ".")) for share in QUANTILES)
NOT_MEASURED: Final = Words("Lần chạy này không đo.", "Not measured in this run.")


def not_measured() -> str:
    return f'<p class="muted">{NOT_MEASURED.html()}</p>'


def bands(result: Result) -> list[Band]:
    wrong = [Band(fault(one["name"]), one["from"], one["to"]) for one in result.get("bands", [])]
    return wrong + [Band(same(f"kill -9 {one['victim']}"), one["at"], one["at"]) for one in result.get("kills", [])]


def load(result: Result) -> str:
    arrivals = result.get("arrivals")
    if not arrivals:
        burst = Words(
            "Mọi thay đổi đã có trước khi việc gửi bắt đầu (burst): không có lượt đến nào để trễ.",
            "All changes were there before the delivery began (burst): there were no arrivals to be late.",
        )
        return f"<p>{burst.html()}</p>"
    lines = [
        Line(Words("dự định", "planned"), list(enumerate(map(float, arrivals["planned_per_second"])))),
        Line(Words("thực tế", "achieved"), list(enumerate(map(float, arrivals["achieved_per_second"])))),
    ]
    about = told(
        "Trễ so với dự định: p50 {half}, p99 {most}; lỡ: {missed}.",
        "Later than planned: p50 {half}, p99 {most}; missed: {missed}.",
        half=milliseconds(arrivals["lateness_ms"]["p50"]),
        most=milliseconds(arrivals["lateness_ms"]["p99"]),
        missed=number(arrivals["missed"]),
    )
    return over_time(Words("Lượt đến mỗi giây", "Arrivals a second"), about, lines)


def throughput(result: Result) -> str:
    series = result.get("series", [])
    if len(series) < 2:
        return not_measured()
    lines = [Line(Words("bản ghi gửi đi", "rows sent"), rates(series, "sent")),
             Line(Words("được ghi nhận", "rows applied"), rates(series, "applied"))]  # fmt: skip
    about = told(
        "Một phần mười đầu: {first} thay đổi mỗi giây, cuối: {last}. Dải màu: sự cố; vạch đứng: tắt đột ngột.",
        "First tenth: {first} changes a second, last: {last}. Bands are faults, upright lines kills.",
        first=number(result["drain_rate_first_tenth"]),
        last=number(result["drain_rate_last_tenth"]),
    )
    chart = over_time(Words("Bản ghi mỗi giây", "Rows a second"), about, lines, bands(result))
    return chart + _speeds(result, series)


def _speeds(result: Result, series: Sequence[Mapping[str, Any]]) -> str:
    """Mean of the run and peak of half a second.

    What no longer waits was acknowledged only where nothing is added to what waits: an open model has no such peak.
    """
    names = {"sent": Words("bản ghi gửi đi", "rows sent"), "applied": Words("bản ghi được ghi nhận", "rows applied")}
    span, rows = series[-1]["t"] - series[0]["t"], []
    for name, words in names.items():
        mean = (series[-1][name] - series[0][name]) / span if span else 0.0
        rows.append((words.html(), number(mean).html(), number(_peak(series, name)).html()))
    left = [{"t": row["t"], "left": -row["backlog"]} for row in series]
    peak = None if result.get("arrivals") else _peak(left, "left")
    mean = result["applications_per_second"]
    acknowledged = Words("hồ sơ được xác nhận", "applications acknowledged").html()
    rows.append((acknowledged, number(mean).html(), number(peak).html()))
    heads = [Words("Mỗi giây", "A second"), Words("Trung bình", "Mean"), Words("Cao nhất", "Peak")]
    factor = told(
        "Nhanh gấp {factor} lần so với lượng ấy đến đều trong một ngày.",
        "Caught up {factor} times faster than so much comes in evenly over a day.",
        factor=number(result["catch_up_factor"]),
    )
    return f"{table(heads, rows)}<p>{factor.html()}</p>"


def _peak(series: Sequence[Mapping[str, float]], name: str) -> float:
    return max((speed for _, speed in rates(series, name)), default=0.0)


def rates(series: Sequence[Mapping[str, float]], name: str) -> list[tuple[float, float]]:
    """By half-second samples, per second; never below zero."""
    found = []
    for before, after in pairwise(series):
        seconds = after["t"] - before["t"]
        if seconds > 0:
            found.append((after["t"], max(after[name] - before[name], 0) / seconds))
    return found


def backlog(result: Result) -> str:
    series = result.get("series", [])
    if not series:
        return not_measured()
    depth = over_time(
        Words("Hồ sơ chờ gửi", "Applications waiting"),
        Words("Về 0 nghĩa là mọi hồ sơ đã được xác nhận.", "At 0 every application is acknowledged."),
        [Line(Words("chờ gửi", "waiting"), points(series, "backlog"))],
        bands(result),
    )
    age = over_time(
        Words("Thay đổi chờ lâu nhất", "Oldest change that waits"),
        Words("Tuổi của thay đổi lâu nhất chưa được ghi nhận.", "The age of the oldest change not yet applied."),
        [Line(Words("tuổi", "age"), points(series, "oldest_age"))],
        bands(result),
        "s",
    )
    limit = over_time(
        Words("Số lần gọi cùng lúc được phép", "Calls allowed at once"),
        Words(
            "Giảm một nửa khi bị nghẽn, tăng dần khi thông; 0 khi cầu dao ngắt hay phải chờ.",
            "Halved when throttled, raised step by step; 0 while the breaker is open or a pause is kept.",
        ),
        [Line(Words("giới hạn", "limit"), [(row["t"], _open_limit(row)) for row in series])],
        bands(result),
    )
    return depth + age + limit


def _open_limit(row: Mapping[str, Any]) -> float:
    return float(row["limit"]) if row["gate"] in ("closed", "half_open") else 0.0


def points(series: Sequence[Mapping[str, Any]], name: str) -> list[tuple[float, float]]:
    return [(row["t"], float(row[name])) for row in series if row.get(name) is not None]


def latency(result: Result) -> str:
    histograms = result.get("histogram", {})
    if not histograms.get("latency"):
        return not_measured()
    names = {
        "latency": Words("từ lúc ghi tại tỉnh", "from the commit"),
        "latency_from_intended": Words("từ lúc dự định", "from the intended time"),
    }
    curves = [(names[name], rows) for name, rows in histograms.items() if name in names]
    if histograms.get("latency") == histograms.get("latency_from_intended"):
        curves = curves[:1]  # a burst: both are the same
    by_percentile = spectrum(
        Words("Độ trễ theo phần trăm", "Latency by percentile"),
        Words("Bên phải là những thay đổi phải chờ lâu nhất.", "On the right are those that waited longest."),
        curves,
    )
    counts = bars(
        Words("Phân bố độ trễ", "Distribution of latency"),
        Words(
            "Số thay đổi theo thời gian từ khi ghi đến khi quốc gia nhận.",
            "Changes by the time from commit to application.",
        ),
        [(milliseconds(upper), float(count)) for upper, count in histograms["latency"]],
        (Words("Độ trễ đến", "Latency up to"), Words("Số thay đổi", "Changes")),
    )
    cells = result.get("heat", [])
    warm = heat(_HEAT, _HEAT_ABOUT, cells, bands(result)) if cells else ""
    return by_percentile + counts + warm + _spans(result)


def _spans(result: Result) -> str:
    """From commit to application, and the parts of it."""
    spans = {
        Words("Ghi tại tỉnh → quốc gia ghi nhận", "Commit → applied"): result["latency_ms"],
        Words("Lúc dự định → quốc gia ghi nhận", "Intended → applied"): result.get("latency_from_intended_ms"),
        Words("Đến hạn → được nhận gửi (cả lô)", "Due → claimed (the whole batch)"): result.get("waited_ms"),
        **{same(f"HTTP {service}"): some for service, some in result.get("http_ms", {}).items()},
    }
    rows = [(name.html(), *_quantiles(some)) for name, some in spans.items() if some]
    return table([Words("Khoảng", "Span"), *_SHARES], rows)


def _quantiles(some: Mapping[str, float]) -> list[str]:
    return [milliseconds(some[share]).html() if share in some else "–" for share in QUANTILES]


def retries(result: Result) -> str:
    found = result.get("retries")
    if not found:
        return not_measured()
    attempts = bars(
        Words("Bản ghi theo lần gửi", "Rows by attempt"),
        Words(
            "Bao nhiêu bản ghi đi trong lần gửi thứ nhất, thứ hai… của hồ sơ.",
            "How many rows left in their application's first attempt, its second, and so on.",
        ),
        _every_attempt(found["attempts"]),
        (Words("Lần gửi", "Attempt"), Words("Bản ghi", "Rows")),
    )
    obeyed = found.get("retry_after_obeyed_ratio")
    facts = told(
        "Mỗi bản ghi được ghi nhận tốn {sendings} lần gửi.",
        "Each row applied took {sendings} sendings.",
        sendings=number(found["amplification"], 2),
    )
    kept = told(
        "Thời gian chờ do quốc gia yêu cầu (Retry-After) được giữ: {kept}.",
        "Of the waits the national side asked for (Retry-After), at least so much was kept: {kept}.",
        kept=same("–") if obeyed is None else percent(obeyed),
    )
    return f"<p>{facts.html()} {kept.html()}</p>{attempts}{_failures(found['classes'])}"


def _every_attempt(counts: Iterable[tuple[int, int]]) -> list[tuple[Words, float]]:
    """One in which nothing was sent is none the less one."""
    known = dict(counts)
    return [(exactly(attempt), float(known.get(attempt, 0))) for attempt in range(1, max(known, default=0) + 1)]


def _failures(classes: Mapping[str, int]) -> str:
    if not classes:
        return f"<p>{Words('Không lần gọi nào bị lỗi.', 'No call failed.').html()}</p>"
    rows = ((failure(name).html(), number(count).html()) for name, count in classes.items())
    return table([Words("Loại lỗi", "Error class"), Words("Lần gọi", "Calls")], rows)


def ordering(result: Result) -> str:
    """Order within an application, and what a change waits for because an earlier one of its application waits."""
    found = result.get("ordering")
    if not found:
        return not_measured()
    facts = told(
        "Sai thứ tự: {reordered}; bản cũ đè bản mới: {overtaken}; bị giữ sau một hồ sơ tạm gác: {held}. Thay đổi của "
        "cùng một hồ sơ đi theo thứ tự, nên một thay đổi có thể phải chờ thay đổi trước nó.",
        "Out of order: {reordered}; older over newer: {overtaken}; held behind a parked letter: {held}. Changes of one "
        "application travel in order, so one may wait for the one before it.",
        reordered=number(result["reordered"]),
        overtaken=number(result["overtaken"]),
        held=number(found["held"]),
    )
    spans = {
        Words("không chờ thay đổi nào trước nó", "behind no other change"): "in_front",
        Words("được ghi khi thay đổi trước còn trên đường", "committed while an earlier one was under way"): "behind",
    }
    heads = [Words("Thay đổi", "Changes"), Words("Số", "Count"), *_SHARES]
    rows = [
        (words.html(), number(found[name]).html(), *_quantiles(found[f"{name}_ms"])) for words, name in spans.items()
    ]
    return f"<p>{facts.html()}</p>{table(heads, rows)}"
