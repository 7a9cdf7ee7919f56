"""The catalogue: sectors (lĩnh vực) and procedures (thủ tục hành chính). What the source does not say stays empty."""

from typing import Self

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from procedures.deadlines import Duration, Unit
from procedures.models.agencies import Agency


class Sector(models.Model):
    """A field of administration; its code is our own, in the national form Gnn-AAnn."""

    code = models.CharField(_("mã lĩnh vực"), max_length=12, unique=True)
    name = models.CharField(_("tên lĩnh vực"), max_length=300)
    ministry = models.CharField(_("bộ quản lý"), max_length=200, blank=True)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="sectors", verbose_name=_("cơ quan cấp tỉnh"))

    class Meta:
        verbose_name = _("lĩnh vực")
        verbose_name_plural = _("lĩnh vực")

    def __str__(self) -> str:
        return self.name


class ProcedureQuerySet(models.QuerySet["Procedure"]):
    def settled_by(self, agency: Agency) -> Self:
        """What `agency` may settle: its own at the province, all of the level in districts and communes."""
        if agency.level == Agency.Level.DISTRICT:
            return self.filter(at_district=True)
        if agency.level == Agency.Level.COMMUNE:
            return self.filter(at_commune=True)
        return self.filter(at_province=True, agency=agency)


class Procedure(models.Model):
    """One administrative procedure, as the national catalogue publishes it."""

    code = models.CharField(_("mã thủ tục"), max_length=20, unique=True)
    name = models.TextField(_("tên thủ tục"))
    sector = models.ForeignKey(Sector, models.PROTECT, related_name="procedures", verbose_name=_("lĩnh vực"))
    rule = models.PositiveSmallIntegerField(_("quy tắc chọn"), help_text=_("quy tắc thứ mấy đưa thủ tục vào danh mục"))
    position = models.PositiveSmallIntegerField(_("thứ tự"), unique=True)
    agency = models.ForeignKey(
        Agency, models.PROTECT, null=True, blank=True, related_name="procedures", verbose_name=_("cơ quan cấp tỉnh")
    )
    at_province = models.BooleanField(_("cấp tỉnh"), default=False)
    at_district = models.BooleanField(_("cấp huyện"), default=False)
    at_commune = models.BooleanField(_("cấp xã"), default=False)
    district_assigned = models.BooleanField(_("cấp huyện do mô phỏng gán"), default=False)
    province_assigned = models.BooleanField(_("cơ quan cấp tỉnh do mô phỏng gán"), default=False)
    duration_value = models.PositiveSmallIntegerField(_("thời hạn"), null=True, blank=True)
    duration_unit = models.CharField(
        _("đơn vị thời hạn"), max_length=12, blank=True, choices=[(unit.value, unit.value) for unit in Unit]
    )
    fee_text = models.TextField(_("phí, lệ phí"), blank=True)
    fee_vnd = models.PositiveIntegerField(_("số tiền (đồng)"), null=True, blank=True)
    audience = models.JSONField(_("đối tượng thực hiện"), default=list, blank=True)
    channels = models.JSONField(_("cách nộp"), default=list, blank=True)
    online_level = models.PositiveSmallIntegerField(_("mức độ trực tuyến"), default=0)
    online_assigned = models.BooleanField(_("mức độ do mô phỏng gán"), default=False)
    nationally_connected = models.BooleanField(_("kết nối Cổng Dịch vụ công Quốc gia"), default=False)
    connection_rule = models.CharField(_("quy tắc kết nối"), max_length=100, blank=True)
    steps = models.JSONField(_("trình tự thực hiện"), default=list, blank=True)
    papers = models.JSONField(_("thành phần hồ sơ"), default=list, blank=True)
    legal_basis = models.JSONField(_("căn cứ pháp lý"), default=list, blank=True)
    result_name = models.TextField(_("kết quả"), blank=True)
    result_code = models.CharField(_("mã kết quả"), max_length=40, blank=True)
    other_results = models.JSONField(_("kết quả khác"), default=list, blank=True)
    decision = models.CharField(_("quyết định công bố"), max_length=100, blank=True)
    source_url = models.URLField(_("trang nguồn"), max_length=300, blank=True)
    origin = models.CharField(_("nguồn"), max_length=200, blank=True)
    name_folded = models.TextField(editable=False)
    sector_folded = models.TextField(editable=False)
    sort_key = models.TextField(editable=False)
    search = models.GeneratedField(
        expression=SearchVector("name_folded", weight="A", config="simple")
        + SearchVector("sector_folded", weight="B", config="simple"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = ProcedureQuerySet.as_manager()

    class Meta:
        verbose_name = _("thủ tục hành chính")
        verbose_name_plural = _("thủ tục hành chính")
        indexes = [GinIndex(fields=["search"], name="procedure_search")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(at_province=True) | models.Q(at_district=True) | models.Q(at_commune=True),
                name="procedure_is_settled_somewhere",
            ),
            models.CheckConstraint(
                condition=models.Q(at_province=True, agency__isnull=False) | models.Q(at_province=False, agency=None),
                name="procedure_of_the_province_has_an_agency",
            ),
            models.CheckConstraint(
                condition=models.Q(duration_value=None, duration_unit="")
                | models.Q(
                    duration_value__isnull=False,  # else a unit without a number is NULL, and a check lets NULL pass
                    duration_value__gt=0,
                    duration_unit__in=[unit.value for unit in Unit],
                ),
                name="procedure_duration_is_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(online_level__in=(0, 3, 4)), name="procedure_online_level_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(nationally_connected=False) | models.Q(online_level__gt=0),
                name="only_online_procedures_are_nationally_connected",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def duration(self) -> Duration | None:
        """How long the office may take, or None where the source does not say."""
        return duration_of(self.duration_value, self.duration_unit)

    def is_settled_by(self, agency: Agency) -> bool:
        match agency.level:
            case Agency.Level.DISTRICT:
                return self.at_district
            case Agency.Level.COMMUNE:
                return self.at_commune
            case _:
                return self.at_province and self.agency_id == agency.pk


def duration_of(value: int | None, unit: str) -> Duration | None:
    """The duration two columns hold."""
    return Duration(value, Unit(unit)) if value else None
