"""The pages of parked letters: numbers agree with their lists, a decision is previewed, and everything is audited."""

import csv
import io
import re
import zipfile
from urllib.parse import quote

import pytest
from django.test import Client

from procedures import actions
from procedures.models import Application
from sync import parking
from sync.models import Replay
from sync.parking import Filter
from tests.portal import world as worlds
from tests.portal.world import World
from tests.sync.letters import BAD_DATE, BY, letter, park, parked

LIST = "/dashboards/sync/parked/"
RETRY, SKIP, ORDERS = LIST + "retry/", LIST + "skip/", LIST + "orders/"


@pytest.fixture
def letters(world: World) -> list[Application]:
    """Two with a bad date, and one of another office without a right."""
    other = worlds.file(world, where=world.other_commune, what=world.unknown)
    park(other, reason="5 Đơn vị không có quyền")
    return [*parked(world, 2), other]


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def heading(page: str) -> str:
    found = re.search(r"<h1>(.*?)</h1>", page, re.DOTALL)
    assert found is not None
    return " ".join(found[1].split())


def codes(page: str) -> set[str]:
    return set(re.findall(r'class="code"[^>]*>([^<]+)<', page))


def decided(client: Client, address: str, expected: int, why: str = "đã sửa", status: int = 302) -> str:
    answer = client.post(address, {"why": why, "expected": expected, "sure": "on"})
    assert answer.status_code == status
    return answer.content.decode()


@pytest.mark.parametrize(
    ("query", "fits"),
    [
        ("", {0, 1, 2}),
        ("?reason=1", {0, 1}),
        ("?reason=quyền", {2}),
        ("?procedure=2.000001", {2}),
        ("?agency=000.15.16.H49", {0, 1}),
        ("?agency=000.00.16.H49", {0, 1, 2}),
        ("?since=2999-01-01", set()),
        ("?until=2999-01-01", {0, 1, 2}),
        ("?until=2000-01-01", set()),
    ],
)
def test_the_list_shows_as_many_letters_as_its_heading_says(
    engineer: Client, letters: list[Application], query: str, fits: set[int]
) -> None:
    page = text(engineer, LIST + query)

    assert heading(page) == f"{len(fits)} hồ sơ bị từ chối, chờ quyết định"
    assert codes(page) == {letters[number].code for number in fits}


def test_the_sync_board_leads_to_the_list_and_each_reason_to_its_letters(
    engineer: Client, letters: list[Application]
) -> None:
    assert f'<a href="{LIST}">3</a>' in text(engineer, "/dashboards/sync/")
    page = text(engineer, LIST)
    assert ">Dữ liệu không hợp lệ: Ngày sinh … không có thật (mã lỗi 1)<" in page

    for group in parking.groups(Filter()):
        assert heading(text(engineer, f"{LIST}?group={quote(group.text)}")).startswith(f"{group.count} hồ sơ")


def test_the_group_links_of_the_page_keep_the_other_conditions(engineer: Client, letters: list[Application]) -> None:
    page = text(engineer, f"{LIST}?agency=000.15.16.H49")

    links = re.findall(r'href="(\?[^"]*group=[^"]*)"', page)
    assert len(links) == 1
    assert heading(text(engineer, LIST + links[0].replace("&amp;", "&"))).startswith("2 hồ sơ")


def test_conditions_that_cannot_be_read_are_told_with_a_link_to_their_field(
    engineer: Client, letters: list[Application]
) -> None:
    page = text(engineer, f"{LIST}?since=2022-05-12&until=2022-05-01", 422)

    assert "Ngày cuối ở trước ngày đầu" in page
    assert 'href="#parked-until"' in page
    assert "Năm phải từ 2000 đến 2999" in text(engineer, f"{LIST}?until=9999-12-31", 422)
    assert text(engineer, f"{LIST}?since=0001-01-01", 422)
    assert text(engineer, f"{RETRY}?agency=moon", 400)
    assert text(engineer, f"{LIST}export.csv?since=moon", 400)


@pytest.mark.django_db(transaction=True)
def test_changes_held_behind_a_letter_have_a_view_of_their_own(engineer: Client, letters: list[Application]) -> None:
    actions.accept(letters[0], by=None, at=worlds.NOW)

    page = text(engineer, f"{LIST}?view=held")

    assert heading(page) == "1 hồ sơ tạm gác có thay đổi chờ phía sau"
    assert "Lần 1, Mới đăng ký: bị từ chối" in page
    assert "Lần 2, Được tiếp nhận: chờ phía sau" in page


def test_a_retry_is_previewed_then_done_and_written_down(engineer: Client, letters: list[Application]) -> None:
    preview = text(engineer, f"{RETRY}?reason=1")
    assert heading(preview) == "Sẽ gửi lại 2 hồ sơ"
    assert not Replay.objects.exists()

    decided(engineer, f"{RETRY}?reason=1", expected=2, why="đã sửa ngày sinh")

    order = Replay.objects.get()
    assert (order.kind, order.by, order.why, order.done) == ("retry", "engineer", "đã sửa ngày sinh", 2)
    page = text(engineer, f"{ORDERS}{order.pk}/")
    assert heading(page) == "Gửi lại: đã làm 2 trên 2 hồ sơ"
    assert "Đã xếp gửi lại 2 hồ sơ." in page
    assert codes(page) == {letters[0].code, letters[1].code}
    assert codes(text(engineer, f"{ORDERS}{order.pk}/?outcome=left")) == set()
    assert "đã sửa ngày sinh" in text(engineer, ORDERS)
    assert codes(text(engineer, LIST)) == {letters[2].code}


def test_one_letter_is_skipped_and_can_be_sent_after_all(engineer: Client, letters: list[Application]) -> None:
    one = letters[2]
    decided(engineer, f"{SKIP}?code={one.code}", expected=1)

    assert letter(one).skipped == 1
    assert re.search(r'view=skipped">\s*1 đã bỏ qua', text(engineer, "/dashboards/sync/"))
    page = text(engineer, f"{LIST}?view=skipped")
    assert heading(page) == "1 hồ sơ đã bỏ qua"
    assert "đã bỏ qua" in page

    decided(engineer, f"{RETRY}?code={one.code}&view=skipped", expected=1)
    assert letter(one).parked_at is None


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"why": "", "expected": 2, "sure": "on"}, "Hãy ghi lý do"),
        ({"why": "sửa", "expected": 2}, "Hãy xem danh sách, rồi đánh dấu"),
        ({"why": "sửa", "expected": 7, "sure": "on"}, "Số hồ sơ đã đổi từ 7 thành 2"),
    ],
)
def test_a_decision_without_its_reason_or_on_other_letters_does_nothing(
    engineer: Client, letters: list[Application], given: dict[str, object], sentence: str
) -> None:
    answer = engineer.post(f"{RETRY}?reason=1", given)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Replay.objects.exists()
    assert 'name="expected" value="2"' in answer.content.decode()


def test_sending_the_same_decision_twice_does_it_once(engineer: Client, letters: list[Application]) -> None:
    decided(engineer, f"{SKIP}?reason=1", expected=2)

    assert "Số hồ sơ đã đổi từ 2 thành 0" in decided(engineer, f"{SKIP}?reason=1", expected=2, status=422)
    assert Replay.objects.count() == 1


def test_an_interrupted_order_is_shown_and_gone_on_with(
    engineer: Client, letters: list[Application], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parking, "BATCH", 1)

    def told(_through: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        parking.replay(Filter(), **BY, told=told)
    order = Replay.objects.get()
    assert "1 việc chưa làm xong" in text(engineer, LIST)
    assert "Còn 2 hồ sơ chưa làm" in text(engineer, f"{ORDERS}{order.pk}/")
    assert len(codes(text(engineer, f"{ORDERS}{order.pk}/?outcome="))) == 2
    assert len(codes(text(engineer, f"{ORDERS}{order.pk}/?outcome=%00"))) == 3

    engineer.post(f"{ORDERS}{order.pk}/resume/")

    order.refresh_from_db()
    assert (order.done, order.finished_at is None) == (3, False)


def test_the_list_is_exported_whole_with_its_conditions(engineer: Client, world: World) -> None:
    parked(world, 25)
    park(worlds.file(world), reason="5 Đơn vị không có quyền")

    plain = engineer.get(f"{LIST}export.csv?reason=1")
    book = engineer.get(f"{LIST}export.xlsx?reason=1")

    rows = list(csv.DictReader(io.StringIO(plain.content.decode("utf-8-sig"), newline="")))
    assert len(rows) == 25
    assert rows[0]["Lý do"] == parking.words_of(BAD_DATE)
    assert "Nguyễn Thị Hồng" not in plain.content.decode()
    with zipfile.ZipFile(io.BytesIO(book.content)) as archive:
        assert archive.read("xl/worksheets/sheet1.xml").count(b"<row>") == 26
    assert engineer.get(f"{LIST}export.pdf").status_code == 404


def test_leaders_watch_and_engineers_decide_and_officials_see_nothing(
    engineer: Client, leader: Client, official: Client, letters: list[Application]
) -> None:
    order = parking.skip(Filter(reason="5"), **BY)
    seen = [LIST, ORDERS, f"{ORDERS}{order.pk}/", f"{LIST}export.csv"]

    assert [leader.get(address).status_code for address in seen] == [200] * 4
    assert [official.get(address).status_code for address in seen] == [403] * 4
    assert [Client().get(address).status_code for address in [*seen, RETRY]] == [302] * 5
    assert [one.get(RETRY).status_code for one in (engineer, leader, official)] == [200, 403, 403]
    assert leader.post(RETRY, {"why": "x", "expected": 2, "sure": "on"}).status_code == 403
    assert leader.post(f"{ORDERS}{order.pk}/resume/").status_code == 403
    assert RETRY not in text(leader, LIST)
    assert engineer.get(f"{LIST}forget/").status_code == 404


def test_the_conditions_of_an_order_are_told_in_words(engineer: Client, letters: list[Application]) -> None:
    address = f"{SKIP}?reason=5&agency=000.16.16.H49&since=2022-05-01"
    decided(engineer, address, expected=1)

    page = text(engineer, f"{ORDERS}{Replay.objects.get().pk}/")

    for words in (
        "Mã lỗi, hoặc lời từ chối",
        "Cơ quan, gồm cấp dưới",
        "000.16.16.H49",
        "Tạm gác từ",
        "00:00 01/05/2022",
    ):
        assert words in page


def test_an_empty_list_says_that_there_is_nothing_to_do(engineer: Client) -> None:
    assert "Không phải làm gì" in text(engineer, LIST)
    assert "Chưa ai quyết định gì" in text(engineer, ORDERS)
    assert "không có gì để làm" in text(engineer, RETRY)
