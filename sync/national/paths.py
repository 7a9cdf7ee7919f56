"""Where each service answers, in all variants of the protocol (national-protocol 1.1, 1.5, 2.7).

Real clients join addresses without thought, and the machines they were written for do not mind upper and lower case,
doubled or trailing slashes, or an adapter's folder in front: a path is known by how it ends.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple

from sync import wire

LOGIN: Final = "login"


class Variant(StrEnum):
    """How a service is spoken to."""

    ENVELOPE = "A"  # one object with session, madonvi, service
    METHOD_IN_PATH = "B"  # a bare array, madonvi and isUpdating in the query
    ARRAYS = "C"  # a bare array, nothing else; catalogues by GET
    MONITORING = "EMC"  # the Ministry of Information and Communications' counters


class Place(NamedTuple):
    """One address; `service` is empty where the request's body names it."""

    variant: Variant
    method: str
    service: str


def _places() -> dict[str, Place]:
    envelope, arrays = Variant.ENVELOPE, Variant.ARRAYS
    places = {
        wire.PATH_LOGIN: Place(envelope, "POST", LOGIN),
        wire.PATH_INTEGRATION: Place(envelope, "POST", ""),
        wire.PATH_SHARE: Place(envelope, "POST", ""),
    }
    for service in (wire.Service.SYNC_DOSSIERS, wire.Service.UPDATE_PROGRESS):
        places[wire.PATH_METHODS + service] = Place(Variant.METHOD_IN_PATH, "POST", service.value)
    for name in wire.GATEWAY_DELIVERIES:
        places[wire.PATH_GATEWAY + name] = Place(arrays, "POST", name)
    for name in wire.GATEWAY_CATALOGUES:
        places[wire.PATH_GATEWAY + name] = Place(arrays, "GET", name)
    for path in wire.PATHS_MONITORING:
        places[path] = Place(Variant.MONITORING, "POST", path.strip("/"))
    return places


PLACES: Final[Mapping[str, Place]] = _places()
_ENDINGS: Final = {path.lower(): place for path, place in PLACES.items()}
_SLASHES: Final = re.compile("/+")


def plain(path: str) -> str:
    """The path in lower case, with single slashes and none at the end."""
    return _SLASHES.sub("/", path.lower()).rstrip("/")


@lru_cache(maxsize=1024)
def find(path: str) -> Place | None:
    """The place whose path this one ends with."""
    parts = plain(path).split("/")
    endings = ("/".join(["", *parts[-length:]]) for length in (3, 2, 1) if len(parts) > length)
    return next((_ENDINGS[ending] for ending in endings if ending in _ENDINGS), None)
