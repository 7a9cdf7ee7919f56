"""Parked letters in a real browser: from the sync board to a decision and its audit, with and without JavaScript."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from portal.accounts.models import User
from procedures import actions
from procedures.models import Application
from sync.models import Delivery, Replay
from tests.browser.test_pages import check
from tests.portal.world import MORNING, World, file, user
from tests.sync.letters import park, parked

pytestmark = pytest.mark.browser
LONG = "1 " + "Trường thông tin NoiDungYeuCauGiaiQuyet của hồ sơ dài quá độ dài mà hệ thống quốc gia cho phép. " * 4


@pytest.fixture
def letters(world: World) -> list[Application]:
    """More than a page of them, one with a very long reason, one with a change held behind it."""
    long = file(world, at=MORNING)
    park(long, reason=LONG)
    found = [long, *parked(world, 24)]
    actions.accept(found[-1], by=None, at=MORNING.replace(hour=10))
    return found


def test_an_engineer_goes_from_the_board_to_a_retry_and_its_audit(
    page: Page, live_server: LiveServer, letters: list[Application], sign_in: Callable[[User.Role], None]
) -> None:
    sign_in(User.Role.ENGINEER)
    page.click(".tile .value a")
    assert page.inner_text("h1") == "25 hồ sơ bị từ chối, chờ quyết định"
    check(page)
    page.click("text=Trang sau")
    check(page)
    page.click("th:has-text('Ngày sinh … không có thật') + td a")
    page.click("text=Gửi lại 24 hồ sơ …")
    assert page.inner_text("h1") == "Sẽ gửi lại 24 hồ sơ"
    check(page)
    page.click("main form button")
    assert "Hãy ghi lý do" in page.inner_text("[role=alert]")
    check(page)
    page.fill("#decision-why", "Đã sửa ngày sinh")
    page.check("#decision-sure")
    page.click("main form button")

    assert "Đã xếp gửi lại 24 hồ sơ." in page.inner_text("[role=status]")
    check(page)
    page.click("text=Nhật ký")
    assert "Đã sửa ngày sinh" in page.inner_text("main")
    check(page)
    assert Delivery.objects.parked().count() == 1


def test_a_leader_sees_what_is_held_behind_and_decides_nothing(
    page: Page, live_server: LiveServer, letters: list[Application], sign_in: Callable[[User.Role], None]
) -> None:
    sign_in(User.Role.LEADER)
    page.goto(f"{live_server.url}/dashboards/sync/parked/?view=held")

    assert page.inner_text("h1") == "1 hồ sơ tạm gác có thay đổi chờ phía sau"
    assert "chờ phía sau" in page.inner_text("main tbody td .list")
    assert page.locator("a[href*='/skip/']").count() == 0
    check(page)
    page.goto(f"{live_server.url}/dashboards/sync/parked/?since=2022-05-12&until=2022-05-01")
    for width in (320, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        check(page)


def test_a_letter_is_skipped_without_javascript(
    browser: Browser, live_server: LiveServer, letters: list[Application]
) -> None:
    user(User.Role.ENGINEER)
    plain = browser.new_context(java_script_enabled=False, locale="vi-VN")
    page = plain.new_page()
    page.goto(f"{live_server.url}/accounts/sign-in/")
    page.fill("#id_username", "engineer")
    page.fill("#id_password", "long-enough-1")
    page.click("main button")
    page.goto(f"{live_server.url}/dashboards/sync/parked/?code={letters[0].code}")
    page.click("text=Bỏ qua 1 hồ sơ …")
    page.fill("#decision-why", "Hồ sơ thử, không cần gửi")
    page.check("#decision-sure")
    page.click("main form button")

    assert Replay.objects.get().done == 1
    assert page.inner_text("h1") == "Bỏ qua: đã làm 1 trên 1 hồ sơ"
    plain.close()
