"""The pump: leads many conversations with the national side at once, for a bounded time, whoever wakes it.

One thread owns the database, its event loop the network: between two looks at the loop the pump claims, settles and
asks the gate, and no transaction is open while a call is under way.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import groupby

from django.conf import settings

from sync import delivery, outbox, wake
from sync.claims import FULL_CLAIM, Claims
from sync.classes import Fault
from sync.client import Answer, Call, Destination, NationalClient, TooLarge, Unavailable
from sync.delivery import Batch
from sync.gate import Gatekeeper

TURN_SECONDS = 25.0
BEAT_SECONDS = 5.0  # beat wakes a pump so often: nothing later is worth a wake-up of its own
CALLS_A_PUMP = 8  # under way at once in one process, with four it waited for the disk; others take the slots left
SETTLE_WITHIN = 0.1  # seconds: small batches are settled together
LOOK_WITHIN = 0.1  # seconds: a call that hangs keeps nobody else waiting
SAFETY_SECONDS = 2  # a request must be over so long before its lease ends

Returned = tuple[Answer | Unavailable | TooLarge, float]
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
    to = destination()
    answered_within = to.timeout_seconds + SAFETY_SECONDS
    with NationalClient(to) as client, outbox.Lease() as lease:
        outbox.shorten_leases_of_the_dead(answered_within)
        claims = Claims(lease, settings.SYNC_BATCH, answered_within, help_wanted)
        return Pump(client, claims).run(seconds, may_go_on)


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
    """One turn: conversations under way, and those that are over and not settled yet."""

    def __init__(self, client: NationalClient, claims: Claims) -> None:
        self._client = client
        self._claims = claims
        self._gate = Gatekeeper(client.destination.adapter_url, CALLS_A_PUMP)
        self._delivered = 0
        self._settle_before = 0.0
        self._under_way: dict[asyncio.Task[Returned], Batch] = {}
        self._over: list[Batch] = []

    def run(self, seconds: float, may_go_on: Callable[[], bool]) -> Turn:
        """Deliver until nothing is due, nothing may be called, or the time is up."""
        try:
            in_time = self._deliver(time.monotonic() + seconds, may_go_on)
        finally:
            self._hang_up()
        unfinished = len(self._claims) > 0 or not in_time
        self._settle()
        self._claims.give_back()
        again_in = self._again_in()
        self._gate.leave()
        return Turn(self._claims.applications, self._delivered, unfinished, again_in)

    def _deliver(self, ends: float, may_go_on: Callable[[], bool]) -> bool:
        """True if it ended because there was nothing more to do, false if the time was up."""
        in_time = True
        while in_time or self._under_way:
            free = self._gate.free(len(self._under_way)) if in_time else 0
            if self._gate.is_probing:
                self._claims.give_back()  # a probe risks one application, not a batch made before
            if len(self._claims) < free:
                self._claims.make(probing=self._gate.is_probing)
            for _ in range(min(free, len(self._claims))):
                batch = self._claims.take()
                self._go_on(batch, batch.start())
            if not self._under_way:
                break
            self._listen()
            in_time = time.monotonic() < ends and may_go_on()
        return in_time

    def _hang_up(self) -> None:
        """What an error leaves under way is given up; its leases end by themselves."""
        for task in self._under_way:
            task.cancel()
        if self._under_way:
            self._client.run(asyncio.wait(self._under_way))

    def _again_in(self) -> float | None:
        """When something is due and may be called."""
        due_in = outbox.due_in()
        return None if due_in is None else max(due_in, self._gate.opens_in())

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

    async def _send(self, call: Call, batch: Batch) -> Returned:
        began = time.monotonic()
        try:
            return await self._client.send(call, batch.log, batch.sendable_until), time.monotonic() - began
        except (Unavailable, TooLarge) as failure:
            return failure, time.monotonic() - began

    def _listen(self) -> None:
        """Wait for some call to end, and no longer than others may wait for a look; the conversations go on before
        anything is settled."""
        waiting = asyncio.wait(self._under_way, timeout=LOOK_WITHIN, return_when=asyncio.FIRST_COMPLETED)
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
        much = sum(len(batch.parcels) for batch in self._over) >= FULL_CLAIM // 2
        return bool(self._over) and (much or not self._under_way or time.monotonic() > self._settle_before)

    def _settle(self) -> None:
        by_claim = sorted(self._over, key=lambda batch: batch.owner)
        self._over = []
        self._delivered += sum(len(batch.acknowledged) for batch in by_claim)
        for _owner, batches in groupby(by_claim, key=lambda batch: batch.owner):
            delivery.settle(list(batches))
