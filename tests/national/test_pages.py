"""The national side's own pages: what they show, in both languages, escaped, and who may change anything by them."""

import html
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from sync import wire
from sync.national.pages.frame import NAVIGATION
from tests.national.province import MADONVI, Province, Reply, record, step

HOSTILE = '"><script>alert(1)</script>'
HTML = {"Accept": "text/html"}


@pytest.fixture
def filled(province: Province) -> Province:
    province.add(*(record(number) for number in range(1, 6)), record(6, MaLinhVuc="", TrangThaiHoSo="11"))
    province.progress(step(1), step(1, "20220513083015", "9"))
    body = b'{"madonvi": "H49", "days": [["2022-05-12", 8]]}'
    province.send("PUT", wire.PATH_MUST_SYNC, body, {"Content-Type": "application/json"})
    return province


def page(province: Province, path: str) -> str:
    reply = province.send("GET", path, headers=HTML)
    assert reply.status == 200, reply.body
    assert reply.headers["content-type"].startswith("text/html")
    return reply.body.decode()


def pages(province: Province, link: str) -> Iterator[str]:
    """What a reader sees on this page and on all that follow it."""
    while link:
        text = page(province, html.unescape(link))
        yield words(text)
        link = next(iter(re.findall(r'href="([^"]*)">(?:Trang sau|Next page)', text)), "")


def words(text: str) -> str:
    """What a reader sees."""
    text = re.sub(r"<style>.*?</style>", "", text, flags=re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


@pytest.mark.parametrize("path", NAVIGATION)
def test_every_page_answers_empty_and_filled(province: Province, path: str) -> None:
    assert "Hệ thống giám sát quốc gia" in page(province, path)

    province.add(record(1))

    assert "<h1>" in page(province, path)


LISTS = ("/tinh/thieu?madonvi=H49&day=2022-05-12", "/tinh/muon?madonvi=H49&day=2022-05-12")


@pytest.mark.parametrize("path", [*NAVIGATION, *LISTS])
def test_every_page_is_there_in_english_and_stays_in_it(filled: Province, path: str) -> None:
    text = page(filled, f"{path}{'&' if '?' in path else '?'}lang=en")

    assert '<html lang="en">' in text
    assert "National monitoring system" in text
    own = [link for link in re.findall(r'href="(/[^"]*)"', text) if not link.startswith(("/_admin", "/metrics"))]
    assert [link for link in own if "lang=" not in link] == []


def test_the_overview_counts_what_is_held(filled: Province) -> None:
    text = words(page(filled, "/"))

    assert "Hồ sơ đang giữ 6" in text
    assert "Dòng tiến độ 2" in text
    assert "2. Được tiếp nhận 5" in text
    assert "“11” 1" in text


def test_the_provinces_show_received_against_must_sync_and_the_points_of_1_4(filled: Province) -> None:
    text = words(page(filled, "/tinh"))

    assert "H49 · UBND tỉnh Quảng Ninh 6 8 75,0 % 4,50" in text
    assert "12/05/2022 H49 6 8 75,0 %" in text
    assert "<rect" in page(filled, "/tinh")


def test_a_dossier_shows_its_ledger_progress_warnings_and_record(filled: Province) -> None:
    code = record(1)["MaHoSo"]

    text = words(page(filled, f"/ho-so/{code}"))
    odd = words(page(filled, f"/ho-so/{record(6)['MaHoSo']}"))

    assert text.count("CapNhatTienDoHoSoMC") == 2
    assert "13/05/2022 08:30:15 9. Đã xử lý xong" in text
    assert "tiến độ CapNhatTienDoHoSoMC 9. Đã xử lý xong" in text
    assert '"ChuHoSo": "Nguyễn Văn An"' in text
    assert "Thiếu lĩnh vực MaLinhVuc" in odd
    assert "Thiếu lĩnh vực" not in text


def test_a_dossier_is_found_by_its_number_and_an_unknown_one_is_said_to_be_none(filled: Province) -> None:
    code = record(1)["MaHoSo"]

    found = filled.send("GET", f"/ho-so?MaHoSo={code}&lang=en", headers=HTML)
    unknown = filled.send("GET", "/ho-so/H49-x", headers=HTML)

    assert (found.status, found.headers["location"]) == (303, f"/ho-so/{code}?lang=en")
    assert unknown.status == 404
    assert "Không có hồ sơ này" in unknown.body.decode()


def test_the_warnings_lead_to_their_dossiers(filled: Province) -> None:
    text = page(filled, "/canh-bao")

    assert f'href="/ho-so/{record(6)["MaHoSo"]}?madonvi=H49"' in text
    assert "Trạng thái không có trong danh mục" in text
    assert "Thiếu lĩnh vực" not in page(filled, "/canh-bao?kind=unknown_status").split("<h2>")[1]


def test_the_journal_is_filtered_by_what_is_asked(filled: Province) -> None:
    filled.call("KhôngCó")

    text = words(page(filled, "/nhat-ky?error_code=6"))

    assert "1 mới nhất trong 1 yêu cầu khớp điều kiện lọc, của" in text
    assert "KhôngCó" in text
    assert filled.get(f"{wire.PATH_JOURNAL}?service=DongBoHoSoMC&http_status=200")["found"] == 1
    assert filled.get(f"{wire.PATH_JOURNAL}?path=mapi&limit=1")["found"] > 1


def form(province: Province, path: str, body: str, origin: str | None = None) -> Reply:
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Origin": province.url if origin is None else origin,
    }
    return province.send("POST", path, body.encode(), headers)


def test_a_profile_is_chosen_a_fault_removed_and_a_bug_switched_by_the_pages_own_forms(province: Province) -> None:
    assert form(province, "/su-co/profile", f"profile=flaky_1pct&seed={2**63 - 1}").status == 303
    assert form(province, "/su-co/profile", "profile=flaky_1pct&seed=7").status == 303
    state: Any = province.get(wire.PATH_PROFILE)
    assert (state["profile"], state["seed"]) == ("flaky_1pct", 7)
    [number, *_] = re.findall(r'name="id" value="(\d+)"', page(province, "/su-co"))

    assert form(province, "/su-co/remove", f"id={number}").status == 303
    assert form(province, "/su-co/bug", "name=lose&on=1").status == 303

    assert number not in re.findall(r'name="id" value="(\d+)"', page(province, "/su-co"))
    assert province.get(wire.PATH_BUGS)["lose"] is True
    assert form(province, "/su-co/bug", "name=lose&on=").status == 303
    assert province.get(wire.PATH_BUGS)["lose"] is False


@pytest.mark.parametrize("origin", ["", "http://127.0.0.1:1", "null"])
@pytest.mark.parametrize("path", ["/su-co/profile", "/su-co/remove", "/su-co/bug"])
def test_a_form_of_a_foreign_page_changes_nothing(province: Province, path: str, origin: str) -> None:
    assert form(province, path, "profile=outage&seed=1&name=lose&on=1&id=1", origin).status == 403
    assert province.get(wire.PATH_PROFILE)["profile"] == "healthy"


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/su-co/profile", "profile=nonsense&seed=1", 400),
        ("/su-co/profile", "profile=outage&seed=x", 400),
        ("/su-co/profile", f"profile=outage&seed={2**63}", 400),
        ("/su-co/profile", f"profile=outage&seed={'9' * 5000}", 400),
        ("/su-co/remove", "id=99", 404),
        ("/su-co/remove", "id=x", 404),
        ("/su-co/bug", "name=nonsense&on=1", 400),
    ],
)
def test_a_form_that_asks_for_what_is_not_there_is_refused(
    province: Province, path: str, body: str, status: int
) -> None:
    assert form(province, path, body).status == status


def test_hostile_text_is_shown_and_never_run(province: Province) -> None:
    code = f"H49-{HOSTILE}"
    province.add({**record(code), "MaLinhVuc": "", "TrangThaiHoSo": "<b>", "ChuHoSo": HOSTILE})
    province.progress({**step(code), "MaHoSo": code, "NoiDungXuLy": HOSTILE, "NguoiXuLy": HOSTILE})
    province.call(HOSTILE)
    query = quote(HOSTILE)

    for path in (
        "/", "/tinh", "/canh-bao", "/su-co", "/nhat-ky", f"/ho-so/{quote(code, safe='')}", f"/nhat-ky?service={query}",
        f"/canh-bao?kind={query}&madonvi={query}&after={query}", f"/?x={query}", f"/tra-cuu?MaHoSo={query}",
    ):  # fmt: skip
        assert "<script" not in page(province, path), path
    assert HOSTILE in words(page(province, f"/ho-so/{quote(code, safe='')}?madonvi={MADONVI}"))


def links(text: str, words_of_it: str) -> list[str]:
    """Where the links with these words lead."""
    return [html.unescape(link) for link in re.findall(rf'href="([^"]*)"[^>]*>{words_of_it}<', text)]


@pytest.mark.parametrize("number", ["H49-a?b", "H49-a#b", "H49-50%25", "H49-a&lang=x"])
def test_a_dossier_of_any_number_is_shown_in_the_other_language_too(province: Province, number: str) -> None:
    province.add(record(number))

    [link] = links(page(province, f"/ho-so/{quote(number, safe='')}"), "English")

    assert html.escape(f"Dossier {number}") in page(province, link)


@pytest.mark.parametrize("path", ["/", "/nhat-ky"])
def test_a_form_that_asks_stays_in_the_language_of_its_page(province: Province, path: str) -> None:
    keeps = '<input type="hidden" name="lang" value="en">'

    assert page(province, f"{path}?lang=en").count(keeps) == 1
    assert keeps not in page(province, path)


def test_moments_are_shown_in_our_zone_wherever_the_database_stands(
    start: Callable[..., Province], national_database_url: str
) -> None:
    province = start(database_url=make_conninfo(national_database_url, options="-c TimeZone=America/New_York"))
    province.add(record(1))
    with psycopg.connect(national_database_url) as connection:
        connection.execute("UPDATE dossier SET first_at = '2022-05-12T17:30:00+00:00'")

    assert "13/05/2022 00:30:00" in page(province, f"/ho-so/{record(1)['MaHoSo']}")


def test_the_metrics_are_in_the_format_that_is_scraped(filled: Province) -> None:
    filled.call(HOSTILE + "\\")
    filled.post(wire.PATH_FAULTS, {"name": "down", "error_status": 503, "match": {"service": "DongBoHoSoMC"}})
    filled.post("/mapi/g", {"service": "DongBoHoSoMC"})

    reply = filled.send("GET", wire.PATH_METRICS)
    lines = reply.body.decode().splitlines()

    assert reply.headers["content-type"].startswith("text/plain; version=0.0.4")
    sample = re.compile(r'^[a-z_]+(\{[a-z_]+="(\\.|[^"\\])*"(,[a-z_]+="(\\.|[^"\\])*")*\})? \d+$')
    assert [line for line in lines if not line.startswith("# ") and not sample.match(line)] == []
    assert 'national_ledger_effects_total{kind="record"} 6' in lines
    assert 'national_faults_total{fault="down"} 1' in lines


@pytest.mark.parametrize(("kind", "lines"), [("ndjson", 8), ("csv", 9)])
def test_the_ledger_is_exported_whole(filled: Province, monkeypatch: pytest.MonkeyPatch, kind: str, lines: int) -> None:
    monkeypatch.setattr("sync.national.admin.PAGE", 3)

    reply = filled.send("GET", f"{wire.PATH_LEDGER}?format={kind}&madonvi={MADONVI}")

    assert len(reply.body.splitlines()) == lines
    assert filled.send("GET", f"{wire.PATH_LEDGER}?format=xml").status == 400
