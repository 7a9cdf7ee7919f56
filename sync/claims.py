"""What a turn of the pump has claimed and not begun: batches ready to be sent.

A claim leases applications, reads what they have to send and writes down the calls planned for it, all in one
transaction. What travels together was tried as often; a probe risks one application, and a suspect travels alone.
"""

import time
from collections import deque
from collections.abc import Callable
from itertools import groupby
from uuid import UUID

from django.db import transaction

from sync import delivery, exchanges, outbox, reading
from sync.delivery import Batch
from sync.exchanges import Plan
from sync.outbox import Claimed, Lease
from sync.reading import Parcel

FULL_CLAIM = 200  # applications
SUSPECTS_AT_ONCE = 8  # each takes a call of its own
SUSPECTS_EVERY = 4  # claims
AGAIN_AFTER = 0.05  # seconds, once nothing was due


class Claims:
    """The claims of one turn, in batches of up to `batch` applications.

    They must be sent `answered_within` seconds before their lease ends. `help_wanted` is called where the first claim
    is full: there is work for others.
    """

    def __init__(self, lease: Lease, batch: int, answered_within: float, help_wanted: Callable[[], None]) -> None:
        self._lease = lease
        self._batch = batch
        self._help_wanted = help_wanted
        self._sendable_for = outbox.LEASE_SECONDS - answered_within
        self._ready: deque[Batch] = deque()
        self._made = self.applications = 0
        self._again_after = 0.0

    def __len__(self) -> int:
        """Batches ready."""
        return len(self._ready)

    def take(self) -> Batch:
        """The next batch."""
        return self._ready.popleft()

    def make(self, *, probing: bool) -> None:
        """Claim what is due and get it ready."""
        if time.monotonic() < self._again_after:
            return
        until, owner = time.monotonic() + self._sendable_for, self._lease.owner()
        with transaction.atomic():
            parcels = reading.parcels(self._claim(owner, probing=probing))
            parts = self._parts(parcels, probing=probing)
            logs = exchanges.plan([_plan(part) for part in parts])
        self._ready += [Batch(owner, part, until, log) for part, log in zip(parts, logs, strict=True)]
        self._made += 1
        self.applications += len(parcels)
        self._again_after = 0.0 if parcels else time.monotonic() + AGAIN_AFTER
        if self._made == 1 and len(parcels) >= FULL_CLAIM:
            self._help_wanted()

    def give_back(self) -> None:
        """What was claimed and not begun is due again at once."""
        if not self._ready:
            return
        for batch in self._ready:
            outbox.give_back(batch.owner, [parcel.claimed for parcel in batch.parcels])
        exchanges.write([batch.log for batch in self._ready])
        self._ready.clear()

    def _claim(self, owner: UUID, *, probing: bool) -> list[Claimed]:
        """A probe was tried before, if there is one that was; suspects are not mixed with others."""
        if probing:
            return outbox.claim(owner, 1, outbox.TRIED) or outbox.claim(owner, 1)
        turns = [(max(self._batch, FULL_CLAIM), outbox.UNSUSPECTED), (SUSPECTS_AT_ONCE, outbox.SUSPECTED)]
        if self._made % SUSPECTS_EVERY == SUSPECTS_EVERY - 1:
            turns.reverse()
        return outbox.claim(owner, *turns[0]) or outbox.claim(owner, *turns[1])

    def _parts(self, parcels: list[Parcel], *, probing: bool) -> list[list[Parcel]]:
        parts = []
        for attempts, group in groupby(sorted(parcels, key=_attempts), key=_attempts):
            some = list(group)
            size = 1 if probing or attempts > outbox.SUSPECTED_AFTER else self._batch
            parts += [some[first : first + size] for first in range(0, len(some), size)]
        return parts


def _attempts(parcel: Parcel) -> int:
    return parcel.claimed.attempts


def _plan(parcels: list[Parcel]) -> Plan:
    return Plan(delivery.planned(parcels), _attempts(parcels[0]), max(one.claimed.waited for one in parcels))
