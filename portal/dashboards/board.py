"""What a board shows: five figures with their change, one sentence on what is worst, the level below.

Every figure carries the address of the list behind it.
"""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise

from portal.dashboards.flow import sparkline
from portal.periods import Chosen
from portal.templatetags.portal import named, number, percent
from procedures import boards
from procedures.boards import Scope, Values
from procedures.metrics import FIGURES, Kind
from procedures.models import Agency, Procedure
from procedures.models.agencies import AgencyQuerySet

ROW_FIGURES = ("received", "settled", "on_time_share", "overdue", "due_soon", "in_progress")
TILE_FIGURES = ("received", "settled", "on_time_share", "overdue", "in_progress")
LISTED_AS = {"on_time_share": "settled_on_time"}  # the list behind a share is that of its numerator
FEWEST = 20  # below so many settled applications a share says nothing about an agency


@dataclass(frozen=True)
class Address:
    """The part of a list's address that all figures of one scope share."""

    chosen: Chosen
    agency: str = ""
    office: str = ""
    procedure: str = ""

    def of(self, key: str) -> str:
        """The list behind figure `key`."""
        place = {"agency": self.agency, "office": self.office, "procedure": self.procedure}
        query = {"figure": LISTED_AS.get(key, key)} | {name: value for name, value in place.items() if value}
        return f"{reverse('dashboards:applications')}?{urlencode(query | self.period())}"

    def period(self) -> dict[str, str]:
        return {"period": self.chosen.span, "day": self.chosen.last.isoformat()}


@dataclass(frozen=True)
class Cell:
    """One figure, written out, with its list."""

    key: str
    label: str | Promise
    formula: str | Promise
    text: str
    url: str


@dataclass(frozen=True)
class Change:
    """How a figure differs from the period before; `direction` is up, down or same."""

    text: str
    direction: str
    before: str


@dataclass(frozen=True)
class Tile:
    """One of the five figures on top."""

    cell: Cell
    change: Change | None

    @property
    def is_stock(self) -> bool:
        return FIGURES[self.cell.key].kind is Kind.STOCK


@dataclass(frozen=True)
class Row:
    """One agency or procedure of the level below."""

    name: str
    url: str
    cells: list[Cell]
    values: Values
    agency: Agency | None = None
    spark: str = ""


def tiles(scope: Scope, chosen: Chosen, at: datetime, address: Address) -> tuple[list[Tile], Values]:
    """The five figures with their change: flows against the span of the same length before, stocks since its end."""
    now = boards.totals(scope, chosen.period, at)
    before = boards.totals(scope, chosen.period.before(), at) | boards.in_hand_at(scope, chosen.period.start_at)
    return [Tile(cell(key, now, address), _change(key, now, before)) for key in TILE_FIGURES], now


def cell(key: str, values: Values, address: Address) -> Cell:
    """A figure, written out."""
    figure, value = FIGURES[key], values[key]
    text = percent(value) if figure.kind is Kind.SHARE else number(value)
    return Cell(key, figure.label, figure.formula, text, address.of(key))


def _change(key: str, now: Values, before: Values) -> Change | None:
    """None where a share had no denominator."""
    figure, one, other = FIGURES[key], now[key], before[key]
    if one is None or other is None:
        return None
    direction = "same" if one == other else "up" if one > other else "down"
    if figure.kind is Kind.SHARE:
        return Change(number(round(abs(one - other) * 100, 1)), direction, percent(other))
    return Change(number(abs(one - other)), direction, number(other))


def agency_rows(scope: Scope, chosen: Chosen, at: datetime) -> list[Row]:
    """The agencies one level below, those in most need of attention first, those without applications last."""
    found = boards.by_agency(scope, chosen.period, at)
    received = boards.received_by_agency_and_day(scope, chosen.period)
    rows = [
        _agency_row(agency, found, scope, chosen, sparkline(chosen, received.get(agency.pk, {})))
        for agency in _below(scope).in_order()
    ]
    return sorted(rows, key=attention)


def _below(scope: Scope) -> AgencyQuerySet:
    if scope.agency is None:
        return Agency.objects.exclude(level=Agency.Level.COMMUNE)
    return Agency.objects.below(scope.agency)


def _agency_row(agency: Agency, found: dict[int, Values], scope: Scope, chosen: Chosen, spark: str) -> Row:
    values = found.get(agency.pk) or boards.nothing()
    itself = agency.level == Agency.Level.PROVINCE or agency == scope.agency
    procedure = scope.procedure.code if scope.procedure else ""
    place = {"office": agency.code} if itself else {"agency": agency.code}
    address = Address(chosen, procedure=procedure, **place)
    url = "" if itself else f"{reverse('dashboards:agency', args=[agency.code])}?{urlencode(address.period())}"
    return Row(named(agency), url, [cell(key, values, address) for key in ROW_FIGURES], values, agency, spark)


def procedure_rows(scope: Scope, chosen: Chosen, at: datetime) -> list[Row]:
    """The procedures with any application in the scope, those in most need of attention first."""
    found = boards.by_procedure(scope, chosen.period, at)
    names = Procedure.objects.filter(pk__in=found).only("code", "name")
    return sorted((_procedure_row(one, found[one.pk], scope, chosen) for one in names), key=attention)


def _procedure_row(procedure: Procedure, values: Values, scope: Scope, chosen: Chosen) -> Row:
    agency = scope.agency.code if scope.agency else ""
    address = Address(chosen, agency=agency, procedure=procedure.code)
    return Row(procedure.name, "", [cell(key, values, address) for key in ROW_FIGURES], values)


def attention(row: Row) -> tuple[float, float, float]:
    """Most overdue first, then the lowest share on time where enough was settled to judge, then the most in hand."""
    judged = row.values["on_time_share"] if (row.values["settled"] or 0) >= FEWEST else None
    return -(row.values["overdue"] or 0), 1 if judged is None else judged, -(row.values["in_progress"] or 0)


def worst(rows: list[Row]) -> Row | None:
    """Where most is overdue; else the lowest share on time among those that settled enough to be judged."""
    late = [row for row in rows if row.values["overdue"]]
    if late:
        return max(late, key=lambda row: row.values["overdue"] or 0)
    judged = [row for row in rows if (row.values["settled"] or 0) >= FEWEST and row.values["settled_late"]]
    return min(judged, key=lambda row: row.values["on_time_share"] or 0, default=None)
