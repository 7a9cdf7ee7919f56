"""The national side's pages on a phone: no page is wider than its screen; a table that is scrolls by itself."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, sync_playwright

from sync.national.pages.frame import NAVIGATION
from tests.chromium import ARGUMENTS, find
from tests.national.province import Province, record, step

pytestmark = pytest.mark.browser
LONG = "Chuyển hồ sơ về Bộ phận Một cửa để trả kết quả cho người dân theo giấy hẹn đã phát hành"


@pytest.fixture
def phone() -> Iterator[Page]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find(), args=ARGUMENTS)
        yield chromium.new_page(viewport={"width": 320, "height": 640})
        chromium.close()


def test_no_page_of_the_national_side_is_wider_than_a_phone(start: Callable[..., Province], phone: Page) -> None:
    province = start(profile="flaky_1pct")
    province.add(record(1, TrangThaiHoSo="11"), record("H49-" + "9" * 300))
    province.progress(step(1, NoiDungXuLy=LONG))

    wide = []
    for path in (*NAVIGATION, f"/ho-so/{record(1)['MaHoSo']}", f"/ho-so/H49-{'9' * 300}"):
        phone.goto(province.url + path)
        wide += [path] if phone.evaluate("document.documentElement.scrollWidth > window.innerWidth") else []

    assert wide == []


@pytest.mark.parametrize("path", ["/", "/tra-cuu"])
def test_a_dossiers_code_can_be_read_whole_where_it_is_typed(
    start: Callable[..., Province], phone: Page, path: str
) -> None:
    phone.goto(start().url + path)
    field = phone.locator("[name=MaHoSo]")

    field.fill(str(record(1)["MaHoSo"]))

    assert field.evaluate("field => field.scrollWidth <= field.clientWidth")
