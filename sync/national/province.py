"""National → province: a citizen asks the national portal, which asks the province (national-protocol 2.6).

Only the one address that was given at start is ever called. The province answers a bare object, or -1 with a sentence.
"""

from collections.abc import AsyncIterator, Iterable
from html import escape
from typing import Any, Final

import aiohttp
import orjson
from aiohttp import web

from sync import wire

PATH: Final = "/tra-cuu"
TIMEOUT_SECONDS: Final = 6
MOST: Final = 200  # characters of a dossier number
FIELDS: Final = {
    "MaHoSo": "Mã hồ sơ",
    "TenTTHC": "Thủ tục hành chính",
    "TenLinhVuc": "Lĩnh vực",
    "TrangThaiHoSo": "Trạng thái",
    "DonViXuLy": "Đơn vị xử lý",
}
NOT_CONNECTED: Final = "Chưa nối với tỉnh nào: khởi động với --province-url."
SILENT: Final = "Hệ thống của tỉnh không trả lời trong 6 giây, hãy thử lại sau."
UNREADABLE: Final = "Hệ thống của tỉnh trả lời không đúng giao thức."


class Province:
    """The province's own system at `url`; "" where there is none."""

    def __init__(self, url: str, agency: str) -> None:
        self._url = url.rstrip("/")
        self._agency = agency
        self._http: aiohttp.ClientSession | None = None

    async def connection(self, _app: web.Application) -> AsyncIterator[None]:
        """For the application's own life."""
        timeout = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)
        async with aiohttp.ClientSession(timeout=timeout) as self._http:
            yield

    async def find(self, code: str) -> dict[str, Any]:
        """What the province says of a dossier; `error_code` and `message` where it says nothing."""
        if not self._url or self._http is None:
            return _failed(NOT_CONNECTED)
        question = {wire.MADONVI: self._agency, wire.SERVICE: wire.Service.LOOK_UP_DOSSIER, wire.SEARCH_CODE: code}
        address = self._url + wire.PATH_SEARCH
        try:
            async with self._http.post(
                address, data=orjson.dumps(question), headers=wire.REQUEST_HEADERS, allow_redirects=False
            ) as response:
                content = orjson.loads(await response.read())
                orjson.dumps(content)  # what is nested too deep to be shown is no answer
        except (TimeoutError, aiohttp.ClientError):
            return _failed(SILENT)
        except (orjson.JSONDecodeError, orjson.JSONEncodeError):
            return _failed(UNREADABLE)
        return content if isinstance(content, dict) else _failed(UNREADABLE)

    async def look_up(self, request: web.Request) -> web.Response:
        """GET /tra-cuu?MaHoSo=…: a page, or JSON for who accepts only that."""
        code = request.query.get("MaHoSo", "").strip()[:MOST]
        found = await self.find(code) if code else {}
        if "application/json" in request.headers.get("Accept", ""):
            return web.Response(body=orjson.dumps(found), content_type="application/json")
        return web.Response(text=_page(code, found), content_type="text/html", charset="utf-8")


def routes(province: Province) -> Iterable[web.RouteDef]:
    return [web.get(PATH, province.look_up)]


def _failed(sentence: str) -> dict[str, Any]:
    return {wire.ERROR_CODE: wire.ErrorCode.SYSTEM_ERROR, wire.MESSAGE: sentence}


def _page(code: str, found: dict[str, Any]) -> str:
    return (
        '<!doctype html><html lang="vi"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        "<title>Tra cứu hồ sơ</title><h1>Tra cứu hồ sơ</h1>"
        f'<form><label>Mã hồ sơ <input name="MaHoSo" value="{escape(code)}" required maxlength="{MOST}"></label>'
        f" <button>Tra cứu</button></form>{_answer(found)}</html>"
    )


def _answer(found: dict[str, Any]) -> str:
    if wire.ERROR_CODE in found:
        return f"<p>{escape(str(found.get(wire.MESSAGE, '')))}</p>"
    status = wire.STATUS_LABELS.get(str(found.get("TrangThaiHoSo")), "")  # type: ignore[call-overload]
    shown = {**found, "TrangThaiHoSo": f"{found.get('TrangThaiHoSo', '')} {status}".strip()}
    rows = "".join(
        f"<dt>{label}</dt><dd>{escape(str(shown.get(name) or ''))}</dd>" for name, label in FIELDS.items() if found
    )
    return f"<dl>{rows}</dl>" if rows else ""
