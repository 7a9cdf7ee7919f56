"""The report of a load test: a page for people, and the same in forms for programs."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

from sync.loadtest.report import exports
from sync.loadtest.report.page import html


def write(result: Mapping[str, Any], folder: Path, other: Mapping[str, Any] | None = None) -> Path:
    """index.html, result.json, junit.xml, series.csv and latencies.csv into `folder`, which exists; returns the page.

    `other` is the result of a run to compare with.
    """
    page = folder / "index.html"
    page.write_text(html(result, other), encoding="utf-8")
    (folder / "result.json").write_bytes(orjson.dumps(result, option=orjson.OPT_INDENT_2))
    (folder / "junit.xml").write_bytes(exports.junit(result))
    (folder / "series.csv").write_bytes(exports.series_csv(result))
    (folder / "latencies.csv").write_bytes(exports.latencies_csv(result))
    return page
