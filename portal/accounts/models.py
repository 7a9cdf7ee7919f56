"""Who may sign in: an account points to the citizen or official it speaks for."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from procedures.models import Citizen, Official


class User(AbstractUser):
    """A sign-in with one role; acts take its official or citizen, never the account."""

    class Role(models.TextChoices):
        CITIZEN = "citizen", _("Công dân")
        OFFICIAL = "official", _("Cán bộ")
        LEADER = "leader", _("Lãnh đạo")
        ENGINEER = "engineer", _("Kỹ sư")

    role = models.CharField(_("vai trò"), max_length=10, choices=Role.choices, default=Role.CITIZEN)
    official = models.OneToOneField(
        Official, models.PROTECT, null=True, blank=True, related_name="user", verbose_name=_("cán bộ")
    )
    citizen = models.OneToOneField(
        Citizen, models.PROTECT, null=True, blank=True, related_name="user", verbose_name=_("công dân")
    )

    class Meta:
        verbose_name = _("tài khoản")
        verbose_name_plural = _("tài khoản")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(official=None) | models.Q(citizen=None), name="account_is_citizen_or_official"
            ),
            models.CheckConstraint(
                condition=~models.Q(role__in=("official", "leader"))
                | models.Q(official__isnull=False)
                | models.Q(is_superuser=True),
                name="account_of_an_official_names_the_official",
            ),
        ]
