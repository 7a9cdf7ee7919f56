"""`python -m tests.browser.screenshots`: pictures of a running demo for the README, into docs/screenshots/."""

import sys
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from portal.secrets import sign_ins
from tests import chromium

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDER = ROOT / "docs" / "screenshots"
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}


@dataclass(frozen=True)
class Shot:
    """One picture: where, as whom (user name and role), on which screen."""

    name: str
    path: str
    user: str = ""
    role: str = ""
    phone: bool = False


SHOTS = (
    Shot("citizens-home", "/"),
    Shot("citizens-procedures", "/procedures/?q=dat+dai"),
    Shot("citizens-status", "/lookup/", phone=True),
    Shot("officials-queue", "/officials/", "canbo", "official"),
    Shot("leaders-board", "/dashboards/", "lanhdao", "leader"),
    Shot("engineers-sync", "/dashboards/sync/", "kysu", "engineer"),
)


def take(url: str, receipt: tuple[str, str] | None) -> None:
    """Every picture of the portal at `url`; `receipt` is a code with its secret for the status page."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.ARGUMENTS)
        for shot in SHOTS:
            page = _signed_in(browser, url, shot)
            page.goto(url + shot.path)
            if shot.phone and receipt:
                page.fill("input[name=code]", receipt[0])
                page.fill("input[name=secret]", receipt[1])
                page.locator("main button[type=submit]").first.click()
            page.wait_for_load_state("networkidle")
            page.screenshot(path=FOLDER / f"{shot.name}.png", full_page=shot.phone)
            page.close()
        browser.close()


def _signed_in(browser: Browser, url: str, shot: Shot) -> Page:
    page = browser.new_page(viewport=PHONE if shot.phone else DESKTOP, locale="vi-VN")  # type: ignore[arg-type]
    if shot.user:
        page.goto(f"{url}/accounts/sign-in/")
        page.fill("input[name=username]", shot.user)
        page.fill("input[name=password]", sign_ins(ROOT / ".local")[shot.role])
        page.locator("main button[type=submit]").first.click()
    return page


if __name__ == "__main__":
    address, *rest = sys.argv[1:] or ["http://127.0.0.1:8000"]
    take(address, (rest[0], rest[1]) if len(rest) == 2 else None)
