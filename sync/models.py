"""What the sync job knows: how far the national side is, every call, every reconciliation.

All times here are the machine's, asked of the database (`now()`); the domain's `at` never appears.
"""

from typing import Self

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from procedures.models import Application

LONGEST_CODE = 200  # what the other side holds may have a longer number than any of ours


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def waiting(self) -> Self:
        """Something is not known nationally yet, parked and skipped ones included."""
        return self.filter(wanted__gt=F("sent"))

    def backlog(self) -> Self:
        """To be sent without anybody's help."""
        return self.waiting().filter(parked_at=None)

    def parked(self) -> Self:
        """Refused, and nobody has decided yet."""
        return self.filter(parked_at__isnull=False, skipped=None)

    def skipped(self) -> Self:
        """Refused, and given up by a person; the next change of the application sends it after all."""
        return self.filter(skipped__isnull=False)


class Delivery(models.Model):
    """How far the national side is with one application: the outbox's cursor, one row for ever.

    `wanted` follows the history by a trigger, `sent` the acknowledgements. A lease is a fence: an acknowledgement
    whose lease is gone queues the application again.
    """

    application = models.OneToOneField(Application, models.PROTECT, primary_key=True, related_name="delivery")
    wanted = models.PositiveIntegerField(_("phiên bản cần gửi"))
    sent = models.PositiveIntegerField(_("phiên bản đã gửi"), default=0)
    known_nationally = models.BooleanField(_("hệ thống quốc gia đã có"), default=False)
    next_attempt_at = models.DateTimeField(_("gửi lại sau"), db_default=Now())
    lease_owner = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(_("số lần thử"), default=0)
    last_error_class = models.CharField(_("loại lỗi"), max_length=20, blank=True, default="")
    last_error = models.CharField(_("lỗi gần nhất"), max_length=500, blank=True, default="")
    parked_at = models.DateTimeField(_("tạm gác lúc"), null=True, blank=True)
    reason = models.CharField(_("lý do tạm gác"), max_length=500, blank=True, default="")
    skipped = models.PositiveIntegerField(_("bỏ qua đến phiên bản"), null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("tình trạng đồng bộ")
        verbose_name_plural = _("tình trạng đồng bộ")
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(wanted__gt=F("sent"), parked_at=None),
                name="delivery_due",
            ),
            models.Index(fields=["parked_at"], condition=Q(parked_at__isnull=False), name="delivery_parked"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(sent__lte=F("wanted")), name="nothing_is_sent_before_it_is_wanted"),
            models.CheckConstraint(
                condition=Q(lease_owner=None, lease_until=None)
                | Q(lease_owner__isnull=False, lease_until__isnull=False),
                name="a_lease_has_an_owner_and_an_end",
            ),
            models.CheckConstraint(
                condition=Q(skipped=None) | Q(parked_at__isnull=False, skipped__lte=F("wanted")),
                name="only_what_is_parked_is_skipped",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id}: {self.sent}/{self.wanted}"


class Gate(models.Model):
    """Whether the job may call a destination, and how much at once; one row per destination, shared by all pumps.

    What moves it is decided in `sync.breaker`; `sync.gate` reads and writes it.
    """

    class State(models.TextChoices):
        CLOSED = "closed", _("đang gửi")
        OPEN = "open", _("tạm ngắt")
        HALF_OPEN = "half_open", _("đang thăm dò")

    destination = models.TextField(_("nơi nhận"), primary_key=True)
    state = models.CharField(_("trạng thái"), max_length=10, choices=State.choices, default=State.CLOSED)
    not_before = models.DateTimeField(_("không gọi trước"), null=True, blank=True)
    limit = models.FloatField(_("số lần gọi cùng lúc"))
    openings = models.PositiveIntegerField(_("số lần ngắt liên tiếp"), default=0)
    probes = models.PositiveIntegerField(_("số lần thăm dò thành công"), default=0)
    adjusted_at = models.DateTimeField(_("đổi giới hạn lúc"), db_default=Now())
    alert = models.CharField(_("cảnh báo"), max_length=500, blank=True, default="")
    closed_at = models.DateTimeField(_("nối lại lúc"), null=True, blank=True)

    class Meta:
        verbose_name = _("cổng gửi")
        verbose_name_plural = _("cổng gửi")
        constraints = [models.CheckConstraint(condition=Q(limit__gte=1), name="one_call_is_always_allowed")]

    def __str__(self) -> str:
        return f"{self.destination}: {self.get_state_display()}"


class ExchangeQuerySet(models.QuerySet["Exchange"]):
    def made(self) -> Self:
        """Calls that were made and are over: others are planned, under way, or died with their pump."""
        return self.filter(made=True)


class Exchange(models.Model):
    """One HTTP call to the national side, append-only. Counts of effects are null where no readable answer came.

    A row of folded calls holds the sums of years.
    """

    service = models.CharField(_("dịch vụ"), max_length=40)
    records = models.PositiveBigIntegerField(_("số bản ghi"), default=0)
    applied = models.PositiveBigIntegerField(_("đã ghi nhận"), null=True)
    absorbed = models.PositiveBigIntegerField(_("đã có từ trước"), null=True)
    refused = models.PositiveBigIntegerField(_("bị từ chối"), null=True)
    claimed_at = models.DateTimeField(_("nhận việc lúc"), null=True)
    started_at = models.DateTimeField(_("gọi lúc"))
    milliseconds = models.PositiveIntegerField(_("mili giây"))
    http_status = models.PositiveSmallIntegerField(_("mã HTTP"), null=True)
    error_code = models.CharField(_("mã lỗi"), max_length=20, blank=True)
    error = models.CharField(_("lỗi"), max_length=500, blank=True)
    attempt = models.PositiveIntegerField(_("lần thử"), default=1, db_default=1)
    waited_ms = models.PositiveBigIntegerField(_("mili giây chờ gửi"), null=True)  # of the row that was due first
    worker = models.CharField(_("tiến trình"), max_length=100)
    made = models.GeneratedField(
        expression=models.ExpressionWrapper(
            Q(http_status__isnull=False) | ~Q(error=""), output_field=models.BooleanField()
        ),
        output_field=models.BooleanField(),
        db_persist=True,
    )

    objects = ExchangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("lần gọi")
        verbose_name_plural = _("nhật ký gọi")
        indexes = [BrinIndex(fields=["started_at"], name="exchange_by_moment", pages_per_range=16, autosummarize=True)]

    def __str__(self) -> str:
        return f"{self.service} {self.started_at} {self.error_code}"


class Reconciliation(models.Model):
    """One comparison of both sides (đối soát)."""

    class Scope(models.TextChoices):
        ALL = "all", _("toàn bộ")
        WINDOW = "window", _("thay đổi gần đây")
        ONE_BY_ONE = "one_by_one", _("hỏi từng hồ sơ")

    scope = models.CharField(_("phạm vi"), max_length=12, choices=Scope.choices, default=Scope.ALL)
    started_at = models.DateTimeField(_("bắt đầu lúc"), db_default=Now())
    finished_at = models.DateTimeField(_("kết thúc lúc"), null=True, blank=True)
    here = models.PositiveIntegerField(_("hồ sơ tại tỉnh"), default=0)
    there = models.PositiveIntegerField(_("hồ sơ tại quốc gia"), default=0)
    differing = models.PositiveIntegerField(_("khác biệt"), default=0)

    class Meta:
        verbose_name = _("lần đối soát")
        verbose_name_plural = _("đối soát")

    def __str__(self) -> str:
        return f"{self.started_at}: {self.differing}"


class Difference(models.Model):
    """One dossier on which the two sides disagree."""

    class Kind(models.TextChoices):
        MISSING = "missing", _("quốc gia chưa có")
        STALE = "stale", _("quốc gia cũ hơn")
        AHEAD = "ahead", _("quốc gia mới hơn")
        DIFFERENT = "different", _("nội dung khác")
        UNKNOWN_HERE = "unknown_here", _("tỉnh không có")

    reconciliation = models.ForeignKey(Reconciliation, models.CASCADE, related_name="differences")
    code = models.CharField(_("mã hồ sơ"), max_length=LONGEST_CODE)
    kind = models.CharField(_("loại"), max_length=20, choices=Kind.choices)
    detail = models.CharField(_("chi tiết"), max_length=500, blank=True)
    queued_again = models.BooleanField(_("đã xếp gửi lại"), default=False)

    class Meta:
        verbose_name = _("khác biệt")
        verbose_name_plural = _("khác biệt")
        constraints = [
            models.UniqueConstraint(fields=["reconciliation", "code"], name="one_difference_a_dossier"),
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.get_kind_display()}"


class Replay(models.Model):
    """What a person decided on parked letters: who, when, why, which. The audit of parking, never rewritten.

    An order is written down whole before anything moves, with one `ReplayItem` for each letter; `finished_at` stays
    empty while some are undone, so an interrupted one can be gone on with. `done` counts the letters acted upon;
    the rest of a finished order's `total` had changed since and was left alone.
    """

    class Kind(models.TextChoices):
        RETRY = "retry", _("gửi lại")
        SKIP = "skip", _("bỏ qua")

    kind = models.CharField(_("việc"), max_length=5, choices=Kind.choices)
    by = models.CharField(_("người làm"), max_length=150)
    at = models.DateTimeField(_("lúc"), db_default=Now())
    why = models.CharField(_("lý do"), max_length=500)
    criteria = models.JSONField(_("điều kiện lọc"), default=dict)
    total = models.PositiveIntegerField(_("số hồ sơ"), default=0)
    done = models.PositiveIntegerField(_("đã làm"), default=0)
    finished_at = models.DateTimeField(_("xong lúc"), null=True, blank=True)

    class Meta:
        verbose_name = _("việc với hồ sơ tạm gác")
        verbose_name_plural = _("việc với hồ sơ tạm gác")
        constraints = [
            models.CheckConstraint(condition=~Q(why="") & ~Q(by=""), name="an_order_says_who_and_why"),
            models.CheckConstraint(condition=Q(done__lte=F("total")), name="no_order_does_more_than_all"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.done}/{self.total}: {self.why}"


class ReplayItem(models.Model):
    """One letter of an order as it was then: versions `sent` + 1 … `version`, refused for `reason` at `parked_at`."""

    class Outcome(models.TextChoices):
        UNDONE = "", _("chưa làm")
        DONE = "done", _("đã làm")
        LEFT = "left", _("để nguyên vì đã thay đổi")

    replay = models.ForeignKey(Replay, models.PROTECT, related_name="items")
    application = models.ForeignKey(Application, models.PROTECT, related_name="+")
    sent = models.PositiveIntegerField(_("phiên bản đã gửi"))
    version = models.PositiveIntegerField(_("phiên bản cần gửi"))
    reason = models.CharField(_("lý do tạm gác"), max_length=500)
    parked_at = models.DateTimeField(_("tạm gác lúc"))
    was_skipped = models.BooleanField(_("đã bỏ qua trước đó"), default=False)
    outcome = models.CharField(_("kết quả"), max_length=4, choices=Outcome.choices, blank=True, default="")

    class Meta:
        verbose_name = _("hồ sơ của một việc")
        verbose_name_plural = _("hồ sơ của một việc")
        indexes = [
            models.Index(fields=["replay", "application"], condition=Q(outcome=""), name="replay_item_undone"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["replay", "application"], name="one_item_a_letter_of_an_order"),
        ]

    def __str__(self) -> str:
        return f"{self.application_id}: {self.get_outcome_display()}"
