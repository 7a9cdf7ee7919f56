"""How urgent an application is (mức độ khẩn): from the due date and the clock that stops, never from the last change.

Pure but for the row it reads: `at` is an argument.
"""

from datetime import datetime
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from procedures.lifecycle import CLOCK_RUNS, FINAL, PAUSED
from procedures.metrics import DUE_SOON
from procedures.models import Application

FAR = 3  # "quá hạn lâu": three times as long in hand as was allowed


class Band(StrEnum):
    """Where an application stands against its due date."""

    FAR_OVERDUE = "far_overdue"
    OVERDUE = "overdue"
    DUE_SOON = "due_soon"
    ON_TRACK = "on_track"
    NO_DUE_DATE = "no_due_date"
    NOT_STARTED = "not_started"
    PAUSED = "paused"
    DONE_ON_TIME = "done_on_time"
    DONE_LATE = "done_late"
    ENDED = "ended"


BAND_LABELS = {
    Band.FAR_OVERDUE: _("Quá hạn lâu"),
    Band.OVERDUE: _("Quá hạn"),
    Band.DUE_SOON: _("Sắp đến hạn"),
    Band.ON_TRACK: _("Trong hạn"),
    Band.NO_DUE_DATE: _("Không có hẹn trả"),
    Band.NOT_STARTED: _("Chưa tính thời hạn"),
    Band.PAUSED: _("Tạm dừng"),
    Band.DONE_ON_TIME: _("Đúng hạn"),
    Band.DONE_LATE: _("Trễ hạn"),
    Band.ENDED: _("Đã kết thúc"),
}


def band(application: Application, at: datetime) -> Band:
    """The band of `application` at `at`; agrees with the figures `overdue` and `due_soon` of the registry."""
    if application.completed_at is not None:
        late = application.due_at is not None and application.completed_at > application.due_at
        return Band.DONE_LATE if late else Band.DONE_ON_TIME
    if application.state in FINAL:
        return Band.ENDED
    if application.state in PAUSED:
        return Band.PAUSED
    return _running(application, at) if application.state in CLOCK_RUNS else Band.NOT_STARTED


def _running(application: Application, at: datetime) -> Band:
    due_at, accepted_at = application.due_at, application.accepted_at
    if due_at is None or accepted_at is None:
        return Band.NO_DUE_DATE
    if due_at < at:
        return Band.FAR_OVERDUE if at - accepted_at > FAR * (due_at - accepted_at) else Band.OVERDUE
    return Band.DUE_SOON if due_at < at + DUE_SOON else Band.ON_TRACK
