"""How a request ends when a fault decides: real resets, closes and broken bytes on the client's own connection.

An ending is a function of an Exchange. Those of the first group end a request without its work; those of the second
take the answer that the work gave and spoil it on its way. What goes around aiohttp's writer is written to the
transport as it is, and the connection is over then.
"""

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter

from sync.national.reception import say

NO_ANSWER = 0  # the status of a request that got none, by a fault or because its client had gone, for the journal
_LINGER_NONE = struct.pack("ii", 1, 0)  # SO_LINGER with time 0: close() sends a RST instead of a FIN
_LOOK_SECONDS = 0.1  # how soon it is noticed that a client which is kept waiting has gone


@dataclass(frozen=True)
class Exchange:
    """A request, its answer when the work was done, and the event that the national system stops."""

    request: web.Request
    answer: web.Response | None
    stopping: asyncio.Event


Ending = Callable[[Exchange], Awaitable[web.StreamResponse]]


class NoAnswer(web.StreamResponse):
    """What the transport carried is all there is: aiohttp must write nothing after it."""

    def __init__(self) -> None:
        super().__init__(status=NO_ANSWER)

    async def prepare(self, _request: web.BaseRequest) -> AbstractStreamWriter | None:
        raise ConnectionResetError("this connection has ended")


def error_page(status: int) -> str:
    """What gateways answer: HTML, whatever the client accepts."""
    title = f"{status} {HTTPStatus(status).phrase}" if status in set(HTTPStatus) else str(status)
    return f"<html><head><title>{title}</title></head><body><center><h1>{title}</h1></center></body></html>\r\n"


@dataclass(frozen=True)
class Answered:
    """An answer of the fault's own."""

    status: int
    body: str
    content_type: str = "text/html"
    headers: Mapping[str, str] = field(default_factory=dict)

    async def __call__(self, _exchange: Exchange) -> web.StreamResponse:
        return web.Response(
            text=self.body, status=self.status, content_type=self.content_type, charset="utf-8", headers=self.headers
        )


@dataclass(frozen=True)
class Said:
    """A JSON answer of the fault's own, written as the clients of its place read it."""

    content: Mapping[str, Any]
    status: int = 200

    async def __call__(self, exchange: Exchange) -> web.StreamResponse:
        return say(exchange.request, self.content, self.status)


def failed(status: int, headers: Mapping[str, str] | None = None) -> Answered:
    return Answered(status, error_page(status), headers=headers or {})


def _close(request: web.Request, content: bytes = b"") -> web.StreamResponse:
    transport = request.transport
    if transport is not None and not transport.is_closing():
        if content:
            transport.write(content)
        transport.close()
    return NoAnswer()


async def reset(exchange: Exchange) -> web.StreamResponse:
    """The connection is reset (RST): the client reads "connection reset by peer"."""
    transport = exchange.request.transport
    if transport is not None and not transport.is_closing():
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NONE)
        transport.abort()
    return NoAnswer()


async def close(exchange: Exchange) -> web.StreamResponse:
    """The connection is closed without a byte: the client reads an empty reply."""
    return _close(exchange.request)


@dataclass(frozen=True)
class Noise:
    """Bytes that are no HTTP, then the end."""

    content: bytes

    async def __call__(self, exchange: Exchange) -> web.StreamResponse:
        return _close(exchange.request, self.content)


@dataclass(frozen=True)
class Hang:
    """Nothing at all, until the client gives up or the time is over."""

    seconds: float

    async def __call__(self, exchange: Exchange) -> web.StreamResponse:
        await _keep(exchange, self.seconds)
        return _close(exchange.request)


async def _keep(exchange: Exchange, seconds: float) -> None:
    """Wait while the client waits too and the national system does not stop."""
    transport, loop = exchange.request.transport, asyncio.get_running_loop()
    until = loop.time() + seconds
    while transport is not None and not transport.is_closing() and not exchange.stopping.is_set():
        left = until - loop.time()
        if left <= 0:
            return
        with suppress(TimeoutError):
            await asyncio.wait_for(exchange.stopping.wait(), min(left, _LOOK_SECONDS))


def _body(answer: web.Response | None) -> bytes:
    return answer.body if answer is not None and isinstance(answer.body, bytes) else b""


def _head(answer: web.Response | None, *fields: str) -> bytes:
    """The head of the answer as bytes, with these fields besides its type."""
    status = answer.status if answer is not None else 200
    kind = answer.headers.get("Content-Type") if answer is not None else "application/json"
    phrase = HTTPStatus(status).phrase if status in set(HTTPStatus) else ""
    lines = [f"HTTP/1.1 {status} {phrase}", *([f"Content-Type: {kind}"] if kind else []), *fields]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


@dataclass(frozen=True)
class Truncated:
    """The body ends before its announced length; where there is none, the head ends in its middle."""

    fraction: float

    async def __call__(self, exchange: Exchange) -> web.StreamResponse:
        body = _body(exchange.answer)
        kept = min(int(len(body) * self.fraction), len(body) - 1)  # less than all of it, or it would be well
        head = _head(exchange.answer, f"Content-Length: {len(body)}")
        return _close(exchange.request, head + body[:kept] if body else head[: len(head) // 2])


async def break_chunk(exchange: Exchange) -> web.StreamResponse:
    """A chunked answer whose second chunk has no readable length."""
    body = _body(exchange.answer)
    half = body[: len(body) // 2 or 1]
    chunk = f"{len(half):x}\r\n".encode() + half + b"\r\n" if half else b""  # one of length 0 would be the end
    return _close(exchange.request, _head(exchange.answer, "Transfer-Encoding: chunked") + chunk + b"zz\r\n!lskdu018y")


@dataclass(frozen=True)
class Dribbled:
    """The body in pieces, evenly over a time."""

    chunks: int
    seconds: float

    async def __call__(self, exchange: Exchange) -> web.StreamResponse:
        body, pause = _body(exchange.answer), self.seconds / self.chunks
        if exchange.answer is None:
            return await close(exchange)
        stream = web.StreamResponse(status=exchange.answer.status, headers=exchange.answer.headers)
        stream.content_length = len(body)
        size = -(-len(body) // self.chunks) or 1
        try:
            await stream.prepare(exchange.request)
            for start in range(0, len(body), size):
                await _keep(exchange, pause)
                await stream.write(body[start : start + size])
            await stream.write_eof()
        except ConnectionError:
            return NoAnswer()
        return stream


@dataclass(frozen=True)
class ClosedSlowly:
    """The whole answer at once; the connection, which it says is closed, stays open for a time."""

    seconds: float

    async def __call__(self, exchange: Exchange) -> web.StreamResponse:
        body, transport = _body(exchange.answer), exchange.request.transport
        if transport is not None and not transport.is_closing():
            transport.write(_head(exchange.answer, f"Content-Length: {len(body)}", "Connection: close") + body)
        await _keep(exchange, self.seconds)
        return _close(exchange.request)
