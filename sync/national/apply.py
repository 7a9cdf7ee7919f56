"""What an arriving record does to what is held: pure decisions, one after another (national-protocol 2.3, 2.4).

The caller holds the rows' locks. Each decision sees the effect of those before it in the same request, so a batch
with the same dossier twice behaves like two requests.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Generic, NamedTuple, TypeVar

from sync.national import anomalies
from sync.national.digest import leaf
from sync.national.records import Dossier, Progress

Item = TypeVar("Item", Dossier, Progress)


class Outcome(Enum):
    """What became of one record or progress row."""

    APPLIED = auto()
    ABSORBED = auto()  # known already: answered as success, changes nothing
    UNKNOWN = auto()
    EXISTS = auto()
    BAD_STATUS = auto()  # strict only: unknown, or not after the one before
    COLLISION = auto()  # another code with the same 64-bit key: refused rather than mixed up


class Held(NamedTuple):
    """What the national side holds of a dossier."""

    code: str
    record_hash: int
    progress_rows: int
    status: str


@dataclass(frozen=True)
class Effect(Generic[Item]):
    """A row for the ledger: what was applied, and where in the request it stood."""

    position: int
    item: Item


@dataclass
class Decided(Generic[Item]):
    """What a request comes to: an outcome per record, what is to be written, new numbers of progress rows."""

    outcomes: list[Outcome] = field(default_factory=list)
    effects: list[Effect[Item]] = field(default_factory=list)
    counts: dict[int, int] = field(default_factory=dict)

    def apart(self, known: dict[int, Held]) -> list[list[Effect[Item]]]:
        """The effects on dossiers that are new, and those on known ones; neither when there are none."""
        new = [effect for effect in self.effects if effect.item.key not in known]
        old = [effect for effect in self.effects if effect.item.key in known]
        return [effects for effects in (new, old) if effects]


@dataclass(frozen=True)
class Rules:
    """How a request is judged: `strict` as a whole, or `refuse_known` only for adds of what is held."""

    updating: bool
    strict: bool
    refuse_known: bool = False


def _judge_record(held: Held | None, dossier: Dossier, rules: Rules) -> Outcome:
    if held is None:
        outcome = Outcome.UNKNOWN if rules.updating and rules.strict else Outcome.APPLIED
    elif held.code != dossier.code:
        outcome = Outcome.COLLISION
    elif (rules.strict or rules.refuse_known) and not rules.updating:
        outcome = Outcome.EXISTS
    else:
        outcome = Outcome.ABSORBED if held.record_hash == dossier.record_hash else Outcome.APPLIED
    if rules.strict and outcome is Outcome.APPLIED and not _is_in_order(held, dossier):
        return Outcome.BAD_STATUS
    return outcome


def _is_in_order(held: Held | None, dossier: Dossier) -> bool:
    former = held.status if held is not None else None
    return anomalies.is_known(dossier.status) and anomalies.record_follows(former, dossier.status)


def decide_records(known: dict[int, Held], dossiers: Sequence[Dossier], rules: Rules) -> Decided[Dossier]:
    """Lenient: add and update both mean "make it so". Strict: adding a known number is 3, updating an unknown one 2,
    a status that is unknown or out of order 1."""
    decided, held = Decided[Dossier](), dict(known)
    for position, dossier in enumerate(dossiers):
        before = held.get(dossier.key)
        outcome = _judge_record(before, dossier, rules)
        decided.outcomes.append(outcome)
        if outcome is Outcome.APPLIED:
            held[dossier.key] = Held(
                dossier.code, dossier.record_hash, before.progress_rows if before else 0, dossier.status
            )
            decided.effects.append(Effect(position, dossier))
    return decided


def _judge_progress(held: Held | None, row: Progress, seen: set[tuple[int, int]]) -> Outcome:
    if held is None:
        return Outcome.UNKNOWN
    if held.code != row.code:
        return Outcome.COLLISION
    return Outcome.ABSORBED if (row.key, row.identity) in seen else Outcome.APPLIED


def decide_progress(
    known: dict[int, Held],
    seen: set[tuple[int, int]],
    rows: Sequence[Progress],
    last: dict[int, str] | None = None,
) -> Decided[Progress]:
    """A row whose identity the dossier has already is absorbed; `counts` are the new numbers of rows per dossier.

    `last` is the status of each dossier's last row and makes the side strict: what is unknown or does not follow it is
    refused.
    """
    decided, applied = Decided[Progress](), set(seen)
    for position, row in enumerate(rows):
        outcome = _judge_progress(known.get(row.key), row, applied)
        if last is not None and outcome is Outcome.APPLIED:
            outcome = _in_order(last, row)
        decided.outcomes.append(outcome)
        if outcome is Outcome.APPLIED:
            applied.add((row.key, row.identity))
            decided.counts[row.key] = decided.counts.get(row.key, known[row.key].progress_rows) + 1
            decided.effects.append(Effect(position, row))
    return decided


def _in_order(last: dict[int, str], row: Progress) -> Outcome:
    if not anomalies.is_known(row.status) or not anomalies.step_follows(last.get(row.key), row.status):
        return Outcome.BAD_STATUS
    last[row.key] = row.status
    return Outcome.APPLIED


def leaves(known: dict[int, Held], dossiers: Sequence[Dossier]) -> list[int]:
    """The leaves of dossiers after their records were applied."""
    return [
        leaf(item.key, item.record_hash, known[item.key].progress_rows if item.key in known else 0) for item in dossiers
    ]
