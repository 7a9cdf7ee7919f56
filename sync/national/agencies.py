"""Agency codes (mã định danh đơn vị) as senders write them: what can be none is refused before anything is kept."""

from collections.abc import Iterable
from typing import Final

from sync.national.answers import Refused
from sync.national.digest import agency_in, root, text_of
from sync.wire import ErrorCode

MAX_AGENCY: Final = 100  # characters; the longest code of either form has 13


def agency_code(written: object) -> str:
    """The code in capitals, as clients of machines that do not mind the case write it, "" for none. Raises Refused."""
    code = text_of(written).strip().upper()
    if len(code) > MAX_AGENCY or "\0" in code:
        raise Refused(ErrorCode.INVALID_DATA, f"mã đơn vị dài quá {MAX_AGENCY} ký tự hoặc có ký tự không hợp lệ")
    return code


def agency_root(written: object) -> str:
    """The level-1 agency of a code as senders write it. Raises Refused."""
    return root(agency_code(written))


def named_together(roots: Iterable[str]) -> str:
    """Whose a request is, of however many provinces it has something."""
    return ", ".join(sorted(set(roots)))[:MAX_AGENCY]


def owner(code: str, otherwise: str) -> str:
    """The agency whose dossier this is: the one its number begins with, in small letters too, else `otherwise`."""
    return agency_in(code.upper()) or otherwise


def owner_root(code: str, otherwise: str) -> str:
    return root(owner(code, otherwise))
