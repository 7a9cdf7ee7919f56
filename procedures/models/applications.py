"""Applications (hồ sơ): where each one stands. Their status moves only through `procedures.actions`."""

from datetime import datetime
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from procedures.lifecycle import ACCEPTED, CLOCK_RUNS, FINAL, NOT_ACCEPTED, OPEN, PAUSED, RESUMABLE, Status
from procedures.models.agencies import LEVELS_AT_THE_CENTRE, Agency
from procedures.models.catalogue import Procedure
from procedures.models.people import Citizen, Official


class Channel(models.IntegerChoices):
    """How an application was filed."""

    DIRECT = 1, _("Trực tiếp")
    ONLINE = 2, _("Trực tuyến")
    POSTAL = 3, _("Bưu chính")


class ApplicationQuerySet(models.QuerySet["Application"]):
    """The domain's questions; the only place where lists of statuses are spelled out."""

    def open(self) -> Self:
        """Not yet at an end."""
        return self.filter(status__in=OPEN)

    def in_progress(self) -> Self:
        """In the office's hands, the clock running (đang giải quyết)."""
        return self.filter(status__in=CLOCK_RUNS)

    def paused(self) -> Self:
        """Waiting for the citizen (tạm dừng)."""
        return self.filter(status__in=PAUSED)

    def overdue(self, at: datetime) -> Self:
        """In the office's hands after the due date (quá hạn)."""
        return self.in_progress().filter(due_at__lt=at)

    def due_between(self, start: datetime, end: datetime) -> Self:
        return self.in_progress().filter(due_at__gte=start, due_at__lt=end)

    def settled(self) -> Self:
        """With a result (đã giải quyết)."""
        return self.filter(completed_at__isnull=False)

    def settled_on_time(self) -> Self:
        return self.settled().exclude(completed_at__gt=models.F("due_at"))

    def settled_late(self) -> Self:
        return self.settled().filter(completed_at__gt=models.F("due_at"))

    def below(self, agency: Agency) -> Self:
        """Settled by `agency` or by one under it."""
        if agency.level == Agency.Level.PROVINCE:
            return self.all()
        return self.filter(models.Q(agency=agency) | models.Q(agency__parent=agency))

    def visible_to(self, official: Official) -> Self:
        """What lies with the official's agency, or was handed in at the official's service centre (`may_see`)."""
        if official.agency.level == Agency.Level.CENTRE:
            return self.filter(agency__level__in=LEVELS_AT_THE_CENTRE)
        return self.filter(agency=official.agency_id)

    def by_urgency(self) -> Self:
        """What is due first comes first; what has no due date follows, the oldest first."""
        return self.order_by(models.F("due_at").asc(nulls_last=True), "submitted_at", "pk")


def _begins_where_the_table_says() -> models.Q:
    """Each pause with the statuses it may have begun in; never NULL, for a check lets NULL pass."""
    known = models.Q()
    for pause in sorted(PAUSED):
        known |= models.Q(status=pause, paused_from__isnull=False, paused_from__in=sorted(RESUMABLE[pause]))
    return known


class Application(models.Model):
    """One application and its present state; how it came there stands in `StatusChange`."""

    code = models.CharField(_("mã hồ sơ"), max_length=40, unique=True)
    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="applications", verbose_name=_("thủ tục"))
    agency = models.ForeignKey(
        Agency, models.PROTECT, related_name="applications", verbose_name=_("cơ quan giải quyết")
    )
    citizen = models.ForeignKey(Citizen, models.PROTECT, related_name="applications", verbose_name=_("người nộp"))
    handler = models.ForeignKey(
        Official, models.PROTECT, null=True, blank=True, related_name="applications", verbose_name=_("cán bộ thụ lý")
    )
    channel = models.PositiveSmallIntegerField(_("cách nộp"), choices=Channel.choices)
    result_by_post = models.BooleanField(_("nhận kết quả qua bưu chính"), default=False)
    status = models.PositiveSmallIntegerField(_("trạng thái"), choices=Status.choices)
    version = models.PositiveIntegerField(_("số lần chuyển trạng thái"))
    changed_at = models.DateTimeField(_("chuyển trạng thái lúc"))
    submitted_at = models.DateTimeField(_("nộp lúc"))
    accepted_at = models.DateTimeField(_("tiếp nhận lúc"), null=True, blank=True)
    due_at = models.DateTimeField(_("hẹn trả"), null=True, blank=True)
    completed_at = models.DateTimeField(_("xử lý xong lúc"), null=True, blank=True)
    ended_at = models.DateTimeField(_("kết thúc lúc"), null=True, blank=True)
    paused_from = models.PositiveSmallIntegerField(
        _("tạm dừng từ trạng thái"), choices=Status.choices, null=True, blank=True
    )
    answer_by = models.DateTimeField(_("công dân trả lời trước"), null=True, blank=True)
    fee_vnd = models.PositiveIntegerField(_("phí phải nộp (đồng)"), default=0)
    fee_paid_at = models.DateTimeField(_("nộp phí lúc"), null=True, blank=True)
    rating = models.PositiveSmallIntegerField(_("đánh giá"), null=True, blank=True)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("hồ sơ")
        verbose_name_plural = _("hồ sơ")
        indexes = [
            models.Index(
                fields=["agency", "due_at"], condition=models.Q(status__in=OPEN), name="application_open_of_agency"
            ),
            models.Index(fields=["submitted_at"], name="application_submitted"),
            models.Index(
                fields=["completed_at"], condition=models.Q(completed_at__isnull=False), name="application_completed"
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(status__in=Status.values), name="application_status_is_national"),
            models.CheckConstraint(condition=models.Q(channel__in=Channel.values), name="application_channel_is_known"),
            models.CheckConstraint(condition=models.Q(version__gte=1), name="application_has_a_history"),
            models.CheckConstraint(
                condition=models.Q(due_at=None) | models.Q(accepted_at__isnull=False),
                name="only_accepted_applications_have_a_due_date",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=FINAL, ended_at__isnull=False) | models.Q(status__in=OPEN, ended_at=None),
                name="an_end_has_a_moment",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=(Status.COMPLETED, Status.RESULT_RETURNED), completed_at__isnull=False)
                | (~models.Q(status__in=(Status.COMPLETED, Status.RESULT_RETURNED)) & models.Q(completed_at=None)),
                name="a_result_has_a_moment",
            ),
            models.CheckConstraint(
                condition=_begins_where_the_table_says()
                | (~models.Q(status__in=PAUSED) & models.Q(paused_from=None, answer_by=None)),
                name="a_pause_knows_where_it_began",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=NOT_ACCEPTED, accepted_at=None)
                | models.Q(status__in=ACCEPTED, accepted_at__isnull=False)
                | ~models.Q(status__in=NOT_ACCEPTED | ACCEPTED),
                name="an_acceptance_has_a_moment",
            ),
            models.CheckConstraint(
                condition=~models.Q(status=Status.RESULT_RETURNED)
                | models.Q(fee_vnd=0)
                | models.Q(fee_paid_at__isnull=False),
                name="no_result_is_returned_unpaid",
            ),
            models.CheckConstraint(
                condition=models.Q(rating=None) | models.Q(rating__range=(1, 5), status=Status.RESULT_RETURNED),
                name="only_a_returned_result_is_rated",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def state(self) -> Status:
        return Status(self.status)
