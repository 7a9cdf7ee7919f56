"""What every page knows: the portal's time, read once per request, and the places this person may go."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from portal import clock
from portal.accounts.models import User


@dataclass(frozen=True)
class Place:
    """One entry of the menu."""

    url: str
    label: str | Promise
    icon: str
    here: bool


def moment(request: HttpRequest) -> datetime:
    """The portal's time of this request: asked once, so that a page does not contradict itself."""
    if not hasattr(request, "moment"):
        request.moment = clock.now()  # type: ignore[attr-defined]
    return request.moment  # type: ignore[attr-defined, no-any-return]


def page(request: HttpRequest) -> dict[str, Any]:
    """The context processor of all templates; both values cost nothing where a page does not show them."""
    return {"now": SimpleLazyObject(lambda: moment(request)), "menu": SimpleLazyObject(lambda: _menu(request))}


_MENU = (
    ("citizens:procedures", _("Thủ tục"), "file-earmark-text", None),
    ("citizens:lookup", _("Tra cứu hồ sơ"), "search", None),
    ("officials:queue", _("Việc cần làm"), "inbox", {User.Role.OFFICIAL, User.Role.LEADER}),
    ("dashboards:home", _("Điều hành"), "bar-chart-line", {User.Role.LEADER, User.Role.OFFICIAL}),
    ("dashboards:sync", _("Đồng bộ"), "arrow-repeat", {User.Role.LEADER, User.Role.ENGINEER}),
)


def _menu(request: HttpRequest) -> list[Place]:
    role = getattr(getattr(request, "user", None), "role", None)
    places = [(reverse(name), label, icon) for name, label, icon, roles in _MENU if roles is None or role in roles]
    nearest = max((url for url, _label, _icon in places if request.path.startswith(url)), key=len, default="")
    return [Place(url, label, icon, here=url == nearest) for url, label, icon in places]
