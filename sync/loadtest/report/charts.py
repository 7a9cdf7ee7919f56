"""Charts as inline SVG: lines over time with fault bands and kills, bars, a percentile spectrum. Numbers beside each.

Every chart has a title with its unit, labelled axes, one sentence that says what it shows, and its numbers in a table.
Lines differ by dash as well as by colour.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final, NamedTuple

from sync.loadtest.report.tables import table
from sync.loadtest.report.words import Words, exactly, milliseconds, number, told
from sync.loadtest.times import BUCKETS_A_DOUBLING

WIDTH, HEIGHT = 760, 250
LEFT, RIGHT, TOP, BOTTOM = 64, 16, 16, 34
INNER_WIDTH, INNER_HEIGHT = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
SMALLEST: Final = 1e-6  # below it an axis has nothing to show
TABLE_ROWS: Final = 40
LABEL_ROWS: Final = 8
LABEL_WIDTH, LABEL_HEIGHT = 7.0, 15  # of a character; of a row of names above the chart
FEW_BARS: Final = 12  # each with its number above it
POINTS: Final = 400  # drawn of a line; more is thinner than a pixel
SPECTRUM: Final = (0.0, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 0.9999, 0.99999)
_SECOND: Final = Words("Giây", "Second")
_FASTER: Final = Words("Phần nhanh hơn", "Share that is faster")
_AT_MOST: Final = Words("Độ trễ đến", "Latency up to")
_CHANGES: Final = Words("Số thay đổi", "Changes")
_NUMBERS: Final = Words("Số liệu", "Numbers")
Point = tuple[float, float]


@dataclass(frozen=True)
class Line:
    """One line of a chart."""

    name: Words
    points: Sequence[Point]


@dataclass(frozen=True)
class Band:
    """A span of time in which something was wrong on purpose; a kill is a band without width."""

    name: Words
    start: float
    end: float

    @property
    def is_moment(self) -> bool:
        return self.end == self.start


class Decades(NamedTuple):
    """A logarithmic axis upwards, from ten to the power of `low` to that of `high`."""

    low: int
    high: int

    @classmethod
    def around(cls, values: Sequence[float]) -> "Decades":
        """The least that holds these values, one decade at least."""
        low = math.floor(math.log10(min(values, default=1.0)))
        return cls(low, max(math.ceil(math.log10(max(values, default=1.0)) + 1e-9), low + 1))

    def y(self, value: float) -> float:
        """What lies below the axis is drawn at its foot."""
        return TOP + INNER_HEIGHT - self.height(max(value / 10.0**self.low, 1.0))

    def height(self, factor: float) -> float:
        """Between two values of which one is so many times the other."""
        return INNER_HEIGHT * math.log10(factor) / (self.high - self.low)

    def drawn(self) -> str:
        """A line for every power of ten."""
        powers = [10.0**exponent for exponent in range(self.low, self.high + 1)]
        return "".join(_level(self.y(power), milliseconds(power)) for power in powers)


def ticks(most: float, count: int = 4) -> list[float]:
    """Round numbers from 0 to at least `most`."""
    if most < SMALLEST:
        return [0.0, 1.0]
    raw = most / count
    size = 10 ** math.floor(math.log10(raw))
    step = next(size * factor for factor in (1, 2, 2.5, 5, 10) if size * factor >= raw)
    return [step * place for place in range(math.ceil(most / step - 1e-9) + 1)]


def thinned(points: Sequence[Point], most: int = POINTS) -> Sequence[Point]:
    """At most so many, the highest of each stretch, so that no peak is lost."""
    if len(points) <= most:
        return points
    size = math.ceil(len(points) / most)
    return [max(points[first : first + size], key=lambda point: point[1]) for first in range(0, len(points), size)]


def over_time(title: Words, about: Words, lines: Sequence[Line], bands: Iterable[Band] = (), unit: str = "") -> str:
    """Lines over the seconds of the run, zero-based."""
    drawn = [Line(line.name, thinned(line.points)) for line in lines]
    points = [point for line in drawn for point in line.points]
    across, up = ticks(max((x for x, _ in points), default=1.0), 6), ticks(max((y for _, y in points), default=1.0))

    def place(point: Point) -> Point:
        return LEFT + point[0] / across[-1] * INNER_WIDTH, TOP + INNER_HEIGHT * (1 - point[1] / up[-1])

    shapes, rows = _bands(bands, across[-1])
    body = shapes + _axes(across, up, place) + _polylines(drawn, place)
    numbers = table([_SECOND, *(line.name for line in lines)], _rows(lines))
    return _figure(title, unit, about, _legend(lines), body, numbers, rows)


def bars(title: Words, about: Words, counts: Sequence[tuple[Words, float]], heads: tuple[Words, Words]) -> str:
    """One bar for each label, zero-based; where they are few its number above it. `heads` name label and number."""
    up = ticks(max((count for _, count in counts), default=1.0))
    width = INNER_WIDTH / max(len(counts), 1)
    body = _axes([], up, lambda point: (LEFT, TOP + INNER_HEIGHT * (1 - point[1] / up[-1])))
    every = math.ceil(len(counts) / FEW_BARS)
    for order, (label, count) in enumerate(counts):
        height = INNER_HEIGHT * count / up[-1]
        x, y, shown = LEFT + order * width, TOP + INNER_HEIGHT - height, number(count)
        tip = _tip(told("{label}: {shown}", "{label}: {shown}", label=label, shown=shown))
        body += (
            f'<rect class="bar" x="{x + 1:.1f}" y="{y:.1f}" width="{max(width - 2, 1):.1f}"'
            f' height="{height:.1f}">{tip}</rect>'
        )
        if order % every == 0:
            body += _below(x + width / 2, label)
        if len(counts) <= FEW_BARS:
            body += _text(shown, f'x="{x + width / 2:.1f}" y="{y - 4:.1f}" text-anchor="middle"')
    rows = [(label.html(), number(count).html()) for label, count in counts]
    return _figure(title, "", about, "", body, table(heads, rows))


def spectrum(title: Words, about: Words, histograms: Sequence[tuple[Words, Sequence[Sequence[float]]]]) -> str:
    """Latency by percentile on two logarithmic axes: what one in ten, a hundred, a thousand had to wait at least."""
    lines = [Line(name, _percentiles(rows)) for name, rows in histograms if rows]
    up = Decades.around([y for line in lines for _, y in line.points if y > 0])

    def place(point: Point) -> Point:
        return LEFT + _rank(point[0]) / _rank(SPECTRUM[-1]) * INNER_WIDTH, up.y(point[1])

    across = "".join(_below(place((share, 1))[0], _share(share)) for share in SPECTRUM[:-1])
    body = up.drawn() + across + _polylines(lines, place)
    rows = [
        (_share(share).html(), *(milliseconds(_at(line.points, share)).html() for line in lines))
        for share in SPECTRUM[1:-1]
    ]
    numbers = table([_FASTER, *(line.name for line in lines)], rows)
    return _figure(title, "", about, _legend(lines), body, numbers)


def heat(title: Words, about: Words, cells: Sequence[Sequence[float]], bands: Iterable[Band] = ()) -> str:
    """Cells of [second, latency in ms, count]: time across, latency up on a logarithmic axis, count as darkness."""
    across = ticks(max(cell[0] for cell in cells) + 1, 6)
    up = Decades.around([cell[1] for cell in cells])
    most = math.log1p(max(cell[2] for cell in cells))
    second = INNER_WIDTH / across[-1]
    size = f'width="{max(second, 1):.1f}" height="{max(up.height(2 ** (1 / BUCKETS_A_DOUBLING)), 1):.1f}"'
    body, names = _bands(bands, across[-1])
    body += up.drawn() + "".join(_below(LEFT + value * second, _seconds(value)) for value in across)
    for at, upper, count in cells:
        what = {"at": _seconds(at), "upper": milliseconds(upper), "count": number(count)}
        tip = _tip(told("{at}, {upper}: {count}", "{at}, {upper}: {count}", **what))
        place = f'x="{LEFT + at * second:.1f}" y="{up.y(upper):.1f}"'
        dark = 0.15 + 0.85 * math.log1p(count) / most
        body += f'<rect class="bar" opacity="{dark:.2f}" {place} {size}>{tip}</rect>'
    rows = [
        (exactly(at).html(), milliseconds(upper).html(), number(count).html())
        for at, upper, count in cells[:: len(cells) // TABLE_ROWS + 1]
    ]
    return _figure(title, "", about, "", body, table([_SECOND, _AT_MOST, _CHANGES], rows), names)


def _rank(share: float) -> float:
    """Equal steps for 0, 90, 99, 99.9 %."""
    return -math.log10(1 - min(share, SPECTRUM[-1]))


def _percentiles(rows: Sequence[Sequence[float]]) -> list[Point]:
    total, seen, points = sum(count for _, count in rows), 0.0, []
    for upper, count in rows:
        points.append((seen / total, upper))
        seen += count
        points.append((min(seen / total, SPECTRUM[-1]), upper))
    return points


def _at(points: Sequence[Point], share: float) -> float:
    return next((y for x, y in points if x >= share), points[-1][1])


def _bands(bands: Iterable[Band], end: float) -> tuple[str, int]:
    """Spans, and kills over them; and how many rows their names take above the chart, where they cover nothing.

    A name stands in the lowest row where it covers no other.
    """
    spans, kills, names, taken, rows = "", "", "", [float("-inf")] * LABEL_ROWS, 0
    for band in sorted(bands, key=lambda band: (band.start, band.is_moment)):
        x = LEFT + min(band.start / end, 1) * INNER_WIDTH
        span = max(min(band.end, end) - band.start, 0) / end * INNER_WIDTH
        tip, kind = _tip(band.name), ""
        if span < 1:
            kills += f'<line class="kill" x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" y2="{TOP + INNER_HEIGHT}">{tip}</line>'
            kind = 'class="killed" '
        else:
            spans += f'<rect class="band" x="{x:.1f}" y="{TOP}" width="{span:.1f}" height="{INNER_HEIGHT}">{tip}</rect>'
        width = LABEL_WIDTH * max(map(len, band.name))
        left = min(x, WIDTH - width)
        row = next((row for row, until in enumerate(taken) if until <= left), LABEL_ROWS - 1)
        taken[row], rows = left + width, max(rows, row + 1)
        names += _text(band.name, f'{kind}x="{left:.1f}" y="{TOP - 5 - LABEL_HEIGHT * row}"')
    return spans + kills + names, rows


def _axes(across: Sequence[float], up: Sequence[float], place: Callable[[Point], Point]) -> str:
    levels = "".join(_level(place((0, value))[1], exactly(value)) for value in up)
    return levels + "".join(_below(place((value, 0))[0], _seconds(value)) for value in across)


def _level(y: float, words: Words) -> str:
    """A line across, and what it stands for."""
    line = f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
    return line + _text(words, f'x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end"')


def _below(x: float, words: Words) -> str:
    """A label under the chart."""
    return _text(words, f'x="{x:.1f}" y="{HEIGHT - 14}" text-anchor="middle"')


def _text(words: Words, attributes: str) -> str:
    if words.vi == words.en:
        return f"<text {attributes}>{escape(words.vi)}</text>"
    return "".join(f'<text lang="{lang}" {attributes}>{escape(text)}</text>' for lang, text in words._asdict().items())


def _tip(words: Words) -> str:
    return f"<title>{escape(words.both())}</title>"


def _seconds(value: float) -> Words:
    return exactly(value).followed_by("s")


def _share(share: float) -> Words:
    return exactly(share * 100).followed_by("%")


def _polylines(lines: Sequence[Line], place: Callable[[Point], Point]) -> str:
    drawn = ""
    for order, line in enumerate(lines):
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in map(place, line.points))
        drawn += f'<polyline class="line line{order % 4}" points="{path}"/>'
    return drawn


def _legend(lines: Sequence[Line]) -> str:
    """One line needs none: the title names it."""
    if len(lines) < 2:
        return ""
    items = "".join(
        f'<li><svg width="28" height="10" aria-hidden="true"><polyline class="line line{order % 4}" points="0,5 28,5"/>'
        f"</svg>{line.name.html()}</li>"
        for order, line in enumerate(lines)
    )
    return f'<ul class="legend">{items}</ul>'


def _rows(lines: Sequence[Line]) -> list[tuple[str, ...]]:
    """At most TABLE_ROWS of them, evenly spread; every line has the same moments."""
    longest = max((line.points for line in lines), key=len, default=[])
    step = max(math.ceil(len(longest) / TABLE_ROWS), 1)
    by_moment = [dict(line.points) for line in lines]
    return [(number(x).html(), *(number(known.get(x)).html() for known in by_moment)) for x, _ in longest[::step]]


def _figure(title: Words, unit: str, about: Words, legend: str, body: str, numbers: str, names: int = 0) -> str:
    """`names` is how many rows of names stand above the chart."""
    unit_text = f' <span class="unit">({escape(unit)})</span>' if unit else ""
    above = LABEL_HEIGHT * names
    return (
        f"<figure><figcaption><h3>{title.html()}{unit_text}</h3><p>{about.html()}</p>{legend}</figcaption>"
        f'<div class="plot" tabindex="0"><svg viewBox="0 {-above} {WIDTH} {HEIGHT + above}" role="img"'
        f' aria-label="{escape(title.both())}">{body}</svg></div>'
        f"<details><summary>{_NUMBERS.html()}</summary>{numbers}</details></figure>"
    )
