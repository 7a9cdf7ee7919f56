"""Agencies (cơ quan, đơn vị): the province, its departments, the 13 districts and 177 communes of 2022."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _


class AgencyQuerySet(models.QuerySet["Agency"]):
    def below(self, agency: "Agency") -> Self:
        """`agency` and everything under it."""
        if agency.level == Agency.Level.PROVINCE:
            return self.all()
        return self.filter(models.Q(pk=agency.pk) | models.Q(parent=agency.pk))

    def in_order(self) -> Self:
        return self.order_by("level", "sort_key")


class Agency(models.Model):
    """One agency; `code` has the form of Quyết định 3739/QĐ-UBND (V1V2V3.Z1Z2.Y1Y2.H49)."""

    class Level(models.IntegerChoices):
        PROVINCE = 1, _("Ủy ban nhân dân tỉnh")
        DEPARTMENT = 2, _("Sở, ban, ngành")
        VERTICAL = 3, _("Cơ quan ngành dọc")
        CENTRE = 4, _("Trung tâm Phục vụ hành chính công")
        DISTRICT = 5, _("Huyện, thị xã, thành phố")
        COMMUNE = 6, _("Xã, phường, thị trấn")

    code = models.CharField(_("mã định danh"), max_length=20, unique=True)
    name = models.CharField(_("tên"), max_length=200)
    name_en = models.CharField(_("tên tiếng Anh"), max_length=200, blank=True)
    level = models.PositiveSmallIntegerField(_("cấp"), choices=Level.choices)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("trực thuộc")
    )
    gso_code = models.CharField(_("mã của Tổng cục Thống kê"), max_length=5, blank=True)
    code_invented = models.BooleanField(_("mã do mô phỏng đặt"), default=False)
    origin = models.CharField(_("nguồn"), max_length=200, blank=True)
    name_folded = models.CharField(max_length=200, editable=False)
    sort_key = models.CharField(max_length=400, editable=False)

    objects = AgencyQuerySet.as_manager()

    class Meta:
        verbose_name = _("cơ quan")
        verbose_name_plural = _("cơ quan")
        constraints = [
            models.CheckConstraint(condition=models.Q(level__range=(1, 6)), name="agency_level_is_known"),
            models.CheckConstraint(
                condition=models.Q(level=1, parent=None) | models.Q(level__gt=1, parent__isnull=False),
                name="only_the_province_has_no_parent",
            ),
            models.UniqueConstraint(fields=["level"], condition=models.Q(level=1), name="one_province"),
            models.CheckConstraint(
                condition=models.Q(code__regex=r"^\d{3}\.\d{2}\.\d{2}\.[A-Z]\d{2}$"), name="agency_code_has_its_form"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def settles_at_province(self) -> bool:
        """Is it one of those whose applications the provincial service centre takes in?"""
        return self.level in LEVELS_AT_THE_CENTRE


LEVELS_AT_THE_CENTRE = frozenset(
    {Agency.Level.PROVINCE, Agency.Level.DEPARTMENT, Agency.Level.VERTICAL, Agency.Level.CENTRE}
)
