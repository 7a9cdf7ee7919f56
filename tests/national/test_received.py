"""Received against must-sync, and item 1.4 of indicator set 766."""

import json
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync import wire
from sync.national.admin_quality import PATH_LATE, PATH_MISSING
from sync.national.received import BadReport, Day, Indicator, indicators, read_report
from tests.national.province import MADONVI, Province, record
from tests.national.test_pages import page, words

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
        {**REPORT, "codes": ["x"]},
        {**REPORT, "codes": {"2022-05-12": "x"}},
        {**REPORT, "codes": {"yesterday": ["x"]}},
        {**REPORT, "codes": {"2022-05-12": [7]}},
        {**REPORT, "codes": {"2022-05-12": [""]}},
        {**REPORT, "codes": {"2022-05-12": ["a\0b"]}},
        {**REPORT, "codes": {"2022-05-12": ["x" * 2001]}},
        {**REPORT, "codes": {"2022-05-12": ["x"] * 60_000, "2022-05-13": ["x"] * 60_000}},
    ],
)
def test_a_report_that_cannot_be_is_refused_whole(province: Province, content: Any) -> None:
    with pytest.raises(BadReport):
        read_report(content)

    assert put(province, content) == 400
    assert province.get(wire.PATH_RECEIVED)["days"] == []


DAY = "2022-05-12"


def code(number: int) -> str:
    return str(record(number)["MaHoSo"])


def missing(province: Province, **query: object) -> Any:
    return province.get(f"{PATH_MISSING}?{urlencode({'madonvi': MADONVI, 'day': DAY, **query})}")


def late(province: Province, **query: object) -> Any:
    return province.get(f"{PATH_LATE}?{urlencode({'madonvi': MADONVI, **query})}")


def test_of_the_dossiers_that_a_province_names_those_that_never_came_are_listed(province: Province) -> None:
    province.add(record(2), record(9))
    put(province, {**REPORT, "codes": {DAY: [code(number) for number in (3, 2, 1)], "2022-05-13": [code(7)]}})

    assert missing(province) == {"told": 3, "codes": [code(1), code(3)], "next": None}
    first = missing(province, limit=1)
    assert (first["codes"], missing(province, limit=1, after=first["next"])["codes"]) == ([code(1)], [code(3)])
    assert missing(province, day="2022-05-13")["codes"] == [code(7)]
    assert missing(province, madonvi="H22")["codes"] == []

    put(province, {**REPORT, "codes": {DAY: [code(4)]}})
    put(province, REPORT)
    assert missing(province)["codes"] == [code(4)], "a day's codes are replaced, and stay where none are named"
    assert missing(province, day="2022-05-13")["codes"] == [code(7)]


def test_dossiers_of_days_that_are_no_longer_real_are_counted_and_not_judged(
    province: Province, national_database_url: str
) -> None:
    province.add(record(1), record(2), record(3, NgayTiepNhan="20220513083015"))
    with psycopg.connect(national_database_url) as connection:
        connection.execute("UPDATE dossier SET first_at = '2022-06-12T08:00:00+07:00'")

    found = late(province)

    assert [row["code"] for row in found["rows"]] == [code(3)]
    assert (found["not_judged"], late(province, day=DAY)["not_judged"]) == (2, 2)
    assert late(province, day="2022-05-13")["not_judged"] == 0
    assert late(province, madonvi="H22")["not_judged"] == 0


def test_the_dossiers_that_came_later_than_their_day_are_listed_with_when_they_came(
    province: Province, national_database_url: str
) -> None:
    province.add(record(1), record(2), record(3, NgayTiepNhan=""), record(4, NgayTiepNhan="20220510083015"))
    with psycopg.connect(national_database_url) as connection:
        connection.execute("UPDATE dossier SET first_at = '2022-05-13T23:59:59+07:00'")
        connection.execute("UPDATE dossier SET first_at = '2022-05-14T00:00:00+07:00' WHERE code = %s", [code(2)])

    found = late(province)

    assert [(row["code"], row["received_on"]) for row in found["rows"]] == [
        (code(2), "2022-05-12"),
        (code(4), "2022-05-10"),
    ]
    assert datetime.fromisoformat(found["rows"][0]["came_at"]) == datetime.fromisoformat("2022-05-14T00:00:00+07:00")
    assert [row["code"] for row in late(province, days=0)["rows"]] == [code(1), code(2), code(4)]
    assert [row["code"] for row in late(province, days=2)["rows"]] == [code(4)]
    assert [row["code"] for row in late(province, day=DAY)["rows"]] == [code(2)]
    assert [row["code"] for row in late(province, limit=1, after=late(province, limit=1)["next"])["rows"]] == [code(4)]
    assert late(province, madonvi="H22")["rows"] == []


@pytest.mark.parametrize(
    "path",
    [
        f"{PATH_MISSING}?madonvi=H49",
        f"{PATH_MISSING}?day={DAY}",
        f"{PATH_MISSING}?madonvi=H49&day=today",
        f"{PATH_MISSING}?madonvi=H49&day={DAY}&limit=0",
        f"{PATH_LATE}?day={DAY}",
        f"{PATH_LATE}?madonvi=H49&days=-1",
        f"{PATH_LATE}?madonvi=H49&days=x",
        "/tinh/thieu?madonvi=H49",
        "/tinh/muon",
    ],
)
def test_a_list_of_what_cannot_be_is_refused_in_a_sentence(province: Province, path: str) -> None:
    reply = province.send("GET", path)

    assert reply.status == 400
    assert reply.content["message"]


counts = st.integers(0, 100_000)
days = st.builds(Day, st.sampled_from(["H49", "H22"]), st.just(date(2022, 5, 12)), counts, st.none() | counts)


@given(st.lists(days, max_size=8))
def test_the_indicator_is_between_none_and_six_points_whatever_was_reported(some: list[Day]) -> None:
    found = indicators(some)

    known = [one.ratio for one in found if one.ratio is not None]
    assert all(one.points is None or 0 <= one.points <= 6 for one in found)
    assert sum(one.received for one in found) == sum(day.received for day in some)
    assert [one.ratio for one in found] == [*sorted(known), *[None] * (len(found) - len(known))]


def test_more_received_than_reported_is_full_marks_and_nothing_at_all_is_none() -> None:
    assert Indicator("H49", 50, 40).points == 6
    assert Indicator("H49", 0, 0).points == 0


def test_a_province_that_has_told_nothing_has_no_points_and_stands_last(province: Province) -> None:
    province.add(record(1))
    stranger = Province(province.url, madonvi="H22", username="hagiang", password="hg")
    stranger.add(record("000.00.01.H22-220512-0001"))
    put(province, REPORT)

    told, silent = province.get(wire.PATH_RECEIVED)["indicator_1_4"]

    assert (told["root"], told["must_sync"], told["points"]) == ("H49", 45, 0.13)
    assert silent == {"root": "H22", "received": 1, "must_sync": None, "ratio": None, "points": None}
    assert "H22 1 – – –" in words(page(province, "/tinh"))
