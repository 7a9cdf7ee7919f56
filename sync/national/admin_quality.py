"""Admin API of what the national side makes of the data (our extension): must-sync, indicator 1.4, warnings, metrics.

PUT /_admin/must-sync        {"madonvi": …, "days": [["2022-04-15", 9940], …]}: how many there are in the province
GET /_admin/received         by province and day, with item 1.4 of set 766; ?madonvi=&from=2022-04-01&to=2022-04-30
GET /_admin/warnings         what is odd, after a look at what is new; ?kind=&madonvi=&after=CODE,KIND&limit=
GET /metrics                 counters and gauges in Prometheus' text format
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

import orjson
from aiohttp import web

from sync import wire
from sync.national.anomalies import SENTENCES, Kind
from sync.national.digest import root
from sync.national.evidence import Evidence
from sync.national.journal import Journal
from sync.national.metrics import CONTENT_TYPE, exposition
from sync.national.received import EVER, BadReport, Received, indicators, read_report
from sync.national.warnings import Warnings

PAGE = 1000


def _json(content: object) -> web.Response:
    return web.Response(body=orjson.dumps(content), content_type="application/json")


def _day(request: web.Request, name: str, default: date) -> date:
    text = request.query.get(name, "")
    try:
        return date.fromisoformat(text) if text else default
    except ValueError:
        raise web.HTTPBadRequest(reason=f"{name} must be a day like 2022-04-15") from None


class QualityAdmin:
    """One method per path."""

    def __init__(self, evidence: Evidence, received: Received, warnings: Warnings, journal: Journal) -> None:
        self._evidence = evidence
        self._received = received
        self._warnings = warnings
        self._journal = journal

    async def tell_must_sync(self, request: web.Request) -> web.Response:
        if request.content_type != "application/json":
            raise web.HTTPUnsupportedMediaType(reason="send Content-Type: application/json")
        try:
            agency, days = read_report(orjson.loads(await request.read()))
        except (BadReport, orjson.JSONDecodeError) as error:
            raise web.HTTPBadRequest(reason=" ".join(str(error).split())) from None
        await self._received.tell(root(agency), days)
        return _json({"status": "ok", "days": len(days)})

    async def received(self, request: web.Request) -> web.Response:
        own = root(request.query["madonvi"]) if request.query.get("madonvi") else None
        days = await self._received.days(own, _day(request, "from", EVER[0]), _day(request, "to", EVER[1]))
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
        return _json({"indicator_1_4": found, "days": [vars(day) for day in days]})

    async def warnings(self, request: web.Request) -> web.Response:
        kind, own = request.query.get("kind", ""), request.query.get("madonvi", "")
        if kind and kind not in list(Kind):
            raise web.HTTPBadRequest(reason=f"kind is one of {', '.join(Kind)}")
        code, _, after = request.query.get("after", "").rpartition(",")
        progress = await self._warnings.look()
        rows = await self._warnings.find(kind, root(own) if own else "", after=(code, after), limit=PAGE)
        counts: dict[str, Any] = {
            name.value: {"vi": SENTENCES[name][0], "en": SENTENCES[name][1], "provinces": dict(some)}
            for name, some in (await self._warnings.counts()).items()
        }
        following = f"{rows[-1].code},{rows[-1].kind}" if len(rows) == PAGE else None
        return _json(
            {
                "looked_through": progress.seen,
                "ledger_end": progress.end,
                "counts": counts,
                "rows": [vars(row) for row in rows],
                "next": following,
            }
        )

    async def metrics(self, _request: web.Request) -> web.Response:
        text = exposition(self._journal, await self._evidence.stats())
        return web.Response(body=text.encode(), headers={"Content-Type": CONTENT_TYPE})


def routes(admin: QualityAdmin) -> Iterable[web.RouteDef]:
    return [
        web.put(wire.PATH_MUST_SYNC, admin.tell_must_sync),
        web.get(wire.PATH_RECEIVED, admin.received),
        web.get(wire.PATH_WARNINGS, admin.warnings),
        web.get(wire.PATH_METRICS, admin.metrics),
    ]
