"""The simulator as a Django application: it remembers which days it has filled."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SimulationConfig(AppConfig):
    name = "portal.simulation"
    verbose_name = _("Mô phỏng")
