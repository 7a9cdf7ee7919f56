"""Effects that answer with an error code. A code is always a number: clients read what is none as 0, as success."""

import re
from typing import Any, Final, NamedTuple

from sync import wire
from sync.national.faults.fields import ImpossibleFault, members, text

_NUMERIC: Final = re.compile(r"-?\d+", re.ASCII)


class RejectRule(NamedTuple):
    """Matching records are refused, the others of the request are applied."""

    error_code: str
    message: str


def reject_rule(name: str, value: object) -> RejectRule:
    found = RejectRule(**members(name, value, {"error_code": text(10), "message": text(500)}))
    if not _is_number(found.error_code) or int(found.error_code) == 0:
        raise ImpossibleFault(f"{name}.error_code must be a number other than 0, written as text.")
    return found


class OtherCode(NamedTuple):
    """The work is done, and the answer says another code; without a message of its own the code's, or none new."""

    error_code: str
    message: str = ""

    @property
    def is_success(self) -> bool:
        """To those who read it as a number, such as 00."""
        return int(self.error_code) == 0

    def instead_of(self, content: dict[str, Any]) -> dict[str, Any]:
        """The answer with this code. A refusal tells nothing of what became of the records.

        What was refused stays so: nothing, or not all of it, was applied.
        """
        if content.get(wire.ERROR_CODE) != wire.ErrorCode.SUCCESS:
            return content
        if self.is_success:
            return {**content, wire.ERROR_CODE: self.error_code, wire.MESSAGE: self.message or content[wire.MESSAGE]}
        message = self.message or _MESSAGES.get(self.error_code, wire.MESSAGES[wire.ErrorCode.SYSTEM_ERROR])
        return {**content, wire.ERROR_CODE: self.error_code, wire.MESSAGE: message, wire.RESULT: []}


_MESSAGES: Final = {str(code): message for code, message in wire.MESSAGES.items()}


def other_code(name: str, value: object) -> OtherCode:
    readers = {"error_code": text(10), "message": text(500)}
    found = OtherCode(**members(name, value, readers, optional=("message",)))
    if not _is_number(found.error_code) or found.error_code == wire.ErrorCode.SUCCESS:
        raise ImpossibleFault(f'{name}.error_code must be a number other than "0", written as text such as "00".')
    return found


def _is_number(code: str) -> bool:
    return _NUMERIC.fullmatch(code) is not None
