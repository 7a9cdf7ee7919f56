"""What provinces tell besides dossiers and progress: statuses of promotion notices, answers, ratings (2.1, 3.4).

Kept as it was sent, in the order in which it came; the same notice again is kept again, as the real clients resend.
"""

import re
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Final

from aiohttp import web

from sync import wire
from sync.national.answers import Answer, Envelope, Refused, as_sent, listed
from sync.national.asking import answered, asked_after
from sync.national.digest import root, text_of
from sync.national.store import Pool
from sync.wire import ErrorCode, Service

LARGEST_PAGE: Final = 10_000
_SECOND: Final = re.compile(r"\d{14}", re.ASCII)
_STATUSES: Final = {"2", "5"}  # of a promotion notice (3.4)
_INSERT = "INSERT INTO notice (root, service, code, content) SELECT %s, %s, * FROM unnest(%s::text[], %s::bytea[])"
_PAGE = """
    SELECT seq, received_at, root, service, code, content FROM notice
    WHERE seq > %(after)s AND (%(service)s::text = '' OR service = %(service)s) ORDER BY seq LIMIT %(limit)s
"""


class Notices:
    """The services that only take note."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def services(self) -> dict[str, Callable[[Envelope], Awaitable[Answer]]]:
        return {Service.SYNC_STATUS: self._status, Service.SYNC_RATINGS: self._ratings}

    async def keep(self, envelope: Envelope, items: list[Any], name: str) -> None:
        """Write down each item, known by its member `name`; raises Refused."""
        codes = [text_of(item.get(name)).replace("\0", "")[:200] if isinstance(item, dict) else "" for item in items]
        agency, service = root(text_of(envelope[wire.MADONVI])), text_of(envelope[wire.SERVICE])
        async with self._pool.connection() as connection:
            await connection.execute(_INSERT, [agency, service, codes, [as_sent(item) for item in items]])

    async def _status(self, envelope: Envelope) -> Answer:
        """DongBoTrangThaiHoSo: one object of type 2; NgayXuLy is mandatory, TrangThai is 2 or 5."""
        sent = listed(envelope.get(wire.DATA))
        data = sent[0] if len(sent) == 1 else None
        if text_of(envelope.get("type")) != "2" or not isinstance(data, dict):
            raise Refused(ErrorCode.INVALID_DATA, 'cần type "2" và data là một đối tượng')
        if not text_of(data.get("MaHoSo")).strip():
            raise Refused(ErrorCode.INVALID_DATA, "thiếu MaHoSo")
        if not _SECOND.fullmatch(text_of(data.get("NgayXuLy"))):
            raise Refused(ErrorCode.INVALID_DATA, "NgayXuLy phải có dạng yyyyMMddHHmmss")
        if text_of(data.get("TrangThai")) not in _STATUSES:
            raise Refused(ErrorCode.INVALID_DATA, "TrangThai phải là 2 hoặc 5")
        await self.keep(envelope, [data], "MaHoSo")
        return Answer()

    async def _ratings(self, envelope: Envelope) -> Answer:
        """DongBoDanhGia: the month's satisfaction, resent whole by its senders."""
        await self.keep(envelope, listed(envelope.get(wire.DATA)), "MaDonVi")
        return Answer()

    async def page(self, request: web.Request) -> web.Response:
        """GET: `service` chooses, `after` is the last `seq` of the page before."""
        values = {"after": asked_after(request), "service": request.query.get("service", ""), "limit": LARGEST_PAGE}
        async with self._pool.connection() as connection:
            rows = await (await connection.execute(_PAGE, values)).fetchall()
        columns = ("seq", "received_at", "root", "service", "code", "content")
        return answered({"rows": [dict(zip(columns, row, strict=True)) for row in rows]})


def routes(notices: Notices) -> Iterable[web.RouteDef]:
    return [web.get(wire.PATH_NOTICES, notices.page)]
