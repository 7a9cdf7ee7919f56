"""The pages' addresses. Forms that change something are taken only from our own pages."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, TypeVar
from urllib.parse import parse_qsl, quote, urlsplit

from aiohttp import web

from sync.national.admin_quality import asked_days
from sync.national.agencies import owner_root
from sync.national.anomalies import Kind
from sync.national.asking import LAST_NUMBER, asked_day, asked_root, last_of_full, one_day, one_root, refused
from sync.national.catalogue import Catalogue
from sync.national.digest import dossier_key, root
from sync.national.evidence import Evidence
from sync.national.faults.engine import UnknownFault
from sync.national.faults.fields import ImpossibleFault, seed_of
from sync.national.faults.layer import Layer
from sync.national.journal import FILTERS, Journal
from sync.national.pages import days, holdings, running
from sync.national.pages.frame import Page, Words
from sync.national.pages.mistakes import because
from sync.national.received import Received, indicators
from sync.national.warnings import Warnings

ROWS = 200
FORM = "application/x-www-form-urlencoded"
Asked = TypeVar("Asked")
_NO_DOSSIER: Final[Words] = ("Không có hồ sơ này", "There is no such dossier")
_WHICH_ROOT: Final[Words] = (
    "Cần biết tỉnh, bộ nào: thêm vào địa chỉ mã định danh, như madonvi=H49.",
    "Which province or ministry is meant: add its code to the address, like madonvi=H49.",
)
_WHICH_DAY: Final[Words] = (
    "Cần biết ngày nào: thêm vào địa chỉ ngày viết như day=2022-04-15.",
    "Which day is meant: add it to the address, written like day=2022-04-15.",
)
_HOW_MANY_DAYS: Final[Words] = (
    "Số ngày (days) phải là số nguyên, từ 0 trở lên.",
    "The number of days must be a whole one, 0 or more.",
)
_SEED: Final[Words] = (
    f"Hạt giống phải là số nguyên từ 0 đến {LAST_NUMBER}, ví dụ 7. "
    "Kịch bản chưa đổi: hãy mở lại trang Sự cố rồi nhập lại.",
    f"The seed must be a whole number from 0 to {LAST_NUMBER}, like 7. "
    "Nothing was changed: open the faults' page again.",
)
_NO_PROFILE: Final[Words] = (
    "Không có kịch bản nào tên như vậy. Hãy mở lại trang Sự cố rồi chọn trong danh sách.",
    "There is no profile of that name. Open the faults' page again and choose one of the list.",
)
_GONE: Final[Words] = (
    "Không có sự cố này, có thể nó vừa được bỏ. Hãy mở lại trang Sự cố.",
    "There is no such fault; it may just have been removed. Open the faults' page again.",
)
_NO_BUG: Final[Words] = ("Không có lỗi cố ý nào tên như vậy.", "There is no bug of that name.")


def agency_names(catalogue: Catalogue) -> dict[str, str]:
    """Of the level-1 agencies that the catalogue knows, by what their provinces are called in lists."""
    pairs = ((row["MADONVI"], row["TENDONVI"]) for row in catalogue.agencies)
    return {root(code): name for code, name in pairs if code.startswith("000.00.00.")}


@dataclass
class Site:
    """Everything the pages show."""

    evidence: Evidence
    journal: Journal
    layer: Layer
    received: Received
    warnings: Warnings
    accounts: int
    agencies: Mapping[str, str]

    async def overview(self, request: web.Request) -> web.Response:
        page = Page(request)
        stats = await self.evidence.stats()
        content = holdings.overview(page, stats, self.journal, self.accounts, running.in_force(page, self.layer))
        return page.respond(("Tổng quan", "Overview"), content)

    async def provinces(self, request: web.Request) -> web.Response:
        page = Page(request)
        found = await self.received.days(_asked(request, asked_root, _WHICH_ROOT))
        content = days.provinces(page, indicators(found), found, self.agencies)
        return page.respond(("Đã nhận so với phải đồng bộ", "Received against must-sync"), content)

    async def missing(self, request: web.Request) -> web.Response:
        page, own, day = Page(request), _asked(request, one_root, _WHICH_ROOT), _asked(request, one_day, _WHICH_DAY)
        codes = await self.received.missing(own, day, after=request.query.get("after", ""), limit=ROWS)
        last = last_of_full(codes, ROWS)
        following = page.here(after=last) if last else ""
        counted = next(iter(await self.received.days(own, day, day)), None)
        content = days.missing(page, counted, await self.received.told(own, day), codes, following)
        name = days.named(own, self.agencies)
        return page.respond(days.of_day((f"{name}: hồ sơ thiếu", f"{name}: missing dossiers"), day), content)

    async def late(self, request: web.Request) -> web.Response:
        page, own = Page(request), _asked(request, one_root, _WHICH_ROOT)
        day = _asked(request, lambda asked: asked_day(asked, "day"), _WHICH_DAY)
        most, after = _asked(request, asked_days, _HOW_MANY_DAYS), request.query.get("after", "")
        found = await self.received.late(own, day, days=most, after=after, limit=ROWS)
        last = last_of_full(found, ROWS)
        following = page.here(after=last.code) if last else ""
        content = days.late(page, own, most, found, await self.received.not_judged(own, day), following)
        name = days.named(own, self.agencies)
        return page.respond(days.of_day((f"{name}: hồ sơ nhận muộn", f"{name}: late dossiers"), day), content)

    async def find(self, request: web.Request) -> web.Response:
        code = request.query.get("MaHoSo", "").strip()
        raise web.HTTPSeeOther(Page(request).address(f"/ho-so/{quote(code, safe='')}") if code else "/")

    async def dossier(self, request: web.Request) -> web.Response:
        page, code = Page(request), request.match_info["code"]
        own = _asked(request, asked_root, _WHICH_ROOT) or owner_root(code, self.layer.owner)
        await self.warnings.look()
        found = await self.evidence.dossier(own, code)
        if found is None:
            return page.respond(_NO_DOSSIER, holdings.find_form(page), 404)
        warned = await self.warnings.of_dossier(dossier_key(own, code))
        name = days.named(found["root"], self.agencies)
        return page.respond((f"Hồ sơ {code}", f"Dossier {code}"), holdings.dossier(page, found, warned, name))

    async def warned(self, request: web.Request) -> web.Response:
        page = Page(request)
        kind, own = request.query.get("kind", ""), _asked(request, asked_root, _WHICH_ROOT) or ""
        kind = kind if kind in list(Kind) else ""
        code, _, after = request.query.get("after", "").rpartition(",")
        progress = await self.warnings.look()
        rows = await self.warnings.find(kind, own, after=(code, after), limit=ROWS)
        last = last_of_full(rows, ROWS)
        following = page.here(after=f"{last.code},{last.kind}") if last else ""
        content = running.warnings(page, progress, await self.warnings.counts(), rows, following)
        return page.respond(("Cảnh báo chất lượng dữ liệu", "Data-quality warnings"), content)

    async def faults(self, request: web.Request) -> web.Response:
        page = Page(request)
        return page.respond(("Sự cố bật và tắt", "Faults on and off"), running.faults(page, self.layer))

    async def to_faults(self, request: web.Request) -> web.Response:
        """Who comes back to the address of a form, as by the other language of its error."""
        raise web.HTTPSeeOther(Page(request).address("/su-co"))

    async def requests(self, request: web.Request) -> web.Response:
        page = Page(request)
        chosen = {name: request.query[name] for name in FILTERS if request.query.get(name)}
        found, before = self.journal.find(chosen), _number(request.query.get("before", ""))
        shown = [entry for entry in found if not before or entry.number < before][:ROWS]
        content = running.journal(page, found, chosen, len(self.journal.last), shown)
        return page.respond(("Nhật ký yêu cầu", "Request journal"), content)

    async def set_profile(self, request: web.Request) -> web.Response:
        form = await _own_form(request)
        with _possible(request, _SEED):
            seed = seed_of(form.get("seed", ""))
        with _possible(request, _NO_PROFILE):
            await self.layer.set_profile(form.get("profile", ""), seed)
        raise web.HTTPSeeOther(Page(request).address("/su-co"))

    async def remove_fault(self, request: web.Request) -> web.Response:
        chosen = _number((await _own_form(request)).get("id", ""))
        try:
            await self.layer.change([], lambda: self.layer.faults.remove(chosen))
        except UnknownFault:
            raise because(request, _GONE, web.HTTPNotFound(reason="there is no such fault")) from None
        raise web.HTTPSeeOther(Page(request).address("/su-co"))

    async def switch_bug(self, request: web.Request) -> web.Response:
        form = await _own_form(request)
        with _possible(request, _NO_BUG):
            self.layer.change_bugs({form.get("name", ""): bool(form.get("on"))})
        raise web.HTTPSeeOther(Page(request).address("/su-co"))


def _asked(request: web.Request, read: Callable[[web.Request], Asked], words: Words) -> Asked:
    """What the address asks; where that cannot be read, a reader is told in these words."""
    try:
        return read(request)
    except web.HTTPBadRequest as failure:
        raise because(request, words, failure) from None


@contextmanager
def _possible(request: web.Request, words: Words) -> Iterator[None]:
    """What cannot be is refused, and a reader told in these words."""
    try:
        yield
    except ImpossibleFault as impossible:
        raise because(request, words, refused(impossible)) from None


def _number(written: str) -> int:
    """Of a fault or a request; 0, which nothing has, for what is no number."""
    return int(written) if written.isascii() and written.isdigit() and len(written) < 16 else 0


async def _own_form(request: web.Request) -> dict[str, str]:
    """The fields of a form that one of our own pages sent; a browser names the page's origin."""
    if _origin(request) != request.host:
        raise web.HTTPForbidden(reason="this form must be sent from the page itself")
    if request.content_type != FORM:
        raise web.HTTPBadRequest(reason=f"send the form as {FORM}")
    return dict(parse_qsl((await request.read()).decode("utf-8", "replace")))


def _origin(request: web.Request) -> str:
    try:
        return urlsplit(request.headers.get("Origin", "")).netloc
    except ValueError:
        raise web.HTTPBadRequest(reason="the origin of this form is no address") from None


def routes(site: Site) -> Iterable[web.RouteDef]:
    return [
        web.get("/", site.overview),
        web.get("/tinh", site.provinces),
        web.get("/tinh/thieu", site.missing),
        web.get("/tinh/muon", site.late),
        web.get("/ho-so", site.find),
        web.get("/ho-so/{code:.+}", site.dossier),
        web.get("/canh-bao", site.warned),
        web.get("/su-co", site.faults),
        web.get("/nhat-ky", site.requests),
        web.get("/su-co/{form:profile|remove|bug}", site.to_faults),
        web.post("/su-co/profile", site.set_profile),
        web.post("/su-co/remove", site.remove_fault),
        web.post("/su-co/bug", site.switch_bug),
    ]
