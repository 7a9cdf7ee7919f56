"""The portal's side of the digest by which both sides compare what they hold (specification: national side's digest).

Written from that specification, sharing no code with it: two independent hands must come to the same bytes.
"""

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

import orjson

from sync import wire

UNSIGNED = (1 << 64) - 1
BUCKETS = wire.DIGEST_BUCKETS
_LEFT_OUT = frozenset(wire.URL_FIELDS)
BUCKET_SHIFT = 64 - 12


def hash64(content: bytes) -> int:
    """BLAKE2b of 8 bytes, unsigned."""
    return int.from_bytes(blake2b(content, digest_size=8).digest(), "big")


def canonical(record: Mapping[str, Any]) -> bytes:
    """A record's content as bytes: empty members and file addresses go at every depth, names are sorted.

    The records of this portal hold text, lists and objects only; numbers and booleans never occur in them.
    """
    return orjson.dumps(_members(record), option=orjson.OPT_SORT_KEYS)


def _members(record: Mapping[str, Any]) -> dict[str, Any]:
    kept = {}
    for name, member in record.items():
        if member and name not in _LEFT_OUT:  # most members are text: a million records have thirty million of them
            value = member if type(member) is str else _kept(member)
            if value:
                kept[name] = value
    return kept


def _kept(value: Any) -> Any:
    if isinstance(value, Mapping):
        return _members(value)
    if isinstance(value, list):
        return [item for item in map(_kept, value) if item]
    return value


def dossier_key(root: str, code: str) -> int:
    return hash64(root.encode() + b"\0" + code.encode())


def leaf(key: int, record: Mapping[str, Any], progress_rows: int) -> int:
    """One dossier in one number."""
    joined = key.to_bytes(8, "big") + hash64(canonical(record)).to_bytes(8, "big") + progress_rows.to_bytes(8, "big")
    return hash64(joined)


def bucket(key: int) -> int:
    """0 … 4095: the first 12 bits of the key."""
    return key >> BUCKET_SHIFT


def text_hash(text: str) -> str:
    """As the effect ledger shows NoiDungXuLy: 16 hex digits."""
    return f"{hash64(text.encode()):016x}"
