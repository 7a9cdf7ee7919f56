"""The runs whose reports a folder has held: one line each, so that a report can show where the figures are going."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import orjson

FILE: Final = "history.jsonl"
SHOWN: Final = 10
ASKED: Final = ("applications", "profile", "bug", "batch", "workers", "arrivals", "rate", "kill", "disturb")


def trend(result: Mapping[str, Any], folder: Path) -> list[dict[str, Any]]:
    """The last runs that were asked the same as this one, oldest first, this one at the end."""
    line = summary(result)
    alike = [one for one in _read(folder / FILE) if one["asked"] == line["asked"]]
    return [*alike, line][-SHOWN:]


def append(result: Mapping[str, Any], folder: Path) -> None:
    """Remember this run for the reports to come."""
    with (folder / FILE).open("ab") as file:
        file.write(orjson.dumps(summary(result), option=orjson.OPT_APPEND_NEWLINE))


def summary(result: Mapping[str, Any]) -> dict[str, Any]:
    """A run in one line: what was asked, and what it came to."""
    run = result["run"]
    return {
        "asked": {name: run.get(name) for name in ASKED},
        "started_at": run.get("started_at", ""),
        "commit": run.get("commit", ""),
        "verdict": result["verdict"],
        "applications_per_second": result["applications_per_second"],
        "latency_p99_ms": result["latency_ms"]["p99"],
        "peak_rss_mb": result["peak_rss_mb"],
    }


def _read(file: Path) -> list[dict[str, Any]]:
    """Whole lines only: a run that was killed may have left half of one."""
    if not file.exists():
        return []
    found = []
    for line in file.read_bytes().splitlines():
        try:
            found.append(orjson.loads(line))
        except orjson.JSONDecodeError:
            continue
    return [one for one in found if isinstance(one, dict) and "asked" in one]
