"""EMC, the monitoring system of the Ministry of Information and Communications (national-protocol 2.7).

OpenCPS posts a form whose values it does not encode, so a name with & or = runs into the next field: a field begins
only where a known name stands. Others post JSON. Success is HTTP 204 and nothing else.
"""

import re
from collections.abc import Iterable
from typing import Any, Final

import orjson
from aiohttp import web

from sync import wire
from sync.national.answers import Refused, as_sent, read
from sync.national.digest import text_of
from sync.national.store import Pool
from sync.wire import ErrorCode

FIELDS: Final = (
    "codeProfile", "siteId", "codeTTHC", "nameTTHC", "status", "formsReception", "formsPayments", "level",
    "isFromDVCQG", "isDVCBC", "data", "MaHoSo", "User", "url", "title", "referrer",
)  # fmt: skip
LARGEST_PAGE: Final = 10_000
_FIELD: Final = re.compile(rf"(?:^|&)({'|'.join(FIELDS)})=")
_INSERT = "INSERT INTO monitored (path, code, status, content) VALUES (%s, %s, %s, %s)"
_PAGE = """
    SELECT seq, received_at, path, code, status, content FROM monitored WHERE seq > %s ORDER BY seq LIMIT %s
"""


def fields_of(body: bytes) -> dict[str, Any]:
    """What was told, form or JSON; raises Refused where it is neither."""
    text = body.decode("utf-8", "replace").removeprefix("\ufeff").replace("\0", "").strip()
    if text.startswith(("{", "[", '"')):
        content = read(text.encode())
        if isinstance(content, dict):
            return content
    parts = _FIELD.split(text)
    if len(parts) < 3 or parts[0]:
        raise Refused(ErrorCode.INVALID_DATA, "cần biểu mẫu hoặc JSON có codeProfile, codeTTHC, status …")
    return dict(zip(parts[1::2], parts[2::2], strict=True))


class Monitoring:
    """Keeps what it is told, in the order in which it came."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def note(self, path: str, body: bytes) -> None:
        content = fields_of(body)
        code = text_of(content.get("MaHoSo") or content.get("codeProfile")).replace("\0", "")[:200]
        status = text_of(content.get("status")).replace("\0", "")[:20]
        async with self._pool.connection() as connection:
            await connection.execute(_INSERT, [path, code, status, as_sent(content)])

    async def page(self, request: web.Request) -> web.Response:
        """GET: `after` is the last `seq` of the page before."""
        after = request.query.get("after", "0")
        if not (after.isascii() and after.isdigit() and len(after) < 19):
            raise web.HTTPBadRequest(reason="after must be a whole number")
        async with self._pool.connection() as connection:
            rows = await (await connection.execute(_PAGE, [int(after), LARGEST_PAGE])).fetchall()
        found = [
            {
                "seq": seq,
                "received_at": at,
                "path": path,
                "code": code,
                "status": status,
                "content": orjson.Fragment(body),
            }
            for seq, at, path, code, status, body in rows
        ]
        return web.Response(body=orjson.dumps({"rows": found}), content_type="application/json")


def routes(monitoring: Monitoring) -> Iterable[web.RouteDef]:
    return [web.get(wire.PATH_MONITORING, monitoring.page)]
