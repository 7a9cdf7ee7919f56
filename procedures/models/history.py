"""What happened to each application, append-only: status changes, the due-date ledger, the counter behind the codes.

Triggers of the migration `history_rules` hold what a column cannot: versions without gaps, moments that rise, a status
that agrees with the history, and that nothing is ever rewritten.
"""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from procedures.deadlines import Unit
from procedures.lifecycle import Status, pairs
from procedures.models.agencies import Agency
from procedures.models.applications import Application
from procedures.models.people import Citizen, Official


def _is_a_move() -> models.Q:
    """The table of moves as a condition on (from_status, to_status); never NULL, for a check lets NULL pass."""
    first, moves = models.Q(), models.Q()
    for start, end in sorted(pairs(), key=lambda pair: (pair[0] or 0, pair[1])):
        if start is None:
            first |= models.Q(from_status=None, to_status=end)
        else:
            moves |= models.Q(from_status=start, to_status=end)
    return first | (models.Q(from_status__isnull=False) & moves)


class StatusChange(models.Model):
    """One move of one application; numbered 1, 2, 3 … without gaps (tiến độ xử lý hồ sơ)."""

    pk = models.CompositePrimaryKey("application_id", "version")
    application = models.ForeignKey(Application, models.PROTECT, related_name="history", verbose_name=_("hồ sơ"))
    version = models.PositiveIntegerField(_("lần"))
    from_status = models.PositiveSmallIntegerField(_("từ"), choices=Status.choices, null=True, blank=True)
    to_status = models.PositiveSmallIntegerField(_("đến"), choices=Status.choices)
    at = models.DateTimeField(_("lúc"))
    by_official = models.ForeignKey(
        Official, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("cán bộ")
    )
    by_citizen = models.ForeignKey(
        Citizen, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("công dân")
    )
    note = models.CharField(_("nội dung"), max_length=1000, blank=True)
    recorded_at = models.DateTimeField(_("ghi lúc"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("lần chuyển trạng thái")
        verbose_name_plural = _("diễn biến")
        indexes = [
            BrinIndex(fields=["at"], name="history_by_moment", pages_per_range=16, autosummarize=True),
            BrinIndex(fields=["recorded_at"], name="history_by_record", pages_per_range=16, autosummarize=True),
        ]
        constraints = [
            models.UniqueConstraint(fields=["application", "at"], name="one_change_a_second"),
            models.CheckConstraint(condition=_is_a_move(), name="change_is_in_the_table_of_moves"),
            models.CheckConstraint(
                condition=models.Q(by_official=None) | models.Q(by_citizen=None), name="change_has_one_author_at_most"
            ),
            models.CheckConstraint(
                condition=models.Q(version=1, from_status=None) | models.Q(version__gt=1, from_status__isnull=False),
                name="only_the_first_change_comes_from_nothing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} #{self.version}: {Status(self.to_status).label}"


class DeadlineEntry(models.Model):
    """One line of the due-date ledger: why the due date is what it is after the change of the same version."""

    class Kind(models.IntegerChoices):
        START = 1, _("Bắt đầu tính")
        PAUSE = 2, _("Tạm dừng")
        RESUME = 3, _("Tính tiếp")

    pk = models.CompositePrimaryKey("application_id", "version")
    application = models.ForeignKey(
        Application, models.PROTECT, related_name="deadline_entries", verbose_name=_("hồ sơ")
    )
    version = models.PositiveIntegerField(_("lần"))
    kind = models.PositiveSmallIntegerField(_("loại"), choices=Kind.choices)
    at = models.DateTimeField(_("lúc"))
    amount = models.PositiveIntegerField(
        _("số lượng"),
        help_text=_("thời hạn khi bắt đầu; độ dài tạm dừng khi tính tiếp, theo giờ thì bằng phút"),
        default=0,
    )
    unit = models.CharField(_("đơn vị"), max_length=12, choices=[(unit.value, unit.value) for unit in Unit])
    due_at = models.DateTimeField(_("hẹn trả"))

    class Meta:
        verbose_name = _("dòng sổ thời hạn")
        verbose_name_plural = _("sổ thời hạn")
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=(1, 2, 3)), name="deadline_kind_is_known"),
            models.CheckConstraint(
                condition=models.Q(unit__in=[unit.value for unit in Unit]), name="deadline_unit_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} #{self.version}: {self.get_kind_display()} {self.due_at}"


class CodeCounter(models.Model):
    """The last number given to an application of one agency on one day."""

    pk = models.CompositePrimaryKey("agency_id", "day")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    day = models.DateField()
    last = models.PositiveIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(last__gte=1), name="counter_starts_at_one")]

    def __str__(self) -> str:
        return f"{self.agency_id} {self.day}: {self.last}"
