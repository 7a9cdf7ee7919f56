"""What cannot be answered: a person gets a page in their language, a program the JSON it always got."""

import json
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from psycopg import sql

from sync import wire
from tests.national.province import Province, Reply
from tests.national.test_pages import HOSTILE, HTML, words

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
WRONG = [
    ("/xyz", 404, "Không có trang nào ở địa chỉ này", "There is no page at this address"),
    ("/tinh/thieu", 400, "Cần biết tỉnh, bộ nào", "Which province or ministry is meant"),
    ("/tinh/thieu?madonvi=H49", 400, "Cần biết ngày nào", "Which day is meant"),
    ("/tinh/muon?madonvi=H49&day=today", 400, "Cần biết ngày nào", "Which day is meant"),
    ("/tinh/muon?madonvi=H49&days=x", 400, "Số ngày (days) phải là số nguyên", "The number of days"),
    (f"/tinh?madonvi={'x' * 200}", 400, "Cần biết tỉnh, bộ nào", "Which province or ministry is meant"),
    ("/tinh/muon?madonvi=H49&after=%00", 400, "không đọc được", "cannot be read"),
    (f"/{quote(HOSTILE)}?x={quote(HOSTILE)}", 404, "Không có trang nào", "There is no page"),
]


def in_english(path: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}lang=en"


def sent(province: Province, path: str, body: str, **headers: str) -> Reply:
    usual = {"Content-Type": "application/x-www-form-urlencoded", "Origin": province.url, **BROWSER}
    return province.send("POST", path, body.encode(), usual | headers)


@pytest.mark.parametrize(("path", "status", "vietnamese", "english"), WRONG)
def test_a_person_is_told_in_a_sentence_on_a_page_of_the_same_status(
    province: Province, path: str, status: int, vietnamese: str, english: str
) -> None:
    there, translated = (province.send("GET", one, headers=BROWSER) for one in (path, in_english(path)))

    for reply, sentence in ((there, vietnamese), (translated, english)):
        text = reply.body.decode()
        assert (reply.status, reply.headers["content-type"]) == (status, "text/html; charset=utf-8")
        assert sentence in words(text)
        assert 'href="/su-co' in text
        assert "<script" not in text


@pytest.mark.parametrize("path", [path for path, *_ in WRONG])
def test_a_program_is_told_in_json_as_ever(province: Province, path: str) -> None:
    reply = province.send("GET", path, headers={"Accept": "*/*"})

    assert reply.content["error_code"] == "1"
    assert reply.content["message"]


@pytest.mark.parametrize("path", ["/mapi/g", "/mapi/login", f"{wire.PATH_GATEWAY}LayThuTuc", "/nowhere"])
def test_a_service_answers_the_same_to_a_client_that_says_it_accepts_pages(province: Province, path: str) -> None:
    plain, java = (
        province.send("POST", path, b"no json", {"Accept": accepted})
        for accepted in ("*/*", "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2")
    )

    assert (java.status, java.body) == (plain.status, plain.body)
    assert java.headers["content-type"].startswith("application/json")


@pytest.mark.parametrize("path", [f"{wire.PATH_DOSSIERS}/H49-x", f"{wire.PATH_LEDGER}?format=xml"])
def test_the_admin_api_answers_in_json_whoever_asks(province: Province, path: str) -> None:
    assert province.send("GET", path, headers=BROWSER).content["error_code"] == "1"


@pytest.mark.parametrize(
    ("path", "body", "headers", "status", "sentence"),
    [
        ("/su-co/profile", "profile=evil&seed=abc", {}, 400, "Hạt giống phải là số nguyên"),
        ("/su-co/profile", "profile=nonsense&seed=1", {}, 400, "Không có kịch bản nào tên như vậy"),
        ("/su-co/remove", "id=99", {}, 404, "Không có sự cố này"),
        ("/su-co/bug", "name=nonsense&on=1", {}, 400, "Không có lỗi cố ý nào tên như vậy"),
        ("/su-co/bug", "name=lose&on=1", {"Origin": "null"}, 403, "chỉ nhận được khi gửi từ chính trang"),
    ],
)
def test_a_form_that_cannot_be_taken_is_answered_on_a_page_and_its_address_leads_back(
    province: Province, path: str, body: str, headers: dict[str, Any], status: int, sentence: str
) -> None:
    reply = sent(province, path, body, **headers)
    back = province.send("GET", f"{path}?lang=en", headers=HTML)

    assert reply.status == status
    assert sentence in words(reply.body.decode())
    assert (back.status, back.headers["location"]) == (303, "/su-co?lang=en")


def test_an_outage_of_the_database_is_told_on_a_page(
    province: Province, server: psycopg.Connection, national_database: sql.Identifier
) -> None:
    server.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(national_database))
    server.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
        [national_database.as_string().strip('"')],
    )
    try:
        reply = province.send("GET", "/tinh", headers=BROWSER)
        program = province.send("GET", wire.PATH_RECEIVED)
    finally:
        server.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(national_database))

    assert reply.status == program.status == 503
    assert "Cơ sở dữ liệu của hệ thống không trả lời" in words(reply.body.decode())
    assert json.loads(program.body)["error_code"] == "-1"
