"""The sync board: the verdict first, and which number decides it."""

import pytest
from django.test import Client

from portal.clock import machine_now
from portal.dashboards.sync_board import verdict, waited
from sync.classes import LABELS, Fault
from sync.health import Health
from sync.models import Delivery, Difference, Exchange, Gate, Reconciliation
from tests.portal.world import World, file

BOARD = "/dashboards/sync/"


def state(**changes: object) -> Health:
    well: dict[str, object] = {
        "backlog": 0,
        "parked": 0,
        "oldest_seconds": None,
        "records_last_minute": 0,
        "skipped": 0,
        "errors_last_hour": {},
        "last_call_at": None,
        "reconciliations": [],
        "differing": 0,
        "gate": None,
    }
    return Health(**(well | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "is_well", "sentence"),
    [
        ({}, True, "Mọi thay đổi đã được hệ thống quốc gia xác nhận."),
        ({"backlog": 1200, "oldest_seconds": 3.4}, True, "Đang gửi 1.200 hồ sơ; lâu nhất đã chờ 3 giây."),
        ({"backlog": 1, "oldest_seconds": 600.0}, False, "Có hồ sơ đã chờ gửi 10 phút."),
        ({"parked": 2}, False, "2 hồ sơ bị hệ thống quốc gia từ chối, cần người xem."),
        (
            {"errors_last_hour": {"503": 3, "timeout": 1}, "backlog": 7},
            False,
            "4 lần gọi hệ thống quốc gia bị lỗi trong một giờ qua; hồ sơ chờ gửi: 7.",
        ),
        (
            {"differing": 5},
            False,
            "Đối soát thấy 5 hồ sơ khác nhau giữa hai bên.",
        ),
        (
            {"gate": Gate(state=Gate.State.OPEN), "parked": 2},
            False,
            "Hệ thống quốc gia không trả lời; tạm ngắt và đang thăm dò, không hồ sơ nào bị mất.",
        ),
        (
            {"gate": Gate(state=Gate.State.HALF_OPEN, alert="session: hết hạn")},
            False,
            "Hệ thống quốc gia từ chối phiên làm việc, cần người xem: session: hết hạn",
        ),
        ({"gate": Gate(state=Gate.State.CLOSED, limit=4)}, True, "Mọi thay đổi đã được hệ thống quốc gia xác nhận."),
    ],
)
def test_the_verdict_is_one_sentence_with_the_number_that_decides(
    changes: dict[str, object], is_well: bool, sentence: str
) -> None:
    found = verdict(state(**changes))

    assert (found.is_well, found.sentence) == (is_well, sentence)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(None, "–"), (0.4, "0 giây"), (119.9, "119 giây"), (120, "2 phút"), (7199, "119 phút"), (7200, "2 giờ")],
)
def test_a_wait_is_told_in_words_one_grasps_at_once(seconds: float | None, words: str) -> None:
    assert waited(seconds) == words


def test_the_board_shows_backlog_errors_and_the_last_reconciliation(engineer: Client, world: World) -> None:
    file(world)
    Exchange.objects.create(service="DongBoHoSoMC", started_at=machine_now(), milliseconds=9, error="máy chủ bận")
    run = Reconciliation.objects.create(finished_at=machine_now(), here=10, there=8, differing=3)
    for number, again in enumerate([False, False, True]):
        Difference.objects.create(
            reconciliation=run, code=f"H49-{number}", kind=Difference.Kind.STALE, queued_again=again
        )

    page = engineer.get(BOARD).content.decode()

    assert "KHÔNG ĐẠT" in page
    assert "Đối soát thấy 2 hồ sơ khác nhau giữa hai bên." in page
    assert "máy chủ bận" in page
    assert Delivery.objects.backlog().count() == 1


def test_failed_calls_are_told_in_words_with_their_class_beside(engineer: Client, world: World) -> None:
    for error in (Fault.MALFORMED, "máy chủ bận"):
        Exchange.objects.create(service="DongBoHoSoMC", started_at=machine_now(), milliseconds=9, error=error)

    page = engineer.get(BOARD).content.decode()

    assert 'câu trả lời không đọc được <span class="code small muted">malformed</span>' in page
    assert "× máy chủ bận</li>" in page


def test_every_class_of_failure_has_its_own_words() -> None:
    assert set(LABELS) == set(Fault)
    assert len({str(label) for label in LABELS.values()}) == len(Fault)


def test_htmx_gets_the_inner_part_only(engineer: Client, world: World) -> None:
    inner = engineer.get(BOARD, headers={"HX-Request": "true"}).content.decode()

    assert "<html" not in inner
    assert 'hx-trigger="every 3s"' in inner
    assert "ĐẠT" in inner


def test_leaders_see_the_sync_board_and_officials_do_not(leader: Client, official: Client) -> None:
    assert leader.get(BOARD).status_code == 200
    assert official.get(BOARD).status_code == 403
