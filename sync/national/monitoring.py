"""EMC, the monitoring system of the Ministry of Information and Communications (national-protocol 2.7).

OpenCPS posts a form whose values it does not encode, so a name with & or = runs into the next field: a field begins
only where a known name stands. Others post JSON. Success is HTTP 204 and nothing else. Of the counter of pages no
source tells the fields: it takes whatever comes.
"""

import re
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, Final

from aiohttp import web

from sync import wire
from sync.national.answers import Refused, as_sent, read
from sync.national.asking import answered, asked_after
from sync.national.digest import text_of
from sync.national.store import Pool
from sync.wire import ErrorCode

TEXTS: Final = ("nameTTHC", "data", "User")
CODES: Final = (
    "codeProfile", "siteId", "codeTTHC", "status", "formsReception", "formsPayments", "level", "isFromDVCQG",
    "isDVCBC", "MaHoSo",
)  # fmt: skip
LARGEST_PAGE: Final = 10_000
_FIELD: Final = re.compile(rf"(?:^|&)({'|'.join(TEXTS + CODES)})=")
_ANY_FIELD: Final = re.compile(r"&(?=\w+=)")
_INSERT = "INSERT INTO monitored (path, code, status, content) VALUES (%s, %s, %s, %s)"
_PAGE = """
    SELECT seq, received_at, path, code, status, content FROM monitored WHERE seq > %s ORDER BY seq LIMIT %s
"""


def dossier_event(body: bytes) -> dict[str, Any]:
    """What was told of a dossier, by form or JSON; raises Refused where it is neither."""
    text = _text(body)
    if text.startswith(("{", "[", '"')):
        content = read(text.encode())
        if isinstance(content, dict):
            return content
    before, *parts = _FIELD.split(text)
    if not parts:
        raise Refused(ErrorCode.INVALID_DATA, "cần biểu mẫu hoặc JSON có codeProfile, codeTTHC, status …")
    fields = _split(before)
    for name, value in zip(parts[::2], parts[1::2], strict=True):
        fields |= {name: value} if name in TEXTS else _split(f"{name}={value}")
    return fields


def page_seen(body: bytes) -> dict[str, Any]:
    """What the counter of pages was told: an object, or what looks like fields, or nothing."""
    text = _text(body)
    with suppress(Refused):
        content = read(text.encode())
        if isinstance(content, dict):
            return content
    return _split(text)


def _text(body: bytes) -> str:
    return body.decode("utf-8", "replace").removeprefix("\ufeff").replace("\0", "").strip()


def _split(text: str) -> dict[str, Any]:
    """Fields one after another: no code holds what looks like a further field, so that one is unknown."""
    pairs = (field.partition("=") for field in _ANY_FIELD.split(text) if field)
    return {name: value for name, _, value in pairs}


class Monitoring:
    """Keeps what it is told, in the order in which it came."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def note(self, path: str, content: dict[str, Any]) -> None:
        """Raises Refused."""
        code = text_of(content.get("MaHoSo") or content.get("codeProfile")).replace("\0", "")[:200]
        status = text_of(content.get("status")).replace("\0", "")[:20]
        async with self._pool.connection() as connection:
            await connection.execute(_INSERT, [path, code, status, as_sent(content)])

    async def page(self, request: web.Request) -> web.Response:
        """GET: `after` is the last `seq` of the page before."""
        after = asked_after(request)
        async with self._pool.connection() as connection:
            rows = await (await connection.execute(_PAGE, [after, LARGEST_PAGE])).fetchall()
        columns = ("seq", "received_at", "path", "code", "status", "content")
        return answered({"rows": [dict(zip(columns, row, strict=True)) for row in rows]})


def routes(monitoring: Monitoring) -> Iterable[web.RouteDef]:
    return [web.get(wire.PATH_MONITORING, monitoring.page)]
