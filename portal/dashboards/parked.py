"""Parked letters (hồ sơ tạm gác): the list, a decision on them with its preview, the audit, the export."""

import io
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal import sheets
from portal.accounts.models import User
from portal.accounts.roles import roles, signed_in
from portal.dashboards.parked_forms import VIEWS, DecisionForm, LetterForm
from portal.paging import page_of
from portal.parked_sheet import rows
from portal.templatetags.portal import number
from procedures.working_days import ZONE
from sync import parking
from sync.parking import Filter, NothingChosen, Replay

watchers = roles(User.Role.LEADER, User.Role.ENGINEER)
engineers = roles(User.Role.ENGINEER)
GROUPS_SHOWN = 20


@dataclass(frozen=True)
class Tab:
    """One view of the list with its number of letters."""

    key: str
    label: str | Promise
    count: int
    here: bool


@dataclass(frozen=True)
class Decision:
    """How a kind of order is spoken of."""

    title: str | Promise
    effect: str | Promise
    button: str | Promise


DECISIONS = {
    Replay.Kind.RETRY: Decision(
        gettext_lazy("Sẽ gửi lại"),
        gettext_lazy("Các hồ sơ này được gửi lại trong vài giây, cùng mọi thay đổi đang chờ phía sau."),
        gettext_lazy("Gửi lại"),
    ),
    Replay.Kind.SKIP: Decision(
        gettext_lazy("Sẽ bỏ qua"),
        gettext_lazy(
            "Các thay đổi đang chờ không được gửi nữa; hồ sơ vẫn nằm trong danh sách đã bỏ qua. Khi hồ sơ có thay đổi"
            " mới, toàn bộ diễn biến chưa gửi sẽ được gửi."
        ),
        gettext_lazy("Bỏ qua"),
    ),
}


@require_safe
@watchers
@never_cache
def parked(request: HttpRequest) -> HttpResponse:
    """What was refused and waits for a person; as many rows as the numbers that lead here."""
    form = LetterForm(request.GET)
    chosen = form.chosen() if form.is_valid() else Filter()
    page = page_of(request, parking.parked(chosen).select_related("application__procedure", "application__agency"))
    waiting = parking.waiting(list(page))
    groups = parking.groups(replace(chosen, group=""))
    context = {
        "form": form,
        "page": page,
        "rows": [(letter, parking.words_of(letter.reason), waiting[letter.pk]) for letter in page],
        "tabs": _tabs(chosen),
        "groups": groups[:GROUPS_SHOWN],
        "more_groups": len(groups) - GROUPS_SHOWN,
        "chosen": chosen,
        "group_words": parking.words_of(chosen.group),
        "unfinished": parking.unfinished().count(),
        "orders": parking.orders().count(),
        **_rights(request),
    }
    return render(request, "dashboards/parked.html", context, status=200 if form.is_valid() else 422)


@require_safe
@watchers
def export(request: HttpRequest, form: str) -> HttpResponse:
    """The same list as a file, all of its pages."""
    if form not in sheets.TYPES:
        raise Http404
    file, chosen = io.BytesIO(), _chosen(request)
    if form == "xlsx":
        sheets.write_xlsx(file, rows(chosen))
    else:
        text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
        sheets.write_csv(text, rows(chosen))
        text.detach()
    disposition = {"Content-Disposition": f'attachment; filename="ho-so-tam-gac.{form}"'}
    return HttpResponse(file.getvalue(), content_type=sheets.TYPES[form], headers=disposition)


@require_http_methods(["GET", "HEAD", "POST"])
@engineers
@never_cache
def decide(request: HttpRequest, kind: str) -> HttpResponse:
    """How many letters it would be and which, then the decision; a refusal stays on the page with its sentence."""
    if kind not in DECISIONS:
        raise Http404
    chosen = _chosen(request)
    total = parking.count(chosen)
    form = DecisionForm(request.POST if request.method == "POST" else None, total=total)
    if request.method == "POST" and form.is_valid():
        return _carry_out(request, Replay.Kind(kind), chosen, form.cleaned_data["why"])
    context = {
        "decision": DECISIONS[Replay.Kind(kind)],
        "total": total,
        "groups": parking.groups(chosen)[:GROUPS_SHOWN],
        "held": 0 if chosen.skipped else parking.count(replace(chosen, held=True)),
        "form": form,
        "query": request.GET.urlencode(),
    }
    return render(request, "dashboards/parked_decision.html", context, status=422 if form.is_bound else 200)


@require_safe
@watchers
@never_cache
def orders(request: HttpRequest) -> HttpResponse:
    """The audit: who decided what, when and why."""
    return render(request, "dashboards/parked_orders.html", {"page": page_of(request, parking.orders())})


@require_safe
@watchers
@never_cache
def order(request: HttpRequest, number: int) -> HttpResponse:
    """One decision and its letters, as they were then."""
    found = get_object_or_404(parking.orders(), pk=number)
    items = found.items.select_related("application").order_by("application__code")
    outcome = request.GET.get("outcome")
    if outcome in parking.ReplayItem.Outcome.values:
        items = items.filter(outcome=outcome)
    page = page_of(request, items)
    rows = [(item, parking.words_of(item.reason)) for item in page]
    context = {"order": found, "page": page, "rows": rows, "outcome": outcome, **_rights(request)}
    context["conditions"] = _conditions(found.criteria)
    context["left"] = found.items.filter(outcome="left").count()
    context["undone"] = found.items.filter(outcome="").count()
    return render(request, "dashboards/parked_order.html", context)


@require_POST
@engineers
def resume(request: HttpRequest, number: int) -> HttpResponse:
    """Go on with an interrupted order where it stopped."""
    _tell(request, parking.resume(get_object_or_404(parking.orders(), pk=number)))
    return redirect("dashboards:parked_order", number=number)


def _carry_out(request: HttpRequest, kind: Replay.Kind, chosen: Filter, why: str) -> HttpResponse:
    act = parking.replay if kind == Replay.Kind.RETRY else parking.skip
    try:
        done = act(chosen, by=_name(signed_in(request)), why=why)
    except NothingChosen:
        messages.error(request, _("Không còn hồ sơ nào khớp: có người vừa quyết định rồi. Hãy xem nhật ký."))
        return redirect("dashboards:parked")
    _tell(request, done)
    return redirect("dashboards:parked_order", number=done.pk)


def _tell(request: HttpRequest, done: Replay) -> None:
    if done.kind == Replay.Kind.RETRY:
        words = ngettext("Đã xếp gửi lại %(n)s hồ sơ.", "Đã xếp gửi lại %(n)s hồ sơ.", done.done)
    else:
        words = ngettext("Đã bỏ qua %(n)s hồ sơ.", "Đã bỏ qua %(n)s hồ sơ.", done.done)
    messages.success(request, words % {"n": number(done.done)})


def _chosen(request: HttpRequest) -> Filter:
    """The filter of an address; a page of deeds shows no half of what was asked for."""
    form = LetterForm(request.GET)
    if not form.is_valid():
        raise BadRequest(_("Địa chỉ của danh sách này có điều kiện không đọc được."))
    return form.chosen()


def _tabs(chosen: Filter) -> list[Tab]:
    tabs = []
    for key, label in VIEWS.items():
        view = replace(chosen, held=key == "held", skipped=key == "skipped")
        tabs.append(Tab(key, label, parking.count(view), here=view == chosen))
    return tabs


def _conditions(criteria: dict[str, Any]) -> list[tuple[str | Promise, str]]:
    """An order's filter in the words of the list's form."""
    labels: dict[str, str | Promise] = {name: field.label or "" for name, field in LetterForm.base_fields.items()}
    labels |= {"codes": labels["code"], "group": _("Nhóm lý do"), "until": _("Tạm gác trước"), "since": _("Tạm gác từ")}
    labels |= {name: _("Trong nhóm") for name in ("held", "skipped")}
    return [(labels[name], _told(name, value)) for name, value in criteria.items()]


def _told(name: str, value: Any) -> str:
    if name in VIEWS:
        return str(VIEWS[name])
    if name in ("since", "until"):
        return f"{datetime.fromisoformat(value).astimezone(ZONE):%H:%M %d/%m/%Y}"
    return ", ".join(value) if isinstance(value, list) else str(value)


def _rights(request: HttpRequest) -> dict[str, object]:
    user = signed_in(request)
    return {
        "may_decide": user.is_superuser or user.role == User.Role.ENGINEER,
        "may_open": user.is_superuser or user.role == User.Role.LEADER,
    }


def _name(user: User) -> str:
    """A person as the audit knows them: the account, and the name where there is one."""
    name = user.official.name if user.official else user.get_full_name()
    return f"{name} ({user.username})" if name else user.username
