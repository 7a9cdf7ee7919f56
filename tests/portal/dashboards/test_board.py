"""The leaders' boards: figures equal their lists, the sentence names the worst, change is against the period before."""

from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from portal.dashboards import board, flow
from portal.dashboards import map as tile_map
from portal.periods import choose
from procedures import boards, rollups
from procedures.boards import Scope
from tests.portal.world import MORNING, NOW, World, accepted, agency, file, settled

TODAY = date(2022, 5, 12)


@pytest.fixture
def busy(world: World) -> World:
    """A fortnight with something of everything, in every kind of office."""
    for days in range(14):
        at = MORNING - timedelta(days=days)
        settled(world, at=at)
        settled(world, at=at, where=world.other_commune)
        accepted(world, at=at)
        file(world, at=at, what=world.land, where=world.department)
    settled(world, at=MORNING - timedelta(days=13), after=timedelta(days=12), where=world.district, what=world.land)
    settled(world, at=MORNING - timedelta(days=13), after=timedelta(days=12))
    rollups.refresh_days(TODAY - timedelta(days=ahead) for ahead in range(31))
    return world


def number(text: str) -> int:
    return int(text.replace(".", ""))


def cells(answer: object) -> list[board.Cell]:
    context = answer.context  # type: ignore[attr-defined]
    tiles = [tile.cell for tile in context["tiles"]]
    return tiles + [cell for row in context["page"] for cell in row.cells]


@pytest.mark.parametrize("place", ["", "000.00.16.H49/", "000.15.16.H49/", "000.00.12.H49/"])
@pytest.mark.parametrize("span", ["day", "month"])
def test_every_number_is_the_length_of_the_list_behind_it(leader: Client, busy: World, place: str, span: str) -> None:
    answer = leader.get(f"/dashboards/{place}", {"period": span})

    counted = [cell for cell in cells(answer) if cell.key != "on_time_share"]
    for cell in counted:
        listed = leader.get(cell.url).context["page"].paginator.count
        assert listed == number(cell.text), cell.url
    assert any(number(cell.text) for cell in counted)


def test_a_share_leads_to_its_numerator(leader: Client, busy: World) -> None:
    share = next(cell for cell in cells(leader.get("/dashboards/")) if cell.key == "on_time_share")

    assert parse_qs(urlsplit(share.url).query)["figure"] == ["settled_on_time"]


def test_the_parts_below_add_up_to_the_whole(leader: Client, busy: World) -> None:
    for place in ("", "000.00.16.H49/", "000.15.16.H49/"):
        answer = leader.get(f"/dashboards/{place}")
        for figure in ("received", "settled", "overdue", "in_progress"):
            below = sum(row.values[figure] for row in answer.context["page"])
            assert below == answer.context["values"][figure]


def test_the_sentence_names_the_place_with_most_overdue(leader: Client, world: World) -> None:
    accepted(world, at=MORNING - timedelta(days=20))

    page = leader.get("/dashboards/").content.decode()

    assert "Chậm nhất là <b>UBND thành phố Hạ Long</b>: 1 hồ sơ quá hạn" in page


def test_with_nothing_overdue_the_board_says_so(leader: Client, world: World) -> None:
    page = leader.get("/dashboards/").content.decode()

    assert "Toàn tỉnh: không có hồ sơ quá hạn" in page
    assert "mọi nơi đều trả đúng hạn trong kỳ" in page


def row(name: str, **values: float | None) -> board.Row:
    return board.Row(name, "", [], boards.nothing() | values)


def test_a_place_that_settled_little_is_not_called_the_worst() -> None:
    few = row("few", settled=1, settled_late=1, on_time_share=0.0)
    many = row("many", settled=200, settled_late=4, on_time_share=0.98)

    assert board.worst([few, many]) is many
    assert board.worst([few]) is None


def test_what_needs_attention_comes_first() -> None:
    rows = [
        row("quiet"),
        row("busy", in_progress=9),
        row("slow", settled=50, settled_late=10, on_time_share=0.8),
        row("late", overdue=1, settled=50, on_time_share=1.0),
        row("one of one", settled=1, settled_late=1, on_time_share=0.0),
    ]

    names = [one.name for one in sorted(rows, key=board.attention)]

    assert names == ["late", "slow", "busy", "quiet", "one of one"]


def test_flows_are_compared_with_the_span_of_the_same_length_before(leader: Client, world: World) -> None:
    for days in (0, 0, 0, 7):
        file(world, at=MORNING - timedelta(days=days))
    rollups.refresh_days([TODAY, TODAY - timedelta(days=7)])

    received = leader.get("/dashboards/", {"period": "week"}).context["tiles"][0]

    assert (received.cell.text, received.change) == ("3", board.Change("2", "up", "1"))  # 9-12 against 5-8 May
    month = leader.get("/dashboards/", {"period": "month"}).context["tiles"][0]
    assert (month.cell.text, month.change.before) == ("4", "0")


def test_what_is_open_is_compared_with_the_beginning_of_the_period(leader: Client, world: World) -> None:
    accepted(world, at=MORNING - timedelta(days=20))
    accepted(world)

    tiles = {tile.cell.key: tile for tile in leader.get("/dashboards/", {"period": "day"}).context["tiles"]}

    assert tiles["in_progress"].change == board.Change("1", "up", "1")
    assert tiles["overdue"].change == board.Change("0", "same", "1")


def test_a_procedures_board_has_pages(leader: Client, busy: World) -> None:
    assert leader.get("/dashboards/000.15.16.H49/", {"page": "99"}).context["page"].number == 1


def test_the_address_reproduces_the_view(leader: Client, busy: World) -> None:
    day = {"period": "week", "day": "2022-05-06"}

    answer = leader.get("/dashboards/", day)

    assert answer.context["chosen"] == choose("week", date(2022, 5, 6))
    assert all("day=2022-05-06" in cell.url and "period=week" in cell.url for cell in cells(answer))


def test_each_district_has_its_own_place_on_the_map() -> None:
    assert len(tile_map.PLACES) == len(set(tile_map.PLACES.values())) == 13


@pytest.mark.parametrize(
    ("share", "band"), [(None, 0), (0.0, 1), (0.8999, 1), (0.9, 2), (0.95, 3), (0.98, 4), (1.0, 4)]
)
def test_the_colour_deepens_with_the_share(share: float | None, band: int) -> None:
    assert tile_map.band(share) == band


def test_every_day_of_the_period_is_on_the_chart_also_the_quiet_ones(leader: Client, busy: World) -> None:
    shown = flow.by_day(Scope(), choose("month", TODAY))

    assert [day.day for day in shown.days] == [date(2022, 5, number) for number in range(1, 13)]
    assert shown.days[0].received == 4
    assert "tồn tăng" in shown.sentence


@pytest.mark.parametrize("communes", [1, 20])
def test_a_board_asks_as_few_queries_for_twenty_rows_as_for_one(
    leader: Client, world: World, communes: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for count in range(2, communes + 1):
        file(world, where=agency(f"000.{count:02d}.77.H49", f"UBND xã {count}", 6, world.district))
    rollups.refresh(TODAY)

    # session, account, official and its agency, clock, the agency; seven for the tiles, four for the table, the chart
    with django_assert_num_queries(18):
        leader.get("/dashboards/000.00.16.H49/")


def test_what_the_daily_counts_do_not_hold_yet_is_said(leader: Client, world: World) -> None:
    file(world)

    stale = leader.get("/dashboards/").content.decode()
    rollups.refresh(TODAY)
    fresh = leader.get("/dashboards/").content.decode()

    assert stale.count("chưa gồm 1 hồ sơ vừa nộp") == len(("received", "settled", "on_time_share"))
    assert "chưa gồm" not in fresh


def test_now_is_on_every_tile(leader: Client, world: World) -> None:
    assert NOW.strftime("%H:%M") == "14:05"
    assert leader.get("/dashboards/").content.decode().count("tính đến 14:05") == 5
