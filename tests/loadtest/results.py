"""A result as a load test leaves it, for the report's tests."""

from typing import Any

SPANS = {
    "p50": 40.0,
    "p75": 60.0,
    "p90": 90.0,
    "p95": 120.0,
    "p99": 900.0,
    "p99_9": 1500.0,
    "p99_99": 2100.0,
    "max": 2100.0,
}
COUNTS = ("lost", "unexpected", "duplicated", "reordered", "corrupted")


def result(**changes: Any) -> dict[str, Any]:
    """A passed run of 1,000 applications under kills; `changes` replace members."""
    rows = [
        {"t": second / 2, "backlog": max(1000 - 100 * second, 0), "oldest_age": second / 2, "sent": 300 * second,
         "applied": 290 * second, "gate": "open" if second == 4 else "closed", "limit": 16.0, "rss_worker_mb": 150.0,
         "rss_national_mb": 90.0, "redis_mb": 1.5, "cpu_worker": second / 4, "cpu_national": second / 5,
         "cpu_postgres": second / 6, "busy": 0.8, "connections": 5, "dead_tuples": 10 * second, "xmin_age": 12,
         "statement_ms": 4.0, "wal_mb": float(second)}
        for second in range(12)
    ]  # fmt: skip
    gates = [{"name": name, "value": 0, "threshold": 0, "passed": True} for name in COUNTS]
    return {
        "verdict": "PASS", "applications": 1000, "committed": 2500, "applied": 2500, **dict.fromkeys(COUNTS, 0),
        "overtaken": 0, "parked": 0, "skipped": 0, "absorbed": 12, "recovered": 3, "forgotten": 0, "restored": 0,
        "differences": 0, "drained": True, "seconds": 5.5, "applications_per_second": 181.8,
        "catch_up_factor": 15709.1,
        "drain_rate_first_tenth": 2000.0, "drain_rate_last_tenth": 1900.0, "latency_ms": SPANS,
        "latency_from_intended_ms": SPANS, "peak_rss_mb": 150.5, "gates": gates,
        "histogram": {"latency": [[40.0, 2000], [900.0, 490], [2100.0, 10]], "latency_from_intended": [[64.0, 2500]]},
        "disagreements": [], "dossiers": {}, "kills": [{"victim": "pump", "at": 2.0, "back_at": 2.6}],
        "run": {"seed": 7, "profile": "evil", "bug": "", "batch": 100, "workers": 2, "kill": ["pump"],
                "command": "manage.py loadtest --seed 7", "commit": "abc", "hardware": {"cores": 2}},
        "heat": [[0, 40.0, 900], [1, 900.0, 1600]], "bands": [{"name": "evil", "from": 0.0, "to": 5.0}],
        "series": rows, "waited_ms": SPANS, "http_ms": {"DongBoHoSoMC": SPANS},
        "retries": {"attempts": [[1, 20], [2, 3]], "classes": {"http": 2}, "amplification": 1.05,
                    "retry_after_obeyed_ratio": 0.98},
        "ordering": {"in_front": 2000, "behind": 500, "in_front_ms": SPANS, "behind_ms": SPANS, "held": 0},
        "hdr": {"latency": "HISTFAAA"}, "parked_reasons": {}, "resources": {"cpu_seconds_worker": 3.1},
        "limits": [{"name": "most_connections", "value": 5.0, "most": 40.0, "kept": True}],
        "cost": {"events_per_core_second": 806.0}, "steps": {"deliver": 5.5},
        **changes,
    }  # fmt: skip


def failed() -> dict[str, Any]:
    """Two changes of one dossier are lost."""
    gates = [{"name": "lost", "value": 2, "threshold": 0, "passed": False}]
    dossiers = {"lost": ["000.00.16.H49-220512-0001", "<b>"]}
    return result(verdict="FAIL", lost=2, applied=2498, gates=gates, dossiers=dossiers, disagreements=["a & b differ"])
