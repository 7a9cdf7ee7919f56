"""Everything a run leaves: all of result.json, but what other runs say to it."""

import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from portal.loadtest.delivery import Watch
from portal.loadtest.options import Options
from portal.loadtest.surroundings import surroundings
from sync import parking
from sync.loadtest import calls
from sync.loadtest.limits import limits
from sync.loadtest.nemesis import DISTURBANCES
from sync.loadtest.outcome import Outcome
from sync.loadtest.times import quantiles

PROGRAMS = ("worker", "national", "postgres")


def content(
    options: Options, found: Outcome, watch: Watch, *, began: float, healed_at: float, steps: Mapping[str, float]
) -> dict[str, Any]:
    """What was found, and how the run went; `began` and `healed_at` are seconds since 1970."""
    series = watch.samples.to_json(found.times)
    resources = _resources(found, series)
    kept = limits(series, resources, options.workers)
    judged = replace(found, limits=kept) if options.limits else found
    return {
        **judged.to_json(),
        "run": _run(options, began),
        "kills": watch.kills,
        "bands": _bands(options, watch, healed_at),
        "series": series,
        "heat": found.times.heat_map(watch.samples.start),
        "waited_ms": calls.waited_ms(),
        "http_ms": calls.http_ms(),
        "retries": calls.retries(watch.samples.pauses),
        "parked_reasons": {group.words: group.count for group in parking.groups(parking.Filter())},
        "resources": resources,
        "limits": [limit.to_json() for limit in kept],
        "cost": _cost(found, resources),
        "steps": dict(steps),
    }


def _run(options: Options, began: float) -> dict[str, Any]:
    names = ("applications", "seed", "profile", "bug", "batch", "workers", "arrivals", "rate")
    return {
        **{name: getattr(options, name) for name in names},
        "kill": list(options.kill),
        "disturb": list(options.disturb),
        "command": " ".join(["manage.py", *sys.argv[1:]]),
        "started_at": _moment(began),
        "ended_at": _moment(time.time()),
        **surroundings(),
    }


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def _bands(options: Options, watch: Watch, healed_at: float) -> list[dict[str, Any]]:
    """The spans in which something was wrong on purpose; what takes no time is a span without width."""
    until = round(healed_at - watch.samples.start, 3)
    names = [name for name in (options.profile, options.bug) if name not in {"", "healthy"}]
    return [{"name": name, "from": 0.0, "to": until} for name in names] + [
        {"name": DISTURBANCES[name], "from": at, "to": at if name == "flush" else until}
        for name, at in watch.disturbed.items()
    ]


def _resources(found: Outcome, series: list[dict[str, Any]]) -> dict[str, float]:
    def most(name: str) -> float:
        return float(max((row[name] for row in series), default=0.0))

    return {
        "peak_rss_worker_mb": round(found.peak_rss_mb, 1),
        "peak_rss_national_mb": most("rss_national_mb"),
        "peak_redis_mb": most("redis_mb"),
        **{f"cpu_seconds_{program}": most(f"cpu_{program}") for program in PROGRAMS},
        "mean_busy": _mean_busy(series),
        "most_connections": most("connections"),
        "most_dead_tuples": most("dead_tuples"),
        "most_xmin_age": most("xmin_age"),
        "statement_ms_p99": quantiles(row["statement_ms"] / 1000 for row in series)["p99"],
        "wal_mb": most("wal_mb"),
    }


def _mean_busy(series: list[dict[str, Any]]) -> float:
    """While something was being sent: programs that start, and waits for another attempt, do not count."""
    busy = [after["busy"] for before, after in pairwise(series) if after["sent"] > before["sent"]]
    return round(sum(busy) / len(busy), 3) if busy else 0.0


def _cost(found: Outcome, resources: Mapping[str, float]) -> dict[str, float]:
    """Changes a core second of the job's own, and of all programs together; bytes of WAL a change."""
    changes, own = found.verdict.applied, resources["cpu_seconds_worker"]
    all_of_them = sum(resources[f"cpu_seconds_{program}"] for program in PROGRAMS)
    return {
        "events_per_core_second": round(changes / own, 1) if own else 0.0,
        "events_per_core_second_of_all": round(changes / all_of_them, 1) if all_of_them else 0.0,
        "bytes_per_event": round(resources["wal_mb"] * 1e6 / changes, 1) if changes else 0.0,
    }
