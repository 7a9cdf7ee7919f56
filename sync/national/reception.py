"""Where a request becomes the call of a service and its answer a response, in the form each variant expects.

Every readable request of A, B and C is answered with HTTP 200, refused or not (national-protocol 1.2).
"""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

from aiohttp import web

from sync import wire
from sync.national.agencies import named_together
from sync.national.answers import Answer, Refused, counted, delivered, parse, read, refusal, written
from sync.national.digest import text_of
from sync.national.gateways import Gateways, query_of
from sync.national.journal import NOTE, Note
from sync.national.monitoring import Monitoring, dossier_event, page_seen
from sync.national.paths import LOGIN, PAGES_SEEN, PLACE, PLACES, Place, Variant
from sync.national.protocol import Protocol
from sync.national.store import UNSTORABLE
from sync.wire import ErrorCode

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Work = Callable[[web.Request, Note], Awaitable[Answer]]
JSON = "application/json"


def respond(request: web.Request, answer: Answer, status: int = 200) -> web.Response:
    return say(request, answer.content, status)


def say(request: web.Request, content: Mapping[str, Any], status: int = 200) -> web.Response:
    """Written as the clients of this place read it, and noted in the journal."""
    if NOTE in request:
        request[NOTE].error_code = text_of(content.get(wire.ERROR_CODE))
    body = written(content, ascii_only=PLACE not in request or request[PLACE].variant.is_ascii)
    return web.Response(body=body, status=status, content_type=JSON, charset="UTF-8")


class Reception:
    """The handler of every place."""

    def __init__(self, protocol: Protocol, gateways: Gateways, monitoring: Monitoring) -> None:
        self._protocol = protocol
        self._gateways = gateways
        self._monitoring = monitoring
        self._handlers = {place: self._handler(place) for place in PLACES.values()}

    async def receive(self, request: web.Request) -> web.StreamResponse:
        place = request.get(PLACE)
        if place is None:
            raise web.HTTPNotFound
        if request.method not in place.methods:
            raise web.HTTPMethodNotAllowed(request.method, place.methods)
        return await self._handlers[place](request)

    def _handler(self, place: Place) -> Handler:
        if place.variant is Variant.MONITORING:
            return partial(self._monitor, place)
        if place.methods == ("GET",):
            return partial(self._look_into_catalogue, place)
        work = self._envelope if place.variant is Variant.ENVELOPE else self._deliver
        return partial(_answered, partial(work, place))

    async def _envelope(self, place: Place, request: web.Request, note: Note) -> Answer:
        envelope = parse(await request.read())
        note.service = (place.service or text_of(envelope.get(wire.SERVICE)))[:100]
        note.agency_code = text_of(envelope.get(wire.MADONVI))[:100]
        note.records = counted(envelope.get(wire.DATA))
        return await (self._protocol.login if place.service == LOGIN else self._protocol.call)(envelope)

    async def _deliver(self, place: Place, request: web.Request, note: Note) -> Answer:
        query = query_of(request.query)
        note.service = place.service
        note.agency_code = query.get(wire.QUERY_AGENCY.lower(), "")[:100]
        records = delivered(read(await request.read()))
        note.records = len(records)
        if not note.agency_code:
            note.agency_code = named_together(self._gateways.owners(records, query))
        return await self._gateways.deliver(place.service, records, query)

    async def _look_into_catalogue(self, place: Place, request: web.Request) -> web.Response:
        request[NOTE].service = place.service
        body = self._gateways.catalogue(place.service, query_of(request.query))
        return web.Response(body=body, content_type=JSON, charset="utf-8")

    async def _monitor(self, place: Place, request: web.Request) -> web.Response:
        request[NOTE].service = place.service
        try:
            told = page_seen if place.path == PAGES_SEEN else dossier_event
            await self._monitoring.note(place.service, told(await request.read()) or dict(request.query))
        except Refused as refused:
            return respond(request, refusal(refused), 400)
        return web.Response(status=204)


async def _answered(work: Work, request: web.Request) -> web.Response:
    try:
        answer = await work(request, request[NOTE])
    except Refused as refused:
        answer = refusal(refused)
    except UNSTORABLE:
        answer = refusal(Refused(ErrorCode.INVALID_DATA, "có giá trị không thể lưu trữ"))
    return respond(request, answer)
