"""The demo's report and its verdict."""

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from portal.demo.report import MUST_BE_ZERO, Report, ToTry, show

GOOD = Report(
    day="2022-05-12",
    procedures=1832,
    online=1712,
    nationally_connected=1180,
    online_share=0.6,
    applications=90_000,
    changed=10_000,
    synchronised=10_000,
    lost=0,
    duplicated=0,
    reordered=0,
    differences=0,
    applications_per_second=2000.0,
    worker_peak_rss_mb=150.0,
    seconds={"deliver": 5.0},
)
TO_TRY = ToTry(
    links=[("Trang chủ", "http://127.0.0.1:8000/")],
    sign_ins=[("Cán bộ", "canbo", "p4ss", "UBND phường Hồng Gai")],
    receipts=[("000.00.16.H49-220512-0001", "ABCD2345", "Đang xử lý")],
)


def test_a_run_without_faults_meets_the_verdict() -> None:
    assert GOOD.met
    assert GOOD.faults == []


@pytest.mark.parametrize("name", MUST_BE_ZERO)
def test_one_fault_of_any_kind_is_enough_to_miss_the_verdict(name: str) -> None:
    bad = replace(GOOD, **{name: 1})  # type: ignore[arg-type]

    assert not bad.met
    assert bad.faults == [f"{name} 1"]


def test_an_application_that_was_not_acknowledged_misses_the_verdict() -> None:
    bad = replace(GOOD, synchronised=9_999)

    assert bad.faults == ["only 9999 of 10000 applications acknowledged"]


def test_the_written_report_holds_every_figure_and_the_verdict(tmp_path: Path) -> None:
    path = tmp_path / "reports" / "demo.json"

    replace(GOOD, lost=2).write(path)

    written = json.loads(path.read_text())
    assert written["lost"] == 2
    assert written["verdict"] == "not met"
    assert written["seconds"] == {"deliver": 5.0}
    assert set(Report.__dataclass_fields__) <= set(written)
    assert list(path.parent.iterdir()) == [path]


def test_the_closing_table_shows_links_sign_ins_and_codes_to_try() -> None:
    console = Console(file=io.StringIO(), width=140)

    show(console, GOOD, TO_TRY)

    shown = console.file.getvalue()  # type: ignore[attr-defined]
    for expected in ("ĐẠT", "http://127.0.0.1:8000/", "canbo", "p4ss", "000.00.16.H49-220512-0001", "ABCD2345"):
        assert expected in shown


def test_a_missed_verdict_is_told_with_its_reason_first() -> None:
    console = Console(file=io.StringIO(), width=140)

    show(console, replace(GOOD, differences=3), TO_TRY)

    shown = console.file.getvalue()  # type: ignore[attr-defined]
    assert "KHÔNG ĐẠT" in shown
    assert "differences 3" in shown


def test_a_missed_verdict_names_the_dossiers_and_a_met_one_none() -> None:
    console = Console(file=io.StringIO(), width=140)
    named = replace(GOOD, lost=1, dossiers=["000.00.16.H49-220512-0007: lost"])

    show(console, named, TO_TRY)
    show(console, replace(named, lost=0), TO_TRY)

    assert console.file.getvalue().count("000.00.16.H49-220512-0007: lost") == 1  # type: ignore[attr-defined]


def test_a_demo_that_has_ended_offers_nothing_to_open() -> None:
    console = Console(file=io.StringIO(), width=140)

    show(console, GOOD, ToTry([("Báo cáo", "reports/demo.json")], [], []))

    shown = console.file.getvalue()  # type: ignore[attr-defined]
    assert "reports/demo.json" in shown
    assert "sign in" not in shown
