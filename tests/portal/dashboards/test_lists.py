"""The lists behind the numbers, and who may watch what."""

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.portal.world import MORNING, World, accepted, file

LIST = "/dashboards/applications/"


def codes_in(answer: object) -> set[str]:
    return {application.code for application, _band in answer.context["rows"]}  # type: ignore[attr-defined]


def test_a_leader_opens_an_application_without_the_person_behind_it(leader: Client, world: World) -> None:
    application = accepted(world)

    page = leader.get(f"{LIST}{application.code}/").content.decode()

    assert "Đăng ký khai sinh" in page
    assert "bắt đầu tính 5 ngày làm việc" in page
    assert world.citizen.name not in page


def test_an_official_watches_the_own_agency_and_no_other(official: Client, world: World) -> None:
    own, theirs = file(world), file(world, where=world.other_commune)

    assert official.get("/dashboards/").headers["Location"] == f"/dashboards/{world.commune.code}/"
    assert official.get(f"/dashboards/{world.commune.code}/").status_code == 200
    for place in (world.other_commune, world.district, world.department, world.province):
        assert official.get(f"/dashboards/{place.code}/").status_code == 404
    assert codes_in(official.get(LIST)) == {own.code}
    assert official.get(f"{LIST}{theirs.code}/").status_code == 404


def test_a_filter_cannot_reach_beyond_what_one_may_watch(official: Client, world: World) -> None:
    file(world, where=world.other_commune)

    assert codes_in(official.get(LIST, {"agency": world.district.code})) == set()


def test_a_district_shows_its_communes_and_an_office_only_itself(leader: Client, world: World) -> None:
    commune, district = file(world), file(world, what=world.land, where=world.district)

    assert codes_in(leader.get(LIST, {"agency": world.district.code})) == {commune.code, district.code}
    assert codes_in(leader.get(LIST, {"office": world.district.code})) == {district.code}


def test_a_list_is_narrowed_to_one_procedure(leader: Client, world: World) -> None:
    file(world)
    land = file(world, what=world.land, where=world.department)

    assert codes_in(leader.get(LIST, {"procedure": world.land.code})) == {land.code}


@pytest.mark.parametrize("query", [{"figure": "on_time_share"}, {"figure": "x"}, {"agency": "x"}, {"status": "77"}])
def test_a_condition_that_cannot_be_read_is_refused(leader: Client, world: World, query: dict[str, str]) -> None:
    answer = leader.get(LIST, query)

    assert answer.status_code == 400
    assert "Yêu cầu này không đọc được" in answer.content.decode()


def test_an_empty_list_says_why_it_may_differ_from_the_number(leader: Client, world: World) -> None:
    assert "hãy tải lại bảng" in leader.get(LIST, {"figure": "overdue"}).content.decode()


@pytest.mark.parametrize("rows", [1, 20])
def test_a_list_asks_as_few_queries_for_twenty_rows_as_for_one(
    leader: Client, world: World, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(rows):
        accepted(world, at=MORNING - timedelta(minutes=number))

    with django_assert_num_queries(7):  # session, account, official and its agency, clock, count, page
        leader.get(LIST)


def test_a_long_list_has_pages(leader: Client, world: World) -> None:
    for _number in range(21):
        file(world)

    page = leader.get(LIST, {"page": "2"})

    assert len(codes_in(page)) == 1
    assert "Trang 2 trên 2" in page.content.decode()


@pytest.mark.parametrize("path", ["/dashboards/", LIST])
def test_an_engineer_and_a_stranger_have_no_boards(client: Client, engineer: Client, path: str) -> None:
    assert engineer.get(path).status_code == 403
    assert client.get(path).status_code == 302
