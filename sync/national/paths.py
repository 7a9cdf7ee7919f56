"""Where each service answers, in all variants of the protocol (national-protocol 1.1, 1.5, 2.7).

Real clients join addresses without thought, and the machines they were written for do not mind upper and lower case,
doubled or trailing slashes, or an adapter's folder in front: a path is known by how it ends.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple

from aiohttp import web

from sync import wire

LOGIN: Final = "login"
PAGES_SEEN, DOSSIER_EVENTS = wire.PATHS_MONITORING


class Variant(StrEnum):
    """How a service is spoken to."""

    ENVELOPE = "A"  # one object with session, madonvi, service
    METHOD_IN_PATH = "B"  # a bare array, madonvi and isUpdating in the query
    ARRAYS = "C"  # a bare array, nothing else; catalogues by GET
    MONITORING = "EMC"  # the Ministry of Information and Communications' counters

    @property
    def is_ascii(self) -> bool:
        """Whether its answers escape what is no ASCII (1.5)."""
        return self is not Variant.ARRAYS


class Place(NamedTuple):
    """One address of ours; `service` is empty where the request's body names it."""

    path: str
    variant: Variant
    service: str
    methods: tuple[str, ...] = ("POST",)


PLACE = web.RequestKey("place", Place)
"""Where a request arrived, found once for all who ask."""


def _places() -> dict[str, Place]:
    envelope, arrays = Variant.ENVELOPE, Variant.ARRAYS
    methods = (wire.Service.SYNC_DOSSIERS.value, wire.Service.UPDATE_PROGRESS.value)
    places = (
        Place(wire.PATH_LOGIN, envelope, LOGIN),
        Place(wire.PATH_INTEGRATION, envelope, ""),
        Place(wire.PATH_SHARE, envelope, ""),
        *(Place(wire.PATH_METHODS + name, Variant.METHOD_IN_PATH, name) for name in methods),
        *(Place(wire.PATH_GATEWAY + name, arrays, name) for name in wire.GATEWAY_DELIVERIES),
        *(Place(wire.PATH_GATEWAY + name, arrays, name, ("GET",)) for name in wire.GATEWAY_CATALOGUES),
        Place(PAGES_SEEN, Variant.MONITORING, PAGES_SEEN.strip("/"), ("GET", "POST")),
        Place(DOSSIER_EVENTS, Variant.MONITORING, DOSSIER_EVENTS.strip("/")),
    )
    return {place.path: place for place in places}


PLACES: Final[Mapping[str, Place]] = _places()
_ENDINGS: Final = {path.lower(): place for path, place in PLACES.items()}
_SLASHES: Final = re.compile("/+")


def plain(path: str) -> str:
    """The path in lower case, with single slashes and none at the end."""
    return _SLASHES.sub("/", path.lower()).rstrip("/")


def find(path: str) -> Place | None:
    """The place whose path this one ends with."""
    parts = plain(path).split("/")
    endings = ("/".join(["", *parts[-length:]]) for length in (3, 2, 1) if len(parts) > length)
    return next((_ENDINGS[ending] for ending in endings if ending in _ENDINGS), None)


class Places:
    """The place of every path. `aliases` are other paths at which a client expects ours: {theirs: ours}."""

    def __init__(self, aliases: Mapping[str, str]) -> None:
        self._aliases = {plain(theirs): find(ours) for theirs, ours in aliases.items()}
        self.find = lru_cache(maxsize=1024)(self._find)

    def _find(self, path: str) -> Place | None:
        asked = plain(path)
        return next((place for theirs, place in self._aliases.items() if asked.endswith(theirs)), None) or find(path)
