"""Sign-in and the way to each role's first page."""

from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from portal.accounts.models import User
from portal.accounts.roles import signed_in

FIRST_PAGE = {
    User.Role.CITIZEN: "citizens:home",
    User.Role.OFFICIAL: "officials:queue",
    User.Role.LEADER: "dashboards:home",
    User.Role.ENGINEER: "dashboards:sync",
}


class SignIn(LoginView):
    """The officials' sign-in; guessing is locked out by django-axes."""

    template_name = "accounts/sign_in.html"
    redirect_authenticated_user = True


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Send whoever signed in to the first page of the role."""
    return redirect(FIRST_PAGE[User.Role(signed_in(request).role)])
