"""The HTTP side of the mock: paths, limits and what a request meets on its way (national-protocol 1.1, 1.2).

Order of the layers, outermost first: the journal notes every request with what became of it, `answer_errors` turns
failures into answers, the faults that are set meet the request (faults/layer.py), then the service answers.
"""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass

import psycopg
from aiohttp import web
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from sync import wire
from sync.national import admin, admin_faults, pages
from sync.national.accounts import Account, Accounts
from sync.national.catalogue import Catalogue
from sync.national.digest import text_of
from sync.national.evidence import Evidence
from sync.national.faults.bugs import Bugs
from sync.national.faults.layer import MET, Layer
from sync.national.faults.memory import Memory
from sync.national.journal import Journal, Note
from sync.national.protocol import Answer, Envelope, Protocol, Refused, parse, refusal
from sync.national.store import Store, create_schema, prepare_connection
from sync.wire import ErrorCode

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
CONNECTIONS = 8
BODY_LIMIT = 32 * 1024 * 1024
STOP_SECONDS = 5.0  # for requests under way
JSON = "application/json"

_JOURNAL = web.AppKey("journal", Journal)
_NOTE = web.RequestKey("note", Note)


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


def _respond(answer: Answer, status: int = 200) -> web.Response:
    return web.Response(body=answer.to_json(), status=status, content_type=JSON, charset="UTF-8")


@web.middleware
async def note_in_journal(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Services only: the admin API and the pages would drown what the provinces send."""
    if request.method != "POST" or request.path.startswith("/_admin/"):
        return await handler(request)
    started = time.perf_counter()
    note = request[_NOTE] = Note()
    response = await handler(request)
    note.fault = request.get(MET, "")
    request.app[_JOURNAL].add(
        note,
        path=request.path,
        dstcode=request.headers.get(wire.HEADER_DSTCODE, request.query.get(wire.HEADER_DSTCODE, "")),
        http_status=response.status,
        milliseconds=(time.perf_counter() - started) * 1000,
    )
    return response


@web.middleware
async def answer_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A database that is away is an outage (503); everything else that goes wrong is the sender's."""
    try:
        return await handler(request)
    except web.HTTPRequestEntityTooLarge:
        detail = Refused(ErrorCode.INVALID_DATA, f"yêu cầu lớn hơn {request.client_max_size} byte")
        return _respond(refusal(detail), 413)
    except web.HTTPException as error:
        return _respond(Answer(ErrorCode.INVALID_DATA, f"Yêu cầu không được hỗ trợ: {error.reason}"), error.status)
    except web.RequestPayloadError:
        return _respond(refusal(Refused(ErrorCode.INVALID_DATA, "không đọc được nội dung yêu cầu")), 400)
    except (psycopg.OperationalError, psycopg.InterfaceError, PoolTimeout):
        return _respond(Answer(ErrorCode.SYSTEM_ERROR, wire.MESSAGES[ErrorCode.SYSTEM_ERROR]), 503)


def _service(work: Callable[[Envelope], Awaitable[Answer]], name: str = "") -> Handler:
    """A handler that answers every readable request with HTTP 200, refused or not."""

    async def handle(request: web.Request) -> web.Response:
        note = request[_NOTE]
        try:
            envelope = parse(await request.read())
            note.service = (name or text_of(envelope.get(wire.SERVICE)))[:100]
            note.agency_code = text_of(envelope.get(wire.MADONVI))[:100]
            data = envelope.get(wire.DATA)
            note.records = len(data) if isinstance(data, list) else 0
            answer = await work(envelope)
        except Refused as refused:
            answer = refusal(refused)
        note.error_code = answer.code
        return _respond(answer)

    return handle


async def _health(_request: web.Request) -> web.Response:
    return web.json_response({"status": "ok"})


def _services(protocol: Protocol) -> Iterable[web.RouteDef]:
    """Variant A, under each name that the exchange adapter has had."""
    for prefix in wire.PATH_PREFIXES:
        yield web.post(prefix + wire.PATH_LOGIN, _service(protocol.login, "login"))
        yield web.post(prefix + wire.PATH_INTEGRATION, _service(protocol.call))
        yield web.post(prefix + wire.PATH_SHARE, _service(protocol.call))


def create(options: Options) -> web.Application:
    """The whole national system; the database is opened when it starts and closed when it stops."""
    pool = AsyncConnectionPool(
        options.database_url, min_size=2, max_size=CONNECTIONS, open=False, configure=prepare_connection, timeout=5
    )
    store = Store(pool, strict=options.strict)
    accounts = Accounts(pool, options.accounts)
    evidence, journal = Evidence(pool), Journal()
    layer = Layer(Memory(pool), accounts, Bugs(**dict.fromkeys(options.bugs, True)))
    layers = [note_in_journal, answer_errors, layer.middleware()]
    app = web.Application(client_max_size=options.body_limit, middlewares=layers)
    app[_JOURNAL] = journal
    app.on_shutdown.append(layer.stop)

    async def database(_app: web.Application) -> AsyncIterator[None]:
        await pool.open(wait=True, timeout=10)
        await create_schema(pool)
        await layer.start(options.profile, options.seed)
        yield
        await pool.close()

    app.cleanup_ctx.append(database)
    app.add_routes(_services(Protocol(store, accounts, options.catalogue)))
    app.add_routes(admin.routes(evidence, journal))
    app.add_routes(admin_faults.routes(layer))
    app.add_routes([web.get("/", pages.front_page(evidence, journal)), web.get(wire.PATH_HEALTH, _health)])
    return app


def runner(options: Options) -> web.AppRunner:
    """The national system ready to be given a port. Bodies are never unpacked: no real client packs them."""
    return web.AppRunner(create(options), access_log=None, auto_decompress=False, shutdown_timeout=STOP_SECONDS)
