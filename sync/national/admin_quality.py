"""Admin API of what the national side makes of the data (our extension): must-sync, indicator 1.4, warnings, metrics.

PUT /_admin/must-sync        {"madonvi": …, "days": [["2022-04-15", 9940], …]}: how many there are in the province
                             also "codes": {"2022-04-15": […]}, which they are; those of a day are replaced
GET /_admin/received         by province and day, with item 1.4 of set 766; ?madonvi=&from=2022-04-01&to=2022-04-30
GET /_admin/received/missing the codes of those that never came; ?madonvi=&day=&after=CODE&limit=
GET /_admin/received/late    those that came more than `days` (1) after NgayTiepNhan; ?madonvi=&day=&days=&after=&limit=
                             `not_judged`: how many are of a simulated past, 30 days and more before they came
GET /_admin/warnings         what is odd, after a look at what is new; ?kind=&madonvi=&after=CODE,KIND&limit=
GET /metrics                 counters and gauges in Prometheus' text format
"""

from collections.abc import Iterable
from typing import Any

from aiohttp import web

from sync import wire
from sync.national.anomalies import SENTENCES, Kind
from sync.national.asking import (
    answered,
    asked_day,
    asked_limit,
    asked_root,
    content_of,
    last_of_full,
    one_day,
    one_root,
    refused,
    whole_number,
)
from sync.national.evidence import Evidence
from sync.national.journal import Journal
from sync.national.metrics import CONTENT_TYPE, exposition
from sync.national.received import EVER, MOST_DAYS, BadReport, Received, indicators, read_report
from sync.national.warnings import Warnings

PAGE = 1000
PATH_MISSING, PATH_LATE = wire.PATH_RECEIVED + "/missing", wire.PATH_RECEIVED + "/late"


def asked_days(request: web.Request) -> int:
    """After how many days a dossier is late."""
    return whole_number(request, "days", 1, least=0, most=MOST_DAYS)


class QualityAdmin:
    """One method per path."""

    def __init__(self, evidence: Evidence, received: Received, warnings: Warnings, journal: Journal) -> None:
        self._evidence = evidence
        self._received = received
        self._warnings = warnings
        self._journal = journal

    async def tell_must_sync(self, request: web.Request) -> web.Response:
        try:
            report = read_report(await content_of(request))
        except BadReport as reason:
            raise refused(reason) from None
        await self._received.tell(report)
        return answered({"status": "ok", "days": len(report.days)})

    async def received(self, request: web.Request) -> web.Response:
        own = asked_root(request)
        first, last = asked_day(request, "from") or EVER[0], asked_day(request, "to") or EVER[1]
        days = await self._received.days(own, first, last)
        found = [
            {
                "root": one.root,
                "received": one.received,
                "must_sync": one.must_sync,
                "ratio": one.ratio,
                "points": one.points,
            }
            for one in indicators(days)
        ]
        return answered({"indicator_1_4": found, "days": [vars(day) for day in days]})

    async def missing(self, request: web.Request) -> web.Response:
        own, day, limit = one_root(request), one_day(request), asked_limit(request, PAGE)
        codes = await self._received.missing(own, day, after=request.query.get("after", ""), limit=limit)
        told = await self._received.told(own, day)
        return answered({"told": told, "codes": codes, "next": last_of_full(codes, limit)})

    async def late(self, request: web.Request) -> web.Response:
        own, limit = one_root(request), asked_limit(request, PAGE)
        day, days = asked_day(request, "day"), asked_days(request)
        rows = await self._received.late(own, day, days=days, after=request.query.get("after", ""), limit=limit)
        last, not_judged = last_of_full(rows, limit), await self._received.not_judged(own, day)
        found = [vars(row) for row in rows]
        return answered({"rows": found, "not_judged": not_judged, "next": last and last.code})

    async def warnings(self, request: web.Request) -> web.Response:
        kind, own, limit = request.query.get("kind", ""), asked_root(request) or "", asked_limit(request, PAGE)
        if kind and kind not in list(Kind):
            raise web.HTTPBadRequest(reason=f"kind is one of {', '.join(Kind)}")
        code, _, after = request.query.get("after", "").rpartition(",")
        progress = await self._warnings.look()
        rows = await self._warnings.find(kind, own, after=(code, after), limit=limit)
        counts: dict[str, Any] = {
            name.value: {"vi": SENTENCES[name][0], "en": SENTENCES[name][1], "provinces": dict(some)}
            for name, some in (await self._warnings.counts()).items()
        }
        last = last_of_full(rows, limit)
        return answered(
            {
                "looked_through": progress.seen,
                "ledger_end": progress.end,
                "counts": counts,
                "rows": [vars(row) for row in rows],
                "next": last and f"{last.code},{last.kind}",
            }
        )

    async def metrics(self, _request: web.Request) -> web.Response:
        text = exposition(self._journal, await self._evidence.stats())
        return web.Response(body=text.encode(), headers={"Content-Type": CONTENT_TYPE})


def routes(admin: QualityAdmin) -> Iterable[web.RouteDef]:
    return [
        web.put(wire.PATH_MUST_SYNC, admin.tell_must_sync),
        web.get(wire.PATH_RECEIVED, admin.received),
        web.get(PATH_MISSING, admin.missing),
        web.get(PATH_LATE, admin.late),
        web.get(wire.PATH_WARNINGS, admin.warnings),
        web.get(wire.PATH_METRICS, admin.metrics),
    ]
