"""The domain in Django's admin: to look things up. Applications move by their acts and the catalogue by its files, so
neither is written here; what a clerk may correct are people and the offices' calendar.

History and ledger have keys of two columns, which the admin cannot list; they are shown on their application.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from procedures.models import Agency, Application, CalendarDay, Citizen, Official, Procedure, Sector
from procedures.search import fold
from procedures.working_days import ZONE

if TYPE_CHECKING:
    Admin = admin.ModelAdmin[Any]
else:
    Admin = admin.ModelAdmin


class ReadOnly(Admin):
    """Looked at, never written."""

    list_per_page = 50

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Model | None = None) -> bool:
        return False


class FoldedSearch(Admin):
    """Searched without accents, in the column that holds the folded name."""

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        return super().get_search_results(request, queryset, fold(search_term))


@admin.register(Agency)
class AgencyAdmin(FoldedSearch, ReadOnly):
    list_display = ("code", "name", "level", "parent", "code_invented")
    list_filter = ("level", "code_invented")
    list_select_related = ("parent",)
    search_fields = ("code", "name_folded")
    ordering = ("level", "sort_key")


@admin.register(Sector)
class SectorAdmin(ReadOnly):
    list_display = ("code", "name", "ministry", "agency")
    list_select_related = ("agency",)
    search_fields = ("code", "name")
    ordering = ("code",)


@admin.register(Procedure)
class ProcedureAdmin(FoldedSearch, ReadOnly):
    list_display = ("code", "name", "sector", "agency", "online_level", "nationally_connected")
    list_filter = ("online_level", "nationally_connected", "at_province", "at_district", "at_commune")
    list_select_related = ("sector", "agency")
    search_fields = ("code", "name_folded")
    ordering = ("position",)
    exclude = ("search",)


@admin.register(Application)
class ApplicationAdmin(ReadOnly):
    list_display = ("code", "procedure", "agency", "status", "submitted_at", "due_at")
    list_filter = ("status", "channel")
    list_select_related = ("procedure", "agency")
    search_fields = ("code__startswith",)
    ordering = ("-pk",)
    show_full_result_count = False  # counting all of them takes longer than the page
    readonly_fields = ("history", "ledger")

    @admin.display(description=_("diễn biến"))
    def history(self, application: Application) -> SafeString:
        changes = application.history.select_related("by_official", "by_citizen").order_by("version")
        return _lines(
            (change.version, change.at, change.get_to_status_display(), change.by_official or change.by_citizen or "–")
            for change in changes
        )

    @admin.display(description=_("sổ thời hạn"))
    def ledger(self, application: Application) -> SafeString:
        entries = application.deadline_entries.order_by("version")
        return _lines((entry.version, entry.at, entry.get_kind_display(), _when(entry.due_at)) for entry in entries)


@admin.register(Citizen)
class CitizenAdmin(Admin):
    list_display = ("name", "kind", "commune")
    list_filter = ("kind",)
    list_select_related = ("commune",)
    search_fields = ("identity_number",)
    autocomplete_fields = ("commune",)


@admin.register(Official)
class OfficialAdmin(Admin):
    list_display = ("name", "agency", "role")
    list_filter = ("role",)
    list_select_related = ("agency",)
    search_fields = ("name",)
    autocomplete_fields = ("agency",)


@admin.register(CalendarDay)
class CalendarDayAdmin(Admin):
    list_display = ("day", "kind", "name", "origin")
    list_filter = ("kind",)
    ordering = ("-day",)


def _lines(rows: Iterable[tuple[Any, ...]]) -> SafeString:
    """Numbered rows as a list: number, moment, what, and who or until when."""
    items = ((number, _when(at), what, more) for number, at, what, more in rows)
    return format_html("<ol>{}</ol>", format_html_join("", '<li value="{}">{} · {} · {}</li>', items))


def _when(at: datetime) -> str:
    return f"{at.astimezone(ZONE):%d/%m/%Y %H:%M:%S}"
