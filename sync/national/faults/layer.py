"""The layer in which requests meet faults: a middleware ahead of the services, one `if` when nothing is set."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from typing import Any, TypeVar

import orjson
from aiohttp import web
from aiohttp.typedefs import Middleware

from sync import wire
from sync.national.accounts import Accounts
from sync.national.answers import written
from sync.national.digest import dossier_key, root, text_of
from sync.national.faults import edits, profiles
from sync.national.faults.bugs import Bugs, HeldBack, hits
from sync.national.faults.clock import Clock
from sync.national.faults.endings import Exchange, failed
from sync.national.faults.engine import Faults
from sync.national.faults.later import Later
from sync.national.faults.look import Look, look
from sync.national.faults.memory import FormerRecordLost, Memory
from sync.national.faults.plan import ACCEPTED, Plan, failing
from sync.national.faults.rules import Fault
from sync.national.journal import NOTE, Note
from sync.national.paths import PLACE

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Done = TypeVar("Done")
LOG = logging.getLogger(__name__)


class Layer:
    """Draws what a request meets and carries it out."""

    def __init__(self, memory: Memory, accounts: Accounts, bugs: Bugs, owner: str = "") -> None:
        self.faults = Faults(Clock())
        self.bugs = bugs
        self._memory = memory
        self._accounts = accounts
        self.owner = owner
        self._held = HeldBack()
        self._stopping = asyncio.Event()
        self._later = Later()
        self._changing = asyncio.Lock()

    async def start(self, profile: str, seed: int) -> None:
        await self._memory.start()
        await self.set_profile(profile, seed)

    async def set_profile(self, name: str, seed: int) -> None:
        """The faults of a profile instead of all others; raises ImpossibleFault."""
        faults = profiles.find(name).parsed()
        await self.change(faults, lambda: self.faults.replace(faults, profile=name, seed=seed))

    async def change(self, coming: Iterable[Fault], act: Callable[[], Done]) -> Done:
        """Put faults in force, or others out of it. Former records are kept from before a fault needs them until none
        does any more."""
        async with self._changing:
            if any(fault.needs_former_records for fault in coming):
                await self._memory.keep_former_records(True)
            try:
                return act()
            finally:
                await self._memory.keep_former_records(self.faults.needs_former_records)

    async def stop(self, _app: web.Application) -> None:
        """Nobody is kept waiting once the national system stops."""
        self._stopping.set()

    async def finish(self) -> None:
        """Do what was accepted for later; nothing is added to it any more."""
        await self._later.finish()

    def change_bugs(self, document: object) -> None:
        """Raises ImpossibleFault."""
        self.bugs.change(document)
        if not self.bugs.reorder:
            self.forget_rows()

    def forget_rows(self) -> None:
        """What is held back for later, which a bug may never bring."""
        self._held.clear()

    def middleware(self) -> Middleware:
        @web.middleware
        async def meet_faults(request: web.Request, handler: Handler) -> web.StreamResponse:
            if not (self.faults or self.bugs or self._memory.forgot) or PLACE not in request:
                return await handler(request)
            found = await look(request, self._accounts, self.owner, at_records=self.faults.looks_at_records)
            plan = self.faults.meet(found.seen)
            _note(request[NOTE], found, plan)
            if self._memory.is_keeping and not self.faults.needs_former_records:  # the last that did has expired
                await self.change([], lambda: None)
            return await self._carry_out(plan, found, request, handler)

        return meet_faults

    async def _carry_out(self, plan: Plan, found: Look, request: web.Request, handler: Handler) -> web.StreamResponse:
        if plan.delay:
            await self._wait(plan.delay)
        if plan.instead is not None:
            return await plan.instead(Exchange(request, None, self._stopping))
        try:
            await self._change_state(plan, found)
        except FormerRecordLost as lost:
            LOG.warning("%s", lost)
            return await failing("5xx")(Exchange(request, None, self._stopping))
        if plan.later is not None:
            return await self._accept(plan.later, found, request, lambda: self._work(plan, found, request, handler))
        answer = await self._work(plan, found, request, handler)
        if not isinstance(answer, web.Response):
            return answer
        exchange = Exchange(request, answer, self._stopping)
        if plan.partial is not None and found.data is not None:
            return await failing(plan.partial.how)(exchange)
        _spoil(plan, request, answer)
        if plan.met:
            request[NOTE].error_code = text_of(_content_of(answer).get(wire.ERROR_CODE)) or request[NOTE].error_code
        return await plan.afterwards(exchange) if plan.afterwards is not None else answer

    async def _change_state(self, plan: Plan, found: Look) -> None:
        """What happens to the national side itself just before this request."""
        if plan.expire_token:
            await self._accounts.end_session(found.envelope(wire.SESSION))
        if plan.forget:
            await self._memory.forget()
        if plan.roll_back is not None:
            await self._memory.roll_back(plan.roll_back)

    async def _work(self, plan: Plan, found: Look, request: web.Request, handler: Handler) -> web.StreamResponse:
        service = found.seen.service
        if found.data is not None and service in edits.PROGRESS_SERVICES | edits.RECORD_SERVICES:
            answer = await self._work_on_records(plan, found, request, handler)
        else:
            answer = await handler(request)
        if plan.stale is not None and service == wire.Service.LOOK_UP_DOSSIER and isinstance(answer, web.Response):
            await self._make_stale(plan.stale, found, request, answer)
        return answer

    async def _work_on_records(
        self, plan: Plan, found: Look, request: web.Request, handler: Handler
    ) -> web.StreamResponse:
        edit = self._edit(plan, found, request) if plan.rejects or plan.partial or self.bugs else None
        records = edit.records if edit is not None else found.data or []
        forgot = self._memory.forgot  # before the work: what it applies meanwhile was not forgotten
        answer = await handler(request)
        again: set[int] = set()
        if found.seen.service in edits.PROGRESS_SERVICES and _was_worked_on(answer, len(records)):
            again = await self._apply_again(plan, found, records, forgot)
        if isinstance(answer, web.Response) and (edit is not None or again):
            _rewrite(request, answer, lambda content: _whole(edit, _applied(content, again)))
        return answer

    def _edit(self, plan: Plan, found: Look, request: web.Request) -> edits.Edit | None:
        """Give the service other records than were sent; None where they cannot be written again."""
        items = found.items() if plan.rejects else ()
        edit = edits.edited(plan, self.bugs, self._held, items, found.data or [], found.seen.service)
        try:
            # aiohttp keeps a body that was read, here, and whoever reads it again gets this
            request._read_bytes = edits.with_data(found.content, edit.records)
        except orjson.JSONEncodeError:
            return None
        return edit

    async def _apply_again(self, plan: Plan, found: Look, records: list[Any], forgot: int) -> set[int]:
        """The positions that were applied again because they had been forgotten."""
        service, owned, again = found.seen.service, found.owners.with_roots(records), set[int]()
        if forgot:
            again = await self._memory.apply_forgotten(service, owned, forgot)
        if self.bugs.duplicate or plan.duplicate:
            everything = plan.duplicate
            await self._memory.apply_twice(service, owned, lambda code: everything or hits(code))
        return again

    async def _make_stale(self, seconds: float, found: Look, request: web.Request, answer: web.Response) -> None:
        code = found.envelope(wire.MAHOSO)
        body = await self._memory.record_at(dossier_key(root(found.owners.named), code), code, seconds)
        result = [] if body is None else [orjson.loads(body)]
        _rewrite(request, answer, lambda told: {**told, wire.RESULT: result} if told.get(wire.RESULT) else told)

    async def _accept(
        self, seconds: float, found: Look, request: web.Request, work: Callable[[], Awaitable[object]]
    ) -> web.StreamResponse:
        """202, and the work comes later; 503 when too much is waiting already."""
        exchange, size = Exchange(request, None, self._stopping), len(await request.read())
        if not self._later.has_room(size):
            return await failed(503)(exchange)

        async def later() -> None:
            await self._wait(seconds)
            await work()

        self._later.put(later(), size, found.name)
        return await ACCEPTED(exchange)

    async def _wait(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)


def _note(note: Note, found: Look, plan: Plan) -> None:
    """What arrived, for the journal of a request that never reaches its service."""
    note.service, note.agency_code = found.seen.service[:100], found.agency_code[:100]
    note.records, note.faults = len(found.data or ()), tuple(plan.met)


def _applied(content: dict[str, Any], again: set[int]) -> dict[str, Any]:
    """The answer says that these were applied, not absorbed."""
    result = content.get(wire.RESULT)
    if isinstance(result, list):
        for place in again & set(range(len(result))):
            result[place][wire.EFFECT] = wire.APPLIED
    return content


def _whole(edit: edits.Edit | None, content: dict[str, Any]) -> dict[str, Any]:
    return content if edit is None else edit.answer(content)


def _content_of(answer: web.StreamResponse) -> dict[str, Any]:
    try:
        content = orjson.loads(
            answer.body if isinstance(answer, web.Response) and isinstance(answer.body, bytes) else b""
        )
    except orjson.JSONDecodeError:
        return {}
    return content if isinstance(content, dict) else {}


def _was_worked_on(answer: web.StreamResponse, records: int) -> bool:
    """Whether the service looked at the records at all, and did not refuse the request as a whole."""
    content = _content_of(answer)
    result = content.get(wire.RESULT)
    each = isinstance(result, list) and len(result) == records
    return answer.status == 200 and (each or text_of(content.get(wire.ERROR_CODE)) == wire.ErrorCode.SUCCESS)


def _rewrite(request: web.Request, answer: web.Response, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Change the answer's JSON object; what is none stays as it is."""
    content = _content_of(answer)
    if content:
        answer.body = written(change(content), ascii_only=request[PLACE].variant.is_ascii)


def _spoil(plan: Plan, request: web.Request, answer: web.Response) -> None:
    """What is wrong within the answer itself."""
    if plan.other_code is not None:
        _rewrite(request, answer, plan.other_code.instead_of)
    version = plan.drift
    if version is not None:
        _rewrite(request, answer, lambda content: edits.drifted(content, version))
    if plan.malformed and isinstance(answer.body, bytes):
        answer.body = answer.body[: len(answer.body) // 2] + b'"}]<'
    if plan.content_type is not None:
        answer.headers["Content-Type"] = plan.content_type
