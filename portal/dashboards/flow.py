"""Arrivals against throughput by day: as a chart, as a sentence, as a table; and the small lines in tables."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from portal.periods import Chosen
from portal.templatetags.portal import number
from procedures import boards
from procedures.boards import Scope

ONE_DAY = timedelta(days=1)
SPARK_WIDTH, SPARK_HEIGHT = 100, 24  # units of the drawing, not pixels


@dataclass(frozen=True)
class Day:
    """What came in and what was settled on one day."""

    day: date
    received: int
    settled: int


@dataclass(frozen=True)
class Flow:
    """The days of a period."""

    days: list[Day]

    @property
    def sentence(self) -> str:
        """What the chart says."""
        received, settled = (sum(getattr(day, name) for day in self.days) for name in ("received", "settled"))
        facts = {"received": number(received), "settled": number(settled), "more": number(abs(received - settled))}
        if received > settled:
            return _("Nhận %(received)s, giải quyết %(settled)s: tồn tăng %(more)s hồ sơ trong kỳ.") % facts
        if received < settled:
            return _("Nhận %(received)s, giải quyết %(settled)s: tồn giảm %(more)s hồ sơ trong kỳ.") % facts
        return _("Nhận và giải quyết bằng nhau: %(received)s hồ sơ.") % facts

    @property
    def chart(self) -> dict[str, object]:
        """What `charts.js` draws."""
        return {
            "days": [f"{day.day:%d/%m}" for day in self.days],
            "lines": [
                {"name": _("Tiếp nhận"), "values": [day.received for day in self.days], "tone": "quiet"},
                {"name": _("Đã giải quyết"), "values": [day.settled for day in self.days], "tone": "strong"},
            ],
        }


def by_day(scope: Scope, chosen: Chosen) -> Flow:
    """Every day of the period, those without applications as zeros."""
    found = boards.by_day(scope, chosen.period)
    nothing = boards.nothing()
    rows = [(day, found.get(day, nothing)) for day in days(chosen)]
    return Flow([Day(day, int(values["received"] or 0), int(values["settled"] or 0)) for day, values in rows])


def days(chosen: Chosen) -> list[date]:
    """The days of a period, first to last."""
    first, end = chosen.period.first, chosen.period.end
    return [first + ahead * ONE_DAY for ahead in range((end - first).days)]


def sparkline(chosen: Chosen, values: dict[date, int]) -> str:
    """The points of a polyline, its lowest line being zero; empty where there is nothing to draw."""
    line = [values.get(day, 0) for day in days(chosen)]
    most = max(line)
    if most == 0 or len(line) == 1:
        return ""
    step = SPARK_WIDTH / (len(line) - 1)
    return " ".join(
        f"{place * step:.1f},{SPARK_HEIGHT - SPARK_HEIGHT * value / most:.1f}" for place, value in enumerate(line)
    )
