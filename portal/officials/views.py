"""The officials' work: the queue, one application, each act on it."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from portal.accounts.models import User
from portal.accounts.roles import official_of, roles
from portal.context import moment
from portal.officials import acts
from portal.officials import queue as work
from portal.paging import page_of
from portal.progress import tell
from portal.qr import lookup_qr
from procedures import codes, permissions
from procedures.bands import band
from procedures.lifecycle import ACT_LABELS, Act, MoveRefused
from procedures.models import Application, Official
from procedures.permissions import NotAllowed

officials_only = roles(User.Role.OFFICIAL, User.Role.LEADER)


@require_safe
@officials_only
@never_cache
def queue(request: HttpRequest) -> HttpResponse:
    """What lies with the official's agency, by what has to be done, most urgent first."""
    official, at = official_of(request), moment(request)
    tabs = work.counted(Application.objects.visible_to(official), request.GET.get("tab", ""), at)
    here = next((one.tab for one in tabs if one.here), tabs[0].tab)
    text = request.GET.get("q", "").strip()[:100]
    page = page_of(request, work.applications(official, here.key, text, at))
    rows = [(application, band(application, at)) for application in page]
    context = {"official": official, "tabs": tabs, "here": here, "text": text, "page": page, "rows": rows}
    return render(request, "officials/queue.html", context)


@require_safe
@officials_only
@never_cache
def application(request: HttpRequest, code: str) -> HttpResponse:
    """One application: facts, progress, and the acts this official may do now."""
    official = official_of(request)
    return _application_page(request, official, _visible(official, code))


@require_POST
@officials_only
def perform(request: HttpRequest, code: str, act: str) -> HttpResponse:
    """Do one act; a refusal stays on the page with its sentence and what was typed."""
    official = official_of(request)
    found = _visible(official, code)
    wanted = _act(act)
    form = acts.form_of(wanted, found, request.POST)
    if not form.is_valid():
        return _application_page(request, official, found, wanted, form)
    try:
        acts.perform(wanted, found, by=official, at=moment(request), data=form.cleaned_data)
    except (MoveRefused, NotAllowed) as refusal:
        form.add_error(None, str(refusal))
        return _application_page(request, official, found, wanted, form)
    done = _("Đã ghi: %(act)s. Hồ sơ %(code)s nay là “%(status)s”.")
    facts = {"act": ACT_LABELS[wanted], "code": found.code, "status": found.get_status_display()}
    messages.success(request, done % facts)
    return redirect("officials:application", code=found.code)


@require_safe
@officials_only
@never_cache
def receipt(request: HttpRequest, code: str) -> HttpResponse:
    """The receipt to hand out (giấy tiếp nhận hồ sơ và hẹn trả kết quả), with the look-up secret."""
    found = _visible(official_of(request), code)
    secret = codes.receipt_secret(found.code, settings.LOOKUP_KEY)
    context = {"application": found, "secret": secret, "qr": lookup_qr(request, found.code)}
    return render(request, "officials/receipt.html", context)


def _visible(official: Official, code: str) -> Application:
    """The application, if it lies with this official; else it does not exist for him."""
    mine = Application.objects.visible_to(official)
    return get_object_or_404(mine.select_related("procedure", "agency", "citizen", "handler"), code=code)


def _act(name: str) -> Act:
    try:
        act = Act(name)
    except ValueError:
        raise Http404 from None
    if act not in acts.DOERS:
        raise Http404
    return act


def _application_page(
    request: HttpRequest,
    official: Official,
    found: Application,
    refused: Act | None = None,
    form: acts.ActForm | None = None,
) -> HttpResponse:
    open_acts = permissions.acts_open_to(official, found)
    context = {
        "application": found,
        "progress": tell(found, moment(request)),
        "offers": acts.offers(open_acts, found, refused, form),
        "refused": form,
    }
    return render(request, "officials/application.html", context, status=422 if form else 200)
