"""The load test's report: what it says, in both languages, by itself, and the same for programs."""

import csv
import html
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.loadtest import report, scaling
from sync.loadtest.outcome import Condition
from sync.loadtest.report import history
from sync.loadtest.report.charts import Line, over_time, thinned, ticks
from sync.loadtest.report.compare import TOLERANCE, Change, changes
from sync.loadtest.report.exports import junit
from sync.loadtest.report.page import SECTIONS
from sync.loadtest.report.page import html as page
from sync.loadtest.report.words import Words
from sync.loadtest.scaling import Point
from tests.loadtest.results import failed, result

SCHEMA = json.loads((Path(report.__file__).parents[1] / "result.schema.json").read_text())
VOID = {"meta", "input", "br"}


def text_of(markup: str, lang: str) -> str:
    """What a reader of one language sees."""
    other = "en" if lang == "vi" else "vi"
    markup = re.sub(
        rf'<(span|text) lang="{other}"[^>]*>.*?</\1>', "", re.sub(r"<style>.*?</style>", "", markup, flags=re.S)
    )
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).split())


class Balance(HTMLParser):
    """Every element that begins ends, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("content", [result(), failed()])
def test_the_schema_takes_what_a_run_leaves_and_nothing_else(content: dict[str, Any]) -> None:
    jsonschema.validate(content, SCHEMA)

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**content, "speed": 7}, SCHEMA)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({name: value for name, value in content.items() if name != "overtaken"}, SCHEMA)


def test_the_page_needs_nothing_from_anywhere(tmp_path: Path) -> None:
    markup = report.write(result(), tmp_path).read_text()

    assert not re.findall(r"(?:src|href)=\"(?!#)", markup)
    assert "<script" not in markup
    assert "url(" not in markup


@pytest.mark.parametrize("content", [result(), failed(), result(series=[], histogram={}, retries=None, kills=[])])
def test_every_element_of_the_page_ends(content: dict[str, Any]) -> None:
    balance = Balance()

    balance.feed(page(content))

    assert balance.open == []


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_verdict_the_gates_and_the_summary_come_first(lang: str) -> None:
    good, bad = text_of(page(result()), lang), text_of(page(failed()), lang)

    words = {"vi": ("ĐẠT", "KHÔNG ĐẠT", "2 thay đổi bị mất"), "en": ("PASS", "FAIL", "2 changes were lost")}[lang]
    assert good.index(words[0]) < 120
    assert bad.index(words[1]) < 120
    assert words[2] in bad
    assert "manage.py loadtest --seed 7" in good


def test_the_offending_dossiers_are_named_and_escaped() -> None:
    markup = page(failed())

    assert "000.00.16.H49-220512-0001" in markup
    assert "&lt;b&gt;" in markup
    assert "a &amp; b differ" in markup
    assert "Không hồ sơ nào vi phạm." in page(result())


def test_both_languages_say_as_much_as_one_another() -> None:
    markup = page(result())

    assert markup.count('<span lang="vi">') == markup.count('<span lang="en">')
    assert [title for _, title, _ in SECTIONS if title.vi not in markup or title.en not in markup] == []


def test_kills_and_faults_stand_in_the_charts() -> None:
    markup = page(result())

    assert markup.count("kill -9 pump") >= 3
    assert 'class="band"' in markup


def test_names_of_kills_that_fall_together_stand_below_one_another() -> None:
    kills = [
        {"victim": name, "at": 2.0 + number / 100, "back_at": 3.0} for number, name in enumerate(("pump", "redis"))
    ]
    chart = page(result(kills=kills)).split("<figure>")[1]

    rows = re.findall(r'y="(-?\d+)">kill -9', chart)

    assert len(set(rows)) == len(rows) == 2


def test_the_heat_map_shows_every_cell_with_its_count() -> None:
    markup = page(result())

    assert "<title>1 s, 900 ms: 1.600 / 1 s, 900 ms: 1,600</title>" in markup
    assert page(result(heat=[])).count("opacity=") == 0


def test_what_was_not_measured_is_said_and_never_drawn() -> None:
    bare = page(result(series=[], histogram={}, retries=None))

    assert bare.count("Not measured in this run.") == 5
    assert "<figure>" not in bare


def test_an_open_model_tells_how_late_its_arrivals_were() -> None:
    arrivals = {
        "planned_per_second": [35, 35], "achieved_per_second": [35, 34], "missed": 1,
        "lateness_ms": {"p50": 0.4, "p99": 12.0, "max": 1100.0},
    }  # fmt: skip

    text = text_of(page(result(arrivals=arrivals)), "en")

    assert "p99 12 ms; missed: 1." in text
    assert "there were no arrivals to be late" in text_of(page(result()), "en")


def test_what_waited_behind_an_earlier_change_is_told() -> None:
    text = text_of(page(result()), "en")

    assert "committed while an earlier one was under way 500" in text
    assert "held behind a parked letter: 0" in text


def test_refusals_are_told_by_their_reason() -> None:
    reasons = {"1 Dữ liệu không hợp lệ: <MaLinhVuc>": 3}

    assert "&lt;MaLinhVuc&gt;</td><td>3</td>" in page(result(parked_reasons=reasons, parked=7))


def test_a_limit_that_is_exceeded_is_marked_and_fails_nobody() -> None:
    limits = [{"name": "most_connections", "value": 41.0, "most": 40.0, "kept": False}]

    text = text_of(page(result(limits=limits)), "en")

    assert "Database connections, at most most_connections ✗ exceeded 41 40" in text
    assert "PASS" in text


def test_a_limit_that_counts_says_in_gates_and_junit_that_less_will_do(tmp_path: Path) -> None:
    gate = Condition("most_connections", 41.0, 40.0, at_most=True).to_json()

    assert "most_connections ✗ not met 41 ≤ 40 1" in text_of(page(result(gates=[gate])), "en")
    assert b"41.0, must be at most 40.0" in junit(result(gates=[gate]))


def test_the_scaling_curve_tells_the_serial_share_and_where_the_machine_is_full() -> None:
    points = [Point(1, 1000.0, 0.6), Point(2, 1600.0, 0.95), Point(4, 1650.0, 0.99)]

    text = text_of(page(result(scaling=scaling.to_json(points))), "en")

    assert "From 2 workers on all cores are busy" in text
    assert "1,600" in text
    assert "give --scaling 1,2,4,8" in text_of(page(result()), "en")


def test_runs_before_this_one_are_drawn_beside_it() -> None:
    line = history.summary(result())

    text = text_of(page(result(trend=[line, line])), "en")

    assert "The last 2 runs with the same parameters" in text
    assert "No earlier run with the same parameters" in text_of(page(result(trend=[line])), "en")


def test_the_speeds_are_told_as_mean_and_peak_and_how_fast_it_caught_up() -> None:
    text = text_of(page(result()), "en")

    assert "rows sent 600 600" in text
    assert "applications acknowledged 181.8 200" in text
    assert "Caught up 15,709 times faster" in text


def test_the_faults_of_the_scenario_stand_in_the_report_as_they_are_set_again() -> None:
    run = {**result()["run"], "faults": [{"name": "a<b", "error_status": 503}]}

    markup = page(result(run=run))

    assert "1 faults that were set (JSON)" in markup
    assert "&quot;name&quot;: &quot;a&lt;b&quot;" in markup


def test_a_run_is_compared_with_another_in_words() -> None:
    other = result(applications_per_second=100.0, seconds=10.0, peak_rss_mb=100.0)

    found = {change.name: change.judgement for change in changes(result(), other)}

    assert found["applications_per_second"] == found["seconds"] == "better"
    assert found["peak_rss_mb"] == "worse"
    assert found["latency_ms.p99"] == "same"
    text = text_of(page(result(), other), "en")
    assert "Applications a second applications_per_second better 100 181.8 +81.8%" in text
    assert "give --compare" in text_of(page(result()), "en")


@given(st.floats(1, 1e6), st.floats(1, 1e6), st.booleans())
def test_a_change_and_its_reverse_are_judged_contrarily(before: float, after: float, more: bool) -> None:
    there = Change("x", before, after, more).judgement
    fewer = Change("x", before, after, not more).judgement

    assert {there, fewer} in ({"same"}, {"better", "worse"})
    assert (there == "same") == (abs(after - before) / before <= TOLERANCE)


def test_programs_get_the_same_as_people(tmp_path: Path) -> None:
    report.write(failed(), tmp_path)

    written = orjson.loads((tmp_path / "result.json").read_bytes())
    assert {name: value for name, value in written.items() if name != "trend"} == failed()
    jsonschema.validate(written, SCHEMA)
    assert (tmp_path / "latency.hdr").read_text() == "HISTFAAA\n"
    suite = ElementTree.parse(tmp_path / "junit.xml").getroot()  # noqa: S314  our own
    assert suite.attrib["failures"] == "1"
    failure = suite.find("testcase/failure")
    assert failure is not None
    assert "000.00.16.H49-220512-0001" in (failure.text or "")
    with (tmp_path / "series.csv").open(newline="") as file:
        assert [float(row["t"]) for row in csv.DictReader(file)] == [row["t"] for row in failed()["series"]]
    with (tmp_path / "latencies.csv").open(newline="") as file:
        assert sum(int(row["count"]) for row in csv.DictReader(file) if row["name"] == "latency") == 2500


@given(st.floats(0, 1e9))
def test_ticks_are_few_evenly_spread_and_reach_the_highest(most: float) -> None:
    found = ticks(most)

    assert found[0] == 0
    assert found[-1] >= most * (1 - 1e-9)
    assert 2 <= len(found) <= 6


points = st.lists(st.tuples(st.floats(0, 1e4), st.floats(0, 1e6)), max_size=2000)


@given(points)
def test_a_thinned_line_keeps_its_peak(some: list[tuple[float, float]]) -> None:
    found = thinned(some, 100)

    assert len(found) <= 100
    assert max((y for _, y in found), default=0) == max((y for _, y in some), default=0)


def test_a_chart_of_nothing_is_a_chart_still() -> None:
    assert "<svg" in over_time(Words("a", "b"), Words("c", "d"), [Line(Words("e", "f"), [])])
