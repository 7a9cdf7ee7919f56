"""How the catalogue is searched and narrowed, by pages and API alike."""

import django_filters  # type: ignore[import-untyped]  # the package has no types
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from procedures import search
from procedures.models import Procedure, Sector
from procedures.models.catalogue import ProcedureQuerySet

LEVELS = {
    "province": (_("Cấp tỉnh"), "at_province"),
    "district": (_("Cấp huyện"), "at_district"),
    "commune": (_("Cấp xã"), "at_commune"),
}
ONLINE = [(4, _("Toàn trình (mức độ 4)")), (3, _("Một phần (mức độ 3)")), (0, _("Chỉ nộp trực tiếp hoặc bưu chính"))]


class CatalogueFilter(django_filters.FilterSet):  # type: ignore[misc]
    """`?q=dat+dai&sector=…&level=commune&online=4`."""

    q = django_filters.CharFilter(label=_("Bạn cần làm thủ tục gì?"), method="search")
    sector = django_filters.ModelChoiceFilter(
        label=_("Lĩnh vực"),
        queryset=Sector.objects.order_by("name"),
        to_field_name="code",
        empty_label=_("Mọi lĩnh vực"),
    )
    level = django_filters.ChoiceFilter(
        label=_("Nơi giải quyết"),
        choices=[(key, label) for key, (label, _column) in LEVELS.items()],
        method="at_level",
        empty_label=_("Mọi cấp"),
    )
    online = django_filters.ChoiceFilter(
        label=_("Nộp trực tuyến"),
        field_name="online_level",
        choices=ONLINE,
        empty_label=_("Mọi cách nộp"),
    )

    class Meta:
        model = Procedure
        fields: list[str] = []

    def search(self, procedures: ProcedureQuerySet, _name: str, text: str) -> ProcedureQuerySet:
        return search.search(procedures, text)

    def at_level(self, procedures: QuerySet[Procedure], _name: str, level: str) -> QuerySet[Procedure]:
        return procedures.filter(**{LEVELS[level][1]: True})
