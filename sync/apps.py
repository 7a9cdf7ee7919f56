"""The sync job as a Django application: it listens for written history and wakes the pump."""

from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from procedures.signals import history_written
from sync import wake


class SyncConfig(AppConfig):
    name = "sync"
    verbose_name = _("Đồng bộ quốc gia")

    def ready(self) -> None:
        history_written.connect(_wake, dispatch_uid="sync.wake")


def _wake(**_sender: Any) -> None:
    wake.wake()
