"""What Celery wakes; what there is to do stands in PostgreSQL."""

from celery import shared_task
from django.conf import settings

from sync import exchanges
from sync import pump as pumping
from sync import reconcile as reconciling


@shared_task(ignore_result=True)
def pump() -> None:
    pumping.pump_and_wake()


@shared_task(ignore_result=True)
def reconcile_window() -> None:
    reconciling.reconcile_window()


@shared_task(ignore_result=True)
def reconcile_all() -> None:
    reconciling.reconcile_all()


@shared_task(ignore_result=True)
def fold_exchanges() -> None:
    exchanges.fold(settings.SYNC_KEEP_EXCHANGES_DAYS)
