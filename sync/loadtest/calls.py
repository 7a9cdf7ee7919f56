"""What the log of exchanges tells of a run: times by service, attempts, errors, and whether pauses were kept."""

from collections.abc import Mapping
from typing import Any, Final

from django.db import connection

from sync.loadtest.times import QUANTILES

KEPT_WITHIN: Final = 0.1  # seconds: so late may a pump hear of a pause, calls on their way excepted

_HTTP = """
SELECT service, percentile_disc(%(shares)s::float8[]) WITHIN GROUP (ORDER BY milliseconds)
FROM sync_exchange WHERE http_status IS NOT NULL OR error <> '' GROUP BY service ORDER BY service
"""
_ATTEMPTS = "SELECT attempt, count(*) FROM sync_exchange WHERE records > 0 GROUP BY attempt ORDER BY attempt"
_CLASSES = "SELECT error, count(*) FROM sync_exchange WHERE error <> '' GROUP BY error ORDER BY count(*) DESC, error"
_SUMS = "SELECT coalesce(sum(records), 0), coalesce(sum(applied), 0) FROM sync_exchange"
_NEXT_CALL = """
SELECT min(date_part('epoch', started_at)) FROM sync_exchange
WHERE started_at > to_timestamp(%(seen)s) AND (http_status IS NOT NULL OR error <> '')
"""


def http_ms() -> dict[str, dict[str, float]]:
    """Milliseconds of the calls of each service, failed ones too."""
    rows = _rows(_HTTP, {"shares": list(QUANTILES.values())})
    return {service: dict(zip(QUANTILES, map(float, spans), strict=True)) for service, spans in rows}


def retries(pauses: Mapping[float, float]) -> dict[str, Any]:
    """Calls by attempt and by error class; `amplification` is what was sent for each effect.

    `pauses` are those the gate was seen to keep at the other side's wish (until → seen first); the ratio is the
    shortest wait over what was asked, None where nobody asked.
    """
    [(sent, applied)] = _rows(_SUMS, {})
    kept = [_kept(seen + KEPT_WITHIN, until) for until, seen in pauses.items() if until - seen > 2 * KEPT_WITHIN]
    return {
        "attempts": [list(row) for row in _rows(_ATTEMPTS, {})],
        "classes": dict(_rows(_CLASSES, {})),
        "amplification": round(int(sent) / int(applied), 4) if applied else 0.0,
        "retry_after_obeyed_ratio": min(kept, default=None),
    }


def _kept(seen: float, until: float) -> float:
    [(called,)] = _rows(_NEXT_CALL, {"seen": seen})
    return 1.0 if called is None else round(min((called - seen) / (until - seen), 1.0), 3)


def _rows(query: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, dict(values))
        return list(cursor.fetchall())
