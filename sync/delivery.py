"""Delivers one claimed batch: records, then progress rows, then the settlement. No network inside a transaction.

Every answer falls into one class (sync job, result classes): delivered; known or unknown there, which switches between
add and update once; rejected, which parks the application with the national side's words; unavailable, which postpones
it. A batch refused as a whole without answers per record is halved until the bad record is alone.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from django.db import transaction

from sync import outbox, reading, wire
from sync.client import Answer, NationalClient, TooLarge, Unavailable
from sync.exchanges import ExchangeLog
from sync.reading import Parcel

SAFETY_SECONDS = 2  # a request must be over so long before its lease ends


@dataclass
class Batch:
    """A claimed batch on its way."""

    owner: UUID
    parcels: list[Parcel]
    sendable_until: float
    acknowledged: list[Parcel] = field(default_factory=list)
    rejected: dict[int, str] = field(default_factory=dict)
    switched: dict[bool, list[int]] = field(default_factory=lambda: {True: [], False: []})

    def unsettled(self) -> list[Parcel]:
        over = {parcel.claimed.application for parcel in self.acknowledged} | self.rejected.keys()
        return [parcel for parcel in self.parcels if parcel.claimed.application not in over]


def deliver(client: NationalClient, log: ExchangeLog, limit: int) -> int:
    """Claim up to `limit` applications and deliver them; returns how many were claimed, 0 when nothing is due."""
    batch = _claim(log, limit, client.destination.timeout_seconds)
    if not batch.parcels:
        return 0
    outage: Unavailable | None = None
    try:
        _send(client, batch)
    except Unavailable as failure:
        outage = failure
    _settle(batch, log, outage)
    return len(batch.parcels)


@transaction.atomic
def _claim(log: ExchangeLog, limit: int, timeout: float) -> Batch:
    began, owner = time.monotonic(), uuid4()
    parcels = reading.parcels(outbox.claim(owner, limit))
    known = sum(parcel.claimed.known_nationally for parcel in parcels)
    steps = sum(len(parcel.progress) for parcel in parcels)
    dossiers = wire.Service.SYNC_DOSSIERS
    log.plan([(dossiers, len(parcels) - known), (dossiers, known), (wire.Service.UPDATE_PROGRESS, steps)])
    return Batch(owner, parcels, began + outbox.LEASE_SECONDS - timeout - SAFETY_SECONDS)


def _send(client: NationalClient, batch: Batch) -> None:
    for updating in (False, True):
        group = [parcel for parcel in batch.parcels if parcel.claimed.known_nationally is updating]
        _send_records(client, batch, group, updating=updating, may_switch=True)
    _send_progress(client, batch, batch.unsettled())


@transaction.atomic
def _settle(batch: Batch, log: ExchangeLog, outage: Unavailable | None) -> None:
    outbox.settle(batch.owner, [parcel.claimed for parcel in batch.acknowledged])
    for known, applications in batch.switched.items():
        if applications:
            outbox.switch(applications, known=known)
    if batch.rejected:
        outbox.park(batch.owner, batch.rejected)
    if outage is not None:
        rest = [parcel.claimed for parcel in batch.unsettled()]
        outbox.postpone(batch.owner, rest, kind=outage.kind, error=str(outage), pause=outage.retry_after)
    log.write()


def _send_records(
    client: NationalClient, batch: Batch, parcels: Sequence[Parcel], *, updating: bool, may_switch: bool
) -> None:
    """The records of `parcels`, all added or all updated."""

    def send(part: Sequence[Parcel]) -> Answer:
        return client.sync_dossiers([parcel.record for parcel in part], updating=updating)

    other_way = wire.ErrorCode.UNKNOWN_DOSSIER if updating else wire.ErrorCode.DOSSIER_EXISTS
    switch: list[Parcel] = []
    for parcel, code, message in _answers(batch, parcels, send, len):
        if code == other_way and may_switch:
            switch.append(parcel)
        elif code:
            batch.rejected[parcel.claimed.application] = f"{code} {message}"
    if switch:
        batch.switched[not updating] += [parcel.claimed.application for parcel in switch]
        _send_records(client, batch, switch, updating=not updating, may_switch=False)


def _send_progress(client: NationalClient, batch: Batch, parcels: Sequence[Parcel]) -> None:
    """The progress rows of `parcels`, each application's in order; what is acknowledged here is delivered."""

    def send(part: Sequence[Parcel]) -> Answer:
        return client.update_progress([row for parcel in part for row in parcel.progress])

    for parcel, code, message in _answers(batch, parcels, send, lambda part: sum(len(one.progress) for one in part)):
        if code:
            batch.rejected[parcel.claimed.application] = f"{code} {message}"
        else:
            batch.acknowledged.append(parcel)


Said = tuple[Parcel, str, str]
"""What was said of one parcel: its error code, "" when it is well, and the message."""


def _answers(
    batch: Batch,
    parcels: Sequence[Parcel],
    send: Callable[[Sequence[Parcel]], Answer],
    rows: Callable[[Sequence[Parcel]], int],
) -> list[Said]:
    """Send `parcels`, halved as often as it takes until everything said belongs to one parcel."""
    if not parcels:
        return []
    if time.monotonic() > batch.sendable_until:
        raise Unavailable("lease", "the lease would end before the answer comes")
    try:
        answer = send(parcels)
    except TooLarge as refusal:
        answer = Answer(refusal.code, refusal.message, [])
    results = answer.per_record(rows(parcels))
    if results is not None:
        return _by_parcel(parcels, results, rows)
    if answer.is_success:
        return [(parcel, "", "") for parcel in parcels]
    if len(parcels) == 1:
        return [(parcels[0], answer.code or "?", answer.message)]
    middle = len(parcels) // 2
    return [*_answers(batch, parcels[:middle], send, rows), *_answers(batch, parcels[middle:], send, rows)]


def _by_parcel(
    parcels: Sequence[Parcel], results: list[dict[str, object]], rows: Callable[[Sequence[Parcel]], int]
) -> list[Said]:
    """Results come one per row, in the order sent; a parcel is well when all of its rows are."""
    said: list[Said] = []
    position = 0
    for parcel in parcels:
        own = results[position : position + rows([parcel])]
        position += len(own)
        failed = [one for one in own if str(one[wire.ERROR_CODE]) != wire.ErrorCode.SUCCESS]
        code, message = (failed[0][wire.ERROR_CODE], failed[0].get(wire.MESSAGE, "")) if failed else ("", "")
        said.append((parcel, str(code), str(message)))
    return said
