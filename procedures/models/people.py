"""People: citizens who file, officials who settle. All of them are synthetic."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from procedures.models.agencies import Agency


class Citizen(models.Model):
    """Who files an application: a person or a business (LoaiDoiTuong of the national protocol, 3.1)."""

    class Kind(models.IntegerChoices):
        PERSON = 1, _("Công dân")
        BUSINESS = 2, _("Doanh nghiệp")

    kind = models.PositiveSmallIntegerField(_("loại đối tượng"), choices=Kind.choices, default=Kind.PERSON)
    name = models.CharField(_("họ và tên"), max_length=200)
    identity_number = models.CharField(_("số định danh"), max_length=14)
    phone = models.CharField(_("số điện thoại"), max_length=15, blank=True)
    email = models.EmailField(_("thư điện tử"), blank=True)
    commune = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, verbose_name=_("nơi cư trú"))

    class Meta:
        verbose_name = _("công dân")
        verbose_name_plural = _("công dân")
        constraints = [models.CheckConstraint(condition=models.Q(kind__in=(1, 2)), name="citizen_kind_is_known")]

    def __str__(self) -> str:
        return self.name


class Official(models.Model):
    """Who settles applications for one agency (cán bộ, công chức)."""

    class Role(models.IntegerChoices):
        RECEPTION = 1, _("Bộ phận Một cửa")
        HANDLER = 2, _("Chuyên viên giải quyết")
        LEADER = 3, _("Lãnh đạo")

    name = models.CharField(_("họ và tên"), max_length=200)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="officials", verbose_name=_("cơ quan"))
    role = models.PositiveSmallIntegerField(_("vai trò"), choices=Role.choices)

    class Meta:
        verbose_name = _("cán bộ")
        verbose_name_plural = _("cán bộ")
        constraints = [models.CheckConstraint(condition=models.Q(role__in=(1, 2, 3)), name="official_role_is_known")]

    def __str__(self) -> str:
        return self.name
