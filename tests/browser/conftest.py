"""A real Chromium against a live server with the small province."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from portal import clock
from portal.accounts.models import User
from tests.chromium import ARGUMENTS, find
from tests.portal import world as worlds
from tests.portal.world import World


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Ended with each module: its event loop runs in this thread, and would be in the way of others."""
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Django must not take that loop for an asynchronous view
        chromium = playwright.chromium.launch(executable_path=find(), args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def world(transactional_db: None, redis_client: object) -> World:
    """The province in small, visible to the live server."""
    clock.set_virtual(worlds.NOW, speed=0)
    return worlds.build()


@pytest.fixture(params=[(1440, 900), (360, 780)], ids=["desktop", "phone"])
def context(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """A window of a desktop and of a cheap phone."""
    width, height = request.param
    opened = browser.new_context(viewport={"width": width, "height": height}, locale="vi-VN")
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext, live_server: LiveServer) -> Iterator[Page]:
    """An empty tab; a script's error or a violation of the security policy fails the test."""
    tab = context.new_page()
    complaints: list[str] = []
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.on("console", lambda message: complaints.append(message.text) if _is_complaint(message.text) else None)
    tab.goto(live_server.url)
    yield tab
    assert complaints == []


def _is_complaint(text: str) -> bool:
    return "Content Security Policy" in text or "Content-Security-Policy" in text or "Uncaught" in text


@pytest.fixture
def sign_in(page: Page, live_server: LiveServer, world: World) -> object:
    """Sign in through the form, as a role."""

    def do(role: User.Role) -> None:
        person = {User.Role.OFFICIAL: world.official, User.Role.LEADER: world.leader}.get(role)
        worlds.user(role, person)
        page.goto(f"{live_server.url}/accounts/sign-in/")
        page.fill("#id_username", role.value)
        page.fill("#id_password", "long-enough-1")
        page.click("main button")

    return do
