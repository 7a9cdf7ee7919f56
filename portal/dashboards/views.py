"""The boards of leaders: province, agency, commune, procedure, and the list behind each number."""

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal import periods
from portal.accounts.models import User
from portal.accounts.roles import roles
from portal.context import moment
from portal.dashboards import board, flow
from portal.dashboards import map as tile_map
from portal.dashboards.reach import check_may_watch, reach, watched
from portal.filters import ApplicationFilter
from portal.paging import page_of, page_of_list
from portal.progress import tell
from procedures import boards
from procedures.bands import band
from procedures.boards import Scope
from procedures.metrics import FIGURES
from procedures.models import Agency, Procedure
from procedures.working_days import ZONE

watchers = roles(User.Role.LEADER, User.Role.OFFICIAL)
ROWS_SHOWN = 50


@require_safe
@watchers
def home(request: HttpRequest) -> HttpResponse:
    """The province for leaders; officials are led to their own agency."""
    top = reach(request)
    if top is not None and top.level != Agency.Level.PROVINCE:
        return redirect("dashboards:agency", code=top.code)
    return _board(request, None)


@require_safe
@watchers
def agency(request: HttpRequest, code: str) -> HttpResponse:
    """One agency and what is below it."""
    found = get_object_or_404(Agency.objects.select_related("parent"), code=code)
    check_may_watch(request, found)
    return redirect("dashboards:home") if found.level == Agency.Level.PROVINCE else _board(request, found)


def _board(request: HttpRequest, agency: Agency | None) -> HttpResponse:
    at = moment(request)
    chosen = periods.read(request.GET, at.astimezone(ZONE).date())
    scope = Scope(agency)
    address = board.Address(chosen, agency=agency.code if agency else "")
    tiles, values = board.tiles(scope, chosen, at, address)
    has_agencies = agency is None or agency.level == Agency.Level.DISTRICT
    rows = board.agency_rows(scope, chosen, at) if has_agencies else board.procedure_rows(scope, chosen, at)
    context = {
        "agency": agency,
        "chosen": chosen,
        "spans": periods.LABELS,
        "tiles": tiles,
        "values": values,
        "uncounted": boards.uncounted(scope, chosen.last),
        "page": page_of_list(request, rows, ROWS_SHOWN),
        "has_agencies": has_agencies,
        "worst": board.worst(rows),
        "map": tile_map.tiles(rows) if agency is None else [],
        "flow": flow.by_day(scope, chosen),
        "figures": [FIGURES[key] for key in board.ROW_FIGURES],
    }
    return render(request, "dashboards/board.html", context)


@require_safe
@watchers
def applications(request: HttpRequest) -> HttpResponse:
    """The applications behind a number: as many rows as the number says."""
    at = moment(request)
    found = ApplicationFilter(request.GET, watched(request), at=at)
    if not found.is_valid():
        raise BadRequest(_("Địa chỉ của danh sách này có điều kiện không đọc được."))
    page = page_of(request, found.qs.select_related("procedure", "agency").by_urgency())
    query = found.form.cleaned_data
    context = {
        "page": page,
        "rows": [(application, band(application, at)) for application in page],
        "chosen": found.chosen,
        "figure": FIGURES.get(query["figure"]),
        "place": query["office"] or query["agency"],
        "procedure": Procedure.objects.filter(code=query["procedure"]).first() if query["procedure"] else None,
    }
    return render(request, "dashboards/applications.html", context)


@require_safe
@watchers
def application(request: HttpRequest, code: str) -> HttpResponse:
    """How one application stands, without the person behind it."""
    found = get_object_or_404(watched(request).select_related("procedure", "agency"), code=code)
    context = {"application": found, "progress": tell(found, moment(request))}
    return render(request, "dashboards/application.html", context)
