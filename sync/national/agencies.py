"""Agency codes (mã định danh đơn vị) as senders write them: what can be none is refused before anything is kept."""

from typing import Final

from sync.national.answers import Refused
from sync.national.digest import text_of
from sync.wire import ErrorCode

MAX_AGENCY: Final = 100  # characters; the longest code of either form has 13


def agency_code(written: object) -> str:
    """The code in capitals, as clients of machines that do not mind the case write it, "" for none. Raises Refused."""
    code = text_of(written).strip().upper()
    if len(code) > MAX_AGENCY or "\0" in code:
        raise Refused(ErrorCode.INVALID_DATA, f"mã đơn vị dài quá {MAX_AGENCY} ký tự hoặc có ký tự không hợp lệ")
    return code
