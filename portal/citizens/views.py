"""Find a procedure: the front page, the catalogue, one procedure."""

from datetime import timedelta

from django.db.models import F, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from portal.catalogue import CatalogueFilter
from portal.context import moment
from portal.paging import page_of
from procedures import boards
from procedures.metrics import Period
from procedures.models import Agency, DailyCount, Procedure, Sector
from procedures.search import sort_key
from procedures.working_days import ZONE

MOST_USED = 8
ONE_DAY = timedelta(days=1)
RECENTLY = timedelta(days=30)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Search, look-up, what most people come for, and how the province does today."""
    today = moment(request).astimezone(ZONE).date()
    counts = boards.by_day(boards.Scope(), Period(today, today + ONE_DAY)).get(today)
    return render(request, "citizens/home.html", {"counts": counts, "most_used": _most_used(today - RECENTLY)})


def _most_used(since: object) -> list[Procedure]:
    received = F("received_online") + F("received_direct") + F("received_postal")
    top = (
        DailyCount.objects.filter(day__gte=since)
        .values("procedure")
        .annotate(received=Sum(received))
        .order_by("-received", "procedure")[:MOST_USED]
    )
    rank = {row["procedure"]: place for place, row in enumerate(top)}
    found = Procedure.objects.filter(pk__in=rank).select_related("sector")
    return sorted(found, key=lambda procedure: rank[procedure.pk])


@require_safe
def procedures(request: HttpRequest) -> HttpResponse:
    """The catalogue, searched and filtered."""
    found = CatalogueFilter(request.GET, Procedure.objects.select_related("sector", "agency").order_by("position"))
    page = page_of(request, found.qs)
    sectors = sorted(Sector.objects.all(), key=lambda sector: sort_key(sector.name))
    return render(request, "citizens/procedures.html", {"filter": found, "page": page, "sectors": sectors})


@require_safe
def procedure(request: HttpRequest, code: str) -> HttpResponse:
    """Everything the source says about one procedure."""
    found = get_object_or_404(Procedure.objects.select_related("sector", "agency"), code=code)
    where = Agency.Level
    levels = [
        (found.at_province, where.PROVINCE, found.province_assigned),
        (found.at_district, where.DISTRICT, found.district_assigned),
        (found.at_commune, where.COMMUNE, False),
    ]
    settled = [(level.label, assigned) for settles, level, assigned in levels if settles]
    return render(request, "citizens/procedure.html", {"procedure": found, "settled": settled})
