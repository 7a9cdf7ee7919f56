"""What a folder of reports remembers of its runs, and which of them a report shows beside its own."""

import json
from pathlib import Path
from typing import Any

import orjson

from sync.loadtest import report
from sync.loadtest.report.history import FILE, SHOWN
from tests.loadtest.results import result


def written(folder: Path, **changes: Any) -> dict[str, Any]:
    report.write(result(**changes), folder)
    return dict(json.loads((folder / "result.json").read_text()))


def test_the_trend_ends_with_this_run_and_holds_ten_at_the_most(tmp_path: Path) -> None:
    for number in range(SHOWN + 3):
        found = written(tmp_path, applications_per_second=float(number))

    assert [one["applications_per_second"] for one in found["trend"]] == [float(number) for number in range(3, 13)]


def test_only_runs_that_were_asked_the_same_are_shown_together(tmp_path: Path) -> None:
    other = {**result()["run"], "profile": "healthy"}
    written(tmp_path, run=other)
    alone = written(tmp_path)
    again = written(tmp_path)

    assert (len(alone["trend"]), len(again["trend"])) == (1, 2)
    assert len((tmp_path / FILE).read_bytes().splitlines()) == 3


def test_half_a_line_of_a_run_that_was_killed_is_passed_over(tmp_path: Path) -> None:
    written(tmp_path)
    whole = (tmp_path / FILE).read_bytes()
    (tmp_path / FILE).write_bytes(whole + whole[: len(whole) // 2] + b"\n" + orjson.dumps([1]) + b"\n")

    assert len(written(tmp_path)["trend"]) == 2


def test_another_seed_is_the_same_question(tmp_path: Path) -> None:
    written(tmp_path)

    assert len(written(tmp_path, run={**result()["run"], "seed": 99})["trend"]) == 2
