"""National accounts of citizens and businesses (TraCuuTechID): whoever has a number has one, made from it."""

import re
from typing import Final
from uuid import UUID, uuid5

NUMBER: Final = "mstorcmnd"  # tax code or identity number, asked for by this name
_NUMBER: Final = re.compile(r"(\d{9}|\d{12}|\d{10}(-\d{3})?)$", re.ASCII)  # old and new identity card, tax code
_ACCOUNTS: Final = UUID("6f1c1f0e-0f3a-5d8e-9b1e-7d0c5a2b4e49")


def accounts_of(number: str) -> list[dict[str, str]]:
    """The one account of a number; none of what is no number."""
    wanted = number.strip()
    return [{"TECHNICALID": str(uuid5(_ACCOUNTS, wanted))}] if _NUMBER.match(wanted) else []
