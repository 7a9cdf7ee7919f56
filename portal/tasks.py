"""What Celery does for the portal on a schedule."""

from datetime import timedelta

from celery import shared_task

from portal import clock
from procedures import rollups
from procedures.working_days import ZONE


@shared_task(ignore_result=True)
def refresh_rollups() -> None:
    """Count the portal's today again, and yesterday, whose last minutes no earlier turn has seen."""
    rollups.refresh_days((clock.now() - ago).astimezone(ZONE).date() for ago in (timedelta(), timedelta(days=1)))
