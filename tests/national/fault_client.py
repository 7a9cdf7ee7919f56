"""A province that sets faults and reads every byte of what comes back on its own socket."""

import json
import socket
from contextlib import closing
from typing import Any
from urllib.parse import urlsplit

from tests.national.province import MADONVI, Province, Reply

JSON_TYPE = {"Content-Type": "application/json"}


def admin(province: Province, method: str, path: str, content: object) -> Reply:
    return province.send(method, path, json.dumps(content).encode(), JSON_TYPE)


def set_fault(province: Province, **fault: Any) -> dict[str, Any]:
    reply = admin(province, "POST", "/_admin/faults", fault)
    assert reply.status == 201, reply.body
    return dict(reply.content)


def set_profile(province: Province, profile: str, seed: int = 0) -> None:
    reply = admin(province, "PUT", "/_admin/profile", {"profile": profile, "seed": seed})
    assert reply.status == 200, reply.body


def envelope(province: Province, service: str = "TraCuuHoSo", **fields: Any) -> dict[str, Any]:
    session = province.session or province.sign_in()
    return {"session": session, "madonvi": MADONVI, "service": service, **fields}


def opened(province: Province, content: object, path: str = "/mapi/g") -> socket.socket:
    """A connection on which the request has been sent whole."""
    address = urlsplit(province.url)
    body = json.dumps(content).encode()
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    connection = socket.create_connection((address.hostname, address.port), timeout=10)
    connection.sendall(head.encode() + body)
    return connection


def read_to_the_end(connection: socket.socket) -> bytes:
    with closing(connection):
        return b"".join(iter(lambda: connection.recv(65536), b""))


def until_closed(province: Province, content: object, path: str = "/mapi/g") -> bytes:
    """Everything the national side sends before it closes; raises ConnectionResetError for a reset."""
    return read_to_the_end(opened(province, content, path))
