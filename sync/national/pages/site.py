"""The pages' addresses. Forms that change something are taken only from our own pages."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlsplit

from aiohttp import web

from sync.national.admin_quality import asked_days
from sync.national.agencies import owner_root
from sync.national.anomalies import Kind
from sync.national.asking import asked_day, asked_root, one_day, one_root, refused
from sync.national.digest import dossier_key
from sync.national.evidence import Evidence
from sync.national.faults.engine import UnknownFault
from sync.national.faults.fields import ImpossibleFault, seed_of
from sync.national.faults.layer import Layer
from sync.national.journal import FILTERS, Journal
from sync.national.pages import holdings, running
from sync.national.pages.frame import Page
from sync.national.received import Received, indicators
from sync.national.warnings import Warnings

ROWS = 200
FORM = "application/x-www-form-urlencoded"
_NO_DOSSIER = ("Không có hồ sơ này", "There is no such dossier")


@dataclass
class Site:
    """Everything the pages show."""

    evidence: Evidence
    journal: Journal
    layer: Layer
    received: Received
    warnings: Warnings
    accounts: int

    async def overview(self, request: web.Request) -> web.Response:
        page = Page(request)
        stats = await self.evidence.stats()
        content = holdings.overview(page, stats, self.journal, self._state(), self.accounts)
        return page.respond(("Tổng quan", "Overview"), content)

    async def provinces(self, request: web.Request) -> web.Response:
        page = Page(request)
        days = await self.received.days(asked_root(request))
        content = holdings.provinces(page, indicators(days), days)
        return page.respond(("Đã nhận so với phải đồng bộ", "Received against must-sync"), content)

    async def missing(self, request: web.Request) -> web.Response:
        page, own, day = Page(request), one_root(request), one_day(request)
        codes = await self.received.missing(own, day, after=request.query.get("after", ""), limit=ROWS)
        following = page.here(after=codes[-1]) if len(codes) == ROWS else ""
        content = holdings.missing(page, await self.received.told(own, day), codes, following)
        return page.respond((f"{own}: thiếu ngày {day:%d/%m/%Y}", f"{own}: missing of {day:%d/%m/%Y}"), content)

    async def late(self, request: web.Request) -> web.Response:
        page, own, days = Page(request), one_root(request), asked_days(request)
        after = request.query.get("after", "")
        found = await self.received.late(own, asked_day(request, "day"), days=days, after=after, limit=ROWS)
        following = page.here(after=found[-1].code) if len(found) == ROWS else ""
        return page.respond(
            (f"{own}: nhận muộn", f"{own}: received late"), holdings.late(page, own, days, found, following)
        )

    async def find(self, request: web.Request) -> web.Response:
        code = request.query.get("MaHoSo", "").strip()
        raise web.HTTPSeeOther(Page(request).address(f"/ho-so/{quote(code, safe='')}") if code else "/")

    async def dossier(self, request: web.Request) -> web.Response:
        page, code = Page(request), request.match_info["code"]
        own = asked_root(request) or owner_root(code, self.layer.owner)
        await self.warnings.look()
        found = await self.evidence.dossier(own, code)
        if found is None:
            return page.respond(_NO_DOSSIER, holdings.find_form(page), 404)
        warned = await self.warnings.of_dossier(dossier_key(own, code))
        return page.respond((f"Hồ sơ {code}", f"Dossier {code}"), holdings.dossier(page, found, warned))

    async def warned(self, request: web.Request) -> web.Response:
        page = Page(request)
        kind, own = request.query.get("kind", ""), asked_root(request) or ""
        kind = kind if kind in list(Kind) else ""
        code, _, after = request.query.get("after", "").rpartition(",")
        progress = await self.warnings.look()
        rows = await self.warnings.find(kind, own, after=(code, after), limit=ROWS)
        following = page.here(after=f"{rows[-1].code},{rows[-1].kind}") if len(rows) == ROWS else ""
        content = running.warnings(page, progress, await self.warnings.counts(), rows, following)
        return page.respond(("Cảnh báo chất lượng dữ liệu", "Data-quality warnings"), content)

    async def faults(self, request: web.Request) -> web.Response:
        page, faults = Page(request), self.layer.faults
        content = running.faults(page, self._state(), faults.all(), self.layer.bugs.to_json())
        return page.respond(("Sự cố bật và tắt", "Faults on and off"), content)

    async def requests(self, request: web.Request) -> web.Response:
        page = Page(request)
        chosen = {name: request.query[name] for name in FILTERS if request.query.get(name)}
        content = running.journal(page, self.journal.find(chosen), chosen, len(self.journal.last), ROWS)
        return page.respond(("Nhật ký yêu cầu", "Request journal"), content)

    async def set_profile(self, request: web.Request) -> web.Response:
        form = await _own_form(request)
        try:
            await self.layer.set_profile(form.get("profile", ""), seed_of(form.get("seed", "")))
        except ImpossibleFault as impossible:
            raise refused(impossible) from None
        raise web.HTTPSeeOther(Page(request).address("/su-co"))

    async def remove_fault(self, request: web.Request) -> web.Response:
        number = (await _own_form(request)).get("id", "")
        try:
            chosen = int(number) if number.isascii() and number.isdigit() and len(number) < 16 else 0
            await self.layer.change([], lambda: self.layer.faults.remove(chosen))
        except UnknownFault:
            raise web.HTTPNotFound(reason="there is no such fault") from None
        raise web.HTTPSeeOther(Page(request).address("/su-co"))

    async def switch_bug(self, request: web.Request) -> web.Response:
        form = await _own_form(request)
        try:
            self.layer.change_bugs({form.get("name", ""): bool(form.get("on"))})
        except ImpossibleFault as impossible:
            raise refused(impossible) from None
        raise web.HTTPSeeOther(Page(request).address("/su-co"))

    def _state(self) -> dict[str, object]:
        return {"profile": self.layer.faults.profile, "seed": self.layer.faults.seed}


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
        web.post("/su-co/profile", site.set_profile),
        web.post("/su-co/remove", site.remove_fault),
        web.post("/su-co/bug", site.switch_bug),
    ]
