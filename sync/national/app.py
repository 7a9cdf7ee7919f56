"""The HTTP side of the mock: paths, limits and what a request meets on its way (national-protocol 1.1, 1.2).

Order of the layers, outermost first: the journal notes every request with what became of it, `answer_errors`
(failures.py) turns failures into answers, the faults that are set meet the request (faults/layer.py), then the
service answers.
"""

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass

from aiohttp import web
from psycopg_pool import AsyncConnectionPool

from sync import wire
from sync.national import admin, admin_faults, admin_quality, monitoring, notices, province
from sync.national.accounts import Account, Accounts
from sync.national.admin_quality import QualityAdmin
from sync.national.catalogue import Catalogue
from sync.national.evidence import Evidence
from sync.national.failures import RENEWAL, Handler, Renewal, answer_errors, http_log
from sync.national.faults.bugs import Bugs
from sync.national.faults.layer import Layer
from sync.national.faults.memory import Memory
from sync.national.gateways import Gateways
from sync.national.intake import Intake
from sync.national.journal import NOTE, Journal, Note
from sync.national.pages import site
from sync.national.paths import PLACE, Places
from sync.national.protocol import Protocol
from sync.national.questions import Questions
from sync.national.received import Received
from sync.national.reception import Reception
from sync.national.store import Pool, Store, create_schema, prepare_connection
from sync.national.warnings import Warnings

CONNECTIONS = 8
OWN = ("/_admin/", "/su-co/")  # what a person asks of the mock itself
BODY_LIMIT = 32 * 1024 * 1024
STOP_SECONDS = 5.0  # for requests under way

_JOURNAL = web.AppKey("journal", Journal)
_PLACES = web.AppKey("places", Places)


@dataclass(frozen=True)
class Options:
    """How one national system is set up."""

    database_url: str
    accounts: tuple[Account, ...]
    catalogue: Catalogue
    strict: bool = False
    body_limit: int = BODY_LIMIT
    profile: str = "healthy"
    seed: int = 0
    bugs: tuple[str, ...] = ()
    province_url: str = ""  # the one address this national system calls by itself
    aliases: tuple[tuple[str, str], ...] = ()  # other paths at which a client expects a service: (theirs, ours)


@web.middleware
async def note_in_journal(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Services, and whatever else is posted: a province with a wrong address is to be seen.

    The admin API and the pages are left out: they would drown what the provinces send.
    """
    place = request.app[_PLACES].find(request.path)
    if place is not None:
        request[PLACE] = place
    elif request.method != "POST" or request.path.startswith(OWN):
        return await handler(request)
    at, started = time.time(), time.perf_counter()
    note = request[NOTE] = Note()
    status = 500  # of what nobody foresaw
    try:
        response = await handler(request)
        status = response.status
    finally:
        request.app[_JOURNAL].add(
            note,
            at=at,
            path=request.path,
            dstcode=request.headers.get(wire.HEADER_DSTCODE, request.query.get(wire.HEADER_DSTCODE, "")),
            http_status=status,
            milliseconds=(time.perf_counter() - started) * 1000,
        )
    return response


async def _health(_request: web.Request) -> web.Response:
    return web.json_response({"status": "ok"})


@dataclass(frozen=True)
class Core:
    """What the parts of one national system share."""

    options: Options
    pool: Pool
    store: Store
    accounts: Accounts
    evidence: Evidence
    journal: Journal
    layer: Layer
    owner: str  # whose a dossier is where nothing in the request tells

    async def database(self, _app: web.Application) -> AsyncIterator[None]:
        """Open from the application's start to its end, with the faults that it starts with."""
        async with self.pool:
            await self.pool.wait(timeout=10)
            await create_schema(self.pool)
            await self.layer.start(self.options.profile, self.options.seed)
            yield
            await self.layer.finish()


def _core(options: Options) -> Core:
    pool = AsyncConnectionPool(
        options.database_url, min_size=2, max_size=CONNECTIONS, open=False, configure=prepare_connection, timeout=5
    )
    accounts = Accounts(pool, options.accounts)
    owner = options.accounts[0].agency_code if options.accounts else ""
    layer = Layer(Memory(pool), accounts, Bugs(**dict.fromkeys(options.bugs, True)), owner)
    return Core(options, pool, Store(pool, strict=options.strict), accounts, Evidence(pool), Journal(), layer, owner)


def _shell(core: Core) -> web.Application:
    """What every request passes, whatever it asks for."""
    layers = [note_in_journal, answer_errors, core.layer.middleware()]
    app = web.Application(client_max_size=core.options.body_limit, middlewares=layers)
    app[_JOURNAL] = core.journal
    app[_PLACES] = Places(dict(core.options.aliases))
    app[RENEWAL] = Renewal(core.pool)
    app.on_shutdown.append(core.layer.stop)
    app.cleanup_ctx.append(core.database)
    return app


def _services(core: Core, watching: monitoring.Monitoring, noting: notices.Notices) -> Reception:
    """What the provinces call."""
    catalogue, more = core.options.catalogue, {**noting.services(), **Questions(core.pool, noting).services()}
    gateways = Gateways(Intake(core.store), catalogue, core.owner)
    return Reception(Protocol(core.store, core.accounts, catalogue, more), gateways, watching)


def create(options: Options) -> web.Application:
    """The whole national system; the database is opened when it starts and closed when it stops."""
    core = _core(options)
    evidence, journal, layer, pool = core.evidence, core.journal, core.layer, core.pool
    received, warnings = Received(pool), Warnings(pool, options.catalogue)
    watching, noting = monitoring.Monitoring(pool), notices.Notices(pool)
    asking = province.Province(options.province_url, core.owner)
    app = _shell(core)
    app.cleanup_ctx.append(asking.connection)
    app.add_routes([web.get(wire.PATH_HEALTH, _health)])
    app.add_routes(admin.routes(evidence, journal, layer.forget_rows, core.owner))
    app.add_routes(admin_faults.routes(layer))
    app.add_routes(admin_quality.routes(QualityAdmin(evidence, received, warnings, journal)))
    app.add_routes(monitoring.routes(watching))
    app.add_routes(notices.routes(noting))
    app.add_routes(province.routes(asking))
    names = site.agency_names(options.catalogue)
    app.add_routes(site.routes(site.Site(evidence, journal, layer, received, warnings, len(options.accounts), names)))
    # Last, because a service is known by how its path ends: they are given every path that is left.
    app.add_routes([web.route("*", "/{path:.*}", _services(core, watching, noting).receive)])
    return app


def runner(options: Options) -> web.AppRunner:
    """The national system ready to be given a port. Bodies are never unpacked: no real client packs them."""
    return web.AppRunner(
        create(options), access_log=None, logger=http_log(), auto_decompress=False, shutdown_timeout=STOP_SECONDS
    )
