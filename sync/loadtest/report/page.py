"""The report as one HTML file: works offline, prints to A4, light and dark, Vietnamese and English, no JavaScript."""

from collections.abc import Callable, Mapping
from html import escape
from string import Template
from typing import Any, Final

from sync.loadtest.report import costs, course, statements
from sync.loadtest.report.words import Words, milliseconds, number

TITLE: Final = Words("Kiểm tra tải đồng bộ hồ sơ", "Load test of the synchronisation")
SECTIONS: Final[tuple[tuple[str, Words, Callable[[Mapping[str, Any]], str]], ...]] = (
    ("ledger", Words("Đối chiếu ba nguồn", "Correctness: three sources"), statements.ledger),
    ("load", Words("Tải đến", "Load"), course.load),
    ("throughput", Words("Thông lượng", "Throughput"), course.throughput),
    ("backlog", Words("Hàng chờ và cầu dao", "Backlog and breaker"), course.backlog),
    ("latency", Words("Độ trễ", "Latency"), course.latency),
    ("retries", Words("Gửi lại", "Retries"), course.retries),
    ("ordering", Words("Thứ tự và chờ nhau", "Order and head-of-line blocking"), course.ordering),
    ("parked", Words("Tạm gác", "Parked"), statements.parked),
    ("resources", Words("Tài nguyên và chi phí", "Resources and cost"), costs.resources),
    ("scaling", Words("Khả năng mở rộng", "Scaling"), costs.scaling),
    ("trend", Words("Các lần chạy gần đây", "Recent runs"), costs.trend),
)
_STYLE: Final = """
:root { color-scheme: light dark; --ink: #16202b; --muted: #526070; --primary: #0b5a7d; --second: #8a5a00;
  --ground: #f5f7f9; --sheet: #fff; --line: #d9e0e6; --good: #1b7048; --good-tint: #e6f4ec; --late: #b3261e;
  --late-tint: #fdecea; --band: #fff3d6 }
@media (prefers-color-scheme: dark) { :root { --ink: #e8edf2; --muted: #a9b6c3; --primary: #7cc4e8; --second: #f0b95a;
  --ground: #10171e; --sheet: #18222c; --line: #33414f; --good: #7fd0a6; --good-tint: #12301f; --late: #ff9a90;
  --late-tint: #3a1613; --band: #3a2f14 } }
* { box-sizing: border-box } html { scroll-behavior: smooth }
body { font: 16px/1.55 "Be Vietnam Pro", system-ui, sans-serif; color: var(--ink); background: var(--ground); margin: 0;
  padding: 1rem }
main { max-width: 76rem; margin: 0 auto } h1 { font-size: 1.6rem; margin: .25rem 0 } h2 { font-size: 1.25rem;
  margin: 2.5rem 0 .75rem; padding-top: .5rem; border-top: 1px solid var(--line) } h3 { font-size: 1rem; margin: 0 }
p { max-width: 48rem } .lead { font-size: 1.1rem } .muted, .unit { color: var(--muted) } a { color: var(--primary) }
.banner { border-radius: .5rem; padding: 1rem 1.25rem; margin: 1rem 0; border-left: .5rem solid }
.banner strong { font-size: 2rem; display: block; line-height: 1.2 }
.PASS { background: var(--good-tint); border-color: var(--good) } .PASS strong { color: var(--good) }
.FAIL { background: var(--late-tint); border-color: var(--late) } .FAIL strong { color: var(--late) }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); gap: .75rem; padding: 0;
  list-style: none } .tiles li { background: var(--sheet); border: 1px solid var(--line); border-radius: .5rem;
  padding: .75rem 1rem } .tiles b { display: block; font-size: 1.5rem; font-variant-numeric: tabular-nums }
figure { background: var(--sheet); border: 1px solid var(--line); border-radius: .5rem; padding: 1rem; margin: 1rem 0;
  break-inside: avoid } figcaption p { margin: .25rem 0 .5rem; color: var(--muted) }
svg { max-width: 100%; height: auto; display: block } .plot { overflow-x: auto } .plot svg { width: 100% }
svg text { fill: var(--muted); font-size: 12px; font-variant-numeric: tabular-nums; paint-order: stroke;
  stroke: var(--sheet); stroke-width: 3px; stroke-linejoin: round }
.grid { stroke: var(--line) } .line { fill: none; stroke: var(--primary); stroke-width: 2 }
.line1 { stroke: var(--second); stroke-dasharray: 6 3 } .line2 { stroke: var(--good); stroke-dasharray: 2 3 }
.bar { fill: var(--primary) } .band { fill: var(--band) } .kill { stroke: var(--late); stroke-width: 1.5 }
svg .killed { fill: var(--late) }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; list-style: none; padding: 0; margin: .25rem 0 }
.legend li { display: flex; gap: .5rem; align-items: center }
.scroll { overflow-x: auto } table { border-collapse: collapse; font-variant-numeric: tabular-nums; margin: .5rem 0 }
th, td { text-align: right; padding: .3rem .75rem; border-bottom: 1px solid var(--line); white-space: nowrap }
th:first-child, td:first-child { text-align: left; white-space: normal; min-width: 11rem }
td code { color: var(--muted); font-size: .8em; overflow-wrap: normal; white-space: nowrap }
details th:first-child, details td:first-child { min-width: 0 } th { color: var(--muted); font-size: .9rem }
.good, .better { color: var(--good) } .late, .worse { color: var(--late) } .same { color: var(--muted) }
.soon { color: var(--second) }
dl { display: grid; grid-template-columns: minmax(8rem, max-content) 1fr; gap: .25rem 1rem } dt { color: var(--muted) }
dd { margin: 0 } code { overflow-wrap: anywhere; font-size: .92em } summary { cursor: pointer; min-height: 2rem }
nav ol { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; padding: 0; list-style: none }
header { display: flex; flex-wrap: wrap-reverse; justify-content: space-between; align-items: center; gap: 0 1rem }
.switch label { cursor: pointer; padding: .5rem }
body:has(#vi:checked) [lang=en], body:has(#en:checked) [lang=vi] { display: none }
@media print { @page { size: A4; margin: 14mm } body { background: #fff; padding: 0; font-size: 11px }
  .switch, nav, details { display: none } h2 { break-after: avoid } .tiles { grid-template-columns: repeat(4, 1fr) } }
@media (max-width: 48rem) { .plot svg { width: 46rem; max-width: none } }
@media (max-width: 40rem) { th, td { padding: .3rem .4rem } th:first-child, td:first-child { padding-left: 0 }
  dl { grid-template-columns: 1fr } dt { margin-top: .5rem } }
"""
_PAGE: Final = Template("""<!doctype html>
<html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title</title><style>$style</style></head><body><main>
<header><h1>$heading</h1>
<form class="switch"><input type="radio" name="lang" id="vi" checked><label for="vi">Tiếng Việt</label>
<input type="radio" name="lang" id="en"><label for="en">English</label></form></header>
$content</main></body></html>
""")


def html(result: Mapping[str, Any], other: Mapping[str, Any] | None = None) -> str:
    """The whole page; `other` is the result of a run to compare with."""
    passed = result["verdict"] == "PASS"
    failed = sum(not gate["passed"] for gate in result["gates"])
    words = Words("ĐẠT", "PASS") if passed else Words("KHÔNG ĐẠT", "FAIL")
    reason = (
        Words("Mọi điều kiện đều đạt.", "Every gate is met.")
        if passed
        else Words(f"{failed} điều kiện không đạt.", f"{failed} gates are not met.")
    )
    banner = f'<div class="banner {escape(result["verdict"])}"><strong>{words.html()}</strong>{reason.html()}</div>'
    content = banner + statements.summary(result) + _tiles(result) + statements.gates(result) + _navigation()
    for anchor, title, section in SECTIONS:
        content += f'<section id="{anchor}"><h2>{title.html()}</h2>{section(result)}</section>'
    compared = statements.comparison(result, other)
    content += f'<section id="compare"><h2>{_COMPARED.html()}</h2>{compared}</section>'
    content += f'<section id="reproduce"><h2>{_REPRODUCE.html()}</h2>{statements.reproduce(result)}</section>'
    name = f"{result['verdict']} · {TITLE.vi}"
    return _PAGE.substitute(title=escape(name), style=_STYLE, heading=TITLE.html(), content=content)


_COMPARED: Final = Words("So với lần chạy khác", "Against another run")
_REPRODUCE: Final = Words("Chạy lại", "How to reproduce")


def _navigation() -> str:
    entries = [(name, title) for name, title, _section in SECTIONS]
    entries += [("compare", _COMPARED), ("reproduce", _REPRODUCE)]
    links = "".join(f'<li><a href="#{name}">{title.html()}</a></li>' for name, title in entries)
    return f"<nav><ol>{links}</ol></nav>"


def _tiles(result: Mapping[str, Any]) -> str:
    tiles = {
        Words("hồ sơ mỗi giây", "applications a second"): number(result["applications_per_second"]),
        Words("trễ p50", "latency p50"): milliseconds(result["latency_ms"]["p50"]),
        Words("trễ p99", "latency p99"): milliseconds(result["latency_ms"]["p99"]),
        Words("bộ nhớ cao nhất", "peak memory"): number(result["peak_rss_mb"]).followed_by("MB"),
    }
    shown = "".join(f"<li><b>{value.html()}</b>{name.html()}</li>" for name, value in tiles.items())
    return f'<ul class="tiles">{shown}</ul>'
