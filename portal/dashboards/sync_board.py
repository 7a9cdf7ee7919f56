"""The sync board: does the national system know what we know; the verdict first, then the figures behind it."""

from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal import clock
from portal.accounts.models import User
from portal.accounts.roles import roles
from portal.templatetags.portal import number
from sync import health
from sync.health import Health


@dataclass(frozen=True)
class Verdict:
    """One sentence, and whether all is well."""

    is_well: bool
    sentence: str


@require_safe
@roles(User.Role.LEADER, User.Role.ENGINEER)
@never_cache
def sync(request: HttpRequest) -> HttpResponse:
    """The board; htmx asks again for its inner part every few seconds."""
    state = health.health()
    context = {
        "state": state,
        "verdict": verdict(state),
        "oldest": waited(state.oldest_seconds),
        "errors": sum(state.errors_last_hour.values()),
        "faults": [(count, error, health.meaning(error)) for error, count in state.errors_last_hour.items()],
        "machine_time": clock.machine_now(),
    }
    inner = "dashboards/sync_state.html" if request.headers.get("HX-Request") else "dashboards/sync.html"
    return render(request, inner, context)


def verdict(state: Health) -> Verdict:
    """The one number that decides: what is parked, what differs, what failed, how long something waits."""
    return Verdict(state.is_well, _well(state) if state.is_well else _unwell(state))


def _well(state: Health) -> str:
    if not state.backlog:
        return _("Mọi thay đổi đã được hệ thống quốc gia xác nhận.")
    words = ngettext(
        "Đang gửi %(count)s hồ sơ; lâu nhất đã chờ %(oldest)s.",
        "Đang gửi %(count)s hồ sơ; lâu nhất đã chờ %(oldest)s.",
        state.backlog,
    )
    return words % {"count": number(state.backlog), "oldest": waited(state.oldest_seconds)}


def _unwell(state: Health) -> str:
    if state.gate is not None and state.is_interrupted:
        return _interrupted(state.gate.alert)
    if state.parked:
        words = ngettext(
            "%(count)s hồ sơ bị hệ thống quốc gia từ chối, cần người xem.",
            "%(count)s hồ sơ bị hệ thống quốc gia từ chối, cần người xem.",
            state.parked,
        )
        return words % {"count": number(state.parked)}
    if state.differing:
        words = ngettext(
            "Đối soát thấy %(count)s hồ sơ khác nhau giữa hai bên.",
            "Đối soát thấy %(count)s hồ sơ khác nhau giữa hai bên.",
            state.differing,
        )
        return words % {"count": number(state.differing)}
    failed = sum(state.errors_last_hour.values())
    if failed:
        words = ngettext(
            "%(count)s lần gọi hệ thống quốc gia bị lỗi trong một giờ qua; hồ sơ chờ gửi: %(backlog)s.",
            "%(count)s lần gọi hệ thống quốc gia bị lỗi trong một giờ qua; hồ sơ chờ gửi: %(backlog)s.",
            failed,
        )
        return words % {"count": number(failed), "backlog": number(state.backlog)}
    return _("Có hồ sơ đã chờ gửi %(oldest)s.") % {"oldest": waited(state.oldest_seconds)}


def _interrupted(alert: str) -> str:
    if alert:
        return _("Hệ thống quốc gia từ chối phiên làm việc, cần người xem: %(alert)s") % {"alert": alert}
    return _("Hệ thống quốc gia không trả lời; tạm ngắt và đang thăm dò, không hồ sơ nào bị mất.")


def waited(seconds: float | None) -> str:
    """A wait in words a person grasps at once: seconds, minutes, hours."""
    if seconds is None:
        return "–"
    whole = timedelta(seconds=int(seconds))
    if whole < timedelta(minutes=2):
        return ngettext("%(n)s giây", "%(n)s giây", whole.seconds) % {"n": whole.seconds}
    minutes = int(whole / timedelta(minutes=1))
    if minutes < 120:
        return ngettext("%(n)s phút", "%(n)s phút", minutes) % {"n": minutes}
    return ngettext("%(n)s giờ", "%(n)s giờ", minutes // 60) % {"n": number(minutes // 60)}
