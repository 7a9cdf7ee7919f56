"""What faults and bugs do to the records of a request before the service gets it, and to its answer afterwards.

The service works on what is left and knows nothing of it; the answer is put together for the request as it was sent.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import orjson

from sync import wire
from sync.national.answers import overall
from sync.national.digest import text_of
from sync.national.faults.bugs import Bugs, HeldBack, hits
from sync.national.faults.codes import RejectRule
from sync.national.faults.plan import Plan
from sync.national.faults.rules import Item
from sync.national.records import code_of
from sync.wire import RecordResult

PROGRESS_SERVICES = frozenset({wire.Service.UPDATE_PROGRESS.value, wire.SYNC_PROGRESS})
RECORD_SERVICES = frozenset({wire.Service.SYNC_DOSSIERS.value, wire.ADD_DOSSIERS, wire.UPDATE_DOSSIERS})
_TEXT_OF = {True: "NoiDungXuLy", False: "ChuHoSo"}
CORRUPTED = " (sai)"


@dataclass
class Edit:
    """`records` go to the service; `origin` says where each stood in the request, None if in an earlier one."""

    sent: int
    records: list[Any]
    origin: list[int | None]
    results: dict[int, RecordResult] = field(default_factory=dict)  # of those that the service never sees

    @classmethod
    def of(cls, data: Sequence[object]) -> "Edit":
        return cls(len(data), list(data), list(range(len(data))))

    def take_out(self, chosen: Callable[[int], bool], result: Callable[[str], RecordResult]) -> None:
        """The service never sees the chosen positions; `result` is what their number is answered."""
        kept = [(record, place) for record, place in self._pairs() if place is None or not chosen(place)]
        for record, place in self._pairs():
            if place is not None and chosen(place):
                self.results[place] = result(code_of(record))
        self._set(kept)

    def keep_first(self, count: int) -> None:
        self.records, self.origin = self.records[:count], self.origin[:count]

    def _pairs(self) -> list[tuple[Any, int | None]]:
        return list(zip(self.records, self.origin, strict=True))

    def _set(self, pairs: Sequence[tuple[Any, int | None]]) -> None:
        self.records, self.origin = [record for record, _ in pairs], [place for _, place in pairs]

    def corrupt(self, name: str) -> None:
        self.records = [
            {**record, name: text_of(record.get(name)) + CORRUPTED}
            if isinstance(record, dict) and hits(code_of(record))
            else record
            for record in self.records
        ]

    def reorder(self, held: HeldBack) -> None:
        """Rows of a chosen dossier newest first. Its first row, when it comes alone, is held back until the next."""
        pairs: list[tuple[Any, int | None]] = []
        for code, own in self._by_dossier().items():
            record, place = own[0]
            if not hits(code):
                pairs += own
            elif len(own) == 1 and place is not None and held.hold(code, record):
                self.results[place] = success(code)
            else:
                waiting = held.release(code)
                pairs += own[::-1] + ([(waiting, None)] if waiting is not None else [])
        self._set(pairs)

    def _by_dossier(self) -> dict[str, list[tuple[Any, int | None]]]:
        groups: dict[str, list[tuple[Any, int | None]]] = {}
        for record, place in self._pairs():
            groups.setdefault(code_of(record), []).append((record, place))
        return groups

    def answer(self, content: dict[str, Any]) -> dict[str, Any]:
        """The answer to all that was sent, from the answer to what the service saw."""
        results = content.get(wire.RESULT)
        if not isinstance(results, list) or len(results) != len(self.records) or _is_refusal(content):
            return content
        judged: list[RecordResult | None] = [None] * self.sent
        for place, result in zip(self.origin, results, strict=True):
            if place is not None:
                judged[place] = result
        for place, result in self.results.items():
            judged[place] = result
        whole = overall([result for result in judged if result])
        return {**content, wire.ERROR_CODE: whole.code, wire.MESSAGE: whole.message, wire.RESULT: whole.result}


def _is_refusal(content: dict[str, Any]) -> bool:
    """Of the whole request, whose records nobody looked at."""
    return not content[wire.RESULT] and text_of(content.get(wire.ERROR_CODE)) != wire.ErrorCode.SUCCESS


def success(code: str) -> RecordResult:
    done = wire.ErrorCode.SUCCESS
    return {"MaHoSo": code, "error_code": done, "message": wire.MESSAGES[done], "ketqua": wire.APPLIED}


def _refusal(rule: RejectRule, code: str) -> RecordResult:
    return {"MaHoSo": code, "error_code": rule.error_code, "message": rule.message}


def edited(plan: Plan, bugs: Bugs, held: HeldBack, items: Sequence[Item], data: list[Any], service: str) -> Edit:
    """What the faults and bugs leave of the records of this service."""
    edit, is_progress = Edit.of(data), service in PROGRESS_SERVICES
    for match, rule in plan.rejects:
        places = {place for place, item in enumerate(items) if match.covers_record(item)}
        edit.take_out(places.__contains__, partial(_refusal, rule))
    if bugs.lose:
        edit.take_out(lambda place: hits(code_of(data[place])), success)
    if bugs.corrupt:
        edit.corrupt(_TEXT_OF[is_progress])
    if bugs.reorder and is_progress:
        edit.reorder(held)
    if plan.partial is not None:
        edit.keep_first(int(len(edit.records) * plan.partial.fraction))
    return edit


def with_data(content: Any, records: list[Any]) -> bytes:
    """The request's body with other records in it: an envelope, or the bare array of variants B and C.

    Raises orjson.JSONEncodeError for what is nested beyond reason.
    """
    is_envelope = isinstance(content, dict) and wire.DATA in content
    return orjson.dumps({**content, wire.DATA: records} if is_envelope else records)


def drifted(content: dict[str, Any], version: int) -> dict[str, Any]:
    """The answer of a later interface: 2 adds members, 3 renames `message` and `result`, 4 `error_code` as well."""
    names = {}
    if version >= 3:
        names = {wire.MESSAGE: "moTa", wire.RESULT: "ketQua"}
    if version >= 4:
        names[wire.ERROR_CODE] = "maLoi"
    return {
        "phienBan": f"{version}.0",
        "maGiaoDich": "",
        **{names.get(key, key): value for key, value in content.items()},
    }
