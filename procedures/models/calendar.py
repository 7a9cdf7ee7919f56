"""The dated exceptions of the working week: public holidays and make-up days."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from procedures.working_days import WorkingCalendar


class CalendarDay(models.Model):
    """One exceptional day (ngày nghỉ lễ, ngày làm bù)."""

    class Kind(models.IntegerChoices):
        HOLIDAY = 1, _("Nghỉ lễ")
        MAKEUP = 2, _("Làm bù")

    day = models.DateField(_("ngày"), primary_key=True)
    kind = models.PositiveSmallIntegerField(_("loại"), choices=Kind.choices)
    name = models.CharField(_("tên"), max_length=200)
    origin = models.CharField(_("nguồn"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("ngày đặc biệt")
        verbose_name_plural = _("lịch nghỉ lễ và làm bù")
        constraints = [models.CheckConstraint(condition=models.Q(kind__in=(1, 2)), name="calendar_kind_is_known")]

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y} {self.name}"


def working_calendar() -> WorkingCalendar:
    """The calendar of the offices as it stands now: one query."""
    rows = list(CalendarDay.objects.values_list("day", "kind"))
    return WorkingCalendar.of(
        (day for day, kind in rows if kind == CalendarDay.Kind.HOLIDAY),
        (day for day, kind in rows if kind == CalendarDay.Kind.MAKEUP),
    )
