"""Variant A of the protocol: one JSON object in, one out (national-protocol 1.3, 1.4, 2.1 to 2.4)."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from types import MappingProxyType

import orjson

from sync import wire
from sync.national.accounts import Accounts
from sync.national.agencies import agency_code
from sync.national.answers import Answer, Envelope, Refused, is_true, listed
from sync.national.catalogue import Catalogue
from sync.national.digest import dossier_key, root, text_of
from sync.national.intake import Intake
from sync.national.persons import NUMBER, accounts_of
from sync.national.store import Source, Store
from sync.wire import ErrorCode, Service

ServiceCall = Callable[[Envelope], Awaitable[Answer]]


async def _rows(rows: list[dict[str, str]], _envelope: Envelope) -> Answer:
    return Answer(result=rows)


def _source(envelope: Envelope) -> Source:
    return Source(root(text_of(envelope[wire.MADONVI])), text_of(envelope[wire.SERVICE]))


class Protocol:
    """The national services. Any of them is answered on the integration and the share path alike."""

    def __init__(
        self,
        store: Store,
        accounts: Accounts,
        catalogue: Catalogue,
        more: Mapping[str, ServiceCall] = MappingProxyType({}),
    ) -> None:
        self._store = store
        self._intake = Intake(store)
        self._accounts = accounts
        self._catalogue = catalogue
        self._services: dict[str, ServiceCall] = {
            Service.LOOK_UP_PROCEDURE: self._look_up_procedure,
            Service.LOOK_UP_DOSSIER: self._look_up_dossier,
            Service.SYNC_DOSSIERS: self._sync_dossiers,
            Service.UPDATE_PROGRESS: self._update_progress,
            Service.LIST_PROCEDURES: self._list_procedures,
            Service.LIST_SECTORS: self._list_sectors,
            Service.LIST_AGENCIES: self._list_agencies,
            Service.LIST_ONLINE_SERVICES: self._list_online_services,
            Service.LOOK_UP_PERSON: self._look_up_person,
            **{name: partial(_rows, rows) for name, rows in catalogue.dictionaries.items()},
            **more,
        }

    async def login(self, envelope: Envelope) -> Answer:
        """Đăng nhập: a session, or a non-zero code and no `session` at all."""
        username, password = text_of(envelope.get(wire.USERNAME)), text_of(envelope.get(wire.PASSWORD))
        token = await self._accounts.sign_in(username, password)
        if token is None:
            raise Refused(ErrorCode.NOT_ALLOWED, "sai tên đăng nhập hoặc mật khẩu")
        return Answer(extra={wire.SESSION: token})

    async def call(self, envelope: Envelope) -> Answer:
        """Every service after login, for the agency named or else the account's own; raises Refused."""
        account = await self._accounts.of_session(text_of(envelope.get(wire.SESSION)))
        if account is None:
            raise Refused(ErrorCode.SESSION_EXPIRED)
        agency = agency_code(envelope.get(wire.MADONVI)) or account.agency_code
        if not account.may_send_for(agency):
            raise Refused(ErrorCode.NOT_ALLOWED, "madonvi không thuộc tài khoản")
        envelope[wire.MADONVI] = agency
        service = self._services.get(text_of(envelope.get(wire.SERVICE)))
        if service is None:
            raise Refused(ErrorCode.UNKNOWN_SERVICE)
        return await service(envelope)

    async def _sync_dossiers(self, envelope: Envelope) -> Answer:
        updating = is_true(envelope.get(wire.IS_UPDATING))
        sent = _source(envelope), listed(envelope.get(wire.DATA))
        [answer] = await self._intake.dossiers([sent], updating=updating)
        return answer

    async def _update_progress(self, envelope: Envelope) -> Answer:
        [answer] = await self._intake.progress([(_source(envelope), listed(envelope.get(wire.DATA)))])
        return answer

    async def _look_up_dossier(self, envelope: Envelope) -> Answer:
        code = text_of(envelope.get(wire.MAHOSO))
        body = await self._store.find_record(dossier_key(_source(envelope).root, code), code)
        return Answer(result=[] if body is None else [orjson.loads(body)])

    async def _look_up_procedure(self, envelope: Envelope) -> Answer:
        record = self._catalogue.find(text_of(envelope.get(wire.MATTHC)))
        return Answer(result=[] if record is None else [record])

    async def _list_procedures(self, _envelope: Envelope) -> Answer:
        return Answer(result=self._catalogue.procedures())

    async def _list_sectors(self, _envelope: Envelope) -> Answer:
        return Answer(result=self._catalogue.sectors)

    async def _list_agencies(self, _envelope: Envelope) -> Answer:
        return Answer(result=self._catalogue.agencies)

    async def _list_online_services(self, envelope: Envelope) -> Answer:
        """LayDVC; its `result` is an object, as its clients expect."""
        code = text_of(envelope.get(wire.MATTHC) or envelope.get("MATTHC"))
        found = self._catalogue.online_services(code, text_of(envelope.get("tuKhoa")))
        return Answer(result={wire.DATA: found})

    async def _look_up_person(self, envelope: Envelope) -> Answer:
        return Answer(result=accounts_of(text_of(envelope.get(NUMBER))))
