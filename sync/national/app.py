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
from sync.national import admin, admin_faults, admin_quality
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
from sync.national.monitoring import Monitoring
from sync.national.monitoring import routes as monitored
from sync.national.notices import Notices
from sync.national.notices import routes as noticed
from sync.national.pages import site
from sync.national.paths import PLACE, Places
from sync.national.protocol import Protocol
from sync.national.province import Province
from sync.national.province import routes as looked_up
from sync.national.questions import Questions
from sync.national.received import Received
from sync.national.reception import Reception
from sync.national.store import Store, create_schema, prepare_connection
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
    """Services only: the admin API and the pages would drown what the provinces send."""
    place = request.app[_PLACES].find(request.path)
    if place is not None:
        request[PLACE] = place
    elif request.method != "POST" or request.path.startswith(OWN):
        return await handler(request)
    started = time.perf_counter()
    note = request[NOTE] = Note()
    status = 500  # of what nobody foresaw
    try:
        response = await handler(request)
        status = response.status
    finally:
        request.app[_JOURNAL].add(
            note,
            path=request.path,
            dstcode=request.headers.get(wire.HEADER_DSTCODE, request.query.get(wire.HEADER_DSTCODE, "")),
            http_status=status,
            milliseconds=(time.perf_counter() - started) * 1000,
        )
    return response


async def _health(_request: web.Request) -> web.Response:
    return web.json_response({"status": "ok"})


def create(options: Options) -> web.Application:
    """The whole national system; the database is opened when it starts and closed when it stops."""
    pool = AsyncConnectionPool(
        options.database_url, min_size=2, max_size=CONNECTIONS, open=False, configure=prepare_connection, timeout=5
    )
    store = Store(pool, strict=options.strict)
    accounts = Accounts(pool, options.accounts)
    evidence, journal = Evidence(pool), Journal()
    owner = options.accounts[0].agency_code if options.accounts else ""
    layer = Layer(Memory(pool), accounts, Bugs(**dict.fromkeys(options.bugs, True)), owner)
    layers = [note_in_journal, answer_errors, layer.middleware()]
    app = web.Application(client_max_size=options.body_limit, middlewares=layers)
    app[_JOURNAL] = journal
    app[_PLACES] = Places(dict(options.aliases))
    app[RENEWAL] = Renewal(pool)
    app.on_shutdown.append(layer.stop)

    async def database(_app: web.Application) -> AsyncIterator[None]:
        await pool.open(wait=True, timeout=10)
        await create_schema(pool)
        await layer.start(options.profile, options.seed)
        yield
        await layer.finish()
        await pool.close()

    app.cleanup_ctx.append(database)
    app.add_routes(admin.routes(evidence, journal, layer.forget_rows, owner))
    app.add_routes(admin_faults.routes(layer))
    received, warnings = Received(pool), Warnings(pool, options.catalogue)
    app.add_routes(admin_quality.routes(QualityAdmin(evidence, received, warnings, journal)))
    app.add_routes(site.routes(site.Site(evidence, journal, layer, received, warnings, len(options.accounts))))
    app.add_routes([web.get(wire.PATH_HEALTH, _health)])
    monitoring = Monitoring(pool)
    app.add_routes(monitored(monitoring))
    gateways = Gateways(Intake(store), options.catalogue, owner)
    province = Province(options.province_url, owner)
    app.cleanup_ctx.append(province.connection)
    app.add_routes(looked_up(province))
    notices = Notices(pool)
    app.add_routes(noticed(notices))
    more = {**notices.services(), **Questions(pool, notices).services()}
    protocol = Protocol(store, accounts, options.catalogue, more)
    app.add_routes([web.route("*", "/{path:.*}", Reception(protocol, gateways, monitoring).receive)])
    return app


def runner(options: Options) -> web.AppRunner:
    """The national system ready to be given a port. Bodies are never unpacked: no real client packs them."""
    return web.AppRunner(
        create(options), access_log=None, logger=http_log(), auto_decompress=False, shutdown_timeout=STOP_SECONDS
    )
