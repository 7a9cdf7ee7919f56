"""What every page shares: frame, navigation, tables, numbers, both languages. Everything shown is escaped here."""

import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from string import Template
from typing import Final
from urllib.parse import urlencode

from aiohttp import web

Words = tuple[str, str]
"""Vietnamese and English."""

TITLE: Final[Words] = ("Hệ thống giám sát quốc gia (mô phỏng)", "National monitoring system (simulated)")
NAVIGATION: Final[Mapping[str, Words]] = {
    "/": ("Tổng quan", "Overview"),
    "/tinh": ("Theo tỉnh và ngày", "By province and day"),
    "/canh-bao": ("Cảnh báo dữ liệu", "Data warnings"),
    "/su-co": ("Sự cố", "Faults"),
    "/nhat-ky": ("Nhật ký", "Journal"),
    "/tra-cuu": ("Tra cứu tại tỉnh", "Ask the province"),
}
NOTHING: Final[Words] = ("Chưa có dữ liệu.", "Nothing yet.")
LONG: Final = 28  # characters; a dossier number of 2022 has 26
_TAG: Final = re.compile("<[^>]+>")
_PERCENT: Final = "\u00a0%"  # no line ends before the sign
_VIETNAMESE: Final = str.maketrans(",.", ".,")  # 4.129 and 75,0 where English has 4,129 and 75.0
_STYLE: Final = """
:root { color-scheme: light dark; --ink: #16202b; --muted: #526070; --primary: #0b5a7d; --ground: #f5f7f9;
  --sheet: #fff; --line: #d9e0e6; --heed: #8a5a00 }
@media (prefers-color-scheme: dark) { :root { --ink: #e8edf2; --muted: #a9b6c3; --primary: #7cc4e8;
  --ground: #10171e; --sheet: #18222c; --line: #33414f; --heed: #ffd27a } }
* { box-sizing: border-box }
body { font: 16px/1.55 "Be Vietnam Pro", system-ui, sans-serif; color: var(--ink); background: var(--ground);
  margin: 0 }
header, main, footer { max-width: 72rem; margin: 0 auto; padding: .75rem 1rem }
header a, nav a { color: var(--primary) } h1 { font-size: 1.5rem; margin: .5rem 0 1rem; text-wrap: balance }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem } a { color: var(--primary) } .muted { color: var(--muted) }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1rem; list-style: none; margin: 0; padding: 0 }
nav a { display: inline-block; padding: .5rem 0 } nav a[aria-current] { font-weight: 700; color: var(--ink) }
.brand { font-weight: 700 } .top, .ends { display: flex; gap: .5rem 1rem; justify-content: space-between }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: .75rem; margin: 1rem 0 }
.tiles div { background: var(--sheet); border: 1px solid var(--line); border-radius: .5rem; padding: .75rem 1rem }
dt { font-size: .9rem; color: var(--muted) } dd { margin: 0 } .tiles dd { font-size: 1.6rem }
.facts { display: grid; grid-template-columns: minmax(9rem, max-content) 1fr; gap: .25rem 1rem }
dd, td, .number { font-variant-numeric: tabular-nums } code { font-size: .92em } a code { white-space: nowrap }
h1, dd, code { overflow-wrap: anywhere }
.scroll { overflow-x: auto; background: var(--sheet); border: 1px solid var(--line); border-radius: .5rem }
table { border-collapse: collapse; width: 100% }
caption { text-align: left; padding: .5rem .75rem; color: var(--muted) }
th, td { border-bottom: 1px solid var(--line); padding: .4rem .75rem; text-align: left; vertical-align: top;
  white-space: nowrap }
.long { white-space: normal; overflow-wrap: anywhere; min-width: 16rem } tr:has(form) td { vertical-align: middle }
tr:last-child td { border-bottom: 0 } th { font-size: .9rem; color: var(--muted) } .number { text-align: right }
.heed { color: var(--heed) } pre { overflow-x: auto; padding: .75rem; font-size: .85rem }
form { display: flex; flex-wrap: wrap; gap: .5rem; align-items: end; margin: .75rem 0 }
td form { margin: 0 } form > code { align-self: center; min-width: 6rem }
form > strong, form > span { align-self: center; min-width: 5rem }
label { display: grid; grid-template-columns: minmax(0, 1fr); gap: .2rem; font-size: .9rem; min-width: 0 }
input { width: 9rem } select { width: 100% } [name=MaHoSo] { width: 20rem; max-width: 100% }
input, select, button { font: inherit; padding: .5rem .75rem;
  min-height: 44px; border: 1px solid var(--line); border-radius: .4rem; background: var(--sheet); color: inherit }
button { background: var(--primary); border-color: var(--primary); color: var(--sheet); cursor: pointer }
button.quiet { background: var(--sheet); color: var(--primary) }
svg { display: block } .ends { margin: .25rem 0; font-size: .9rem }
.bar { fill: var(--primary) } .rest { fill: var(--line) }
@media (max-width: 40rem) { th, td { padding: .4rem .5rem } th { white-space: normal } }
@media print { nav, form, footer { display: none } body { background: #fff } .scroll { border: 0; overflow: visible } }
"""
_PAGE: Final = Template("""<!doctype html>
<html lang="$lang"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title · $brand</title><style>$style</style></head><body>
<header><div class="top"><span class="brand">$brand</span>
<a href="$switch" hreflang="$other" lang="$other">$switch_to</a></div>
<nav aria-label="$brand"><ul>$navigation</ul></nav></header>
<main><h1>$title</h1>$content</main>
<footer class="muted">$footer</footer></body></html>
""")
_FOOTER: Final[Words] = (
    "Mô phỏng để thử nghiệm: mọi hồ sơ và con người đều không có thật.",
    "A simulation for testing: every dossier and every person is invented.",
)


class Page:
    """One request's page: its language, and where it is."""

    def __init__(self, request: web.Request) -> None:
        self.lang = "en" if request.query.get("lang") == "en" else "vi"
        self._request = request

    def say(self, words: Words) -> str:
        """In the reader's language, escaped."""
        return escape(words[self.lang == "en"])

    def address(self, path: str, **query: str) -> str:
        """An address that keeps the language."""
        given = {name: value for name, value in query.items() if value} | ({"lang": "en"} if self.lang == "en" else {})
        return path + (f"?{urlencode(given)}" if given else "")

    def link(self, path: str, **query: str) -> str:
        """The address, escaped for an attribute."""
        return escape(self.address(path, **query))

    def here(self, **changed: str) -> str:
        """This very address with some of its query changed, escaped for an attribute."""
        return escape(str(self._request.rel_url.update_query(changed)))

    def keep_language(self) -> str:
        """For a form that asks: what it sends replaces the whole query."""
        return '<input type="hidden" name="lang" value="en">' if self.lang == "en" else ""

    def next(self, following: str) -> str:
        """The way to the page behind this one; none where `following` is empty."""
        words = self.say(("Trang sau", "Next page"))
        return f'<p><a href="{following}">{words}</a></p>' if following else ""

    def respond(self, title: Words, content: str, status: int = 200) -> web.Response:
        other = "vi" if self.lang == "en" else "en"
        text = _PAGE.substitute(
            lang=self.lang,
            other=other,
            style=_STYLE,
            title=self.say(title),
            brand=self.say(TITLE),
            switch=self.here(lang=other),
            switch_to="English" if other == "en" else "Tiếng Việt",
            navigation="".join(self._entry(path, words) for path, words in NAVIGATION.items()),
            content=content,
            footer=self.say(_FOOTER),
        )
        headers = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'"}
        return web.Response(text=text, content_type="text/html", charset="utf-8", status=status, headers=headers)

    def number(self, value: int) -> str:
        """With its thousands apart, as the page's language writes them."""
        return self._written(f"{value:,}")

    def percent(self, share: float | None) -> str:
        return "–" if share is None else self._written(f"{share * 100:.1f}") + _PERCENT

    def shown(self, value: object) -> str:
        """A number as the page's language writes it, a dash for what is unknown, everything else escaped."""
        if isinstance(value, Markup):
            return value
        if value is None:
            return "–"
        if isinstance(value, int):
            return self.number(value)
        if isinstance(value, float):
            return self._written(f"{value:,.2f}")
        return escape(str(value))

    def _written(self, figures: str) -> str:
        return figures if self.lang == "en" else figures.translate(_VIETNAMESE)

    def table(
        self,
        heads: Sequence[Words],
        rows: Iterable[Sequence["Cell"]],
        *,
        empty: Words = NOTHING,
        caption: Words | None = None,
    ) -> str:
        """`empty` says what it means that there is no row, and what to do next."""
        found = [tuple(row) for row in rows]
        if not found:
            return f'<p class="muted">{self.say(empty)}</p>'
        classes = [_column_class(column) for column in zip(*found, strict=True)]
        head = "".join(
            f'<th scope="col"{kind}>{self.say(words)}</th>' for kind, words in zip(classes, heads, strict=True)
        )
        lines = (zip(classes, row, strict=True) for row in found)
        body = "".join(
            f"<tr>{''.join(f'<td{kind}>{self.shown(value)}</td>' for kind, value in line)}</tr>" for line in lines
        )
        about = f"<caption>{self.say(caption)}</caption>" if caption else ""
        return f'<div class="scroll"><table>{about}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'

    def tiles(self, figures: Mapping[Words, object]) -> str:
        tiles = "".join(
            f"<div><dt>{self.say(name)}</dt><dd>{self.shown(value)}</dd></div>" for name, value in figures.items()
        )
        return f'<dl class="tiles">{tiles}</dl>'

    def _entry(self, path: str, words: Words) -> str:
        here = ' aria-current="page"' if path == self._request.path else ""
        return f'<li><a href="{self.link(path)}"{here}>{self.say(words)}</a></li>'


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


Cell = str | int | float | None | Markup


def is_number(value: Cell) -> bool:
    """Numbers stand on the right, with their dashes and percentages."""
    return isinstance(value, int | float) or (isinstance(value, str) and value.endswith(_PERCENT))


def _column_class(column: Iterable[Cell]) -> str:
    """Numbers on the right; what is short in one line, so that a narrow screen scrolls and breaks no word."""
    cells = list(column)
    if any(map(is_number, cells)):
        return ' class="number"'
    return ' class="long"' if any(len(_TAG.sub("", str(cell))) > LONG for cell in cells) else ""


def anchor(address: str, text: str) -> Markup:
    """`address` comes from `Page.link`, which has escaped it."""
    return Markup(f'<a href="{address}">{escape(text)}</a>')
