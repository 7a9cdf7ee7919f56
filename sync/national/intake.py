"""Records and progress rows on their way in, whatever variant brought them (national-protocol 2.4, 3.1, 3.3)."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from sync import wire
from sync.national.answers import Answer, overall
from sync.national.apply import Outcome
from sync.national.records import Dossier, Invalid, Progress, read_dossier, read_progress
from sync.national.store import Parcel, Source, Store
from sync.wire import ErrorCode

Item = TypeVar("Item", Dossier, Progress)
Sent = tuple[Source, Sequence[object]]

_CODES = {
    Outcome.APPLIED: ErrorCode.SUCCESS,
    Outcome.ABSORBED: ErrorCode.SUCCESS,
    Outcome.UNKNOWN: ErrorCode.UNKNOWN_DOSSIER,
    Outcome.EXISTS: ErrorCode.DOSSIER_EXISTS,
    Outcome.COLLISION: ErrorCode.SYSTEM_ERROR,
    Outcome.BAD_STATUS: ErrorCode.INVALID_DATA,
}
_DETAILS = {Outcome.BAD_STATUS: "trạng thái không có trong danh mục hoặc không đúng trình tự"}
_EFFECTS = {Outcome.APPLIED: wire.APPLIED, Outcome.ABSORBED: wire.ABSORBED}


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
    """One result per item of `data`, in its order."""
    judged = iter(zip(items, outcomes, strict=True))
    results: list[wire.RecordResult] = []
    for fault in faults:
        if fault is not None:
            results.append(_result(fault.code, ErrorCode.INVALID_DATA, str(fault)))
        else:
            item, outcome = next(judged)
            effect, detail = _EFFECTS.get(outcome), _DETAILS.get(outcome, "")
            results.append(_result(item.code, _CODES[outcome], detail, effect))
    return overall(results)


class Intake:
    """Takes what provinces deliver, all of a request or nothing of it; a source is the province and the service."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def dossiers(self, parcels: Sequence[Sent], *, updating: bool, refuse_known: bool = False) -> list[Answer]:
        """Add or update; with `refuse_known` an add of a known dossier is refused even by a lenient side."""
        found = [_read_all(read_dossier, source.root, data) for source, data in parcels]
        outcomes = await self._store.sync_dossiers(
            _readable(parcels, found), updating=updating, refuse_known=refuse_known
        )
        return [_batch_answer(*read, some) for read, some in zip(found, outcomes, strict=True)]

    async def progress(self, parcels: Sequence[Sent]) -> list[Answer]:
        found = [_read_all(read_progress, source.root, data) for source, data in parcels]
        outcomes = await self._store.update_progress(_readable(parcels, found))
        return [_batch_answer(*read, some) for read, some in zip(found, outcomes, strict=True)]


def _readable(parcels: Sequence[Sent], found: Sequence[tuple[list[Item], list[Invalid | None]]]) -> list[Parcel[Item]]:
    return [(source, items) for (source, _), (items, _) in zip(parcels, found, strict=True)]
