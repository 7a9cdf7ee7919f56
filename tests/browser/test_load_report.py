"""The load test's report and the sync board in a real browser: nothing is wider than the screen or lies on another."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from portal.accounts.models import User
from portal.clock import machine_now
from sync.loadtest import report
from sync.models import Exchange, Reconciliation
from tests.browser.test_pages import check
from tests.loadtest.results import failed, result
from tests.portal.world import World

pytestmark = pytest.mark.browser


def test_the_report_fits_a_desktop_and_a_phone(context: BrowserContext, tmp_path: Path) -> None:
    page = context.new_page()
    other = result(run={**result()["run"], "profile": "healthy"})

    page.goto(report.write(failed(), tmp_path, other).as_uri())

    check(page)
    kill = page.locator(".kill").first
    assert kill.evaluate("line => getComputedStyle(line).stroke") != "none"
    page.click("label[for=en]")
    assert "FAIL" in page.inner_text("main")
    assert "KHÔNG ĐẠT" not in page.inner_text("main")
    check(page)


def test_the_boards_panels_hold_their_tables(
    page: Page, live_server: LiveServer, world: World, sign_in: Callable[[User.Role], None]
) -> None:
    Reconciliation.objects.create(finished_at=machine_now(), here=1_234_567, there=1_234_560, differing=7)
    for error in ("http", "malformed", "throttled"):
        Exchange.objects.create(service="DongBoHoSoMC", started_at=machine_now(), milliseconds=9, error=error)
    sign_in(User.Role.ENGINEER)

    page.goto(f"{live_server.url}/dashboards/sync/")

    check(page)
    sticking_out = "panels => panels.filter(panel => panel.scrollWidth > panel.clientWidth).length"
    assert page.locator(".panel").evaluate_all(sticking_out) == 0
