"""Parked letters (hồ sơ tạm gác): find what was refused, send it again or give it up, and keep who did so and why.

**Retry** takes letters out of parking: the pump's next turn, at most five seconds later, sends each whole history after
`sent`. **Skip** gives letters up with a justification. `sent` stays where it was, for nothing was acknowledged, and
`skipped` says up to which version nobody waits any more: the letter stays out of the pump's reach and is listed as
skipped. The application's next change ends that (the trigger of migration `parked_letters`): everything after `sent` is
then sent, what was skipped included, because the national side cannot understand a history with a hole in it.

An order is written down whole, one item for each letter, before anything moves. It is then carried out in batches of at
most 500 letters, each batch recorded in its own transaction: a killed order goes on where it stopped (`resume`), and no
letter is done twice. An item counts only while its letter is as it was when the order was given: parked at the same
moment and, for a skip, without a newer change that nobody has seen. Otherwise the letter is left alone and listed so.
Locks: the order's row, then the letters in the order of their keys, as the outbox does. All times are the database's.
"""

from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now

from sync import outbox
from sync.database import execute, rows
from sync.models import Delivery, Replay, ReplayItem
from sync.refusals import Filter, Group, Waiting, count, groups, parked, waiting, words_of
from sync.watching import Told, nobody

__all__ = [
    "BATCH", "Delivery", "Filter", "Group", "NothingChosen", "Replay", "ReplayItem", "Told", "Waiting", "count",
    "groups", "orders", "parked", "replay", "resume", "skip", "unfinished", "waiting", "words_of",
]  # fmt: skip
BATCH = 500
BY_CHARACTERS, WHY_CHARACTERS = 150, 500
Kind = Replay.Kind
_UNDONE = """
SELECT application_id FROM sync_replayitem
WHERE replay_id = %(replay)s AND outcome = '' ORDER BY application_id LIMIT %(batch)s
"""
_WRITE_ITEMS = """
INSERT INTO sync_replayitem (replay_id, application_id, sent, version, reason, parked_at, was_skipped, outcome)
SELECT %(replay)s, application_id, sent, wanted, reason, parked_at, skipped IS NOT NULL, '' FROM sync_delivery
WHERE application_id = ANY(%(applications)s) AND parked_at IS NOT NULL AND (skipped IS NOT NULL) = %(skipped)s
ORDER BY application_id
"""
# What was tried often goes on alone, so that it fails alone.
_RETRY = """
UPDATE sync_delivery AS delivery
SET parked_at = NULL, skipped = NULL, reason = '', last_error_class = '', last_error = '',
    attempts = LEAST(attempts, %(suspected)s), next_attempt_at = now()
FROM sync_replayitem AS item
WHERE item.replay_id = %(replay)s AND item.application_id = ANY(%(applications)s)
    AND delivery.application_id = item.application_id AND delivery.parked_at = item.parked_at
    AND (delivery.skipped IS NOT NULL) = item.was_skipped
RETURNING delivery.application_id
"""
_SKIP = """
UPDATE sync_delivery AS delivery
SET skipped = delivery.wanted, last_error = '', attempts = LEAST(attempts, %(suspected)s)
FROM sync_replayitem AS item
WHERE item.replay_id = %(replay)s AND item.application_id = ANY(%(applications)s)
    AND delivery.application_id = item.application_id AND delivery.parked_at = item.parked_at
    AND delivery.skipped IS NULL AND delivery.wanted = item.version
RETURNING delivery.application_id
"""
_RECORD = """
UPDATE sync_replayitem SET outcome = CASE WHEN application_id = ANY(%(done)s) THEN 'done' ELSE 'left' END
WHERE replay_id = %(replay)s AND application_id = ANY(%(applications)s)
"""


class NothingChosen(ValueError):
    """No letter fits, so there is nothing to be done."""


def replay(chosen: Filter, *, by: str, why: str, told: Told = nobody) -> Replay:
    """Send the letters that fit again. Raises NothingChosen."""
    return _carry_out(_order(Kind.RETRY, chosen, by, why), told)


def skip(chosen: Filter, *, by: str, why: str, told: Told = nobody) -> Replay:
    """Give the letters that fit up, for a reason. Raises NothingChosen, also where they are given up already."""
    if chosen.skipped:
        raise NothingChosen("these letters are skipped already")
    return _carry_out(_order(Kind.SKIP, chosen, by, why), told)


def unfinished() -> QuerySet[Replay]:
    """Orders that were interrupted, or are being carried out right now; the oldest first."""
    return Replay.objects.filter(finished_at=None).order_by("pk")


def resume(order: Replay, told: Told = nobody) -> Replay:
    """Go on with an interrupted order where it stopped. One that somebody else is carrying out is shared with them."""
    return _carry_out(order, told)


def orders() -> QuerySet[Replay]:
    """The audit, newest first."""
    return Replay.objects.order_by("-pk")


@transaction.atomic
def _order(kind: Kind, chosen: Filter, by: str, why: str) -> Replay:
    """Write down what is to be done with which letters."""
    order = Replay.objects.create(
        kind=kind, by=by[:BY_CHARACTERS], why=why[:WHY_CHARACTERS], criteria=chosen.criteria()
    )
    letters = list(parked(chosen).order_by("pk").values_list("pk", flat=True))
    order.total = execute(_WRITE_ITEMS, replay=order.pk, applications=letters, skipped=chosen.skipped)
    if not order.total:
        raise NothingChosen("no parked letter fits")
    order.save(update_fields=["total"])
    order.refresh_from_db()
    return order


def _carry_out(order: Replay, told: Told) -> Replay:
    through = order.items.exclude(outcome=ReplayItem.Outcome.UNDONE).count()
    while handled := _batch(order):
        through += handled
        told(through)
    order.refresh_from_db()
    return order


@transaction.atomic
def _batch(order: Replay) -> int:
    """Do the next letters of an order, and record it in the same transaction; returns how many, 0 at the end."""
    # The order's row first: two who go on with the same order wait for each other.
    locked = Replay.objects.select_for_update().get(pk=order.pk)
    applications = [one for (one,) in rows(_UNDONE, replay=order.pk, batch=BATCH)]
    if not applications:
        Replay.objects.filter(pk=order.pk, finished_at=None).update(finished_at=Now())
        return 0
    outbox.lock(applications)
    values: dict[str, Any] = {"replay": order.pk, "applications": applications}
    statement = _RETRY if locked.kind == Kind.RETRY else _SKIP
    done = [one for (one,) in rows(statement, **values, suspected=outbox.SUSPECTED_AFTER)]
    execute(_RECORD, **values, done=done)
    Replay.objects.filter(pk=order.pk).update(done=F("done") + len(done))
    return len(applications)
