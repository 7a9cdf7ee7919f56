"""One batch's conversation with the national side: records, then progress rows. It speaks and hears, and sends nothing.

A generator says which call is next and is told its answer, so that one pump can lead many conversations at once and no
network is ever inside a transaction. What was said of each application decides about it (`sync.classes`): known or
unknown there switches between add and update, once; rejected parks it with the national side's words; later puts it
off. A fault ends the conversation. A batch refused as a whole without answers per record is halved until the bad record
is alone.
"""

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from uuid import UUID

from django.db import transaction

from sync import classes, exchanges, gate, outbox, wire
from sync.classes import FAULTS, Fault, Said
from sync.client import Answer, Call, TooLarge, Unavailable
from sync.exchanges import ExchangeLog
from sync.reading import Parcel

SUCCESS = str(wire.ErrorCode.SUCCESS)  # compared for each of some hundred thousand rows a day
POISONED_AFTER = 8  # attempts, while the destination answers nearly all others

Script = Generator[Call, Answer, None]
Heard = tuple[Parcel, Said, str]
"""What was said of one parcel, and in which words."""


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
    later: dict[int, Unavailable] = field(default_factory=dict)
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
        """Neither acknowledged nor refused."""
        over = {parcel.claimed.application for parcel in self.acknowledged} | self.rejected.keys()
        return [parcel for parcel in self.parcels if parcel.claimed.application not in over]

    def put_off(self) -> Iterator[tuple[Unavailable, list[Parcel]]]:
        """What is to be sent again, and why."""
        rest = []
        for parcel in self.unsettled():
            if reason := self.later.get(parcel.claimed.application):
                yield reason, [parcel]
            else:
                rest.append(parcel)
        if self.outage and rest:
            yield self.outage, rest

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
    if any(batch.unsettled() or batch.rejected or any(batch.switched.values()) for batch in batches):
        outbox.lock([parcel.claimed.application for batch in batches for parcel in batch.parcels])
    for known in (False, True):  # before what is acknowledged, which is known there whatever was said first
        outbox.switch([one for batch in batches for one in batch.switched[known]], known=known)
    outbox.settle(owner, acknowledged)
    for batch in batches:
        outbox.park(owner, batch.rejected, kind="rejected")
        for reason, parcels in batch.put_off():
            _put_off(batch, reason, parcels)
    exchanges.write([batch.log for batch in batches])


def _put_off(batch: Batch, outage: Unavailable, parcels: Sequence[Parcel]) -> None:
    rest = [parcel.claimed for parcel in parcels]
    tried = FAULTS[outage.kind].is_attempt
    if tried and len(rest) == 1 and rest[0].attempts >= POISONED_AFTER and gate.answers_others():
        reason = f"gửi {rest[0].attempts} lần không thành, trong khi các hồ sơ khác gửi được: {outage}"
        outbox.park(batch.owner, {rest[0].application: reason}, kind="poison")
    else:
        outbox.postpone(batch.owner, rest, kind=outage.kind, error=str(outage), pause=outage.retry_after, tried=tried)


def _conversation(batch: Batch) -> Script:
    for updating in (False, True):
        group = [parcel for parcel in batch.parcels if parcel.claimed.known_nationally is updating]
        yield from _say_records(batch, group, updating=updating, may_switch=True)
    yield from _say_progress(batch, [one for one in batch.unsettled() if one.claimed.application not in batch.later])


def _say_records(batch: Batch, parcels: Sequence[Parcel], *, updating: bool, may_switch: bool) -> Script:
    """The records of `parcels`, all added or all updated."""

    def call(part: Sequence[Parcel]) -> Call:
        return Call.dossiers([parcel.record for parcel in part], updating=updating)

    other_way = Said.UNKNOWN if updating else Said.EXISTS
    switch: list[Parcel] = []
    for parcel, said, words in (yield from _answers(parcels, call)):
        if said is other_way and may_switch:
            switch.append(parcel)
        elif said is Said.LATER:
            batch.later[parcel.claimed.application] = Unavailable(Fault.SYSTEM, words)
        elif said is not Said.DELIVERED:
            batch.rejected[parcel.claimed.application] = words
    if switch:
        batch.switched[not updating] += [parcel.claimed.application for parcel in switch]
        yield from _say_records(batch, switch, updating=not updating, may_switch=False)


def _say_progress(batch: Batch, parcels: Sequence[Parcel]) -> Script:
    """The progress rows of `parcels`, each application's in order; what is acknowledged here is delivered."""

    def call(part: Sequence[Parcel]) -> Call:
        return Call.progress([row for parcel in part for row in parcel.progress])

    for parcel, said, words in (yield from _answers(parcels, call)):
        application = parcel.claimed.application
        if said is Said.DELIVERED:
            batch.acknowledged.append(parcel)
        elif said is Said.UNKNOWN:  # its record has just been taken: the national side has lost it meanwhile
            batch.switched[False].append(application)
            batch.later[application] = Unavailable(Fault.VANISHED, words)
        elif said is Said.LATER:
            batch.later[application] = Unavailable(Fault.SYSTEM, words)
        else:
            batch.rejected[application] = words


def _answers(
    parcels: Sequence[Parcel], call: Callable[[Sequence[Parcel]], Call]
) -> Generator[Call, Answer, list[Heard]]:
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
    if len(parcels) == 1 or answer.said in (Said.DELIVERED, Said.ABOUT_US):
        return [(parcel, answer.said, f"{answer.code} {answer.message}") for parcel in parcels]
    middle = len(parcels) // 2
    first = yield from _answers(parcels[:middle], call)
    second = yield from _answers(parcels[middle:], call)
    return [*first, *second]


def _by_parcel(parcels: Sequence[Parcel], results: list[dict[str, object]], asked: Call) -> list[Heard]:
    """Results come one per row, in the order sent; a parcel is well when all of its rows are."""
    of_records = asked.service == wire.Service.SYNC_DOSSIERS
    rows = iter(results)
    return [(parcel, *_worst(list(islice(rows, 1 if of_records else len(parcel.progress))))) for parcel in parcels]


def _worst(results: Sequence[dict[str, object]]) -> tuple[Said, str]:
    """What the first row that is not well was told; delivered where all are."""
    for one in results:
        if one[wire.ERROR_CODE] == SUCCESS:
            continue
        code, message = classes.code_of(one[wire.ERROR_CODE]), classes.text_of(one.get(wire.MESSAGE, ""))
        if (said := classes.said(code, message)) is not Said.DELIVERED:
            return said, f"{code} {message}"
    return Said.DELIVERED, ""
