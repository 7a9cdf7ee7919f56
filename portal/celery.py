"""The Celery application: it wakes the work; what there is to do stands in PostgreSQL."""

import gc
import os
from typing import Any

from celery import Celery, signals

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")  # noqa: TID251  before settings exist

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@signals.worker_before_create_process.connect
def _keep_memory_shared(**_sender: Any) -> None:
    """What is loaded before the fork is looked at by no collection after it, so that its pages stay shared."""
    gc.collect()
    gc.freeze()
