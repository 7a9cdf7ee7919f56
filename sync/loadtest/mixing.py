"""A burst in an order in which the work is alike from the first application to the last.

A day's history is written in the order of filing, and who filed early has come further: four changes in the morning,
one in the evening. Delivered so, a job that slows down with age could not be told from one that has more to do. Blocks
of neighbours are shuffled, not single applications: neighbours lie on the same pages, as they do when a day comes in.
"""

from django.db import connection

from sync.claims import FULL_CLAIM

_SHUFFLE = """
UPDATE sync_delivery SET next_attempt_at =
    now() - (hashint8extended(application_id / %(block)s, %(seed)s) & 1048575) * interval '1 microsecond'
WHERE wanted > sent
"""


def mix(seed: int) -> None:
    """Make all that waits due within a second, in an order drawn from the seed."""
    with connection.cursor() as cursor:
        cursor.execute(_SHUFFLE, {"block": FULL_CLAIM, "seed": seed})


def tidy_up() -> None:
    """What so many rows at once leave the database to do is done before the delivery, not beside its beginning."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")
