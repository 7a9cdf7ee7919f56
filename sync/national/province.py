"""National → province: a citizen asks the national portal, which asks the province (national-protocol 2.6).

Only the one address that was given at start is ever called. The province answers a bare object, or -1 with a sentence.
"""

from collections.abc import AsyncIterator, Iterable, Mapping
from html import escape
from typing import Any, Final

import aiohttp
import orjson
from aiohttp import web

from sync import wire
from sync.national.asking import answered
from sync.national.pages.frame import Page, Words

PATH: Final = "/tra-cuu"
TIMEOUT_SECONDS: Final = 6
MOST: Final = 200  # characters of a dossier number
TITLE: Final[Words] = ("Tra cứu hồ sơ tại tỉnh", "Ask the province for a dossier")
CODE: Final[Words] = ("Mã hồ sơ", "Dossier number")
FIELDS: Final[Mapping[str, Words]] = {
    "MaHoSo": CODE,
    "TenTTHC": ("Thủ tục hành chính", "Procedure"),
    "TenLinhVuc": ("Lĩnh vực", "Sector"),
    "TrangThaiHoSo": ("Trạng thái", "Status"),
    "DonViXuLy": ("Đơn vị xử lý", "Handled by"),
}
NOT_CONNECTED: Final[Words] = (
    "Chưa nối với tỉnh nào: khởi động với --province-url.",
    "No province is connected: start with --province-url.",
)
NOBODY_THERE: Final[Words] = (
    "Không nối được với hệ thống của tỉnh: không có gì lắng nghe ở địa chỉ đã cho.",
    "The province's system cannot be reached: nothing listens at the address that was given.",
)
BROKEN_OFF: Final[Words] = (
    "Hệ thống của tỉnh ngắt kết nối trước khi trả lời xong, hãy thử lại sau.",
    "The province's system broke off before its answer was complete; try again later.",
)
SILENT: Final[Words] = (
    f"Hệ thống của tỉnh không trả lời trong {TIMEOUT_SECONDS} giây, hãy thử lại sau.",
    f"The province's system did not answer within {TIMEOUT_SECONDS} seconds; try again later.",
)
UNREADABLE: Final[Words] = (
    "Hệ thống của tỉnh trả lời không đúng giao thức.",
    "The province's system answered what is not in the protocol.",
)


class Unanswered(Exception):
    """Why the province has said nothing, in both languages."""

    def __init__(self, words: Words) -> None:
        super().__init__(words)
        self.words = words


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
        """What the province says of a dossier, be it an `error_code`; raises Unanswered."""
        if not self._url or self._http is None:
            raise Unanswered(NOT_CONNECTED)
        question = {wire.MADONVI: self._agency, wire.SERVICE: wire.Service.LOOK_UP_DOSSIER, wire.SEARCH_CODE: code}
        address = self._url + wire.PATH_SEARCH
        try:
            async with self._http.post(
                address, data=orjson.dumps(question), headers=wire.REQUEST_HEADERS, allow_redirects=False
            ) as response:
                content = orjson.loads(await response.read())
                orjson.dumps(content)  # what is nested too deep to be shown is no answer
        except TimeoutError:  # also while it connects, which the library counts among the broken connections
            raise Unanswered(SILENT) from None
        except aiohttp.ClientConnectorError:
            raise Unanswered(NOBODY_THERE) from None
        except aiohttp.ClientError:
            raise Unanswered(BROKEN_OFF) from None
        except (orjson.JSONDecodeError, orjson.JSONEncodeError):
            raise Unanswered(UNREADABLE) from None
        if not isinstance(content, dict):
            raise Unanswered(UNREADABLE)
        return content

    async def look_up(self, request: web.Request) -> web.Response:
        """GET /tra-cuu?MaHoSo=…: a page, or JSON for who accepts that and no page."""
        page, code = Page(request), request.query.get("MaHoSo", "").strip()[:MOST]
        try:
            found, unanswered = await self.find(code) if code else {}, None
        except Unanswered as reason:
            found, unanswered = _failed(reason.words), reason.words
        accepted = request.headers.get("Accept", "")
        if "application/json" in accepted and "text/html" not in accepted:
            return answered(found)
        said = _answer(page, found) if unanswered is None else f"<p>{page.say(unanswered)}</p>"
        return page.respond(TITLE, _form(page, code) + said)


def routes(province: Province) -> Iterable[web.RouteDef]:
    return [web.get(PATH, province.look_up)]


def _failed(words: Words) -> dict[str, Any]:
    return {wire.ERROR_CODE: wire.ErrorCode.SYSTEM_ERROR, wire.MESSAGE: words[0]}


def _form(page: Page, code: str) -> str:
    field = f'<input name="MaHoSo" value="{escape(code)}" required maxlength="{MOST}">'
    button = page.say(("Tra cứu", "Ask"))
    return f"<form><label>{page.say(CODE)}{field}</label>{page.keep_language()}<button>{button}</button></form>"


def _answer(page: Page, found: dict[str, Any]) -> str:
    if wire.ERROR_CODE in found:
        return f"<p>{escape(str(found.get(wire.MESSAGE, '')))}</p>"
    status = wire.STATUS_LABELS.get(str(found.get("TrangThaiHoSo")), "")  # type: ignore[call-overload]
    shown = {**found, "TrangThaiHoSo": f"{found.get('TrangThaiHoSo', '')} {status}".strip()}
    rows = "".join(
        f"<dt>{page.say(label)}</dt><dd>{escape(str(shown.get(name) or '–'))}</dd>" for name, label in FIELDS.items()
    )
    return f'<dl class="facts">{rows}</dl>' if found else ""
