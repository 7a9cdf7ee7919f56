"""The front page, the catalogue and one procedure."""

from datetime import date

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from procedures import rollups
from procedures.models import Procedure, Sector
from tests.portal.world import World, file, procedure, settled


@pytest.mark.parametrize("text", ["đất đai", "dat dai", "DAT DAI", "quyền sử dụng đất", "1.0127"])
def test_a_procedure_is_found_with_and_without_accents_and_by_code(client: Client, world: World, text: str) -> None:
    page = client.get("/procedures/", {"q": text}).content.decode()

    assert world.land.name in page
    assert world.birth.name not in page


def test_a_search_without_hits_says_what_to_do(client: Client, world: World) -> None:
    page = client.get("/procedures/", {"q": "phi thuyền"}).content.decode()

    assert "Không có thủ tục nào khớp" in page
    assert "Xem tất cả thủ tục" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"level": "commune"}, {"birth", "unknown"}),
        ({"level": "district"}, {"land"}),
        ({"level": "province"}, {"land"}),
        ({"online": "4"}, {"birth"}),
        ({"online": "3"}, {"land"}),
        ({"online": "0"}, {"unknown"}),
        ({"sector": "G15-DD01"}, {"land"}),
        ({"sector": "G01-TP01", "online": "4"}, {"birth"}),
    ],
)
def test_the_catalogue_is_narrowed(client: Client, world: World, query: dict[str, str], found: set[str]) -> None:
    page = client.get("/procedures/", query).content.decode()

    shown = {name for name in ("birth", "land", "unknown") if f"/procedures/{getattr(world, name).code}/" in page}
    assert shown == found


def test_the_sectors_stand_in_vietnamese_order(client: Client, world: World) -> None:
    page = client.get("/procedures/").content.decode()

    assert page.index(">Đất đai<") < page.index(">Hộ tịch<"), "Đ comes after D, not after Z"


def test_an_impossible_choice_is_answered_with_a_sentence(client: Client, world: World) -> None:
    answer = client.get("/procedures/", {"level": "moon"})

    assert answer.status_code == 200
    assert "hãy chọn lại" in answer.content.decode()


@pytest.mark.parametrize("rows", [1, 20])
def test_the_catalogue_asks_as_few_queries_for_twenty_rows_as_for_one(
    client: Client, world: World, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    Procedure.objects.exclude(pk=world.birth.pk).delete()
    sector = Sector.objects.get(code="G01-TP01")
    for number in range(1, rows):
        procedure(f"3.{number:06d}", f"Thủ tục {number}", sector, number + 10, at_commune=True)

    with django_assert_num_queries(4):  # count, page, sectors, the clock
        client.get("/procedures/")


def test_a_procedure_shows_what_the_source_says(client: Client, world: World) -> None:
    page = client.get(f"/procedures/{world.birth.code}/").content.decode()

    for fact in ("Giấy chứng sinh", "1 bản chính", "2 bản sao", "TK-KS.doc", "Nộp hồ sơ tại xã.", "Luật Hộ tịch"):
        assert fact in page
    assert "5 ngày làm việc" in page
    assert "Giấy khai sinh" in page


def test_what_the_source_does_not_say_is_said_to_be_missing(client: Client, world: World) -> None:
    page = client.get(f"/procedures/{world.unknown.code}/").content.decode()

    missing = ("thời hạn", "phí", "đối tượng", "kết quả", "giấy tờ", "các bước", "căn cứ")
    assert page.count("Nguồn không nêu.") == len(missing)


def test_what_the_simulation_assigned_is_marked(client: Client, world: World) -> None:
    page = client.get(f"/procedures/{world.land.code}/").content.decode()

    assert page.count("do mô phỏng gán") == len(("district", "agency", "online level", "national connection"))


def test_an_unknown_procedure_is_not_found(client: Client, world: World) -> None:
    answer = client.get("/procedures/9.999999/")

    assert answer.status_code == 404
    assert "Không tìm thấy trang này" in answer.content.decode()


def test_the_front_page_names_what_most_people_come_for(client: Client, world: World) -> None:
    for what in (world.birth, world.birth, world.unknown):
        file(world, what=what)
    settled(world)
    rollups.refresh(date(2022, 5, 12))

    page = client.get("/").content.decode()

    assert page.index(world.birth.name) < page.index(world.unknown.name)
    assert "Hôm nay cả tỉnh nhận <b>4</b> hồ sơ và giải quyết xong <b>1</b> hồ sơ." in page
    assert "<b>100,0\N{NO-BREAK SPACE}%</b> đúng hạn" in page


def test_the_front_page_of_an_empty_portal_still_helps(client: Client, world: World) -> None:
    page = client.get("/").content.decode()

    assert "Hôm nay chưa có hồ sơ nào được nộp." in page
    assert 'name="q"' in page
