"""The work queue as data: tabs with their counts, the search, the order."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from procedures.lifecycle import FINAL
from procedures.metrics import FIGURES, Period
from procedures.models import Application, Official
from procedures.models.applications import ApplicationQuerySet


@dataclass(frozen=True)
class Tab:
    """One tab; `heading` says how many, `empty` what to do when there are none."""

    key: str
    label: str | Promise
    empty: str | Promise


TABS = (
    Tab("to_accept", _("Chờ tiếp nhận"), _("Không có hồ sơ nào chờ tiếp nhận. Hồ sơ mới sẽ hiện ở đây.")),
    Tab("in_progress", _("Đang giải quyết"), _("Không có hồ sơ nào đang giải quyết. Hãy xem thẻ “Chờ tiếp nhận”.")),
    Tab("overdue", _("Quá hạn"), _("Không có hồ sơ quá hạn. Hãy xem thẻ “Sắp đến hạn” để giữ được như vậy.")),
    Tab("due_soon", _("Sắp đến hạn"), _("Không có hồ sơ nào đến hạn trong hai ngày tới.")),
    Tab("waiting", _("Chờ công dân"), _("Không có hồ sơ nào đang chờ công dân bổ sung hoặc nộp phí.")),
    Tab("to_return", _("Chờ trả kết quả"), _("Không có kết quả nào chờ trả.")),
    Tab("done", _("Đã kết thúc"), _("Chưa có hồ sơ nào kết thúc.")),
)
KEYS = {tab.key: tab for tab in TABS}


@dataclass(frozen=True)
class Counted:
    """A tab with the number of its applications."""

    tab: Tab
    count: int
    here: bool


def condition(key: str, at: datetime) -> Q:
    """Which applications a tab holds; all but the last are figures of the registry."""
    figure = FIGURES.get(key)
    if figure is None or figure.condition is None:
        return Q(status__in=FINAL)
    day = at.date()
    return figure.condition(Period(day, day), at)


def counted(mine: ApplicationQuerySet, here: str, at: datetime) -> list[Counted]:
    """All tabs with their counts: one query."""
    counts = mine.aggregate(**{tab.key: Count("pk", filter=condition(tab.key, at)) for tab in TABS})
    return [Counted(tab, counts[tab.key], here=tab.key == here) for tab in TABS]


def applications(official: Official, key: str, text: str, at: datetime) -> ApplicationQuerySet:
    """The rows of a tab, most urgent first; what has ended, latest first."""
    rows = Application.objects.visible_to(official).filter(condition(key, at))
    if text:
        rows = rows.filter(Q(code__icontains=text) | Q(citizen__name__icontains=text))
    rows = rows.select_related("procedure", "agency", "citizen", "handler")
    return rows.order_by("-ended_at", "-pk") if key == "done" else rows.by_urgency()
