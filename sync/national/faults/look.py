"""A request as the faults see it: read as its service will read it."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from sync import wire
from sync.national.accounts import Accounts
from sync.national.agencies import agency_code, named_together, owner
from sync.national.answers import Refused, delivered, listed, read
from sync.national.digest import TooDeep, bucket, dossier_key, record_hash, root, text_of
from sync.national.faults.rules import Item, Seen
from sync.national.gateways import query_of
from sync.national.paths import PLACE, Place, Variant
from sync.national.records import code_of

_NAMED = 5


def _item(agency: str, record: object) -> Item:
    fields = record if isinstance(record, dict) else {}
    code = code_of(record)
    key = dossier_key(root(agency), code)
    try:
        fingerprint = record_hash(fields)  # without the files' addresses, which change with every attempt
    except TooDeep:  # the service refuses it
        fingerprint = key
    return Item(agency, code, text_of(fields.get("MaTTHC")), bucket(key), fingerprint)


@dataclass(frozen=True)
class Owners:
    """Whose the records of a request are: all of the agency it names, else each of the one in its number."""

    named: str
    otherwise: str

    def agency(self, record: object) -> str:
        return self.named or owner(code_of(record), self.otherwise)

    def agencies(self, records: Iterable[object]) -> tuple[str, ...]:
        """Each once; of a request without records the one that it comes from."""
        return tuple(dict.fromkeys(map(self.agency, records))) or (self.named or self.otherwise,)

    def items(self, records: Iterable[object]) -> tuple[Item, ...]:
        return tuple(_item(self.agency(record), record) for record in records)

    def with_roots(self, records: Iterable[object]) -> list[tuple[str, object]]:
        return [(root(self.agency(record)), record) for record in records]


@dataclass(frozen=True)
class Look:
    """A request as the rules see it, and its content as it was read."""

    seen: Seen
    owners: Owners
    content: Any
    data: list[Any] | None

    @property
    def name(self) -> str:
        """What a person would call it: its service and the first of its dossiers."""
        codes = [code_of(record) for record in (self.data or [])[:_NAMED]]
        more = " …" if self.data and len(self.data) > _NAMED else ""
        return f"{self.seen.service} {', '.join(codes)}{more}".strip()

    @property
    def agency_code(self) -> str:
        return self.owners.named or named_together(own for own, _ in self.owners.with_roots(self.data or ()))

    def items(self) -> Sequence[Item]:
        return self.seen.items or self.owners.items(self.data or ())

    def envelope(self, name: str) -> str:
        return text_of(self.content.get(name)) if isinstance(self.content, dict) else ""


def _records(place: Place, content: Any) -> list[Any] | None:
    """The records as the service reads them; None where it would refuse them all, or takes none."""
    with suppress(Refused):
        if place.variant is Variant.ENVELOPE:
            return listed(content.get(wire.DATA)) if isinstance(content, dict) else None
        if place.variant is not Variant.MONITORING:
            return delivered(content)
    return None


async def look(request: web.Request, accounts: Accounts, otherwise: str, *, at_records: bool) -> Look:
    """An unreadable body has no records; `otherwise` is the agency of what names none."""
    try:
        content = read(await request.read())
    except Refused:
        content = None
    place, envelope = request[PLACE], content if isinstance(content, dict) else {}
    records = _records(place, content)
    if place.variant is Variant.ENVELOPE:
        named = _code(envelope.get(wire.MADONVI)) or await _signed_in(accounts, envelope)
    else:
        named = _code(query_of(request.query).get(wire.QUERY_AGENCY.lower()))
    owners = Owners(named, otherwise)
    items = owners.items(records or ()) if at_records else ()
    service = place.service or text_of(envelope.get(wire.SERVICE))
    has_session = place.variant is Variant.ENVELOPE
    seen = Seen((request.path, place.path), service, owners.agencies(records or ()), items, has_session)
    return Look(seen, owners, content, records)


def _code(written: object) -> str:
    with suppress(Refused):
        return agency_code(written)
    return ""


async def _signed_in(accounts: Accounts, envelope: dict[str, Any]) -> str:
    account = await accounts.of_session(text_of(envelope.get(wire.SESSION)))
    return account.agency_code if account is not None else ""
