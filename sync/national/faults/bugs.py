"""Deliberate bugs: a national system that says "success" and does something else, to prove that the checker sees it.

They hit about one dossier in 200, always the same ones by the hash of their number, so that every run of some hundred
dossiers is hit and most of it stays well. No correct sync job can do anything about them.
"""

from dataclasses import asdict, dataclass, field, fields
from typing import Any, Final

import orjson

from sync.national.digest import hash64
from sync.national.faults.fields import ImpossibleFault
from sync.national.records import MAX_CODE

ONE_IN: Final = 200
MOST_HELD: Final = 10_000  # dossiers: one in 200 of two million
LONGEST_HELD: Final = 4096  # bytes of a row


@dataclass
class Bugs:
    """Which are switched on."""

    lose: bool = False  # success is answered, nothing is applied
    duplicate: bool = False  # a progress row is applied twice
    reorder: bool = False  # a newer progress row is applied before an older one
    corrupt: bool = False  # a text is stored otherwise than it was sent

    def __bool__(self) -> bool:
        return self.lose or self.duplicate or self.reorder or self.corrupt

    def change(self, document: object) -> None:
        """Switch by {"lose": true, …}; what is not named stays. Raises ImpossibleFault."""
        if not isinstance(document, dict) or not all(isinstance(value, bool) for value in document.values()):
            raise ImpossibleFault(f"Bugs are an object of true and false: {', '.join(NAMES)}.")
        for name in document:
            require_known(name)
        vars(self).update(document)

    def to_json(self) -> dict[str, bool]:
        return asdict(self)


@dataclass
class HeldBack:
    """First rows that `reorder` keeps until the next one of their dossier comes, and the dossiers it is done with.

    Bounded: what comes when it is full, or is too long, is not held back.
    """

    _rows: dict[str, bytes | None] = field(default_factory=dict)

    def hold(self, code: str, row: object) -> bool:
        """Whether the row is held back; only the first of a dossier is."""
        if code in self._rows or len(self._rows) >= MOST_HELD:
            return False
        try:
            written = orjson.dumps(row)
        except orjson.JSONEncodeError:  # nested beyond reason: the service refuses it
            return False
        if len(written) <= LONGEST_HELD:
            self._rows[code] = written
        return code in self._rows

    def release(self, code: str) -> Any | None:
        """The row of this dossier that was held back, if any; from now on none is."""
        written = self._rows.get(code)
        if code in self._rows or (len(self._rows) < MOST_HELD and len(code) <= MAX_CODE):
            self._rows[code] = None
        return None if written is None else orjson.loads(written)

    def clear(self) -> None:
        self._rows.clear()


NAMES: Final = tuple(one.name for one in fields(Bugs))


def require_known(name: str) -> str:
    """The name of a bug; raises ImpossibleFault."""
    if name not in NAMES:
        raise ImpossibleFault(f"There is no bug {name}; known are {', '.join(NAMES)}.")
    return name


def hits(code: str) -> bool:
    """Whether a dossier is one of those that bugs meet."""
    return hash64(code.encode()) % ONE_IN == 0
