"""What the log of exchanges tells of a run: times by service, attempts, errors, and whether pauses were kept."""

from collections.abc import Mapping
from typing import Any, Final

from django.db.models import Count, Sum

from sync import wire
from sync.database import rows
from sync.loadtest.times import QUANTILES
from sync.models import Exchange

KEPT_WITHIN: Final = 0.1  # seconds: so late may a pump hear of a pause, calls on their way excepted

_HTTP = """
SELECT service, percentile_disc(%(shares)s::float8[]) WITHIN GROUP (ORDER BY milliseconds)
FROM sync_exchange WHERE made GROUP BY service ORDER BY service
"""
# What was claimed together waited at most as long as its oldest row, which is what the log keeps.
_WAITED = """
SELECT percentile_disc(%(shares)s::float8[]) WITHIN GROUP (ORDER BY waited_ms)
FROM sync_exchange, generate_series(1, records) WHERE service = %(service)s AND waited_ms IS NOT NULL
"""
_NEXT_CALL = """
SELECT min(date_part('epoch', started_at)) FROM sync_exchange
WHERE started_at > to_timestamp(%(seen)s) AND made
"""


def http_ms() -> dict[str, dict[str, float]]:
    """Milliseconds of the calls of each service, failed ones too."""
    found = rows(_HTTP, shares=list(QUANTILES.values()))
    return {service: dict(zip(QUANTILES, map(float, spans), strict=True)) for service, spans in found}


def waited_ms() -> dict[str, float]:
    """Milliseconds for which applications were due before a pump took them, of every attempt; empty without a call."""
    [(spans,)] = rows(_WAITED, shares=list(QUANTILES.values()), service=wire.Service.SYNC_DOSSIERS)
    return dict(zip(QUANTILES, map(float, spans), strict=True)) if spans else {}


def retries(pauses: Mapping[float, float]) -> dict[str, Any]:
    """Rows sent by attempt, calls by error class; `amplification` is what was sent for each effect that an answer told
    of, None where no answer told of any.

    `pauses` are those the gate was seen to keep at the other side's wish (until → seen first); the ratio is the
    shortest wait over what was asked, None where nobody asked.
    """
    made = Exchange.objects.made()
    sums = made.aggregate(sent=Sum("records"), applied=Sum("applied"))
    attempts = made.exclude(records=0).values_list("attempt").annotate(sent=Sum("records")).order_by("attempt")
    classes = made.exclude(error="").values_list("error").annotate(calls=Count("pk")).order_by("-calls", "error")
    kept = [_kept(seen + KEPT_WITHIN, until) for until, seen in pauses.items() if until - seen > 2 * KEPT_WITHIN]
    return {
        "attempts": [list(row) for row in attempts],
        "classes": dict(classes),
        "amplification": round(sums["sent"] / sums["applied"], 4) if sums["applied"] else None,
        "retry_after_obeyed_ratio": min(kept, default=None),
    }


def _kept(seen: float, until: float) -> float:
    [(called,)] = rows(_NEXT_CALL, seen=seen)
    return 1.0 if called is None else round(min((called - seen) / (until - seen), 1.0), 3)
