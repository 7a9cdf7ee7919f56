"""The catalogue over the API."""

import pytest
from django.test import Client

from procedures.models import Procedure
from tests.portal.world import World, procedure

LIST = "/api/v1/procedures/"
pytestmark = pytest.mark.django_db


def test_the_catalogue_is_open_to_everybody_in_its_own_order(world: World, client: Client) -> None:
    content = client.get(LIST).json()

    assert content["count"] == Procedure.objects.count()
    assert [row["code"] for row in content["results"]] == [one.code for one in Procedure.objects.order_by("position")]


@pytest.mark.parametrize("text", ["khai sinh", "KHAI SINH", "đăng ký khai", "dang ky khai"])
def test_a_search_does_not_mind_accents_or_case(world: World, client: Client, text: str) -> None:
    content = client.get(LIST, {"q": text}).json()

    assert [row["code"] for row in content["results"]] == [world.birth.code]


def test_a_filter_narrows_by_sector_and_by_level(world: World, client: Client) -> None:
    by_sector = client.get(LIST, {"sector": world.birth.sector.code}).json()
    by_level = client.get(LIST, {"level": "commune"}).json()

    assert world.land.code not in [row["code"] for row in by_sector["results"]]
    assert all(row["at_commune"] for row in by_level["results"])
    assert by_level["count"] < Procedure.objects.count()


def test_an_unreadable_filter_is_refused_with_the_field_that_is_wrong(world: World, client: Client) -> None:
    answer = client.get(LIST, {"level": "moon"})

    assert answer.status_code == 400
    assert "level" in answer.json()


@pytest.mark.parametrize("rows", [1, 20])
def test_a_page_takes_two_queries_however_many_rows_it_has(
    world: World, client: Client, rows: int, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    for number in range(rows):
        procedure(f"3.{number:06}", f"Thủ tục {number}", world.birth.sector, 100 + number, at_commune=True)

    with django_assert_num_queries(2):  # type: ignore[operator]
        client.get(LIST, {"page_size": 200})


def test_one_procedure_shows_all_texts_of_its_source(world: World, client: Client) -> None:
    content = client.get(f"{LIST}{world.birth.code}/").json()

    assert content["papers"] == [{"name": "Giấy chứng sinh", "originals": 1, "copies": 2, "form": "TK-KS.doc"}]
    assert content["steps"] == ["Nộp hồ sơ tại xã.", "Nhận giấy khai sinh."]
    assert content["sector"] == "Hộ tịch"


def test_an_unknown_procedure_is_not_found(world: World, client: Client) -> None:
    assert client.get(f"{LIST}9.999999/").status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nobody_changes_the_catalogue_through_the_api(world: World, client: Client, method: str) -> None:
    answer = getattr(client, method)(f"{LIST}{world.birth.code}/")

    assert answer.status_code in {403, 405}
    assert Procedure.objects.filter(code=world.birth.code).exists()
