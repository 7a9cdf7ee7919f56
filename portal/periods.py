"""The period a board or list speaks of, read from the address: `?period=month&day=2022-05-12`.

A period runs from the beginning of the day, week, month, quarter or year up to and with `day`, today unless named.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from procedures.metrics import Period

ONE_DAY = timedelta(days=1)
STARTS: dict[str, Callable[[date], date]] = {
    "day": lambda day: day,
    "week": lambda day: day - timedelta(days=day.weekday()),
    "month": lambda day: day.replace(day=1),
    "quarter": lambda day: day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1),
    "year": lambda day: day.replace(month=1, day=1),
}
LABELS = {
    "day": _("Ngày"),
    "week": _("Tuần"),
    "month": _("Tháng"),
    "quarter": _("Quý"),
    "year": _("Năm"),
}
USUAL = "month"


@dataclass(frozen=True)
class Chosen:
    """A period with the words of its choice."""

    span: str
    last: date
    period: Period


def choose(span: str, last: date) -> Chosen:
    """The period of this kind that ends with the day `last`."""
    return Chosen(span, last, Period(STARTS[span](last), last + ONE_DAY))


def read(query: Mapping[str, str], today: date) -> Chosen:
    """The period an address names; what cannot be read, and days to come, give way to the usual one."""
    span = query.get("period", USUAL)
    try:
        last = date.fromisoformat(query.get("day", ""))
    except ValueError:
        last = today
    return choose(span if span in STARTS else USUAL, min(last, today))
