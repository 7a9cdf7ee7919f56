"""Variant A of the protocol: one JSON object in, one out (national-protocol 1.3, 1.4, 2.1 to 2.4).

A refusal is an answer, not an HTTP error: real clients never read the body of an answer with a status of 400 or more.
`result` is always a list, because real clients ask for its length without looking.
"""

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import orjson

from sync import wire
from sync.national.accounts import Accounts
from sync.national.apply import Outcome
from sync.national.catalogue import Catalogue
from sync.national.digest import dossier_key, root, text_of
from sync.national.records import Dossier, Invalid, Progress, read_dossier, read_progress
from sync.national.store import Source, Store
from sync.wire import ErrorCode, Service

Envelope = dict[str, Any]
Item = TypeVar("Item", Dossier, Progress)
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_TRUE_WORDS = {"true", "1"}

_CODES = {
    Outcome.APPLIED: ErrorCode.SUCCESS,
    Outcome.ABSORBED: ErrorCode.SUCCESS,
    Outcome.UNKNOWN: ErrorCode.UNKNOWN_DOSSIER,
    Outcome.EXISTS: ErrorCode.DOSSIER_EXISTS,
    Outcome.COLLISION: ErrorCode.SYSTEM_ERROR,
}
_EFFECTS = {Outcome.APPLIED: wire.APPLIED, Outcome.ABSORBED: wire.ABSORBED}


class Refused(Exception):
    """A request that is answered with an error code."""

    def __init__(self, code: ErrorCode, detail: str = "") -> None:
        super().__init__(f"{wire.MESSAGES[code]}: {detail}" if detail else wire.MESSAGES[code])
        self.code = code


@dataclass
class Answer:
    """What goes back, and what the journal notes of it."""

    code: ErrorCode = ErrorCode.SUCCESS
    message: str = wire.MESSAGES[ErrorCode.SUCCESS]
    result: list[Any] = field(default_factory=list)
    extra: dict[str, str] = field(default_factory=dict)

    def to_json(self) -> bytes:
        """ASCII only: real clients decode with whatever charset their machine has."""
        content = {wire.ERROR_CODE: self.code, wire.MESSAGE: self.message, **self.extra, wire.RESULT: self.result}
        return json.dumps(content, separators=(",", ":")).encode("ascii")


def refusal(refused: Refused) -> Answer:
    return Answer(refused.code, str(refused))


def parse(body: bytes) -> Envelope:
    """The request's JSON object; always read as UTF-8, because clients name no charset. Raises Refused."""
    try:
        envelope = orjson.loads(body.removeprefix(_BYTE_ORDER_MARK))
    except orjson.JSONDecodeError as error:
        raise Refused(ErrorCode.INVALID_DATA, "nội dung không phải JSON hợp lệ mã hóa UTF-8") from error
    if not isinstance(envelope, dict):
        raise Refused(ErrorCode.INVALID_DATA, "nội dung phải là một đối tượng JSON")
    return envelope


def _source(envelope: Envelope) -> Source:
    return Source(root(text_of(envelope[wire.MADONVI])), text_of(envelope[wire.SERVICE]))


def _data(envelope: Envelope) -> list[object]:
    data = envelope.get(wire.DATA)
    if not isinstance(data, list):
        raise Refused(ErrorCode.INVALID_DATA, "thiếu mảng data")
    return data


def _read_all(
    read: Callable[[str, object], Item], agency_root: str, data: Sequence[object]
) -> tuple[list[Item], list[Invalid | None]]:
    """The readable items, and for each item of `data` what is wrong with it."""
    items: list[Item] = []
    faults: list[Invalid | None] = []
    for record in data:
        try:
            items.append(read(agency_root, record))
            faults.append(None)
        except Invalid as fault:
            faults.append(fault)
    return items, faults


def _result(code: str, error_code: ErrorCode, detail: str = "", effect: str | None = None) -> wire.RecordResult:
    message = f"{wire.MESSAGES[error_code]}: {detail}" if detail else wire.MESSAGES[error_code]
    result: wire.RecordResult = {"MaHoSo": code, "error_code": error_code, "message": message}
    if effect is not None:
        result["ketqua"] = effect
    return result


def _batch_answer(
    items: Sequence[Dossier | Progress], faults: Sequence[Invalid | None], outcomes: Sequence[Outcome]
) -> Answer:
    """One result per item of `data`, in its order; the whole is a success only if every one is (ours, 2.4)."""
    judged = iter(zip(items, outcomes, strict=True))
    results: list[wire.RecordResult] = []
    for fault in faults:
        if fault is not None:
            results.append(_result(fault.code, ErrorCode.INVALID_DATA, str(fault)))
        else:
            item, outcome = next(judged)
            results.append(_result(item.code, _CODES[outcome], effect=_EFFECTS.get(outcome)))
    failed = [result for result in results if result["error_code"] != ErrorCode.SUCCESS]
    if not failed:
        return Answer(result=results)
    first = failed[0]
    message = f"{first['message']} ({len(failed)}/{len(results)} bản ghi bị từ chối)"
    return Answer(ErrorCode(first["error_code"]), message, results)


class Protocol:
    """The national services. Any of them is answered on the integration and the share path alike."""

    def __init__(self, store: Store, accounts: Accounts, catalogue: Catalogue) -> None:
        self._store = store
        self._accounts = accounts
        self._catalogue = catalogue
        self._services: dict[str, Callable[[Envelope], Awaitable[Answer]]] = {
            Service.LOOK_UP_PROCEDURE: self._look_up_procedure,
            Service.LOOK_UP_DOSSIER: self._look_up_dossier,
            Service.SYNC_DOSSIERS: self._sync_dossiers,
            Service.UPDATE_PROGRESS: self._update_progress,
            Service.LIST_PROCEDURES: self._list_procedures,
            Service.LIST_SECTORS: self._list_sectors,
            Service.LIST_AGENCIES: self._list_agencies,
        }

    async def login(self, envelope: Envelope) -> Answer:
        """Đăng nhập: a session, or a non-zero code and no `session` at all."""
        username, password = text_of(envelope.get(wire.USERNAME)), text_of(envelope.get(wire.PASSWORD))
        token = await self._accounts.sign_in(username, password)
        if token is None:
            raise Refused(ErrorCode.NOT_ALLOWED, "sai tên đăng nhập hoặc mật khẩu")
        return Answer(extra={wire.SESSION: token})

    async def call(self, envelope: Envelope) -> Answer:
        """Every service after login; raises Refused."""
        account = await self._accounts.of_session(text_of(envelope.get(wire.SESSION)))
        if account is None:
            raise Refused(ErrorCode.SESSION_EXPIRED)
        if not account.may_send_for(text_of(envelope.get(wire.MADONVI))):
            raise Refused(ErrorCode.NOT_ALLOWED, "madonvi không thuộc tài khoản")
        service = self._services.get(text_of(envelope.get(wire.SERVICE)))
        if service is None:
            raise Refused(ErrorCode.UNKNOWN_SERVICE)
        return await service(envelope)

    async def _sync_dossiers(self, envelope: Envelope) -> Answer:
        source = _source(envelope)
        dossiers, faults = _read_all(read_dossier, source.root, _data(envelope))
        updating = text_of(envelope.get(wire.IS_UPDATING)).strip().lower() in _TRUE_WORDS
        outcomes = await self._store.sync_dossiers(source, dossiers, updating=updating)
        return _batch_answer(dossiers, faults, outcomes)

    async def _update_progress(self, envelope: Envelope) -> Answer:
        source = _source(envelope)
        rows, faults = _read_all(read_progress, source.root, _data(envelope))
        outcomes = await self._store.update_progress(source, rows)
        return _batch_answer(rows, faults, outcomes)

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
