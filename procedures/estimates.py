"""How long an application usually takes: a range from the last month's results, told apart from the due date.

The office's time only: what a citizen was waited for is taken off. No estimate from too few cases, nor for procedures
whose duration is not in working days. An estimate is no promise; the due date is.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from django.db.models import Q, Sum

from procedures.deadlines import Unit
from procedures.models import Application, DeadlineEntry, Procedure
from procedures.working_days import ZONE, WorkingCalendar

WINDOW = timedelta(days=30)
FEWEST_CASES = 20
MOST_CASES = 1_000  # of a busy procedure the latest are enough
USUAL, SLOW = 0.5, 0.9  # "thường": half are done by then; nine in ten by the other end


@dataclass(frozen=True)
class Estimate:
    """Working days from acceptance to the result: half of the cases within `usual`, nine in ten within `slow`."""

    usual: int
    slow: int
    cases: int


def estimate(procedure: Procedure, at: datetime, calendar: WorkingCalendar) -> Estimate | None:
    """The range for `procedure` as seen at `at`, or None where too little is known: one query."""
    if procedure.duration_unit != Unit.WORKING_DAYS:
        return None
    resumed = Q(deadline_entries__kind=DeadlineEntry.Kind.RESUME)
    results = (
        Application.objects.filter(procedure=procedure, completed_at__gte=at - WINDOW, completed_at__lt=at)
        .annotate(waited=Sum("deadline_entries__amount", filter=resumed))
        .order_by("-completed_at")
        .values_list("accepted_at", "completed_at", "waited")[:MOST_CASES]
    )
    took = sorted(
        _working_days(calendar, accepted, done) - (waited or 0)
        for accepted, done, waited in results
        if accepted and done  # both are, of a completed application
    )
    if len(took) < FEWEST_CASES:
        return None
    return Estimate(_quantile(took, USUAL), _quantile(took, SLOW), len(took))


def _working_days(calendar: WorkingCalendar, accepted: datetime, done: datetime) -> int:
    return calendar.working_days_between(accepted.astimezone(ZONE).date(), done.astimezone(ZONE).date())


def _quantile(ordered: list[int], share: float) -> int:
    """The smallest value that `share` of the cases do not exceed; a result never takes less than a day."""
    return max(ordered[ceil(share * len(ordered)) - 1], 1)
