"""The public look-up page: follow an application with its code and the receipt's secret, without an account.

It changes nothing, so it needs no token; a failure's body is the same, byte for byte, whatever was typed.
"""

import redis
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from portal import clock, lookup
from portal.context import moment
from portal.progress import tell
from portal.qr import lookup_qr
from procedures.models import Application

LONGEST_CODE, LONGEST_SECRET = 40, 20


class LookupForm(forms.Form):
    """Code and secret, as they stand on the receipt."""

    code = forms.CharField(label=_("Mã hồ sơ"), max_length=LONGEST_CODE)
    secret = forms.CharField(label=_("Mã tra cứu trên giấy hẹn"), max_length=LONGEST_SECRET)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def look_up(request: HttpRequest) -> HttpResponse:
    """The form; the status page of the application on the receipt; or one answer for every failure."""
    if request.method != "POST":
        return _answer(request, "citizens/lookup.html", {"code": request.GET.get("code", "")[:LONGEST_CODE]})
    form = LookupForm(request.POST)
    if not form.is_valid():
        return _answer(request, "citizens/lookup_failed.html", {}, status=404)
    try:
        return _look_up(request, form.cleaned_data["code"], form.cleaned_data["secret"])
    except redis.RedisError:  # without its brake the look-up stays shut
        return _answer(request, "citizens/lookup_closed.html", {}, status=503)


def _look_up(request: HttpRequest, code: str, secret: str) -> HttpResponse:
    address, machine = request.META["REMOTE_ADDR"], clock.machine_now()
    seconds = lookup.seconds_to_wait(address, code, machine)
    if seconds > 0:
        response = _answer(request, "citizens/lookup_wait.html", {"seconds": seconds}, status=429)
        response["Retry-After"] = str(seconds)
        return response
    application = lookup.find(code, secret)
    if application is None:
        lookup.note_failure(address, code, machine)
        return _answer(request, "citizens/lookup_failed.html", {}, status=404)
    return _found(request, application)


def _found(request: HttpRequest, application: Application) -> HttpResponse:
    progress = tell(application, moment(request))
    return _answer(request, "citizens/status.html", {"progress": progress, "qr": lookup_qr(request, application.code)})


def _answer(request: HttpRequest, template: str, context: dict[str, object], status: int = 200) -> HttpResponse:
    response = render(request, template, context, status=status)
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response
