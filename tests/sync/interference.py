"""A bad line to the national side: forwards each call to the real mock and then does what the script says."""

import http.client
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit


@dataclass
class Heard:
    """One request as it arrived."""

    path: str
    headers: dict[str, str]
    content: dict[str, Any]

    @property
    def service(self) -> str:
        return str(self.content.get("service", "login"))


@dataclass
class Line:
    """What is heard, and what happens to the next data calls, one entry each; an empty script interferes with none.

    `script` has the mock's answer in its hands, `delays` act before the mock hears anything.
    """

    mock: str
    heard: list[Heard] = field(default_factory=list)
    script: list[Callable[["Reply"], None]] = field(default_factory=list)
    delays: list[Callable[[], object]] = field(default_factory=list)
    url: str = ""
    spoil_sign_in: Callable[["Reply"], None] = field(default=lambda reply: reply.send())
    unknown_paths: tuple[str, ...] = ()  # what lies below is answered by 404, as by a side without our extensions

    def services(self) -> list[str]:
        return [one.service for one in self.heard]


@dataclass
class Reply:
    """The mock's answer on its way back, to be spoilt."""

    handler: BaseHTTPRequestHandler
    request: bytes
    status: int
    body: bytes

    def send(self, status: int | None = None, body: bytes | None = None, **headers: str) -> None:
        body = self.body if body is None else body
        self.handler.send_response(status or self.status)
        for name, value in headers.items():
            self.handler.send_header(name.replace("_", "-"), value)
        self.handler.send_header("Content-Length", str(len(body)))
        self.handler.end_headers()
        self.handler.wfile.write(body)


EVIDENCE = "/_admin"  # questions of reconciliation and of the checker: no deliveries, so never disturbed
CUT = object()
"""What a delay returns where the request never arrives."""


def cut() -> object:
    """The request is lost on its way in: nothing happened there."""
    return CUT


def lose(reply: Reply) -> None:
    """The effect happened, the answer never arrives."""
    reply.handler.close_connection = True


def fail(reply: Reply) -> None:
    reply.send(status=500, body=b"")


def say(code: object, message: str, *, of_each: bool = False) -> "Callable[[Reply], None]":
    """Whatever the mock did, it says this: of the whole, or of each record by itself."""

    def spoil(reply: Reply) -> None:
        told = {"error_code": code, "message": message}
        rows = json.loads(reply.request)["data"] if of_each else []
        reply.send(body=json.dumps({**told, "result": [told for _ in rows]}).encode())

    return spoil


def show_maintenance_page(reply: Reply) -> None:
    reply.send(body=b"<html>maintenance</html>")


def truncate(reply: Reply) -> None:
    reply.send(body=reply.body[: len(reply.body) // 2])


def refuse(reply: Reply) -> None:
    reply.send(body=json.dumps({"error_code": "5", "message": "Đơn vị không có quyền", "result": []}).encode())


def say_system_error(reply: Reply) -> None:
    reply.send(body=json.dumps({"error_code": "-1", "message": "Lỗi hệ thống", "result": []}).encode())


def throttle(reply: Reply) -> None:
    reply.send(status=429, body=b"", Retry_After="30")


def say_nothing_per_record(reply: Reply) -> None:
    """As the real national side: one code for the whole batch."""
    content = json.loads(reply.body)
    reply.send(body=json.dumps({**content, "result": []}).encode())


def expire_session(reply: Reply) -> None:
    reply.send(body=json.dumps({"error_code": "4", "message": "hết hạn", "result": []}).encode())


class Handler(BaseHTTPRequestHandler):
    """What the line does with each request."""

    line: Line
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path.startswith(EVIDENCE):
            self._pass_on("POST", body)
        else:
            self._disturb(body)

    def _disturb(self, body: bytes) -> None:
        heard = Heard(self.path, dict(self.headers), json.loads(body))
        self.line.heard.append(heard)
        if self.line.delays and heard.service != "login" and self.line.delays.pop(0)() is CUT:
            self.close_connection = True
            return
        reply = Reply(self, body, *_forward(self.line, "POST", self.path, body, heard.headers))
        spoil = self.line.spoil_sign_in if heard.service == "login" else Reply.send
        if self.line.script and heard.service != "login":
            spoil = self.line.script.pop(0)
        spoil(reply)

    def do_GET(self) -> None:
        self._pass_on("GET", None)

    def do_PUT(self) -> None:
        self._pass_on("PUT", self.rfile.read(int(self.headers["Content-Length"])))

    def _pass_on(self, method: str, body: bytes | None) -> None:
        Reply(self, b"", *_forward(self.line, method, self.path, body, dict(self.headers))).send()

    def log_message(self, *_arguments: object) -> None:
        """Tests speak for themselves."""


@contextmanager
def bad_line(mock: str) -> Iterator[Line]:
    """A server between the job and the mock at `mock`."""
    line = Line(mock)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("ThisLine", (Handler,), {"line": line}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    line.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield line
    finally:
        server.shutdown()
        server.server_close()


def _forward(line: Line, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> tuple[int, bytes]:
    if line.unknown_paths and path.startswith(line.unknown_paths):
        return 404, b""
    connection = http.client.HTTPConnection(urlsplit(line.mock).netloc, timeout=20)
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    return answer.status, answer.read()
