"""The page a person sees at the national system's address: what it is and what it holds. One table each, no scripts."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from html import escape
from string import Template
from typing import Any

from aiohttp import web

from sync import wire
from sync.national.evidence import Evidence
from sync.national.journal import Journal

_DAYS_SHOWN = 14
_PAGE = Template("""<!doctype html>
<html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Hệ thống giám sát quốc gia (mô phỏng)</title>
<style>
:root { color-scheme: light dark; --line: #8885; --soft: #8881 }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 64rem; margin: 0 auto; padding: 1rem }
h1 { font-size: 1.5rem; margin: .5rem 0 } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(12rem, 1fr)); gap: .75rem; margin: 1rem 0 }
dl div { background: var(--soft); border: 1px solid var(--line); border-radius: .5rem; padding: .75rem 1rem }
dt { font-size: .9rem } dd { margin: 0; font-size: 1.6rem; font-variant-numeric: tabular-nums }
table { border-collapse: collapse; width: 100% } caption { text-align: left; padding-bottom: .25rem }
th, td { border-bottom: 1px solid var(--line); padding: .35rem .5rem; text-align: left }
.number, th:last-child { text-align: right; font-variant-numeric: tabular-nums }
</style></head><body>
<h1>Hệ thống giám sát quốc gia (mô phỏng)</h1>
<p>Hệ thống này nhận hồ sơ và tiến độ xử lý mà cổng dịch vụ công của các tỉnh đồng bộ lên. Dữ liệu là mô phỏng.</p>
<dl>$tiles</dl>
<h2>Hồ sơ theo trạng thái</h2>$statuses
<h2>Hồ sơ đã đồng bộ theo tỉnh và ngày tiếp nhận</h2>$received
<h2>Yêu cầu từ khi khởi động</h2>$answers
<h2>Dữ liệu cho đối soát</h2>
<p><a href="$digest">Tổng kiểm</a> · <a href="$ledger?limit=100">Sổ tác động</a> · <a href="$stats">Số liệu</a> ·
<a href="$journal">Nhật ký yêu cầu</a></p>
</body></html>
""")


def _number(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def _table(heads: Sequence[str], rows: Iterable[Sequence[str | int]]) -> str:
    lines = ["".join(_cell(value) for value in row) for row in rows]
    if not lines:
        return "<p>Chưa có dữ liệu.</p>"
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cell(value: str | int) -> str:
    if isinstance(value, int):
        return f'<td class="number">{_number(value)}</td>'
    return f"<td>{escape(value)}</td>"


def _tiles(stats: dict[str, Any], journal: Journal) -> str:
    tiles = {
        "Hồ sơ đang giữ": stats["dossiers"],
        "Dòng tiến độ": stats["progress_rows"],
        "Lần ghi nhận hồ sơ": stats["effects"].get(wire.LEDGER_RECORD, 0),
        "Yêu cầu đã trả lời": journal.requests,
    }
    return "".join(f"<div><dt>{name}</dt><dd>{_number(count)}</dd></div>" for name, count in tiles.items())


def _status_rows(statuses: dict[str, int]) -> Iterable[tuple[str, int]]:
    """The ten statuses in their order, then whatever else was sent."""
    for status, label in wire.STATUS_LABELS.items():
        yield f"{status}. {label}", statuses.get(status, 0)
    for other in sorted(set(statuses) - set(wire.STATUS_LABELS)):
        yield f"“{other}”", statuses[other]


def _received_rows(received: Sequence[dict[str, Any]]) -> Iterable[tuple[str, str, int]]:
    known = sorted((row for row in received if row["day"]), key=lambda row: (row["day"], row["root"]), reverse=True)
    for row in known[:_DAYS_SHOWN]:
        yield row["root"], f"{row['day']:%d/%m/%Y}", row["dossiers"]


def front_page(evidence: Evidence, journal: Journal) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def show(_request: web.Request) -> web.Response:
        stats = await evidence.stats()
        answers = [(row["service"], row["error_code"], row["requests"]) for row in journal.counters()]
        page = _PAGE.substitute(
            tiles=_tiles(stats, journal),
            statuses=_table(["Trạng thái", "Hồ sơ"], _status_rows(stats["statuses"])),
            received=_table(["Tỉnh, bộ", "Ngày tiếp nhận", "Hồ sơ"], _received_rows(stats["received"])),
            answers=_table(["Dịch vụ", "error_code", "Số yêu cầu"], answers),
            digest=wire.PATH_DIGEST,
            ledger=wire.PATH_LEDGER,
            stats=wire.PATH_STATS,
            journal=wire.PATH_JOURNAL,
        )
        return web.Response(text=page, content_type="text/html")

    return show
