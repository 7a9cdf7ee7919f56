"""Every page in a real browser: no accessibility violation, nothing wider than the screen, no policy violation."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # the package has no types
from django.conf import settings
from playwright.sync_api import BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from portal.accounts.models import User
from procedures import actions, rollups
from procedures.codes import receipt_secret
from procedures.models import Application
from tests.portal.world import MORNING, World, accepted, settled

pytestmark = pytest.mark.browser


@pytest.fixture
def application(world: World) -> Application:
    """Waiting for papers; beside it one overdue and some settled."""
    accepted(world, at=MORNING - timedelta(days=20))
    for days in range(6):
        settled(world, at=MORNING - timedelta(days=days))
    waiting = accepted(world)
    actions.ask_supplement(waiting, by=None, at=MORNING + timedelta(hours=2), note="Thiếu bản sao giấy chứng sinh.")
    rollups.refresh_days(date(2022, 5, 12) - timedelta(days=ahead) for ahead in range(31))
    return waiting


def check(page: Page) -> None:
    """axe finds nothing, and the page does not scroll sideways."""
    found = Axe().run(page).response["violations"]
    assert [(one["id"], [node["target"] for node in one["nodes"]]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


CITIZENS = (
    "/",
    "/procedures/",
    "/procedures/?q=dat+dai",
    "/procedures/1.001193/",
    "/lookup/",
    "/accounts/sign-in/",
    "/no/",
)


def test_the_citizens_pages_pass_the_check(page: Page, live_server: LiveServer, application: Application) -> None:
    for path in CITIZENS:
        page.goto(live_server.url + path)

        check(page)


def test_a_citizen_follows_an_application(page: Page, live_server: LiveServer, application: Application) -> None:
    page.goto(f"{live_server.url}/lookup/?code={application.code}")
    page.fill("#lookup-secret", receipt_secret(application.code, settings.LOOKUP_KEY))
    page.click("main button")

    assert page.inner_text(".call strong").startswith("Cần bạn bổ sung giấy tờ")
    assert page.is_visible("[data-print]"), "the script shows the print button"
    check(page)


def test_a_wrong_code_is_refused_kindly(page: Page, live_server: LiveServer, application: Application) -> None:
    page.goto(f"{live_server.url}/lookup/")
    page.fill("#lookup-code", application.code)
    page.fill("#lookup-secret", "AAAAAAAA")
    page.click("main button")

    assert page.inner_text("h1") == "Không tìm thấy hồ sơ với hai mã này"
    check(page)


def test_an_official_accepts_and_settles(
    page: Page, live_server: LiveServer, application: Application, sign_in: Callable[[User.Role], None]
) -> None:
    sign_in(User.Role.OFFICIAL)
    check(page)
    page.goto(f"{live_server.url}/officials/?tab=waiting")
    page.click(f"text={application.code}")
    check(page)
    page.click("summary:has-text('Bổ sung giấy tờ')")
    page.click("button:has-text('Bổ sung giấy tờ')")

    assert "Đã ghi: Bổ sung giấy tờ." in page.inner_text("[role=status]")
    page.click("text=In giấy hẹn")
    assert receipt_secret(application.code, settings.LOOKUP_KEY) in page.inner_text("main")
    check(page)


def test_a_refused_act_points_to_the_field(
    page: Page, live_server: LiveServer, application: Application, sign_in: Callable[[User.Role], None]
) -> None:
    sign_in(User.Role.OFFICIAL)
    page.goto(f"{live_server.url}/officials/{application.code}/")
    page.click("summary:has-text('Dừng xử lý')")
    page.click("button:has-text('Dừng xử lý')")

    assert "Hãy ghi rõ lý do" in page.inner_text("[role=alert]")
    page.click("[role=alert] a")
    assert page.evaluate("location.hash") == "#stop_note"
    check(page)


def test_a_leader_drills_down_to_one_application(
    page: Page, live_server: LiveServer, application: Application, sign_in: Callable[[User.Role], None]
) -> None:
    sign_in(User.Role.LEADER)
    assert "Toàn tỉnh: 1 hồ sơ quá hạn" in page.inner_text("h1")
    page.wait_for_selector(".chart svg")
    check(page)
    page.click("table a:has-text('UBND thành phố Hạ Long')")
    page.click("table a:has-text('UBND phường Hồng Gai')")
    assert "Đăng ký khai sinh" in page.inner_text("main")
    check(page)
    page.click(".tile.late .value a")
    assert page.inner_text("h1").startswith("1 hồ sơ")
    check(page)
    page.click("main tbody a")
    assert "Quá hạn" in page.inner_text("main")
    check(page)


def test_the_sync_board_refreshes_itself(
    page: Page, live_server: LiveServer, application: Application, sign_in: Callable[[User.Role], None]
) -> None:
    sign_in(User.Role.ENGINEER)
    check(page)

    with page.expect_response(lambda response: response.request.headers.get("hx-request") == "true"):
        page.wait_for_selector(".verdict")
    assert page.locator(".verdict").count() == 1


def test_without_javascript_everything_but_the_refresh_works(
    context: BrowserContext, live_server: LiveServer, application: Application, world: World
) -> None:
    browser = context.browser
    assert browser is not None
    plain = browser.new_context(java_script_enabled=False)
    page = plain.new_page()
    page.goto(f"{live_server.url}/procedures/")
    page.fill("#id_q", "khai sinh")
    page.click("main button")
    page.click("text=Đăng ký khai sinh")

    assert page.inner_text("h1") == "Đăng ký khai sinh"
    plain.close()


def test_the_front_page_fits_the_narrowest_and_the_widest_screen(
    page: Page, live_server: LiveServer, application: Application
) -> None:
    for width in (320, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(live_server.url)

        check(page)
