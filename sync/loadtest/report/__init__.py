"""The report of a load test: a page for people, and the same in forms for programs."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

from sync.loadtest.report import exports, history
from sync.loadtest.report.page import html


def write(result: Mapping[str, Any], folder: Path, other: Mapping[str, Any] | None = None) -> Path:
    """All forms of the report into `folder`, which exists; returns the page.

    `other` is the result of a run to compare with. The folder's former runs are shown as the trend, and this one is
    remembered beside them.
    """
    whole = {**result, "trend": history.trend(result, folder)}
    page = folder / "index.html"
    page.write_text(html(whole, other), encoding="utf-8")
    (folder / "result.json").write_bytes(orjson.dumps(whole, option=orjson.OPT_INDENT_2))
    (folder / "junit.xml").write_bytes(exports.junit(whole))
    (folder / "series.csv").write_bytes(exports.series_csv(whole))
    (folder / "latencies.csv").write_bytes(exports.latencies_csv(whole))
    for name, encoded in whole.get("hdr", {}).items():
        (folder / f"{name}.hdr").write_text(encoded + "\n", encoding="ascii")
    history.append(whole, folder)
    return page
