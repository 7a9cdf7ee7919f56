"""The portal's own rows."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PortalClock(models.Model):
    """The virtual clock: at machine time `started_at` the portal showed `origin`, and it runs `speed` times as fast.

    One row at most; without it the portal's time is the machine's.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    origin = models.DateTimeField(_("giờ của cổng"))
    started_at = models.DateTimeField(_("đặt lúc"))
    speed = models.FloatField(_("tốc độ"), default=1.0)

    class Meta:
        verbose_name = _("đồng hồ của cổng")
        verbose_name_plural = _("đồng hồ của cổng")
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="one_portal_clock"),
            models.CheckConstraint(condition=models.Q(speed__gte=0), name="portal_clock_never_runs_back"),
        ]

    def __str__(self) -> str:
        return f"{self.origin} x{self.speed}"


class DemoDay(models.Model):
    """A working day the demo has played: simulated, delivered, and judged once `judged_at` is set."""

    day = models.DateField(_("ngày"), primary_key=True)
    began_at = models.DateTimeField(_("bắt đầu lúc"), auto_now_add=True)
    judged_at = models.DateTimeField(_("kết luận lúc"), null=True, blank=True)

    class Meta:
        verbose_name = _("ngày trình diễn")
        verbose_name_plural = _("ngày trình diễn")

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y}"
