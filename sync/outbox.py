"""Mark, claim, settle: the outbox's statements. Marking is a trigger's business (migration `mark_by_trigger`).

All times are the database's. A claim is a lease of 60 seconds: whoever dies gives its applications back by silence. A
settlement counts only under the lease it was claimed with; without it, the application is sent again.

A turn of the pump has a number and holds an advisory lock of that number; the owner of a lease is the turn and the
number of its claim. The lock goes with the turn's connection, so the next turn sees whose leases nobody holds any more,
and waits for them only as long as a call of the dead may still be on its way.
"""

import secrets
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple, Self
from uuid import UUID

import structlog
from django.db import connection, transaction

from sync import wire
from sync.database import execute, rows

log = structlog.get_logger(__name__)
LEASE_SECONDS = 60
UNDER_WAY_SECONDS = wire.READ_TIMEOUT_SECONDS + 2  # a call that has left has ended by then
LONGEST_PAUSE_SECONDS = 300
SUSPECTED_AFTER = 4  # attempts: from then on an application travels alone, and takes no others down with it
UNSUSPECTED = range(SUSPECTED_AFTER)
SUSPECTED = range(SUSPECTED_AFTER, 1 << 30)
TRIED = range(1, 1 << 30)

_CLAIM = """
WITH due AS (
    SELECT application_id, next_attempt_at FROM sync_delivery
    WHERE wanted > sent AND parked_at IS NULL AND next_attempt_at <= now() AND attempts BETWEEN %(low)s AND %(high)s
    ORDER BY next_attempt_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
)
UPDATE sync_delivery AS delivery
SET lease_owner = %(owner)s, lease_until = now() + %(lease)s * interval '1 second',
    next_attempt_at = now() + %(lease)s * interval '1 second', attempts = attempts + 1
FROM due WHERE delivery.application_id = due.application_id
RETURNING delivery.application_id, delivery.sent, delivery.wanted, delivery.known_nationally, delivery.attempts,
    date_part('epoch', now() - due.next_attempt_at)
"""
# In the order of the keys, as the mark's trigger does: two who write the same rows wait, and never deadlock.
_LOCK = """
SELECT application_id FROM sync_delivery WHERE application_id = ANY(%(applications)s) ORDER BY application_id FOR UPDATE
"""
_SETTLE = """
WITH locked AS MATERIALIZED (
    SELECT application_id, lease_owner FROM sync_delivery
    WHERE application_id = ANY(%(applications)s) ORDER BY application_id FOR UPDATE
), mine AS (SELECT application_id FROM locked WHERE lease_owner = %(owner)s)
UPDATE sync_delivery AS delivery
SET sent = done.version, known_nationally = true, lease_owner = NULL, lease_until = NULL, attempts = 0,
    last_error_class = '', last_error = '', next_attempt_at = now()
FROM unnest(%(applications)s::bigint[], %(versions)s::bigint[]) AS done (application_id, version)
JOIN mine ON mine.application_id = done.application_id
WHERE delivery.application_id = done.application_id
RETURNING delivery.application_id
"""
# What was sent without a lease may have come after something newer, whether or not it was heard of. The newest is sent
# again, but not before every call under way has ended: else its next holder would lose the lease, and the next.
_QUEUE_AGAIN = """
UPDATE sync_delivery
SET sent = LEAST(sent, wanted - 1), known_nationally = known_nationally OR %(acknowledged)s, lease_owner = NULL,
    lease_until = NULL, attempts = GREATEST(attempts - 1, 0),
    next_attempt_at = now() + %(wait)s * interval '1 second'
WHERE application_id = ANY(%(applications)s)
"""
_POSTPONE = """
UPDATE sync_delivery
SET lease_owner = NULL, lease_until = NULL, last_error_class = %(kind)s, last_error = left(%(error)s, 500),
    attempts = attempts - %(forgiven)s,
    next_attempt_at = now() + interval '1 second'
        * COALESCE(%(pause)s, random() * LEAST(%(longest)s, power(2, LEAST(attempts, 10))))
WHERE application_id = ANY(%(applications)s) AND lease_owner = %(owner)s
RETURNING application_id
"""
_GIVE_BACK = """
WITH mine AS (
    SELECT application_id FROM sync_delivery
    WHERE application_id = ANY(%(applications)s) AND lease_owner = %(owner)s ORDER BY application_id FOR UPDATE
)
UPDATE sync_delivery AS delivery
SET lease_owner = NULL, lease_until = NULL, attempts = attempts - 1, next_attempt_at = now()
FROM mine WHERE delivery.application_id = mine.application_id
"""
_BEGIN = """
SELECT pg_advisory_lock(%(turn)s), set_config('idle_session_timeout', %(longest)s, false),
    set_config('idle_in_transaction_session_timeout', %(longest)s, false)
"""
_UNLOCK = "SELECT pg_advisory_unlock(%(turn)s)"
_BE_PATIENT_AGAIN = ("RESET idle_session_timeout", "RESET idle_in_transaction_session_timeout")
# The upper half of an owner is its turn. CASE keeps the order: locks are tried of owners only, each once.
_SHORTEN = """
WITH owners AS MATERIALIZED (
    SELECT DISTINCT lease_owner FROM sync_delivery
    WHERE wanted > sent AND parked_at IS NULL AND next_attempt_at > now() + %(wait)s * interval '1 second'
        AND lease_owner IS NOT NULL
), dead AS MATERIALIZED (
    SELECT lease_owner FROM owners WHERE pg_try_advisory_xact_lock(
        ('x' || left(replace(lease_owner::text, '-', ''), 16))::bit(64)::bigint)
), rows AS (
    SELECT application_id FROM sync_delivery JOIN dead USING (lease_owner)
    WHERE wanted > sent AND parked_at IS NULL AND next_attempt_at > now() + %(wait)s * interval '1 second'
    ORDER BY application_id FOR UPDATE OF sync_delivery SKIP LOCKED
)
UPDATE sync_delivery AS delivery
SET lease_until = now() + %(wait)s * interval '1 second', next_attempt_at = now() + %(wait)s * interval '1 second'
FROM rows WHERE delivery.application_id = rows.application_id
"""
_DUE_IN = """
SELECT date_part('epoch', min(next_attempt_at) - now()) FROM sync_delivery
WHERE wanted > sent AND parked_at IS NULL
"""
_SWITCH = """
UPDATE sync_delivery SET known_nationally = %(known)s WHERE application_id = ANY(%(applications)s)
"""
_RESEND = """
UPDATE sync_delivery AS delivery
SET sent = 0, known_nationally = again.known, lease_owner = NULL, lease_until = NULL, next_attempt_at = now()
FROM unnest(%(applications)s::bigint[], %(known)s::boolean[]) AS again (application_id, known)
WHERE delivery.application_id = again.application_id
"""
_PARK = """
UPDATE sync_delivery
SET parked_at = now(), lease_owner = NULL, lease_until = NULL, last_error_class = %(kind)s,
    last_error = left(parked.reason, 500), reason = left(parked.reason, 500)
FROM unnest(%(applications)s::bigint[], %(reasons)s::text[]) AS parked (application_id, reason)
WHERE sync_delivery.application_id = parked.application_id AND lease_owner = %(owner)s
RETURNING sync_delivery.application_id
"""


class Claimed(NamedTuple):
    """One application in a pump's hands: versions `sent` + 1 … `wanted` are to be sent.

    This is its `attempts`-th attempt, for which it was due `waited` seconds ago.
    """

    application: int
    sent: int
    wanted: int
    known_nationally: bool
    attempts: int
    waited: float = 0.0


class Lease:
    """One turn's right to claim: a lock that lives as long as the turn's connection. A context manager.

    An error ends the connection, and with it the lock and whatever else the turn held.

    The server ends a connection that is silent for as long as a lease: a process that stands still keeps neither its
    slots nor its row locks for ever.
    """

    def __init__(self) -> None:
        self._turn = secrets.randbits(63)
        self._claims = 0

    def __enter__(self) -> Self:
        execute(_BEGIN, turn=self._turn, longest=f"{LEASE_SECONDS}s")
        return self

    def __exit__(self, error: type[BaseException] | None, *_more: object) -> None:
        if error is not None:
            connection.close()
            return
        execute(_UNLOCK, turn=self._turn)
        for statement in _BE_PATIENT_AGAIN:
            execute(statement)

    def owner(self) -> UUID:
        """The owner of the turn's next claim."""
        self._claims += 1
        return UUID(int=self._turn << 64 | self._claims)


def shorten_leases_of_the_dead(wait: float) -> None:
    """Make due in `wait` seconds, the longest that a call may be under way, what a turn that is no more has claimed."""
    execute(_SHORTEN, wait=wait)


def claim(owner: UUID, limit: int, attempts: range = UNSUSPECTED) -> list[Claimed]:
    """Lease up to `limit` applications that are due and were tried so often; others' are skipped, not waited for."""
    span = {"low": attempts.start, "high": attempts.stop - 1}
    return [Claimed._make(row) for row in rows(_CLAIM, owner=owner, limit=limit, lease=LEASE_SECONDS, **span)]


def due_in() -> float | None:
    """Seconds until something is due, None where nothing waits."""
    [(seconds,)] = rows(_DUE_IN)
    return None if seconds is None else max(float(seconds), 0.0)


def lock(applications: Sequence[int]) -> None:
    """Hold these rows, taken in the order in which everybody takes them, to the end of the transaction."""
    execute(_LOCK, applications=list(applications))


def settle(owner: UUID, done: Sequence[Claimed]) -> int:
    """Remember what was acknowledged; returns how many leases were gone, whose applications are queued again."""
    versions = {claimed.application: claimed.wanted for claimed in done}
    return _under_lease(_SETTLE, owner, versions, acknowledged=True, versions=list(versions.values()))


def postpone(
    owner: UUID, claimed: Sequence[Claimed], *, kind: str, error: str, pause: float | None = None, tried: bool = True
) -> int:
    """Give up for now: again after `pause` seconds, else after a random part of a doubling span (full jitter).

    Whether anything was applied is unknown, so a lease that is gone queues its application again, as in `settle`.
    With `tried` false the attempt is not counted.
    """
    values = {"kind": kind, "error": error, "pause": pause, "forgiven": int(not tried)}
    applications = [one.application for one in claimed]
    return _under_lease(_POSTPONE, owner, applications, acknowledged=False, longest=LONGEST_PAUSE_SECONDS, **values)


def park(owner: UUID, reasons: dict[int, str], *, kind: str = "rejected") -> int:
    """Set applications aside with the reason for it; later changes of each wait behind it.

    A lease that is gone queues its application again: its next pump hears the same words, if they still hold.
    """
    return _under_lease(_PARK, owner, reasons, acknowledged=False, reasons=list(reasons.values()), kind=kind)


def give_back(owner: UUID, claimed: Sequence[Claimed]) -> None:
    """Return applications that were claimed and not sent; they are due at once."""
    execute(_GIVE_BACK, owner=owner, applications=[one.application for one in claimed])


def switch(applications: Sequence[int], *, known: bool) -> None:
    """Remember whether the national side knows these dossiers, after it said so."""
    if applications:
        execute(_SWITCH, applications=list(applications), known=known)


@transaction.atomic
def queue_again(known: Mapping[int, bool]) -> int:
    """Send these once more, whole: what reconciliation found wanting, and whether it is known there. Parked ones stay
    parked."""
    lock(list(known))
    return execute(_RESEND, applications=list(known), known=list(known.values()))


@transaction.atomic(savepoint=False)
def _under_lease(
    statement: str, owner: UUID, applications: Collection[int], *, acknowledged: bool, **values: Any
) -> int:
    """Run `statement` on the rows that `owner` still leases; returns how many were not, which are queued again."""
    if not applications:
        return 0
    leased = rows(statement, owner=owner, applications=list(applications), **values)
    late = set(applications) - {application for (application,) in leased}
    if late:
        execute(_QUEUE_AGAIN, applications=list(late), acknowledged=acknowledged, wait=UNDER_WAY_SECONDS)
        log.warning("leases were gone, sent again", applications=len(late))
    return len(late)
