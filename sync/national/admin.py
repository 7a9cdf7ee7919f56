"""Admin API under /_admin/ (our extension, JSON): evidence for reconciliation and the checker.

For loopback or a private net. Where `madonvi` may be given, only dossiers of its level-1 agency count. Pages: `after`
is the `next` of the page before.
"""

import csv
import io
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import asdict

import orjson
from aiohttp import web

from sync import wire
from sync.national.agencies import owner_root
from sync.national.asking import (
    LARGEST_PAGE,
    LAST_NUMBER,
    answered,
    asked_after,
    asked_limit,
    asked_root,
    level_1,
    require_json,
    whole_number,
)
from sync.national.evidence import BEFORE_ALL, Evidence, LedgerRow, Row
from sync.national.journal import FILTERS, KEPT, Journal

PAGE = 10_000
EXPORTS = {"ndjson": "application/x-ndjson; charset=utf-8", "csv": "text/csv; charset=utf-8"}
MOST_BUCKETS = 1000  # of one request; more would not fit its first line


def _buckets(request: web.Request) -> list[int]:
    text = request.query.get("bucket", "")
    try:
        numbers = [int(part) for part in text.split(",")] if text else []
    except ValueError:
        numbers = [-1]
    if len(numbers) > MOST_BUCKETS or not all(0 <= number < wire.DIGEST_BUCKETS for number in numbers):
        limits = f"at most {MOST_BUCKETS} numbers below {wire.DIGEST_BUCKETS}"
        raise web.HTTPBadRequest(reason=f"bucket is a list like 1,2 of {limits}")
    return numbers


def _question(body: bytes) -> tuple[str, list[str]]:
    """Whose dossiers are asked for, and which."""
    try:
        content = orjson.loads(body)
        agency, codes = content[wire.MADONVI], content["codes"]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        agency, codes = None, None
    if not (isinstance(agency, str) and isinstance(codes, list) and all(isinstance(code, str) for code in codes)):
        raise web.HTTPBadRequest(reason='ask like {"madonvi": "000.00.00.H49", "codes": ["000.00.16.H49-220512-0001"]}')
    if len(codes) > LARGEST_PAGE:
        raise web.HTTPBadRequest(reason=f"at most {LARGEST_PAGE} codes a question")
    return agency, codes


def _ndjson(rows: Sequence[LedgerRow]) -> bytes:
    return b"".join(orjson.dumps(row._asdict(), option=orjson.OPT_APPEND_NEWLINE) for row in rows)


def _csv(rows: Sequence[LedgerRow]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


async def _exported(request: web.Request, kind: str, pages: AsyncIterator[Row]) -> web.StreamResponse:
    """All pages in one stream, begun when the first of them is there: what cannot be is refused before."""
    write, first = _csv if kind == "csv" else _ndjson, await anext(pages)
    response = web.StreamResponse(headers={"Content-Type": EXPORTS[kind]})
    await response.prepare(request)
    if kind == "csv":
        await response.write((",".join(LedgerRow._fields) + "\r\n").encode())
    await response.write(write(first["rows"]))
    async for page in pages:
        await response.write(write(page["rows"]))
    await response.write_eof()
    return response


class Admin:
    """One method per path."""

    def __init__(self, evidence: Evidence, journal: Journal, forget_rows: Callable[[], None], owner: str) -> None:
        self._evidence = evidence
        self._journal = journal
        self._forget_rows = forget_rows
        self._owner = owner

    async def digest(self, request: web.Request) -> web.Response:
        return answered(await self._evidence.digest(asked_root(request)))

    async def buckets(self, request: web.Request) -> web.Response:
        rows = await self._evidence.buckets(asked_root(request))
        return answered({"columns": ["bucket", "dossiers", "sum"], "rows": rows})

    async def dossiers(self, request: web.Request) -> web.Response:
        after = whole_number(request, "after", BEFORE_ALL, least=BEFORE_ALL, most=LAST_NUMBER)
        limit = asked_limit(request, PAGE)
        return answered(await self._evidence.dossiers(asked_root(request), _buckets(request), after=after, limit=limit))

    async def dossiers_of(self, request: web.Request) -> web.Response:
        """{"madonvi": …, "codes": […]}: what is held of these dossiers, at most LARGEST_PAGE of them."""
        agency, codes = _question(await request.read())
        return answered(await self._evidence.dossiers_of(level_1(agency), codes))

    async def dossier(self, request: web.Request) -> web.Response:
        """The number begins with an agency code, so `madonvi` is needed only for numbers of another form."""
        code = request.match_info["code"]
        found = await self._evidence.dossier(asked_root(request) or owner_root(code, self._owner), code)
        if found is None:
            raise web.HTTPNotFound(reason="no such dossier")
        return answered(found)

    async def ledger(self, request: web.Request) -> web.StreamResponse:
        """A page as JSON; with `format=ndjson` or `csv` everything after `after`, in a stream."""
        kind = request.query.get("format", "json")
        if kind not in ("json", *EXPORTS):
            raise web.HTTPBadRequest(reason=f"format is one of json, {', '.join(EXPORTS)}")
        pages = self._pages(request)
        if kind != "json":
            return await _exported(request, kind, pages)
        return answered(await anext(pages))

    async def _pages(self, request: web.Request) -> AsyncIterator[Row]:
        """The page that is asked for and those behind it."""
        after: int | None = asked_after(request)
        limit = asked_limit(request, PAGE)
        span = {name: request.query.get(name, "") for name in ("least", "below")}
        while after is not None:
            page = await self._evidence.ledger(asked_root(request), after=after, limit=limit, **span)
            yield page
            after = page["next"]

    async def stats(self, _request: web.Request) -> web.Response:
        return answered(await self._evidence.stats())

    async def journal(self, request: web.Request) -> web.Response:
        """Any of `FILTERS` finds and counts among the kept requests; the counters are those of all since the start."""
        limit = whole_number(request, "limit", 100, least=0, most=KEPT)
        journal = self._journal
        found = journal.find({name: request.query[name] for name in FILTERS if request.query.get(name)})
        return answered(
            {
                "requests": journal.requests,
                "records": journal.records,
                "answers": journal.counters(),
                "kept": len(journal.last),
                "found": len(found),
                "last": [asdict(entry) for entry in found[:limit]],
            }
        )

    async def reset(self, request: web.Request) -> web.Response:
        require_json(request)
        await self._evidence.forget_everything()
        self._journal.clear()
        self._forget_rows()
        return answered({"status": "ok"})


def routes(evidence: Evidence, journal: Journal, forget_rows: Callable[[], None], owner: str) -> Iterable[web.RouteDef]:
    admin = Admin(evidence, journal, forget_rows, owner)
    return [
        web.get(wire.PATH_DIGEST, admin.digest),
        web.get(wire.PATH_DIGEST_BUCKETS, admin.buckets),
        web.get(wire.PATH_DOSSIERS, admin.dossiers),
        web.post(wire.PATH_DOSSIERS, admin.dossiers_of),
        web.get(wire.PATH_DOSSIERS + "/{code:.+}", admin.dossier),
        web.get(wire.PATH_LEDGER, admin.ledger),
        web.get(wire.PATH_STATS, admin.stats),
        web.get(wire.PATH_JOURNAL, admin.journal),
        web.post(wire.PATH_RESET, admin.reset),
    ]
