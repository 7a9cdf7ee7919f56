"""Hashes by which two sides compare what they hold without sending it (our own extension; the protocol has none).

This docstring is the specification; the provincial side has its own code from it. Every hash H is BLAKE2b with an
8-byte digest and no key, read big endian; in the database a signed 64-bit integer, in JSON 16 lower-case hex digits
of the unsigned value. "‖" joins bytes; a number joined so is 8 bytes big endian, two's complement.

Canonical record: what a record says, whatever way it was written.
  1. null, "", [] and {} are left out, and so is what becomes empty by that: absent, null and empty are one.
  2. Members named in `wire.URL_FIELDS` are left out at every depth: a file is known by its id, its URL changes.
  3. Text stays as it is (no trimming, no Unicode normalisation). true and false become "True" and "False". A number
     becomes its shortest JSON text: 7 → "7", 1.50 → "1.5".
  4. Lists keep their order. Members of objects are sorted by the code points of their names.
  5. Written as JSON: separators "," and ":", no spaces, UTF-8 unescaped; escapes only \\" \\\\ \\b \\f \\n \\r
     \\t \\u00xx.
Unknown members take part: they are kept, so they are compared.

record hash    H(canonical record)
root           last part of an agency code of the old form (000.00.16.H49 → H49), first of the new (H49.22.05 → H49)
dossier key    H(root in UTF-8 ‖ byte 0 ‖ MaHoSo in UTF-8)
bucket         the first 12 bits of the dossier key: 0 … 4095, so that a bucket is one range of keys
leaf           H(dossier key ‖ record hash ‖ number of distinct progress rows)
digest         (number of dossiers, sum of their unsigned leaves mod 2^64), of everything or of a bucket
progress       H(ThoiDiemXuLy ‖ byte 0 ‖ TrangThai ‖ byte 0 ‖ NoiDungXuLy), text in UTF-8, numbers as in 3, null and
               absent as "": identity of a progress row within its dossier
"""

import re
import struct
from collections.abc import Mapping
from hashlib import blake2b
from typing import Final

import orjson

from sync import wire

MAX_DEPTH: Final = 32  # of lists and objects inside one record; the protocol's own records have 3
_UNSIGNED = (1 << 64) - 1
_THREE = struct.Struct(">qqq")
_LEFT_OUT = frozenset(wire.URL_FIELDS)
AGENCY: Final = r"(?:\d{3}\.\d{2}\.\d{2}\.[A-Z]\d{2}|[A-Z]\d{2}(?:\.\d{2,3}){0,3})"
_AGENCY: Final = re.compile(AGENCY, re.ASCII)
_EMPTY: tuple[object, ...] = (None, "", [], {})


class TooDeep(ValueError):
    """A record nested deeper than MAX_DEPTH."""


def hash64(content: bytes) -> int:
    return int.from_bytes(blake2b(content, digest_size=8).digest(), "big", signed=True)


def root(agency_code: str) -> str:
    """The level-1 agency (tỉnh, bộ) under whose number range a code of either form lies."""
    parts = agency_code.strip().split(".")
    return parts[0] if parts[0][:1].isalpha() else parts[-1]


def agency_in(code: str) -> str:
    """The agency code that a dossier number begins with (000.00.16.H49-220512-0001, H49.22-…), else ""."""
    agency = code.strip().partition("-")[0]
    return agency if _AGENCY.fullmatch(agency) else ""


def text_of(leaf: object) -> str:
    """A leaf as the protocol means it: text. Clients also send numbers and null; a list or object is no leaf."""
    if isinstance(leaf, str):
        return leaf
    if isinstance(leaf, bool):
        return wire.TRUE if leaf else wire.FALSE
    if isinstance(leaf, int | float):
        return orjson.dumps(leaf).decode()
    return ""


def _canonical(value: object, depth: int) -> object:
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return _canonical_object(value, depth)
    if isinstance(value, list):
        if depth >= MAX_DEPTH:
            raise TooDeep
        items = [_canonical(item, depth + 1) for item in value]
        return [item for item in items if item not in _EMPTY]
    return text_of(value)


def _canonical_object(value: Mapping[str, object], depth: int) -> dict[str, object]:
    if depth >= MAX_DEPTH:
        raise TooDeep
    kept: dict[str, object] = {}
    for name, member in value.items():
        if name in _LEFT_OUT:
            if type(member) is not str:
                _canonical(member, depth + 1)  # left out, yet kept with the record: no deeper than the rest of it
        else:
            canonical = member if type(member) is str else _canonical(member, depth + 1)
            if canonical:  # nothing but empty text, list or object is false here: numbers are text by now
                kept[name] = canonical
    return kept


def canonical_record(record: Mapping[str, object]) -> bytes:
    """What a record says as bytes, equal for equal content; raises TooDeep."""
    return orjson.dumps(_canonical_object(record, 0), option=orjson.OPT_SORT_KEYS)


def record_hash(record: Mapping[str, object]) -> int:
    return hash64(canonical_record(record))


def dossier_key(agency_root: str, code: str) -> int:
    return hash64(f"{agency_root}\0{code}".encode())


def bucket(key: int) -> int:
    return (key >> 52) & (wire.DIGEST_BUCKETS - 1)


def bucket_range(number: int) -> tuple[int, int]:
    """First and last signed key of a bucket."""
    first = number << 52
    if number >= wire.DIGEST_BUCKETS // 2:
        first -= 1 << 64
    return first, first + (1 << 52) - 1


def leaf(key: int, record_hash: int, progress_rows: int) -> int:
    return hash64(_THREE.pack(key, record_hash, progress_rows))


def progress_identity(second: str, status: str, text: str) -> int:
    return hash64(f"{second}\0{status}\0{text}".encode())


def as_hex(number: int) -> str:
    """A hash, or a sum of leaves of any size: two's complement wraps signed leaves to the sum of the unsigned ones."""
    return f"{number & _UNSIGNED:016x}"


def from_hex(text: str) -> int:
    number = int(text, 16)
    return number - (1 << 64) if number >> 63 else number
