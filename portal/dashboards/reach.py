"""Which agencies a person may watch: leaders the whole province, officials their own agency and what is below it."""

from django.http import Http404, HttpRequest

from portal.accounts.models import User
from portal.accounts.roles import official_of, signed_in
from procedures.models import Agency, Application
from procedures.models.applications import ApplicationQuerySet


def reach(request: HttpRequest) -> Agency | None:
    """The top of what this person may watch; None is the whole province."""
    user = signed_in(request)
    if user.is_superuser or user.role == User.Role.LEADER:
        return None
    return official_of(request).agency


def check_may_watch(request: HttpRequest, agency: Agency) -> None:
    """Another agency's board does not exist for an official."""
    top = reach(request)
    if top is not None and not Agency.objects.below(top).filter(pk=agency.pk).exists():
        raise Http404


def watched(request: HttpRequest) -> ApplicationQuerySet:
    """The applications this person may watch."""
    top = reach(request)
    return Application.objects.all() if top is None else Application.objects.below(top)
