"""Counts per day (thống kê ngày): each is a function of the day, counted again at any time with the same result."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import connection, transaction

from procedures.models import Application, DailyCount, StatusChange
from procedures.working_days import ZONE

# One pass over the day's history; on time or late is judged at the moment of completion (metrics: settled_on_time).
_COUNT = f"""
INSERT INTO {DailyCount._meta.db_table} (day, agency_id, procedure_id,
    received_online, received_direct, received_postal, settled_on_time, settled_late, refused, withdrawn, stopped)
SELECT %(day)s, a.agency_id, a.procedure_id,
    count(*) FILTER (WHERE c.to_status = 1 AND c.version = 1 AND a.channel = 2),
    count(*) FILTER (WHERE c.to_status = 1 AND c.version = 1 AND a.channel = 1),
    count(*) FILTER (WHERE c.to_status = 1 AND c.version = 1 AND a.channel = 3),
    count(*) FILTER (WHERE c.to_status = 9 AND (a.due_at IS NULL OR c.at <= a.due_at)),
    count(*) FILTER (WHERE c.to_status = 9 AND c.at > a.due_at),
    count(*) FILTER (WHERE c.to_status = 3),
    count(*) FILTER (WHERE c.to_status = 7),
    count(*) FILTER (WHERE c.to_status = 8)
FROM {StatusChange._meta.db_table} c JOIN {Application._meta.db_table} a ON a.id = c.application_id
WHERE c.at >= %(start)s AND c.at < %(end)s AND (c.version = 1 OR c.to_status IN (3, 7, 8, 9))
GROUP BY a.agency_id, a.procedure_id
"""  # noqa: S608  the table names are the models' own


def bounds(day: date) -> tuple[datetime, datetime]:
    """The half-open span [start, end) of a day in Asia/Ho_Chi_Minh."""
    start = datetime(day.year, day.month, day.day, tzinfo=ZONE)
    return start, start + timedelta(days=1)


@transaction.atomic
def refresh(day: date) -> int:
    """Count one day for every agency and procedure, in place of any earlier count; returns the rows written."""
    start, end = bounds(day)
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {DailyCount._meta.db_table} WHERE day = %s", [day])  # noqa: S608
        cursor.execute(_COUNT, {"day": day, "start": start, "end": end})
        return int(cursor.rowcount)


def refresh_days(days: Iterable[date]) -> int:
    """Count several days; returns the rows written."""
    return sum(refresh(day) for day in days)
