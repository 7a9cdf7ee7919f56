"""The public look-up (tra cứu): application code and the receipt's secret, with a brake on guessing.

The secret is checked before the database is asked, so a wrong secret takes the same way whether the code exists or not.
"""

import hashlib
import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.cache import cache

from procedures import codes
from procedures.models import Application

WINDOW = timedelta(minutes=15)  # failures older than this are forgotten


@dataclass(frozen=True)
class Brake:
    """After `free` failures each further one doubles the wait, from `first` up to `longest`."""

    name: str
    free: int
    first: timedelta = timedelta(seconds=5)
    longest: timedelta = timedelta(minutes=5)

    def wait_after(self, failures: int) -> timedelta:
        """How long to wait after so many failures within the window."""
        if failures < self.free:
            return timedelta()
        factor: int = 2 ** min(failures - self.free, 16)  # enough to reach `longest`, whatever it is
        return min(self.first * factor, self.longest)


PER_ADDRESS = Brake("address", free=10)  # a service centre's visitors share one address
PER_CODE = Brake("code", free=5)


def find(code: str, secret: str) -> Application | None:
    """The application on this receipt, or None: an unknown code and a wrong secret are one answer."""
    code = code.strip().upper()
    if not codes.is_receipt_secret(secret, code, settings.LOOKUP_KEY):
        return None
    return Application.objects.select_related("procedure", "agency").filter(code=code).first()


def seconds_to_wait(address: str, code: str, at: datetime) -> int:
    """How many seconds `address` must wait before it may ask for `code` again; `at` is the machine's time."""
    found = cache.get_many([f"{key}:until" for _brake, key in _keys(address, code)])
    return max((math.ceil(until - at.timestamp()) for until in found.values()), default=0)


def note_failure(address: str, code: str, at: datetime) -> None:
    """Remember a failure; from a certain number on the address, or the code, has to wait."""
    for brake, key in _keys(address, code):
        cache.add(key, 0, timeout=WINDOW.total_seconds())
        wait = brake.wait_after(_increment(key)).total_seconds()
        if wait:
            cache.set(f"{key}:until", at.timestamp() + wait, timeout=wait)


def _increment(key: str) -> int:
    try:
        return int(cache.incr(key))
    except ValueError:  # the window closed between the two commands
        return 1


def _keys(address: str, code: str) -> list[tuple[Brake, str]]:
    """The counters of one attempt; what was typed is kept as a digest only."""
    values = ((PER_ADDRESS, address), (PER_CODE, code.strip().upper()))
    return [
        (brake, f"lookup:{brake.name}:{hashlib.sha256(value.encode()).hexdigest()[:32]}") for brake, value in values
    ]
