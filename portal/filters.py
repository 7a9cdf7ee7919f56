"""The one filter of applications: pages, API and export read the same parameters, so a number and its list agree.

`figure` is a key of `procedures.metrics`; `period` and `day` are read by `portal.periods`; `agency` includes what is
below it, `office` does not.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import django_filters  # type: ignore[import-untyped]  # the package has no types
from django.utils.translation import gettext_lazy as _

from portal import periods
from procedures import metrics
from procedures.lifecycle import Status
from procedures.models import Agency, Application, Channel
from procedures.models.applications import ApplicationQuerySet
from procedures.working_days import ZONE

LISTED = [(figure.key, figure.label) for figure in metrics.FIGURES.values() if figure.condition]


class ApplicationFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Which applications; `at` is the portal's time, for figures like "quá hạn"."""

    figure = django_filters.ChoiceFilter(label=_("Số liệu"), choices=LISTED, method="of_figure")
    agency = django_filters.ModelChoiceFilter(
        label=_("Cơ quan"), queryset=Agency.objects.all(), to_field_name="code", method="below"
    )
    office = django_filters.ModelChoiceFilter(
        label=_("Chính cơ quan này"), queryset=Agency.objects.all(), to_field_name="code", field_name="agency"
    )
    procedure = django_filters.CharFilter(label=_("Mã thủ tục"), field_name="procedure__code")
    status = django_filters.ChoiceFilter(label=_("Trạng thái"), choices=Status.choices)
    channel = django_filters.ChoiceFilter(label=_("Cách nộp"), choices=Channel.choices)
    code = django_filters.CharFilter(label=_("Mã hồ sơ"), lookup_expr="startswith")

    class Meta:
        model = Application
        fields: list[str] = []

    def __init__(
        self, data: Mapping[str, Any] | None, queryset: ApplicationQuerySet, *, at: datetime, **kwargs: Any
    ) -> None:
        super().__init__(data, queryset, **kwargs)
        self.at = at
        self.chosen = periods.read(data or {}, at.astimezone(ZONE).date())

    def of_figure(self, queryset: ApplicationQuerySet, _name: str, value: str) -> ApplicationQuerySet:
        return metrics.behind(value, self.chosen.period, self.at, queryset)

    def below(self, queryset: ApplicationQuerySet, _name: str, value: Agency) -> ApplicationQuerySet:
        return queryset.below(value)
