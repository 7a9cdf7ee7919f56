"""Pictures of each kind of user's pages, from a running demo: `python -m tests.browser.screenshots [address] [folder]`.

It signs in with the demo's own accounts and follows an application that waits for papers.
"""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")  # noqa: TID251  a program starts here
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # noqa: TID251  Playwright's loop runs in this thread

import django

django.setup()

from django.conf import settings  # noqa: E402
from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402

from portal import secrets  # noqa: E402
from procedures.codes import receipt_secret  # noqa: E402
from procedures.models import Application  # noqa: E402
from tests.chromium import ARGUMENTS, NoBrowser, find  # noqa: E402

ACCOUNTS = {"official": "canbo", "leader": "lanhdao", "engineer": "kysu"}
DESKTOP, PHONE = (1280, 860), (390, 844)


@dataclass(frozen=True)
class Picture:
    """One picture: who looks, at what, on which screen."""

    name: str
    path: str
    role: str = ""
    screen: tuple[int, int] = DESKTOP


PICTURES = (
    Picture("citizen-home", "/"),
    Picture("official-queue", "/officials/?tab=in_progress", "official"),
    Picture("leader-board", "/dashboards/", "leader"),
    Picture("sync-board", "/dashboards/sync/", "engineer"),
)


def main(address: str, folder: Path) -> None:
    """Take every picture; each is a PNG named after what it shows."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=ARGUMENTS)
        for picture in PICTURES:
            page = _tab(browser, picture.screen)
            if picture.role:
                _sign_in(page, address, picture.role)
            page.goto(address + picture.path)
            _take(page, folder / f"{picture.name}.png")
        _status(_tab(browser, PHONE), address, folder / "citizen-status.png")
        browser.close()


def _tab(browser: Browser, screen: tuple[int, int]) -> Page:
    width, height = screen
    return browser.new_context(viewport={"width": width, "height": height}, locale="vi-VN").new_page()


def _sign_in(page: Page, address: str, role: str) -> None:
    page.goto(f"{address}/accounts/sign-in/")
    page.fill("#id_username", ACCOUNTS[role])
    page.fill("#id_password", secrets.sign_ins(settings.LOCAL_DIR)[role])
    page.click("main button")


def _status(page: Page, address: str, path: Path) -> None:
    application = Application.objects.paused().filter(due_at__isnull=False).order_by("-changed_at").first()
    if application is None:
        raise SystemExit("no application waits for its citizen: let the demo play a day first")
    page.goto(f"{address}/lookup/?code={application.code}")
    page.fill("#lookup-secret", receipt_secret(application.code, settings.LOOKUP_KEY))
    page.click("main button")
    _take(page, path)


def _take(page: Page, path: Path) -> None:
    page.wait_for_load_state("networkidle")
    page.screenshot(path=path)


if __name__ == "__main__":
    given = sys.argv[1:]
    try:
        main(given[0] if given else "http://127.0.0.1:8000", Path(given[1] if len(given) > 1 else "docs/screenshots"))
    except NoBrowser as missing:
        sys.exit(str(missing))
