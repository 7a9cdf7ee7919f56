"""Counts per day, so that boards need not read the applications."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from procedures.models.agencies import Agency
from procedures.models.catalogue import Procedure


class DailyCount(models.Model):
    """What happened on one day to one agency's applications of one procedure; rebuilt any time with the same result."""

    pk = models.CompositePrimaryKey("day", "agency_id", "procedure_id")
    day = models.DateField(_("ngày"))
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+", verbose_name=_("cơ quan"))
    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="+", verbose_name=_("thủ tục"))
    received_online = models.PositiveIntegerField(_("tiếp nhận trực tuyến"), default=0)
    received_direct = models.PositiveIntegerField(_("tiếp nhận trực tiếp"), default=0)
    received_postal = models.PositiveIntegerField(_("tiếp nhận qua bưu chính"), default=0)
    settled_on_time = models.PositiveIntegerField(_("giải quyết đúng hạn"), default=0)
    settled_late = models.PositiveIntegerField(_("giải quyết trễ hạn"), default=0)
    refused = models.PositiveIntegerField(_("không tiếp nhận"), default=0)
    withdrawn = models.PositiveIntegerField(_("rút hồ sơ"), default=0)
    stopped = models.PositiveIntegerField(_("dừng xử lý"), default=0)

    class Meta:
        verbose_name = _("số liệu ngày")
        verbose_name_plural = _("số liệu ngày")

    def __str__(self) -> str:
        return f"{self.day} {self.agency_id} {self.procedure_id}"
