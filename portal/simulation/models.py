"""Which days the simulator has filled."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SimulatedDay(models.Model):
    """One filled day; written in the same transaction as its rows."""

    day = models.DateField(_("ngày"), primary_key=True)
    seed = models.BigIntegerField(_("hạt giống"))
    received = models.PositiveIntegerField(_("hồ sơ nộp"))
    received_online = models.PositiveIntegerField(_("nộp trực tuyến"))
    changed = models.PositiveIntegerField(_("hồ sơ chuyển trạng thái"))
    changes = models.PositiveIntegerField(_("lần chuyển trạng thái"))

    class Meta:
        verbose_name = _("ngày đã mô phỏng")
        verbose_name_plural = _("ngày đã mô phỏng")

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y}: {self.changed}"
