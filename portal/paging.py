"""Lists in pages: every list of the portal has an end."""

from typing import TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest

ROWS = 20
Row = TypeVar("Row", bound=Model)


def page_of(request: HttpRequest, rows: QuerySet[Row], per_page: int = ROWS) -> Page[Row]:
    """The page `?page=` asks for; an impossible number gives the nearest there is."""
    return Paginator(rows, per_page).get_page(request.GET.get("page"))
