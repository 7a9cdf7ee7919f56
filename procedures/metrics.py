"""The registry of figures: name, formula, denominator, period rule. Tiles, tables, API and export read here.

Flows count what happened in a half-open span of days [first, end) of Asia/Ho_Chi_Minh and are read from the roll-ups;
stocks count what stands open at a moment and are read from the applications. `behind` gives the applications behind a
figure: the list whose length is the number.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.db.models import F, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from procedures.lifecycle import CLOCK_RUNS, PAUSED, Status
from procedures.models import Application, Channel
from procedures.models.applications import ApplicationQuerySet
from procedures.rollups import bounds

DUE_SOON = timedelta(days=2)  # "sắp đến hạn": due within so long


@dataclass(frozen=True)
class Period:
    """The days [first, end): `end` itself is not part of it."""

    first: date
    end: date

    @property
    def start_at(self) -> datetime:
        return bounds(self.first)[0]

    @property
    def end_at(self) -> datetime:
        return bounds(self.end)[0]

    def before(self) -> "Period":
        """The span of the same length that ends where this one begins."""
        return Period(self.first - (self.end - self.first), self.first)


class Kind(StrEnum):
    FLOW = "flow"
    STOCK = "stock"
    SHARE = "share"


Condition = Callable[[Period, datetime], Q]


@dataclass(frozen=True)
class Figure:
    """One figure. A flow names the roll-up columns it adds up; a share its numerator and denominator."""

    key: str
    label: str | Promise
    formula: str | Promise
    kind: Kind
    condition: Condition | None = None
    columns: tuple[str, ...] = ()
    numerator: str = ""
    denominator: str = ""
    more_is_better: bool = True


def _during(field: str, **also: object) -> Condition:
    return lambda period, _at: Q(**{f"{field}__gte": period.start_at, f"{field}__lt": period.end_at, **also})


def _settled(late: bool) -> Condition:
    judged = Q(completed_at__gt=F("due_at")) if late else Q(due_at=None) | Q(completed_at__lte=F("due_at"))
    return lambda period, at: _during("completed_at")(period, at) & judged


FIGURES = {
    figure.key: figure
    for figure in (
        Figure(
            "received", _("Tiếp nhận"), _("hồ sơ nộp trong kỳ, mọi hình thức"), Kind.FLOW, _during("submitted_at"),
            ("received_online", "received_direct", "received_postal"),
        ),
        Figure(
            "received_online", _("Nộp trực tuyến"), _("hồ sơ nộp trực tuyến trong kỳ"), Kind.FLOW,
            _during("submitted_at", channel=Channel.ONLINE), ("received_online",),
        ),
        Figure(
            "received_direct", _("Nộp trực tiếp"), _("hồ sơ nộp trực tiếp trong kỳ"), Kind.FLOW,
            _during("submitted_at", channel=Channel.DIRECT), ("received_direct",),
        ),
        Figure(
            "received_postal", _("Nộp qua bưu chính"), _("hồ sơ nộp qua bưu chính trong kỳ"), Kind.FLOW,
            _during("submitted_at", channel=Channel.POSTAL), ("received_postal",),
        ),
        Figure(
            "settled", _("Đã giải quyết"), _("hồ sơ xử lý xong trong kỳ"), Kind.FLOW, _during("completed_at"),
            ("settled_on_time", "settled_late"),
        ),
        Figure(
            "settled_on_time", _("Giải quyết đúng hạn"),
            _("xử lý xong trong kỳ, không sau giờ hẹn trả; không có hẹn trả là đúng hạn"), Kind.FLOW,
            _settled(late=False), ("settled_on_time",),
        ),
        Figure(
            "settled_late", _("Giải quyết trễ hạn"), _("xử lý xong trong kỳ, sau giờ hẹn trả"), Kind.FLOW,
            _settled(late=True), ("settled_late",), more_is_better=False,
        ),
        Figure(
            "refused", _("Không tiếp nhận"), _("hồ sơ bị từ chối tiếp nhận trong kỳ"), Kind.FLOW,
            _during("ended_at", status=Status.REFUSED), ("refused",), more_is_better=False,
        ),
        Figure(
            "withdrawn", _("Rút hồ sơ"), _("hồ sơ công dân rút trong kỳ"), Kind.FLOW,
            _during("ended_at", status=Status.WITHDRAWN), ("withdrawn",), more_is_better=False,
        ),
        Figure(
            "stopped", _("Dừng xử lý"), _("hồ sơ dừng xử lý trong kỳ"), Kind.FLOW,
            _during("ended_at", status=Status.STOPPED), ("stopped",), more_is_better=False,
        ),
        Figure(
            "to_accept", _("Chờ tiếp nhận"), _("đã nộp, chưa tiếp nhận, vào lúc xem"), Kind.STOCK,
            lambda _period, _at: Q(status=Status.SUBMITTED), more_is_better=False,
        ),
        Figure(
            "in_progress", _("Đang giải quyết"), _("đang trong tay cơ quan, tính thời hạn, vào lúc xem"), Kind.STOCK,
            lambda _period, _at: Q(status__in=CLOCK_RUNS), more_is_better=False,
        ),
        Figure(
            "overdue", _("Quá hạn"), _("đang giải quyết và đã qua giờ hẹn trả, vào lúc xem"), Kind.STOCK,
            lambda _period, at: Q(status__in=CLOCK_RUNS, due_at__lt=at), more_is_better=False,
        ),
        Figure(
            "due_soon", _("Sắp đến hạn"), _("đang giải quyết, hẹn trả trong hai ngày tới, vào lúc xem"), Kind.STOCK,
            lambda _period, at: Q(status__in=CLOCK_RUNS, due_at__gte=at, due_at__lt=at + DUE_SOON),
            more_is_better=False,
        ),
        Figure(
            "waiting", _("Chờ công dân"), _("tạm dừng chờ bổ sung hoặc nộp phí, vào lúc xem"), Kind.STOCK,
            lambda _period, _at: Q(status__in=PAUSED), more_is_better=False,
        ),
        Figure(
            "to_return", _("Chờ trả kết quả"), _("đã có kết quả, chưa trả, vào lúc xem"), Kind.STOCK,
            lambda _period, _at: Q(status=Status.COMPLETED), more_is_better=False,
        ),
        Figure(
            "on_time_share", _("Tỷ lệ đúng hạn"), _("giải quyết đúng hạn ÷ đã giải quyết trong kỳ"), Kind.SHARE,
            numerator="settled_on_time", denominator="settled",
        ),
        Figure(
            "online_share", _("Tỷ lệ nộp trực tuyến"), _("nộp trực tuyến ÷ tiếp nhận trong kỳ"), Kind.SHARE,
            numerator="received_online", denominator="received",
        ),
    )
}  # fmt: skip

FLOWS = tuple(figure for figure in FIGURES.values() if figure.kind is Kind.FLOW)
STOCKS = tuple(figure for figure in FIGURES.values() if figure.kind is Kind.STOCK)
SHARES = tuple(figure for figure in FIGURES.values() if figure.kind is Kind.SHARE)


class UnknownFigure(LookupError):
    """No figure has this name, or it has no list behind it."""


def behind(
    key: str, period: Period, at: datetime, applications: ApplicationQuerySet | None = None
) -> ApplicationQuerySet:
    """The applications that figure `key` counts: flows over `period`, stocks at `at`."""
    figure = FIGURES.get(key)
    if figure is None or figure.condition is None:
        raise UnknownFigure(key)
    queryset: ApplicationQuerySet = Application.objects.all() if applications is None else applications
    return queryset.filter(figure.condition(period, at))
