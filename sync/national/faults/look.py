"""A request as the faults see it: read as its service will read it."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from sync import wire
from sync.national.accounts import Accounts
from sync.national.agencies import agency_code
from sync.national.answers import Refused, delivered, listed, read
from sync.national.digest import TooDeep, agency_in, bucket, dossier_key, record_hash, root, text_of
from sync.national.faults import edits
from sync.national.faults.rules import Item, Seen
from sync.national.gateways import query_of
from sync.national.paths import PLACE, Place, Variant
from sync.national.store import Source

_NAMED = 5


def item_of(agency_root: str, record: object) -> Item:
    fields = record if isinstance(record, dict) else {}
    code = text_of(fields.get("MaHoSo"))
    key = dossier_key(agency_root, code)
    try:
        fingerprint = record_hash(fields)  # without the files' addresses, which change with every attempt
    except TooDeep:  # the service refuses it
        fingerprint = key
    return Item(code, text_of(fields.get("MaTTHC")), bucket(key), fingerprint)


@dataclass(frozen=True)
class Look:
    """A request as the rules see it, and its content as it was read."""

    seen: Seen
    content: Any
    data: list[Any] | None

    @property
    def source(self) -> Source:
        return Source(root(self.seen.agency), self.seen.service)

    @property
    def name(self) -> str:
        """What a person would call it: its service and the first of its dossiers."""
        codes = [edits.code_of(record) for record in (self.data or [])[:_NAMED]]
        more = " …" if self.data and len(self.data) > _NAMED else ""
        return f"{self.seen.service} {', '.join(codes)}{more}".strip()

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


async def look(request: web.Request, accounts: Accounts, owner: str, *, at_records: bool) -> Look:
    """An unreadable body has no records; `owner` is the agency of a request that names none."""
    try:
        content = read(await request.read())
    except Refused:
        content = None
    place, envelope = request[PLACE], content if isinstance(content, dict) else {}
    records = _records(place, content)
    if place.variant is Variant.ENVELOPE:
        agency = _code(envelope.get(wire.MADONVI)) or await _signed_in(accounts, envelope)
    else:
        named = _code(query_of(request.query).get(wire.QUERY_AGENCY.lower()))
        agency = named or (agency_in(edits.code_of(records[0])) if records else "")
    agency = agency or owner
    items = tuple(item_of(root(agency), one) for one in records or ()) if at_records else ()
    service = place.service or text_of(envelope.get(wire.SERVICE))
    return Look(Seen((request.path, place.path), service, agency, items), content, records)


def _code(written: object) -> str:
    with suppress(Refused):
        return agency_code(written)
    return ""


async def _signed_in(accounts: Accounts, envelope: dict[str, Any]) -> str:
    account = await accounts.of_session(text_of(envelope.get(wire.SESSION)))
    return account.agency_code if account is not None else ""
