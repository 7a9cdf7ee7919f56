"""Received against must-sync, and item 1.4 of indicator set 766."""

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync import wire
from sync.national.received import BadReport, Day, Indicator, indicators, read_report
from tests.national.province import MADONVI, Province, record

REPORT = {"madonvi": MADONVI, "days": [["2022-05-12", 40], ["2022-05-13", 5]]}


def put(province: Province, content: object) -> int:
    body = json.dumps(content).encode()
    return province.send("PUT", wire.PATH_MUST_SYNC, body, {"Content-Type": "application/json"}).status


def test_what_a_province_reports_stands_beside_what_was_received(province: Province) -> None:
    province.add(*(record(number) for number in range(1, 31)))
    assert put(province, REPORT) == 200

    answer = province.get(wire.PATH_RECEIVED)

    assert [(row["day"], row["received"], row["must_sync"]) for row in answer["days"]] == [
        ("2022-05-13", 0, 5),
        ("2022-05-12", 30, 40),
    ]
    [indicator] = answer["indicator_1_4"]
    assert (indicator["received"], indicator["must_sync"], indicator["points"]) == (30, 45, 4.0)


def test_a_later_report_of_a_day_replaces_the_earlier_one_and_a_period_can_be_chosen(province: Province) -> None:
    put(province, REPORT)
    put(province, {"madonvi": "H49", "days": [["2022-05-12", 41]]})

    whole = province.get(f"{wire.PATH_RECEIVED}?madonvi={MADONVI}")["days"]
    chosen = province.get(f"{wire.PATH_RECEIVED}?from=2022-05-13&to=2022-05-31")["days"]

    assert [row["must_sync"] for row in whole] == [5, 41]
    assert [row["day"] for row in chosen] == ["2022-05-13"]
    assert province.get(f"{wire.PATH_RECEIVED}?madonvi=H22")["days"] == []
    assert province.send("GET", f"{wire.PATH_RECEIVED}?from=yesterday").status == 400


@pytest.mark.parametrize(
    "content",
    [
        None,
        [],
        {},
        {"madonvi": "", "days": []},
        {"madonvi": "x" * 6000, "days": [["2022-05-12", 3]]},
        {"madonvi": "a\0b", "days": [["2022-05-12", 3]]},
        {"madonvi": "H49"},
        {"madonvi": "H49", "days": [["2022-05-12"]]},
        {"madonvi": "H49", "days": [["12/05/2022", 3]]},
        {"madonvi": "H49", "days": [["2022-05-12", -1]]},
        {"madonvi": "H49", "days": [["2022-05-12", "3"]]},
        {"madonvi": "H49", "days": [["2022-05-12", True]]},
        {"madonvi": "H49", "days": [7]},
    ],
)
def test_a_report_that_cannot_be_is_refused_whole(province: Province, content: Any) -> None:
    with pytest.raises(BadReport):
        read_report(content)

    assert put(province, content) == 400
    assert province.get(wire.PATH_RECEIVED)["days"] == []


counts = st.integers(0, 100_000)
days = st.builds(Day, st.sampled_from(["H49", "H22"]), st.just(date(2022, 5, 12)), counts, st.none() | counts)


@given(st.lists(days, max_size=8))
def test_the_indicator_is_between_none_and_six_points_whatever_was_reported(some: list[Day]) -> None:
    found = indicators(some)

    assert all(0 <= one.points <= 6 for one in found)
    assert sum(one.received for one in found) == sum(day.received for day in some)
    assert [one.ratio for one in found] == sorted(one.ratio for one in found)


def test_more_received_than_reported_is_full_marks_and_nothing_at_all_is_none() -> None:
    assert Indicator("H49", 50, 40).points == 6
    assert Indicator("H49", 0, 0).points == 0
