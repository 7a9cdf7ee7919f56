"""One batch's conversation with the national side: records, then progress rows. It speaks and hears, and sends nothing.

A generator says which call is next and is told its answer, so that one pump can lead many conversations at once and no
network is ever inside a transaction. Every answer falls into one class (sync job, result classes): delivered; known or
unknown there, which switches between add and update once; rejected, which parks the application with the national
side's words; unavailable, which ends the conversation. A batch refused as a whole without answers per record is halved
until the bad record is alone.
"""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction

from sync import exchanges, gate, outbox, wire
from sync.client import Answer, Call, TooLarge, Unavailable
from sync.exchanges import ExchangeLog
from sync.reading import Parcel

POISONED_AFTER = 8  # attempts, while the destination answers nearly all others
ABOUT_US = frozenset({wire.ErrorCode.NOT_ALLOWED, wire.ErrorCode.UNKNOWN_SERVICE})  # halving would not tell more
LATER = frozenset({wire.ErrorCode.SYSTEM_ERROR})  # says nothing about the record
UNTRIED = frozenset({"throttled", "session", "paused", "lease"})  # classes that are no attempt of the application's

# A record was taken and its progress then refused as unknown: the national side has just lost the dossier.
VANISHED = Unavailable("vanished", "hồ sơ vừa gửi không còn ở hệ thống quốc gia")

Script = Generator[Call, Answer, None]
Said = tuple[Parcel, str, str]
"""What was said of one parcel: its error code, "" when it is well, and the message."""


@dataclass
class Batch:
    """Some applications on their way together."""

    owner: UUID
    parcels: list[Parcel]
    sendable_until: float
    log: ExchangeLog
    acknowledged: list[Parcel] = field(default_factory=list)
    rejected: dict[int, str] = field(default_factory=dict)
    switched: dict[bool, list[int]] = field(default_factory=lambda: {True: [], False: []})
    outage: Unavailable | None = None
    script: Script = field(init=False)

    def __post_init__(self) -> None:
        self.script = _conversation(self)

    def start(self) -> Call | None:
        """The first call."""
        return self._next(lambda: next(self.script))

    def hear(self, answer: Answer) -> Call | None:
        """The next call after this answer, None when all is said."""
        return self._next(lambda: self.script.send(answer))

    def hear_failure(self, failure: Unavailable | TooLarge) -> Call | None:
        """The next call after this failure; an outage ends the conversation."""
        return self._next(lambda: self.script.throw(failure))

    def unsettled(self) -> list[Parcel]:
        over = {parcel.claimed.application for parcel in self.acknowledged} | self.rejected.keys()
        return [parcel for parcel in self.parcels if parcel.claimed.application not in over]

    def _next(self, step: Callable[[], Call]) -> Call | None:
        try:
            return step()
        except StopIteration:
            return None
        except Unavailable as failure:
            self.outage = failure
            return None


def planned(parcels: Sequence[Parcel]) -> list[tuple[str, int]]:
    """The calls (service, records) which these parcels take when nothing goes wrong."""
    known = sum(parcel.claimed.known_nationally for parcel in parcels)
    steps = sum(len(parcel.progress) for parcel in parcels)
    dossiers = wire.Service.SYNC_DOSSIERS
    calls = [(dossiers, len(parcels) - known), (dossiers, known), (wire.Service.UPDATE_PROGRESS, steps)]
    return [(service, records) for service, records in calls if records]


@transaction.atomic
def settle(batches: Sequence[Batch]) -> None:
    """Remember what came of these batches, all of one claim."""
    owner = batches[0].owner
    acknowledged = [parcel.claimed for batch in batches for parcel in batch.acknowledged]
    if len(acknowledged) < sum(len(batch.parcels) for batch in batches):
        outbox.lock([parcel.claimed for batch in batches for parcel in batch.parcels])
    outbox.settle(owner, acknowledged)
    for known in (False, True):
        outbox.switch([one for batch in batches for one in batch.switched[known]], known=known)
    for batch in batches:
        outbox.park(owner, batch.rejected, kind="rejected")
        if batch.unsettled():
            _put_off(batch, batch.outage or VANISHED)
    exchanges.write([batch.log for batch in batches])


def _put_off(batch: Batch, outage: Unavailable) -> None:
    rest = [parcel.claimed for parcel in batch.unsettled()]
    tried = outage.kind not in UNTRIED
    if tried and len(rest) == 1 and rest[0].attempts >= POISONED_AFTER and gate.answers_others():
        reason = f"gửi {rest[0].attempts} lần không thành, trong khi các hồ sơ khác gửi được: {outage}"
        outbox.park(batch.owner, {rest[0].application: reason}, kind="poison")
    else:
        outbox.postpone(batch.owner, rest, kind=outage.kind, error=str(outage), pause=outage.retry_after, tried=tried)


def _conversation(batch: Batch) -> Script:
    for updating in (False, True):
        group = [parcel for parcel in batch.parcels if parcel.claimed.known_nationally is updating]
        yield from _say_records(batch, group, updating=updating, may_switch=True)
    yield from _say_progress(batch, batch.unsettled())


def _say_records(batch: Batch, parcels: Sequence[Parcel], *, updating: bool, may_switch: bool) -> Script:
    """The records of `parcels`, all added or all updated."""

    def call(part: Sequence[Parcel]) -> Call:
        return Call.dossiers([parcel.record for parcel in part], updating=updating)

    other_way = wire.ErrorCode.UNKNOWN_DOSSIER if updating else wire.ErrorCode.DOSSIER_EXISTS
    switch: list[Parcel] = []
    for parcel, code, message in (yield from _answers(parcels, call)):
        if code == other_way and may_switch:
            switch.append(parcel)
        elif code:
            batch.rejected[parcel.claimed.application] = f"{code} {message}"
    if switch:
        batch.switched[not updating] += [parcel.claimed.application for parcel in switch]
        yield from _say_records(batch, switch, updating=not updating, may_switch=False)


def _say_progress(batch: Batch, parcels: Sequence[Parcel]) -> Script:
    """The progress rows of `parcels`, each application's in order; what is acknowledged here is delivered."""

    def call(part: Sequence[Parcel]) -> Call:
        return Call.progress([row for parcel in part for row in parcel.progress])

    for parcel, code, message in (yield from _answers(parcels, call)):
        if code == wire.ErrorCode.UNKNOWN_DOSSIER:
            batch.switched[False].append(parcel.claimed.application)
        elif code:
            batch.rejected[parcel.claimed.application] = f"{code} {message}"
        else:
            batch.acknowledged.append(parcel)


def _answers(
    parcels: Sequence[Parcel], call: Callable[[Sequence[Parcel]], Call]
) -> Generator[Call, Answer, list[Said]]:
    """Say `parcels`, halved as often as it takes until everything said belongs to one parcel."""
    if not parcels:
        return []
    asked = call(parcels)
    try:
        answer = yield asked
    except TooLarge as refusal:
        answer = Answer(refusal.code, refusal.message, [])
    results = answer.per_record(asked.records)
    if results is not None:
        return _by_parcel(parcels, results, asked)
    if answer.is_success:
        return [(parcel, "", "") for parcel in parcels]
    if answer.code in LATER:
        raise Unavailable("http", f"{answer.code} {answer.message}")
    if len(parcels) == 1 or answer.code in ABOUT_US:
        return [(parcel, answer.code or "?", answer.message) for parcel in parcels]
    middle = len(parcels) // 2
    first = yield from _answers(parcels[:middle], call)
    second = yield from _answers(parcels[middle:], call)
    return [*first, *second]


def _by_parcel(parcels: Sequence[Parcel], results: list[dict[str, object]], asked: Call) -> list[Said]:
    """Results come one per row, in the order sent; a parcel is well when all of its rows are."""
    of_records = asked.service == wire.Service.SYNC_DOSSIERS
    said: list[Said] = []
    position = 0
    for parcel in parcels:
        own = results[position : position + (1 if of_records else len(parcel.progress))]
        position += len(own)
        failed = [one for one in own if str(one[wire.ERROR_CODE]) != wire.ErrorCode.SUCCESS]
        code, message = (failed[0][wire.ERROR_CODE], failed[0].get(wire.MESSAGE, "")) if failed else ("", "")
        said.append((parcel, str(code), str(message)))
    return said
