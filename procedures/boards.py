"""The figures of `metrics`, read for a place and a period: in total, per agency below, per procedure and per day.

A fixed handful of queries whatever the size of the province: flows from roll-ups, stocks from open applications.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from typing import Any

from django.db.models import Case, Count, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When

from procedures.lifecycle import CLOCK_RUNS, OPEN
from procedures.metrics import FLOWS, SHARES, STOCKS, Period
from procedures.models import Agency, Application, DailyCount, DeadlineEntry, Procedure, StatusChange
from procedures.rollups import bounds

Values = dict[str, int | float | None]
"""Figure key → value; a share is None where its denominator is 0."""


@dataclass(frozen=True)
class Scope:
    """What a board speaks of: an agency with all below it (None: the whole province), and one procedure or all."""

    agency: Agency | None = None
    procedure: Procedure | None = None


def totals(scope: Scope, period: Period, at: datetime) -> Values:
    """Every figure for the whole scope."""
    return _grouped(scope, period, at, Value(0)).get(0) or _values({})


def by_agency(scope: Scope, period: Period, at: datetime) -> dict[int, Values]:
    """Every figure per agency one level below the scope: at the province a district stands for its communes too."""
    return _grouped(scope, period, at, _level_below(scope))


def received_by_agency_and_day(scope: Scope, period: Period) -> dict[int, dict[date, int]]:
    """How many applications came in per agency one level below the scope and per day, for its spark line."""
    received = _sums()["received"]
    found: defaultdict[int, dict[date, int]] = defaultdict(dict)
    for row in _flows(scope, period).values("day", group=_level_below(scope)).annotate(received=received).order_by():
        found[row["group"]][row["day"]] = row["received"]
    return dict(found)


def by_procedure(scope: Scope, period: Period, at: datetime) -> dict[int, Values]:
    """Every figure per procedure that had any in the scope."""
    return _grouped(scope, period, at, F("procedure_id"))


def by_day(scope: Scope, period: Period) -> dict[date, Values]:
    """The flows and shares of each day of the period, days without any left out."""
    rows = _flows(scope, period).values("day").annotate(**_sums())
    return {row["day"]: _values(dict(row)) for row in rows}


def uncounted(scope: Scope, day: date) -> int:
    """How many applications filed on `day` the daily counts do not hold yet; 0 when the counts are fresh."""
    start, end = bounds(day)
    filed = _narrow(scope, Application.objects.filter(submitted_at__gte=start, submitted_at__lt=end)).count()
    counted = by_day(scope, Period(day, end.date())).get(day, nothing())["received"] or 0
    return int(filed - counted)


def in_hand_at(scope: Scope, moment: datetime) -> dict[str, int]:
    """The stocks `in_progress` and `overdue` as they stood at a past `moment`: from the history and the ledger."""
    history = StatusChange.objects.filter(application=OuterRef("pk"), at__lt=moment).order_by("-version")
    ledger = DeadlineEntry.objects.filter(application=OuterRef("pk"), at__lt=moment).order_by("-version")
    alive = Application.objects.filter(
        Q(completed_at=None) | Q(completed_at__gte=moment),
        Q(ended_at=None) | Q(ended_at__gte=moment),
        accepted_at__lt=moment,
    ).annotate(status_then=Subquery(history.values("to_status")[:1]), due_then=Subquery(ledger.values("due_at")[:1]))
    return _narrow(scope, alive.filter(status_then__in=CLOCK_RUNS)).aggregate(
        in_progress=Count("pk"), overdue=Count("pk", filter=Q(due_then__lt=moment))
    )


def nothing() -> Values:
    """The figures of a place where nothing happened."""
    return _values({})


def _level_below(scope: Scope) -> Any:
    whole = scope.agency is None or scope.agency.level == Agency.Level.PROVINCE
    district = When(agency__parent__level=Agency.Level.DISTRICT, then=F("agency__parent_id"))
    return Case(district, default=F("agency_id")) if whole else F("agency_id")


def _grouped(scope: Scope, period: Period, at: datetime, group: Any) -> dict[Any, Values]:
    found: defaultdict[Any, dict[str, Any]] = defaultdict(dict)
    flows = _flows(scope, period).values(group=group).annotate(**_sums()).order_by()
    stocks = _open(scope).values(group=group).annotate(**_counts(period, at)).order_by()
    for row in map(dict, chain(flows, stocks)):
        found[row.pop("group")] |= row
    return {key: _values(row) for key, row in found.items()}


def _flows(scope: Scope, period: Period) -> QuerySet[DailyCount]:
    return _narrow(scope, DailyCount.objects.filter(day__gte=period.first, day__lt=period.end))


def _open(scope: Scope) -> QuerySet[Application]:
    return _narrow(scope, Application.objects.filter(status__in=OPEN))


def _narrow(scope: Scope, rows: QuerySet[Any]) -> QuerySet[Any]:
    if scope.agency is not None and scope.agency.level != Agency.Level.PROVINCE:
        rows = rows.filter(agency__in=Agency.objects.below(scope.agency))
    return rows.filter(procedure=scope.procedure) if scope.procedure else rows


def _sums() -> dict[str, Any]:
    return {figure.key: sum((Sum(column) for column in figure.columns[1:]), Sum(figure.columns[0])) for figure in FLOWS}


def _counts(period: Period, at: datetime) -> dict[str, Any]:
    conditions = {figure.key: figure.condition(period, at) for figure in STOCKS if figure.condition}
    return {key: Count("pk", filter=condition) for key, condition in conditions.items()}


def _values(row: dict[str, Any]) -> Values:
    values: Values = {figure.key: row.get(figure.key) or 0 for figure in (*FLOWS, *STOCKS)}
    for figure in SHARES:
        whole = values[figure.denominator]
        values[figure.key] = (values[figure.numerator] or 0) / whole if whole else None
    return values
