"""What Celery does for the portal on a schedule."""

from celery import shared_task

from portal import clock
from procedures import rollups
from procedures.working_days import ZONE


@shared_task(ignore_result=True)
def refresh_rollups() -> None:
    """Count the portal's today again."""
    rollups.refresh(clock.now().astimezone(ZONE).date())
