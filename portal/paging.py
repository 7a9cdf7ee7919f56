"""Lists in pages: every list of the portal has an end."""

from collections.abc import Sequence
from typing import TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest

ROWS = 20
Row = TypeVar("Row", bound=Model)
Item = TypeVar("Item")


def page_of(request: HttpRequest, rows: QuerySet[Row]) -> Page[Row]:
    """The page of the query's rows that `?page=` asks for; an impossible number gives the nearest there is."""
    return Paginator(rows, ROWS).get_page(request.GET.get("page"))


def page_of_list(request: HttpRequest, items: Sequence[Item], per_page: int) -> Page[Item]:
    """The same for what has been computed already."""
    return Paginator(items, per_page).get_page(request.GET.get("page"))
