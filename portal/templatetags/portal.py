"""How the pages write icons, numbers, days and spans."""

import re
from datetime import date, datetime
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from portal.progress import span
from portal.wording import WORDING
from procedures.bands import BAND_LABELS, Band
from procedures.models import Agency, Application, Procedure
from procedures.working_days import ZONE

register = template.Library()

SHORT = re.compile(r"^(UBND |Ủy ban nhân dân )?(thành phố|thị xã|huyện) ", re.IGNORECASE)

WEEKDAYS = (
    gettext_lazy("Thứ Hai"),
    gettext_lazy("Thứ Ba"),
    gettext_lazy("Thứ Tư"),
    gettext_lazy("Thứ Năm"),
    gettext_lazy("Thứ Sáu"),
    gettext_lazy("Thứ Bảy"),
    gettext_lazy("Chủ Nhật"),
)


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon beside a word; screen readers pass over it."""
    sprite = static("vendor/bootstrap-icons/icons.svg")
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>', sprite, name)


@register.filter
def number(value: float | None) -> str:
    """1234 as "1.234"; nothing known as a dash."""
    return "–" if value is None else number_format(value, force_grouping=True)


@register.filter
def percent(value: float | None) -> str:
    """0.973 as "97,3 %" in one piece; without a denominator a dash."""
    return "–" if value is None else number_format(value * 100, decimal_pos=1) + "\N{NO-BREAK SPACE}%"


@register.filter
def refusal(words: str) -> str:
    """A refusal with its error code behind: a number in front of a sentence says nothing to who reads a list."""
    code, _space, message = words.partition(" ")
    if not message or not code.removeprefix("-").isdecimal():
        return words
    return _("%(message)s (mã lỗi %(code)s)") % {"message": message, "code": code}


@register.filter
def dong(value: int | None) -> str:
    """15000 as "15.000 đồng"."""
    return _("%(amount)s đồng") % {"amount": number(value)}


@register.filter
def day(value: date | datetime | None) -> str:
    """ "Thứ Năm 19/05/2022"."""
    if value is None:
        return "–"
    local = value.astimezone(ZONE) if isinstance(value, datetime) else value
    return f"{WEEKDAYS[local.weekday()]} {local:%d/%m/%Y}"


@register.filter
def day_and_time(value: datetime | None) -> str:
    """ "Thứ Năm 19/05/2022, 17:00"."""
    return "–" if value is None else f"{day(value)}, {clock_time(value)}"


@register.filter
def clock_time(value: datetime) -> str:
    """ "17:00", in Vietnam."""
    return f"{value.astimezone(ZONE):%H:%M}"


@register.filter
def machine_form(value: date | datetime) -> str:
    """What a `<time datetime>` attribute holds."""
    return value.astimezone(ZONE).isoformat(timespec="minutes") if isinstance(value, datetime) else value.isoformat()


@register.simple_tag(takes_context=True)
def with_query(context: template.Context, **changes: object) -> str:
    """The present address's query with some parameters changed; an empty value removes one."""
    query = context["request"].GET.copy()
    for key, value in changes.items():
        query.pop(key, None)
        if value not in (None, ""):
            query[key] = str(value)
    return f"?{query.urlencode()}"


BAND_LOOKS = {
    Band.FAR_OVERDUE: ("late", "exclamation-triangle-fill"),
    Band.OVERDUE: ("late", "exclamation-circle-fill"),
    Band.DUE_SOON: ("soon", "alarm"),
    Band.ON_TRACK: ("good", "check-circle-fill"),
    Band.NO_DUE_DATE: ("none", "dash-lg"),
    Band.NOT_STARTED: ("info", "clock"),
    Band.PAUSED: ("paused", "pause-circle-fill"),
    Band.DONE_ON_TIME: ("good", "check2-all"),
    Band.DONE_LATE: ("late", "exclamation-circle-fill"),
    Band.ENDED: ("none", "slash-circle"),
}


@register.inclusion_tag("components/band.html")
def band_tag(band: Band) -> dict[str, object]:
    """How urgent, in word, icon and colour."""
    tone, name = BAND_LOOKS[band]
    return {"tone": tone, "name": name, "label": BAND_LABELS[band]}


@register.inclusion_tag("components/status.html")
def status_tag(application: Application) -> dict[str, object]:
    """The official status, in the tone of its plain wording."""
    return {"wording": WORDING[application.state], "label": application.get_status_display()}


@register.filter
def duration(procedure: Procedure) -> str:
    """A procedure's duration in words."""
    return span(procedure.duration.value, procedure.duration.unit) if procedure.duration else ""


@register.filter
def named(agency: Agency) -> str:
    """An agency in the reader's language, where the organisation has an English name for it."""
    return agency.name_en if agency.name_en and get_language() == "en" else agency.name


@register.filter
def short_name(agency: Agency) -> str:
    """A district without its kind, for the tile map: "Hạ Long"."""
    return SHORT.sub("", agency.name)


@register.inclusion_tag("components/facts.html")
def facts_list(facts: list[Any], *, ordered: bool = False) -> dict[str, object]:
    """Steps, papers or laws as the catalogue keeps them: texts, or texts with details."""
    return {"facts": facts, "ordered": ordered}
