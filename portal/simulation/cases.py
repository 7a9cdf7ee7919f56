"""An application in the simulator's hands, the steps it takes, and what a day makes of them before it is written."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from portal.simulation.demand import Filing
from portal.simulation.province import Office, Service
from procedures.lifecycle import Act
from procedures.moves import LedgerLine, State


class Author(StrEnum):
    """Who takes a step."""

    CITIZEN = "citizen"
    RECEPTION = "reception"
    HANDLER = "handler"


@dataclass(slots=True)
class Case:
    """An application; `state` is where it stands now."""

    pk: int
    code: str
    service: Service
    office: Office
    citizen: int
    channel: int
    state: State


@dataclass(frozen=True, slots=True)
class Step:
    """An act to come."""

    act: Act
    at: datetime
    by: Author
    note: str = ""
    fee_vnd: int = 0


@dataclass(frozen=True, slots=True)
class Change:
    """One history row, with the ledger line of the same version if there is one; `before` is None for a filing."""

    case: Case
    before: State | None
    after: State
    by: Author
    note: str
    line: LedgerLine | None


@dataclass
class Doings:
    """What happened on a day. `moved` are the cases that stood before it; `handlers` who began to settle which case."""

    day: date
    filed: list[tuple[Case, Filing]] = field(default_factory=list)
    moved: dict[int, Case] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    handlers: dict[int, int] = field(default_factory=dict)

    def changed(self) -> int:
        """How many distinct applications changed."""
        return len(self.filed) + len(self.moved)
