"""What the admin API is asked, and how it answers: each question is read in one way, each answer has one shape.

What cannot be asked ends in an HTTPException with a sentence, which failures.py answers like every other refusal.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final, TypeVar

import orjson
from aiohttp import web

from sync import wire
from sync.national.agencies import agency_root
from sync.national.answers import Refused

LARGEST_PAGE: Final = 100_000
LAST_NUMBER: Final = 2**63 - 1
JSON: Final = "application/json"
MERGE_PATCH: Final = "application/merge-patch+json"
T = TypeVar("T")


def answered(content: object, status: int = 200) -> web.Response:
    return web.Response(body=orjson.dumps(content, default=_plain), status=status, content_type=JSON)


def _plain(value: object) -> object:
    """A row with names is written as a row; bytes are JSON already, as they were sent."""
    if isinstance(value, bytes):
        return orjson.Fragment(value)
    if isinstance(value, tuple):
        return tuple(value)
    raise TypeError


def refused(reason: Exception) -> web.HTTPBadRequest:
    """With the sentence of what was raised, in one line as HTTP wants it."""
    return web.HTTPBadRequest(reason=" ".join(str(reason).split()))


def require_json(request: web.Request) -> None:
    """What changes something needs a content type that no form of a foreign web page can send."""
    if request.content_type not in {JSON, MERGE_PATCH}:
        raise web.HTTPUnsupportedMediaType(reason=f"send Content-Type: {JSON}")


async def content_of(request: web.Request) -> Any:
    """What was sent as JSON, {} for nothing."""
    require_json(request)
    body = await request.read()
    try:
        return orjson.loads(body) if body else {}
    except orjson.JSONDecodeError:
        raise web.HTTPBadRequest(reason="The request is no JSON in UTF-8.") from None


def whole_number(request: web.Request, name: str, default: int, *, least: int, most: int) -> int:
    text = request.query.get(name, str(default))
    try:
        number = int(text)
    except ValueError:
        number = least - 1
    if not least <= number <= most:
        raise web.HTTPBadRequest(reason=f"{name} must be a whole number from {least} to {most}")
    return number


def asked_limit(request: web.Request, usual: int) -> int:
    """How many rows a page may have."""
    return whole_number(request, "limit", usual, least=1, most=LARGEST_PAGE)


def asked_after(request: web.Request) -> int:
    """The number behind which a page begins."""
    return whole_number(request, "after", 0, least=0, most=LAST_NUMBER)


def last_of_full(rows: Sequence[T], limit: int) -> T | None:
    """The row behind which the next page begins; None where this one is the last."""
    return rows[-1] if len(rows) == limit else None


def level_1(written: str) -> str:
    """The level-1 agency of a code as a person writes it."""
    try:
        return agency_root(written)
    except Refused as reason:
        raise refused(reason) from None


def asked_root(request: web.Request) -> str | None:
    """The level-1 agency whose dossiers alone are asked for."""
    return level_1(request.query[wire.MADONVI]) if request.query.get(wire.MADONVI) else None


def one_root(request: web.Request) -> str:
    own = asked_root(request)
    if own is None:
        raise web.HTTPBadRequest(reason="madonvi is needed, like 000.00.00.H49")
    return own


def asked_day(request: web.Request, name: str) -> date | None:
    text = request.query.get(name, "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise web.HTTPBadRequest(reason=f"{name} must be a day like 2022-04-15") from None


def one_day(request: web.Request) -> date:
    day = asked_day(request, "day")
    if day is None:
        raise web.HTTPBadRequest(reason="day is needed, like 2022-04-15")
    return day
