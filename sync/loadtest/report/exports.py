"""The result in forms other programs read: JUnit XML for CI, CSV of the series and of the latency histograms."""

import csv
import io
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree


def junit(result: Mapping[str, Any]) -> bytes:
    """One test case for each gate of the verdict; a failed one names the dossiers."""
    gates = result["gates"]
    failures = sum(not gate["passed"] for gate in gates)
    suite = ElementTree.Element(
        "testsuite", name="loadtest", tests=str(len(gates)), failures=str(failures), time=str(result["seconds"])
    )
    for gate in gates:
        case = ElementTree.SubElement(suite, "testcase", classname="loadtest", name=gate["name"])
        if not gate["passed"]:
            bound = "at most " if gate.get("at_most") else ""
            message = f"{gate['value']}, must be {bound}{gate['threshold']}"
            failure = ElementTree.SubElement(case, "failure", message=message)
            failure.text = "\n".join(result.get("dossiers", {}).get(gate["name"], []))
    return bytes(ElementTree.tostring(suite, encoding="utf-8", xml_declaration=True))


def series_csv(result: Mapping[str, Any]) -> bytes:
    """Every sample of the run, a column for each figure."""
    rows = result.get("series", [])
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]) if rows else ["t"])
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def latencies_csv(result: Mapping[str, Any]) -> bytes:
    """The histograms: name, upper bound of the bucket in milliseconds, how many."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["name", "upper_ms", "count"])
    for name, buckets in result.get("histogram", {}).items():
        writer.writerows([name, upper, count] for upper, count in buckets)
    return text.getvalue().encode()
