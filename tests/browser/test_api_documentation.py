"""The API's documentation in a real browser, under the same policy as every page."""

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from tests.portal.world import World

pytestmark = pytest.mark.browser


def test_the_documentation_shows_every_endpoint_and_breaks_no_policy(
    page: Page, live_server: LiveServer, world: World
) -> None:
    page.goto(f"{live_server.url}/api/docs/")
    page.wait_for_selector(".opblock")

    shown = {text.replace("\u200b", "") for text in page.locator(".opblock-summary-path").all_inner_texts()}
    assert {"/api/v1/procedures/", "/api/v1/lookup/", "/api/v1/statistics/"} <= shown
