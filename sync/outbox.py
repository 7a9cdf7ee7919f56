"""Mark, claim, settle: the outbox's statements. Marking is a trigger's business (migration `mark_by_trigger`).

All times are the database's. A claim is a lease of 60 seconds: whoever dies gives its applications back by silence. A
settlement counts only under the lease it was claimed with.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models.functions import Now

from sync.models import Delivery

LEASE_SECONDS = 60
LONGEST_PAUSE_SECONDS = 300

_CLAIM = """
WITH due AS (
    SELECT application_id FROM sync_delivery
    WHERE wanted > sent AND parked_at IS NULL AND next_attempt_at <= now()
    ORDER BY next_attempt_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
)
UPDATE sync_delivery AS delivery
SET lease_owner = %(owner)s, lease_until = now() + %(lease)s * interval '1 second',
    next_attempt_at = now() + %(lease)s * interval '1 second', attempts = attempts + 1
FROM due WHERE delivery.application_id = due.application_id
RETURNING delivery.application_id, delivery.sent, delivery.wanted, delivery.known_nationally
"""
# Locked in the order of the keys, as the mark's trigger does: two who write the same rows wait, and never deadlock.
_SETTLE = """
WITH mine AS (
    SELECT application_id FROM sync_delivery
    WHERE application_id = ANY(%(applications)s) AND lease_owner = %(owner)s ORDER BY application_id FOR UPDATE
)
UPDATE sync_delivery AS delivery
SET sent = done.version, known_nationally = true, lease_owner = NULL, lease_until = NULL, attempts = 0,
    last_error_class = '', last_error = '', next_attempt_at = now()
FROM unnest(%(applications)s::bigint[], %(versions)s::bigint[]) AS done (application_id, version)
JOIN mine ON mine.application_id = done.application_id
WHERE delivery.application_id = done.application_id
RETURNING delivery.application_id
"""
# An acknowledgement without its lease: somebody else may have sent something newer before it. Send the newest again.
_QUEUE_AGAIN = """
UPDATE sync_delivery
SET sent = LEAST(sent, wanted - 1), known_nationally = true, lease_owner = NULL, lease_until = NULL,
    next_attempt_at = now()
WHERE application_id = ANY(%(applications)s)
"""
_POSTPONE = """
UPDATE sync_delivery
SET lease_owner = NULL, lease_until = NULL, last_error_class = %(kind)s, last_error = left(%(error)s, 500),
    next_attempt_at = now() + interval '1 second'
        * COALESCE(%(pause)s, random() * LEAST(%(longest)s, power(2, LEAST(attempts, 10))))
WHERE application_id = ANY(%(applications)s) AND lease_owner = %(owner)s
"""
_SWITCH = """
UPDATE sync_delivery SET known_nationally = %(known)s WHERE application_id = ANY(%(applications)s)
"""
_PARK = """
UPDATE sync_delivery
SET parked_at = now(), lease_owner = NULL, lease_until = NULL, last_error_class = 'rejected',
    last_error = left(parked.reason, 500), reason = left(parked.reason, 500)
FROM unnest(%(applications)s::bigint[], %(reasons)s::text[]) AS parked (application_id, reason)
WHERE sync_delivery.application_id = parked.application_id AND lease_owner = %(owner)s
"""


@dataclass(frozen=True, slots=True)
class Claimed:
    """One application in a pump's hands: versions `sent` + 1 … `wanted` are to be sent."""

    application: int
    sent: int
    wanted: int
    known_nationally: bool


def claim(owner: UUID, limit: int) -> list[Claimed]:
    """Lease up to `limit` applications that are due; others' are skipped, not waited for."""
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, {"owner": owner, "limit": limit, "lease": LEASE_SECONDS})
        return [Claimed(*row) for row in cursor.fetchall()]


@transaction.atomic
def settle(owner: UUID, done: Sequence[Claimed]) -> int:
    """Remember what was acknowledged; returns how many leases were gone, whose applications are queued again."""
    if not done:
        return 0
    wanted = {claimed.application: claimed.wanted for claimed in done}
    with connection.cursor() as cursor:
        cursor.execute(_SETTLE, {"owner": owner, "applications": list(wanted), "versions": list(wanted.values())})
        late = wanted.keys() - {application for (application,) in cursor.fetchall()}
        if late:
            cursor.execute(_QUEUE_AGAIN, {"applications": list(late)})
    return len(late)


def postpone(owner: UUID, claimed: Sequence[Claimed], *, kind: str, error: str, pause: float | None = None) -> None:
    """Give up for now: again after `pause` seconds, else after a random part of a doubling span (full jitter)."""
    _execute(
        _POSTPONE,
        owner=owner,
        applications=[one.application for one in claimed],
        kind=kind,
        error=error,
        pause=pause,
        longest=LONGEST_PAUSE_SECONDS,
    )


def park(owner: UUID, reasons: dict[int, str]) -> None:
    """Set rejected applications aside with the national side's words; later changes of each wait behind it."""
    _execute(_PARK, owner=owner, applications=list(reasons), reasons=list(reasons.values()))


def switch(applications: Sequence[int], *, known: bool) -> None:
    """Remember whether the national side knows these dossiers, after it said so."""
    _execute(_SWITCH, applications=list(applications), known=known)


def queue_again(applications: Sequence[int], *, known: bool) -> int:
    """Send these once more, whole: what reconciliation found wanting. Parked ones stay parked."""
    return Delivery.objects.filter(application__in=applications).update(
        sent=0, known_nationally=known, lease_owner=None, lease_until=None, next_attempt_at=Now()
    )


def _execute(statement: str, **values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
