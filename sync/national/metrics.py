"""/metrics: what a monitoring system scrapes, in the text format of Prometheus 0.0.4."""

import resource
from collections.abc import Iterable, Mapping
from typing import Any, Final

from sync.national.journal import Journal

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
Labels = Mapping[str, object]


def exposition(journal: Journal, stats: Mapping[str, Any]) -> str:
    """Every metric with its help and type; label values are escaped as the format wants it."""
    requests = [
        ({"service": row["service"], "status": row["http_status"], "error_code": row["error_code"]}, row["requests"])
        for row in journal.counters()
    ]
    effects = [({"kind": kind}, count) for kind, count in sorted(stats["effects"].items())]
    statuses = [({"status": status}, count) for status, count in sorted(stats["statuses"].items())]
    faults = [({"fault": name}, count) for name, count in sorted(journal.faults.items())]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return "".join(
        (
            _metric("national_requests_total", "counter", "Requests answered since the start", requests),
            _metric("national_records_total", "counter", "Records received since the start", [({}, journal.records)]),
            _metric("national_faults_total", "counter", "Requests that met each fault", faults),
            _metric("national_ledger_effects_total", "counter", "Effects in the ledger", effects),
            _metric("national_dossiers", "gauge", "Dossiers held, by status", statuses),
            _metric("national_progress_rows", "gauge", "Progress rows held", [({}, stats["progress_rows"])]),
            _metric("national_peak_memory_bytes", "gauge", "Most memory this process ever held", [({}, peak)]),
        )
    )


def _metric(name: str, kind: str, meaning: str, samples: Iterable[tuple[Labels, int]]) -> str:
    lines = "".join(f"{name}{_labels(labels)} {value}\n" for labels, value in samples)
    return f"# HELP {name} {meaning}\n# TYPE {name} {kind}\n{lines}"


def _labels(labels: Labels) -> str:
    pairs = (f'{name}="{_escaped(str(value))}"' for name, value in labels.items())
    return "{" + ",".join(pairs) + "}" if labels else ""


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
