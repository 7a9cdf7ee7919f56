"""What all pages share: the frame, the languages, the error pages, and that nothing needs an inline script or style."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client, RequestFactory
from django.views.defaults import server_error

from portal import clock
from tests.portal.world import NOW, World

TEMPLATES = sorted((settings.BASE_DIR / "portal" / "templates").rglob("*.html"))
STATIC = settings.BASE_DIR / "portal" / "static"
names = pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)


@names
def test_no_template_has_an_inline_script_style_or_handler(path: Path) -> None:
    source = path.read_text(encoding="utf-8")

    assert not re.search(r"<script(?![^>]* src=)", source)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"|javascript:", source)


@names
def test_every_icon_of_a_template_is_in_the_sprite(path: Path) -> None:
    sprite = (STATIC / "vendor" / "bootstrap-icons" / "icons.svg").read_text(encoding="utf-8")

    for icon in re.findall(r"{% icon \"([^\"]+)\" %}", path.read_text(encoding="utf-8")):
        assert f'<symbol id="{icon}"' in sprite


@names
def test_no_template_stands_unused(path: Path) -> None:
    name = path.relative_to(settings.BASE_DIR / "portal" / "templates").as_posix()
    if re.fullmatch(r"(400|403|403_csrf|404|500)\.html", name):
        return  # Django's own views look for these

    sources = [*TEMPLATES, *(settings.BASE_DIR / "portal").rglob("*.py")]
    assert any(f'"{name}"' in other.read_text(encoding="utf-8") for other in sources if other != path)


@names
def test_no_word_of_a_template_escapes_translation(path: Path) -> None:
    source = re.sub(r"{% comment.*?endcomment %}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    bare = re.sub(r"{% blocktranslate.*?endblocktranslate %}|{%.*?%}|{{.*?}}", "", source, flags=re.DOTALL)

    vietnamese = re.findall(r"[ăâđêôơưĂÂĐÊÔƠƯà-ãè-ìò-õù-ýạ-ỹ][^<]*", bare)
    assert [word for word in vietnamese if "Tiếng Việt" not in bare] == []


def test_every_vendored_package_is_listed_with_its_licence() -> None:
    listed = (STATIC / "vendor" / "VENDOR.md").read_text(encoding="utf-8")

    for folder in (path for path in (STATIC / "vendor").iterdir() if path.is_dir()):
        assert f"`{folder.name}/`" in listed
        assert (folder / "LICENSE").exists()


def test_all_texts_are_there_in_english_and_compiled() -> None:
    call_command("translations", "--check")


def test_pages_allow_scripts_and_styles_of_their_own_only(client: Client, world: World) -> None:
    policy = client.get("/").headers["Content-Security-Policy"]

    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy
    assert "unsafe" not in policy


def test_the_portals_own_time_is_on_the_page(client: Client, world: World) -> None:
    assert "Thứ Năm 12/05/2022, 14:05" in client.get("/").content.decode()


def test_a_page_reads_the_clock_once(client: Client, world: World) -> None:
    clock.set_virtual(NOW, speed=1_000_000)

    page = client.get("/lookup/").content.decode()

    shown = re.search(r'<time datetime="([^"]+)">[^,]+, (\d\d:\d\d)</time>', page)
    assert shown is not None
    assert shown[1][11:16] == shown[2]


def test_the_language_is_switched_and_stays(client: Client, world: World) -> None:
    assert "Hồ sơ của bạn đến đâu rồi?" in client.get("/").content.decode()

    page = client.post("/i18n/setlang/", {"language": "en", "next": "/"}, follow=True).content.decode()

    assert '<html lang="en">' in page
    assert "How far is your application?" in page
    assert "Thursday 12/05/2022, 14:05" in page


@pytest.mark.parametrize("path", ["/", "/procedures/", "/procedures/1.001193/", "/lookup/", "/accounts/sign-in/"])
def test_the_citizens_pages_are_complete_in_english(client: Client, world: World, path: str) -> None:
    client.cookies["django_language"] = "en"

    page = client.get(path).content.decode()

    for vietnamese in ("Tra cứu", "Nguồn không nêu", "Trang chủ", "Đăng nhập", "Mã hồ sơ", "Lĩnh vực"):
        assert vietnamese not in page


def test_a_missing_page_says_what_to_do(client: Client, world: World) -> None:
    answer = client.get("/nowhere/")

    assert answer.status_code == 404
    assert "Hãy kiểm tra địa chỉ" in answer.content.decode()


def test_the_page_of_a_failure_needs_neither_database_nor_session() -> None:
    # without the django_db mark any query would fail this test
    answer = server_error(RequestFactory().get("/"))

    assert answer.status_code == 500
    assert "Hãy thử lại sau ít phút" in answer.content.decode()


@pytest.mark.parametrize(
    ("who", "places"),
    [
        ("client", ["Thủ tục", "Tra cứu hồ sơ"]),
        ("official", ["Thủ tục", "Tra cứu hồ sơ", "Việc cần làm", "Điều hành"]),
        ("leader", ["Thủ tục", "Tra cứu hồ sơ", "Việc cần làm", "Điều hành", "Đồng bộ"]),
        ("engineer", ["Thủ tục", "Tra cứu hồ sơ", "Đồng bộ"]),
    ],
)
def test_the_menu_holds_what_the_role_may_open(
    request: pytest.FixtureRequest, world: World, who: str, places: list[str]
) -> None:
    client: Client = request.getfixturevalue(who)

    menu = client.get("/").context["menu"]

    assert [str(place.label) for place in menu] == places
    assert all(client.get(place.url, follow=True).status_code == 200 for place in menu)


def test_the_menu_marks_where_one_is(client: Client, world: World) -> None:
    menu = client.get(f"/procedures/{world.birth.code}/").context["menu"]

    assert [str(place.label) for place in menu if place.here] == ["Thủ tục"]


def test_signing_in_leads_to_the_first_page_of_the_role_and_out_again(client: Client, engineer: Client) -> None:
    answer = client.post("/accounts/sign-in/", {"username": "engineer", "password": "long-enough-1"}, follow=True)
    assert answer.redirect_chain[-1][0] == "/dashboards/sync/"

    answer = client.post("/accounts/sign-out/", follow=True)
    assert answer.redirect_chain[-1][0] == "/"


def test_a_wrong_password_is_told_without_saying_which_part_was_wrong(client: Client, engineer: Client) -> None:
    answer = client.post("/accounts/sign-in/", {"username": "engineer", "password": "wrong"})

    assert "Tên đăng nhập hoặc mật khẩu chưa đúng." in answer.content.decode()


def test_health_tells_alive_and_ready(client: Client, world: World) -> None:
    assert client.get("/health/alive/").json() == {"alive": True}
    assert client.get("/health/ready/").json() == {"database": True, "redis": True}


def test_guessing_a_password_is_locked_out_with_a_sentence(client: Client, engineer: Client) -> None:
    for _attempt in range(settings.AXES_FAILURE_LIMIT):
        answer = client.post("/accounts/sign-in/", {"username": "engineer", "password": "wrong"})

    assert answer.status_code == 429
    assert "Mật khẩu đã sai quá nhiều lần" in answer.content.decode()
    right = client.post("/accounts/sign-in/", {"username": "engineer", "password": "long-enough-1"})
    assert right.status_code == 429
