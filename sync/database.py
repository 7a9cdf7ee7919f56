"""The job's statements: plain rows in, plain rows out, no model instances on the way of a million dossiers."""

from typing import Any

from django.db import connection

Row = tuple[Any, ...]


def rows(statement: str, **values: Any) -> list[Row]:
    """What a query answers; `values` are the statement's own names."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def execute(statement: str, **values: Any) -> int:
    """How many rows a statement touched that answers none."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)
