"""What goes back to a province, and how its requests are read (national-protocol 1.2, 1.4, 2.4).

A refusal is an answer, not an HTTP error: real clients never read the body of an answer with a status of 400 or more.
`result` is a list wherever the protocol does not say otherwise: real clients ask for its length without looking.
"""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from sync import wire
from sync.national.digest import text_of
from sync.wire import ErrorCode, RecordResult

Envelope = dict[str, Any]
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
TAKEN: Final = "Đã ghi nhận"  # of a record among others that were refused
MOST_RECORDS: Final = 10_000  # of one request: a hundred times what real clients send; each is answered by itself
_TRUE_WORDS = {"true", "1"}


class Refused(Exception):
    """A request that is answered with an error code."""

    def __init__(self, code: ErrorCode, detail: str = "") -> None:
        super().__init__(f"{wire.MESSAGES[code]}: {detail}" if detail else wire.MESSAGES[code])
        self.code = code


@dataclass
class Answer:
    """What goes back, and what the journal notes of it."""

    code: str = ErrorCode.SUCCESS
    message: str = wire.MESSAGES[ErrorCode.SUCCESS]
    result: Any = field(default_factory=list)
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def content(self) -> dict[str, Any]:
        return {wire.ERROR_CODE: self.code, wire.MESSAGE: self.message, **self.extra, wire.RESULT: self.result}


def written(content: Mapping[str, Any], *, ascii_only: bool) -> bytes:
    """An answer's JSON. ASCII, because clients of variant A decode with whatever charset their machine has; those of C
    look for Vietnamese words in the raw text."""
    return json.dumps(content, separators=(",", ":"), ensure_ascii=ascii_only).encode("utf-8", "replace")


def refusal(refused: Refused) -> Answer:
    return Answer(refused.code, str(refused))


def overall(results: list[RecordResult]) -> Answer:
    """The answer to a batch: a success only if every record is one (ours, 2.4).

    A refused one says "success" nowhere, not even of the records that were taken: clients of C search the raw text.
    """
    failed = [result for result in results if result["error_code"] != ErrorCode.SUCCESS]
    if not failed:
        return Answer(result=results)
    first = failed[0]
    message = f"{first['message']} ({len(failed)}/{len(results)} bản ghi bị từ chối)"
    for result in results:
        if result["error_code"] == ErrorCode.SUCCESS:
            result["message"] = TAKEN
    return Answer(first["error_code"], message, results)


def read(body: bytes) -> Any:
    """The request's JSON, always as UTF-8, because clients name no charset; text that is JSON itself is read again.

    Raises Refused.
    """
    try:
        content = orjson.loads(body.removeprefix(_BYTE_ORDER_MARK))
        return orjson.loads(content) if isinstance(content, str) else content
    except orjson.JSONDecodeError as error:
        raise Refused(ErrorCode.INVALID_DATA, "nội dung không phải JSON hợp lệ mã hóa UTF-8") from error


def parse(body: bytes) -> Envelope:
    """The request's JSON object; raises Refused."""
    envelope = read(body)
    if not isinstance(envelope, dict):
        raise Refused(ErrorCode.INVALID_DATA, "nội dung phải là một đối tượng JSON")
    return envelope


def listed(data: object) -> list[Any]:
    """The records of a request: an array, one record by itself, or either as text. Raises Refused."""
    found = read(data.encode()) if isinstance(data, str) else data
    if isinstance(found, dict):
        return [found]
    if not isinstance(found, list):
        raise Refused(ErrorCode.INVALID_DATA, "thiếu mảng data")
    if len(found) > MOST_RECORDS:
        raise Refused(ErrorCode.INVALID_DATA, f"{len(found)} bản ghi trong một yêu cầu, tối đa {MOST_RECORDS}")
    return found


def counted(data: object) -> int:
    """How many records these are; none where the service would refuse them all."""
    with suppress(Refused):
        return len(listed(data))
    return 0


def delivered(content: object) -> list[Any]:
    """The records of a gateway's request, which stand alone or as `data` of an object. Raises Refused."""
    return listed(content.get(wire.DATA, content) if isinstance(content, dict) else content)


def as_sent(item: object) -> bytes:
    """An item to be kept as it came; raises Refused where it is nested deeper than anybody would."""
    try:
        return orjson.dumps(item)
    except orjson.JSONEncodeError as error:
        raise Refused(ErrorCode.INVALID_DATA, "dữ liệu lồng nhau quá sâu") from error


def is_true(flag: object) -> bool:
    """isUpdating, which clients write True, "True", "true", 1 or "1"."""
    return text_of(flag).strip().lower() in _TRUE_WORDS
