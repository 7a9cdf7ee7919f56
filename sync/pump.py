"""The pump: leads many conversations with the national side at once, for a bounded time, whoever wakes it.

One thread owns the database, its event loop the network: between two looks at the loop the pump claims, settles and
asks the gate, and no transaction is open while a call is under way.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import groupby
from typing import Self
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from sync import delivery, exchanges, outbox, reading, wake
from sync.classes import Fault
from sync.client import Answer, Call, Destination, NationalClient, TooLarge, Unavailable
from sync.delivery import Batch
from sync.exchanges import Plan
from sync.gate import Gatekeeper
from sync.outbox import Claimed
from sync.reading import Parcel

TURN_SECONDS = 25.0
BEAT_SECONDS = 5.0  # beat wakes a pump so often: nothing later is worth a wake-up of its own
CLAIMED_AT_ONCE = 200
CALLS_A_PUMP = 8  # under way at once in one process, with four it waited for the disk; others take the slots left
CLAIM_AGAIN_AFTER = 0.05  # seconds, once nothing was due
SETTLE_WITHIN = 0.1  # seconds: small batches are settled together
SAFETY_SECONDS = 2  # a request must be over so long before its lease ends
SUSPECTS_EVERY = 4  # claims

Heard = tuple[Answer | Unavailable | TooLarge, float]
"""What a call came to, and the seconds it took."""


@dataclass(frozen=True)
class Turn:
    """What one turn did: applications claimed, those delivered, and whether it ended because its time was up.

    `again_in` seconds there will be something to do: None where nothing waits.
    """

    claimed: int
    delivered: int
    unfinished: bool
    again_in: float | None = field(default=None, compare=False)


def pump(
    seconds: float = TURN_SECONDS,
    *,
    help_wanted: Callable[[], None] = lambda: None,
    may_go_on: Callable[[], bool] = lambda: True,
) -> Turn:
    """Deliver what is due until nothing is, `seconds` are over, or it may not go on.

    `help_wanted` is called once where much is due. Calls under way are always heard to their end.
    """
    with Pump(destination(), settings.SYNC_BATCH) as turn:
        return turn.run(seconds, help_wanted, may_go_on)


def pump_and_wake() -> None:
    """One turn; wakes another pump where there is more to do than one claim, and the next where time was up.

    What is to be tried again soon, or waits for a gate that opens soon, does not wait for beat.
    """
    wake.begun()
    turn = pump(help_wanted=wake.wake)
    if turn.unfinished:
        wake.wake()
    elif turn.again_in is not None and turn.again_in < BEAT_SECONDS:
        wake.wake_later(turn.again_in)


def wake_up() -> None:
    """Have the worker pump now, for whoever wrote history without a signal."""
    wake.wake()


def destination() -> Destination:
    """The national side of the settings."""
    return Destination(**settings.NATIONAL)


def national_client() -> NationalClient:
    """A client for questions that are no deliveries."""
    return NationalClient(destination())


class Pump:
    """One turn. A context manager: it holds slots at the gate and a connection to the national side."""

    def __init__(self, to: Destination, batch: int) -> None:
        self._client = NationalClient(to)
        self._gate = Gatekeeper(to.adapter_url, CALLS_A_PUMP)
        self._lease = outbox.Lease()
        self._batch = batch
        self._claims = self._claimed = self._delivered = 0
        self._claim_after = self._settle_before = 0.0
        self._ready: deque[Batch] = deque()
        self._under_way: dict[asyncio.Task[Heard], Batch] = {}
        self._over: list[Batch] = []

    def __enter__(self) -> Self:
        self._client.__enter__()
        self._lease.begin()
        outbox.shorten_leases_of_the_dead(self._client.destination.timeout_seconds + SAFETY_SECONDS)
        return self

    def __exit__(self, *exception: object) -> None:
        """What an error leaves under way is given up; its leases end by themselves, its slots with the connection."""
        for task in self._under_way:
            task.cancel()
        if self._under_way:
            self._client.run(asyncio.wait(self._under_way))
        self._client.__exit__(*exception)
        if exception[0] is None:
            self._gate.leave()
            self._lease.end()
        else:
            connection.close()

    def run(self, seconds: float, help_wanted: Callable[[], None], may_go_on: Callable[[], bool]) -> Turn:
        """Deliver until nothing is due, nothing may be called, or the time is up."""
        ends = time.monotonic() + seconds
        in_time = True
        while in_time or self._under_way:
            free = self._gate.free(len(self._under_way)) if in_time else 0
            if self._gate.is_probing:
                self._give_back()  # a probe risks one application, not a batch made before
            if len(self._ready) < free and self._claim() and self._claims == 1 and self._claimed >= CLAIMED_AT_ONCE:
                help_wanted()
            for _ in range(min(free, len(self._ready))):
                batch = self._ready.popleft()
                self._go_on(batch, batch.start())
            if not self._under_way:
                break
            self._listen()
            in_time = time.monotonic() < ends and may_go_on()
        unfinished = bool(self._ready) or not in_time
        self._settle()
        self._give_back()
        return Turn(self._claimed, self._delivered, unfinished, self._again_in())

    def _again_in(self) -> float | None:
        """When something is due and may be called."""
        due_in = outbox.due_in()
        return None if due_in is None else max(due_in, self._gate.opens_in())

    def _claim(self) -> bool:
        """Get more batches ready; true if anything was due."""
        if time.monotonic() < self._claim_after:
            return False
        began, owner = time.monotonic(), self._lease.owner()
        with transaction.atomic():
            parcels = reading.parcels(self._claim_rows(owner))
            parts = self._parts(parcels)
            logs = exchanges.plan([_plan(part) for part in parts])
        until = began + outbox.LEASE_SECONDS - self._client.destination.timeout_seconds - SAFETY_SECONDS
        self._ready += [Batch(owner, part, until, log) for part, log in zip(parts, logs, strict=True)]
        self._claims += 1
        self._claimed += len(parcels)
        self._claim_after = 0.0 if parcels else time.monotonic() + CLAIM_AGAIN_AFTER
        return bool(parcels)

    def _claim_rows(self, owner: UUID) -> list[Claimed]:
        """A probe risks one application, tried before if there is one; suspects are not mixed with others."""
        if self._gate.is_probing:
            return outbox.claim(owner, 1, outbox.TRIED) or outbox.claim(owner, 1)
        limit = max(self._batch, CLAIMED_AT_ONCE)
        turns = [(limit, outbox.UNSUSPECTED), (CALLS_A_PUMP, outbox.SUSPECTED)]
        if self._claims % SUSPECTS_EVERY == SUSPECTS_EVERY - 1:
            turns.reverse()
        return outbox.claim(owner, *turns[0]) or outbox.claim(owner, *turns[1])

    def _parts(self, parcels: list[Parcel]) -> list[list[Parcel]]:
        """What travels together was tried as often; a probe and a suspect travel alone."""
        parts = []
        for attempts, group in groupby(sorted(parcels, key=_attempts), key=_attempts):
            some = list(group)
            size = 1 if self._gate.is_probing or attempts > outbox.SUSPECTED_AFTER else self._batch
            parts += [some[first : first + size] for first in range(0, len(some), size)]
        return parts

    def _go_on(self, batch: Batch, call: Call | None) -> None:
        """Make a conversation's next call, unless it is over or the call must not be made."""
        while call is not None and self._gate.is_shut():
            call = batch.hear_failure(Unavailable(Fault.PAUSED, "the national side is not to be called now", 0.0))
        if call is not None:
            self._under_way[self._client.loop.create_task(self._send(call, batch))] = batch
            return
        if not self._over:
            self._settle_before = time.monotonic() + SETTLE_WITHIN
        self._over.append(batch)

    async def _send(self, call: Call, batch: Batch) -> Heard:
        began = time.monotonic()
        try:
            return await self._client.send(call, batch.log, batch.sendable_until), time.monotonic() - began
        except (Unavailable, TooLarge) as failure:
            return failure, time.monotonic() - began

    def _listen(self) -> None:
        """Wait for some call to end; the conversations go on before anything is settled."""
        waiting = asyncio.wait(self._under_way, return_when=asyncio.FIRST_COMPLETED)
        done, _ = self._client.run(waiting)
        failures = []
        for task in done:
            batch, (heard, seconds) = self._under_way.pop(task), task.result()
            if isinstance(heard, Answer):
                self._gate.heard(seconds, self._client.destination.timeout_seconds)
                self._go_on(batch, batch.hear(heard))
            else:
                self._go_on(batch, batch.hear_failure(heard))
                failures += [heard] if isinstance(heard, Unavailable) else []
        self._client.run(asyncio.sleep(0))  # the new calls leave now
        if failures or self._is_time_to_settle():
            self._settle()
        for failure in failures:
            self._gate.failed(failure)

    def _is_time_to_settle(self) -> bool:
        much = sum(len(batch.parcels) for batch in self._over) >= CLAIMED_AT_ONCE // 2
        return bool(self._over) and (much or not self._under_way or time.monotonic() > self._settle_before)

    def _settle(self) -> None:
        by_claim = sorted(self._over, key=lambda batch: batch.owner)
        self._over = []
        self._delivered += sum(len(batch.acknowledged) for batch in by_claim)
        for _owner, batches in groupby(by_claim, key=lambda batch: batch.owner):
            delivery.settle(list(batches))

    def _give_back(self) -> None:
        """What was claimed and not begun is due again at once."""
        if not self._ready:
            return
        for batch in self._ready:
            outbox.give_back(batch.owner, [parcel.claimed for parcel in batch.parcels])
        exchanges.write([batch.log for batch in self._ready])
        self._ready.clear()


def _attempts(parcel: Parcel) -> int:
    return parcel.claimed.attempts


def _plan(parcels: list[Parcel]) -> Plan:
    return Plan(delivery.planned(parcels), _attempts(parcels[0]), max(one.claimed.waited for one in parcels))
