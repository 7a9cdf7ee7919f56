"""National → province: the national portal's look-up asks the province it was given, and only that."""

import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import orjson
import pytest

from tests.national.province import Province

FOUND = {"MaHoSo": "H49-1", "TenTTHC": "Đăng ký <khai sinh>", "TrangThaiHoSo": "4", "DonViXuLy": "UBND phường"}


class Portal(BaseHTTPRequestHandler):
    """A province that answers `answer` and remembers what it was asked."""

    answer: bytes = b""
    asked: list[tuple[str, Any]]

    def do_POST(self) -> None:
        self.asked.append((self.path, orjson.loads(self.rfile.read(int(self.headers["Content-Length"])))))
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.answer)))
        self.end_headers()
        self.wfile.write(self.answer)

    def log_message(self, *_arguments: object) -> None:
        """Tests speak for themselves."""


@pytest.fixture
def portal() -> Iterator[type[Portal]]:
    kind: Any = type("ThisPortal", (Portal,), {"asked": [], "answer": orjson.dumps(FOUND)})
    server = ThreadingHTTPServer(("127.0.0.1", 0), kind)
    kind.url = f"http://127.0.0.1:{server.server_port}/"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield kind
    server.shutdown()
    server.server_close()


@pytest.fixture
def asking(start: Callable[..., Province], portal: Any) -> Province:
    return start(province_url=portal.url)


def look_up(national: Province, code: str, accept: str = "application/json") -> Any:
    reply = national.send("GET", f"/tra-cuu?MaHoSo={code}", headers={"Accept": accept})
    assert reply.status == 200
    return reply.content if accept == "application/json" else reply.body.decode()


def test_the_province_is_asked_by_the_protocols_body_and_its_answer_is_passed_on(asking: Province, portal: Any) -> None:
    assert look_up(asking, "H49-1") == FOUND

    question = {"madonvi": "000.00.00.H49", "service": "TraCuuHoSo", "masohoso": "H49-1"}
    assert portal.asked == [("/web/guest/search/call", question)]


def test_the_page_shows_the_answer_and_escapes_it(asking: Province) -> None:
    page = look_up(asking, "%3Cb%3E", accept="text/html")

    assert "Đăng ký &lt;khai sinh&gt;" in page
    assert 'value="&lt;b&gt;"' in page
    assert "4 Đang xử lý" in page


def test_what_the_province_refuses_is_shown_in_its_words(asking: Province, portal: Any) -> None:
    portal.answer = orjson.dumps({"error_code": "-1", "message": "Hồ sơ không tồn tại"})

    assert "Hồ sơ không tồn tại" in look_up(asking, "x", accept="text/html")


@pytest.mark.parametrize("answer", [b"<html>", b"[]", b""])
def test_an_answer_that_is_none_ends_in_a_sentence(asking: Province, portal: Any, answer: bytes) -> None:
    portal.answer = answer

    assert "không đúng giao thức" in look_up(asking, "x")["message"]


def test_a_province_that_is_away_and_one_that_was_never_named_end_in_sentences(start: Callable[..., Province]) -> None:
    away = start(province_url="http://127.0.0.1:9")

    assert "không có gì lắng nghe" in look_up(away, "x")["message"]
    assert "nothing listens" in look_up(away, "x&lang=en", accept="text/html")
    assert "--province-url" in look_up(start(), "x")["message"]


def test_a_province_that_never_answers_is_waited_for_only_so_long(
    start: Callable[..., Province], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.national.province.TIMEOUT_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        asking = start(province_url=f"http://127.0.0.1:{silent.getsockname()[1]}")

        assert "không trả lời trong 6 giây" in look_up(asking, "x")["message"]


def test_a_browser_that_would_also_take_json_is_shown_the_page_within_the_sites_frame(asking: Province) -> None:
    accept = {"Accept": "text/html,application/xhtml+xml,application/json;q=0.9,*/*;q=0.8"}

    reply = asking.send("GET", "/tra-cuu?MaHoSo=H49-1&lang=en", headers=accept)

    assert reply.headers["content-security-policy"].startswith("default-src 'none'")
    text = reply.body.decode()
    assert 'aria-current="page">Ask the province' in text
    assert "<dt>Procedure</dt>" in text


def test_the_empty_form_asks_nobody(asking: Province, portal: Any) -> None:
    page = asking.send("GET", "/tra-cuu", headers={"Accept": "text/html"}).body.decode()

    assert "<form>" in page
    assert portal.asked == []
