"""Admin API of the faults (our extension, JSON): what is set, the profiles, the deliberate bugs, the clock.

    GET, POST, DELETE /_admin/faults             all faults with their counters; set one (201); remove all
    GET, PATCH, DELETE /_admin/faults/{id}       one; PATCH is a JSON Merge Patch (RFC 7396) and sets it anew
    GET, PUT /_admin/profile                     {"profile": "evil", "seed": 7}: its faults replace all others, and the
                                                 seed's numbers begin anew, so that the same requests meet the same
    GET /_admin/profiles                         the known ones, each with a sentence in Vietnamese and English
    GET, PUT /_admin/bugs                        {"lose": true}: see faults/bugs.py; what is not named stays
    GET, PUT /_admin/clock                       {"at": "2022-05-12T08:00:00+07:00", "speed": 60} makes it virtual,
                                                 {} follows the wall again. Faults stay as old as they were when it
                                                 becomes virtual or ends to be; set anew while virtual, time goes by

What is impossible is refused with 400 and one sentence. Whatever changes something needs a JSON content type, which no
form of a foreign web page can send; nor can it send DELETE, which needs none.
"""

from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime
from typing import Any, Final

from aiohttp import web

from sync import wire
from sync.national.asking import answered, content_of, refused
from sync.national.faults import fields, profiles
from sync.national.faults.engine import Active, UnknownFault
from sync.national.faults.fields import ImpossibleFault
from sync.national.faults.layer import Layer
from sync.national.faults.rules import parse

Handler = Callable[[web.Request], Awaitable[web.Response]]
DEEPEST: Final = 32  # lists and objects of what is sent here, one in the other


async def _content(request: web.Request) -> Any:
    content = await content_of(request)
    _require_shallow(content)
    return content


def _require_shallow(content: object) -> None:
    """Refuse what could not be written again, or is nested deeper than anybody would."""
    level = [content]
    for _ in range(DEEPEST):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return
    raise ImpossibleFault(f"Lists and objects are nested deeper than {DEEPEST} levels.")


def _inside(content: object) -> Iterable[object]:
    if isinstance(content, dict):
        return content.values()
    return content if isinstance(content, list) else ()


def _said(work: Handler) -> Handler:
    """What cannot be is answered with its sentence."""

    async def handle(request: web.Request) -> web.Response:
        try:
            return await work(request)
        except ImpossibleFault as impossible:
            raise refused(impossible) from None
        except UnknownFault:
            raise web.HTTPNotFound(reason=f"There is no fault {request.match_info['number']}.") from None

    return handle


class FaultAdmin:
    """One method per path and verb."""

    def __init__(self, layer: Layer) -> None:
        self._layer = layer
        self._faults = layer.faults

    async def all(self, _request: web.Request) -> web.Response:
        return answered({**self._state(), "faults": [self._shown(active) for active in self._faults.all()]})

    async def add(self, request: web.Request) -> web.Response:
        fault = parse(await _content(request))
        active = await self._layer.change([fault], lambda: self._faults.add(fault))
        return answered(self._shown(active), 201)

    async def clear(self, _request: web.Request) -> web.Response:
        await self._layer.change([], lambda: self._faults.replace([], profile="", seed=self._faults.seed))
        return answered({"status": "ok"})

    async def one(self, request: web.Request) -> web.Response:
        return answered(self._shown(self._faults.get(_number(request))))

    async def patch(self, request: web.Request) -> web.Response:
        number = _number(request)
        fault = self._faults.patched(number, await _content(request))
        active = await self._layer.change([fault], lambda: self._faults.renew(number, fault))
        return answered(self._shown(active))

    async def remove(self, request: web.Request) -> web.Response:
        await self._layer.change([], lambda: self._faults.remove(_number(request)))
        return answered({"status": "ok"})

    async def profile(self, _request: web.Request) -> web.Response:
        return answered(self._state())

    async def set_profile(self, request: web.Request) -> web.Response:
        readers = {"profile": fields.text(100), "seed": fields.SEED}
        wanted = fields.members("The profile", await _content(request), readers, optional=("seed",))
        await self._layer.set_profile(wanted["profile"], wanted.get("seed", self._faults.seed))
        return answered(self._state())

    async def profiles(self, _request: web.Request) -> web.Response:
        return answered([profile.to_json() for profile in profiles.PROFILES.values()])

    async def bugs(self, _request: web.Request) -> web.Response:
        return answered(self._layer.bugs.to_json())

    async def set_bugs(self, request: web.Request) -> web.Response:
        self._layer.change_bugs(await _content(request))
        return answered(self._layer.bugs.to_json())

    async def clock(self, _request: web.Request) -> web.Response:
        clock = self._faults.clock
        at = datetime.fromtimestamp(clock.now(), UTC).isoformat()
        return answered({"at": at, "speed": clock.speed, "virtual": clock.is_virtual})

    async def set_clock(self, request: web.Request) -> web.Response:
        readers = {"at": fields.clock_time, "speed": fields.number(0, 1_000_000)}
        wanted = fields.members("clock", await _content(request), readers, optional=readers)
        clock = self._faults.clock
        was_virtual, before = clock.is_virtual, clock.now()
        if wanted:
            clock.set(wanted.get("at", clock.now()), wanted.get("speed", clock.speed))
        else:
            clock.follow_the_wall()
        if clock.is_virtual is not was_virtual:
            self._faults.shift(clock.now() - before)
        return await self.clock(request)

    def _state(self) -> dict[str, Any]:
        return {"profile": self._faults.profile, "seed": self._faults.seed, "requests": self._faults.requests}

    def _shown(self, active: Active) -> dict[str, Any]:
        return active.to_json(self._faults.clock.now())


def _number(request: web.Request) -> int:
    return int(request.match_info["number"])


def routes(layer: Layer) -> Iterable[web.RouteDef]:
    admin, one = FaultAdmin(layer), wire.PATH_FAULTS + r"/{number:\d{1,15}}"
    return [
        web.get(wire.PATH_FAULTS, _said(admin.all)),
        web.post(wire.PATH_FAULTS, _said(admin.add)),
        web.delete(wire.PATH_FAULTS, _said(admin.clear)),
        web.get(one, _said(admin.one)),
        web.patch(one, _said(admin.patch)),
        web.delete(one, _said(admin.remove)),
        web.get(wire.PATH_PROFILE, _said(admin.profile)),
        web.put(wire.PATH_PROFILE, _said(admin.set_profile)),
        web.get(wire.PATH_PROFILES, _said(admin.profiles)),
        web.get(wire.PATH_BUGS, _said(admin.bugs)),
        web.put(wire.PATH_BUGS, _said(admin.set_bugs)),
        web.get(wire.PATH_CLOCK, _said(admin.clock)),
        web.put(wire.PATH_CLOCK, _said(admin.set_clock)),
    ]
