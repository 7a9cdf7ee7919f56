"""Which roles may open a page; asked by decorators, answered with 403 and a sentence."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from portal.accounts.models import User
from procedures.models import Official

View = Callable[..., HttpResponseBase]


def signed_in(request: HttpRequest) -> User:
    """The account behind a request that has passed a sign-in check."""
    return cast(User, request.user)


def roles(*allowed: User.Role) -> Callable[[View], View]:
    """Let only these roles (and superusers) open the page."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            user = signed_in(request)
            if user.role not in allowed and not user.is_superuser:
                raise PermissionDenied(_("Trang này dành cho vai trò khác."))
            return view(request, *args, **kwargs)

        return login_required(guarded)

    return decorate


def official_of(request: HttpRequest) -> Official:
    """The official behind the account, or 403 where the account speaks for none."""
    official = signed_in(request).official
    if official is None:
        raise PermissionDenied(_("Tài khoản này không gắn với cán bộ nào."))
    return official
