"""The application code (mã số hồ sơ) and the receipt's secret.

`000.00.16.H49-220512-0001`: agency code, day as yyMMdd, counter per agency and day with at least four digits (national
protocol, section 5). The secret is an HMAC of the code: nothing is stored, and a sequential code alone opens nothing.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import date, datetime

CODE = re.compile(r"(?P<agency>\d{3}\.\d{2}\.\d{2}\.[A-Z]\d{2})-(?P<day>\d{6})-(?P<number>\d{4,})", re.ASCII)
SECRET_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # noqa: S105  an alphabet; no 0/O, 1/I: read aloud and typed by hand
SECRET_LENGTH = 8


class CodeError(ValueError):
    """A text which is no application code."""


@dataclass(frozen=True)
class Code:
    """An application code, taken apart."""

    agency: str
    day: date
    number: int

    def __str__(self) -> str:
        return make(self.agency, self.day, self.number)


def make(agency: str, day: date, number: int) -> str:
    """The code of the `number`-th application of `agency` on `day`; from the 10,000th on it has five digits."""
    return f"{agency}-{day:%y%m%d}-{number:04d}"


def read(text: str) -> Code:
    """Take a code apart. Raises `CodeError` for anything `make` would not write."""
    match = CODE.fullmatch(text)
    if not match:
        raise CodeError(f"{text!r} is not an application code such as 000.00.16.H49-220512-0001")
    try:
        day = datetime.strptime(match["day"], "%y%m%d").date()  # noqa: DTZ007  a day has no zone
    except ValueError:
        raise CodeError(f"{text!r} names a day that does not exist: {match['day']}") from None
    code = Code(match["agency"], day, int(match["number"]))
    if code.number == 0 or str(code) != text:
        raise CodeError(f"{text!r} has a counter that no application has: {match['number']}")
    return code


def receipt_secret(code: str, key: str) -> str:
    """The eight characters on the receipt which open the public look-up (design: second factor)."""
    digest = hmac.digest(key.encode(), code.encode(), hashlib.sha256)
    return "".join(SECRET_ALPHABET[byte % len(SECRET_ALPHABET)] for byte in digest[:SECRET_LENGTH])


def is_receipt_secret(candidate: str, code: str, key: str) -> bool:
    """Compare in constant time; case, spaces and dashes do not matter."""
    tidy = re.sub(r"[\s-]", "", candidate).upper()
    return hmac.compare_digest(tidy.encode(), receipt_secret(code, key).encode())
