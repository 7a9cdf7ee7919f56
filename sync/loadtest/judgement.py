"""One slice judged: the portal's changes against the rows of the ledger, heard one by one in their order.

A record carries no version, only its status. The version given to it is the earliest with that status that is not older
than what its dossier has reached already; where there is none, an older record came over a newer one: `overtaken`. The
doubt speaks for the job: of a dossier that comes to the same status twice, one row of such a kind may go unseen. What
was overtaken must be gone at the end, which reconciliation proves by the record's content.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from sync import wire
from sync.loadtest.slices import Change, Committed, Effect, Moment, seconds

NEVER = -1


@dataclass
class Verdict:
    """What the sources say; each list names the dossiers, one entry per change.

    `parked` are changes that wait behind a refused letter, `skipped` those a person gave up; neither is lost.
    `forgotten` is no fault of the job: applied again by a national side that had forgotten what it knew. `restored` is
    how often that side came back from a backup; what it then lacks is lost until reconciliation sends it again.
    `recovered` counts effects whose answer nobody heard.
    """

    committed: int = 0
    applied: int = 0
    lost: list[str] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)
    duplicated: list[str] = field(default_factory=list)
    reordered: list[str] = field(default_factory=list)
    overtaken: list[str] = field(default_factory=list)
    corrupted: list[str] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)
    parked: int = 0
    skipped: int = 0
    recovered: int = 0
    restored: int = 0
    disagreements: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        faults = (self.lost, self.unexpected, self.duplicated, self.reordered, self.corrupted, self.disagreements)
        return not any(faults)


class Clock(Protocol):
    """Who remembers when things were applied; seconds since 1970."""

    def change(self, code: str, version: int, committed_at: float, applied_at: float, *, behind: bool) -> None:
        """A change was applied for the first time; `behind` an earlier one of its application, not yet applied when
        this one was committed."""


@dataclass
class Judgement:
    """What the ledger has said of a slice so far; adds to a verdict that the slices share."""

    committed: Committed
    verdict: Verdict
    in_ledger: dict[str, int]
    undone: Sequence[range]
    times: Clock
    _applied: dict[Moment, int] = field(default_factory=dict)  # with the number of its row
    _reached: dict[str, int] = field(default_factory=dict)  # the version a dossier stands at there
    _newest: dict[str, int] = field(default_factory=dict)  # the newest progress row
    _latest: dict[str, float] = field(default_factory=dict)  # when a progress row was applied last
    _forgot: int = 0

    def __post_init__(self) -> None:
        self._known = {code for code, _second in self.committed}
        self._versions: dict[tuple[str, str], list[int]] = {}
        for (code, _second), change in self.committed.items():
            self._versions.setdefault((code, change.status), []).append(change.version)
        for versions in self._versions.values():
            versions.sort()

    def hear(self, row: Effect) -> None:
        """One row of the ledger, in its order."""
        if row.kind == wire.LEDGER_FORGOT:
            self._forgot = row.seq
        if row.kind not in self.in_ledger:
            return
        self.in_ledger[row.kind] += 1
        if any(row.seq in span for span in self.undone):
            return
        if row.kind == wire.LEDGER_PROGRESS:
            self._progress(row)
        else:
            self._record(row)

    def close(self) -> None:
        """Everything is heard: what was never applied is parked or lost."""
        self.verdict.committed += len(self.committed)
        self.verdict.applied += len(self._applied)
        for moment in sorted(self.committed.keys() - self._applied.keys()):
            match self.committed[moment].excused:
                case "parked":
                    self.verdict.parked += 1
                case "skipped":
                    self.verdict.skipped += 1
                case _:
                    self.verdict.lost.append(moment[0])

    def _record(self, row: Effect) -> None:
        """A record against the version its dossier has reached; one of a status it never had is corrupted."""
        code = row.code
        versions = self._versions.get((code, row.status))
        if versions is None:
            (self.verdict.corrupted if code in self._known else self.verdict.unexpected).append(code)
            return
        place = bisect_left(versions, self._reached.get(code, 0))
        if place < len(versions):
            self._reached[code] = versions[place]
        else:
            self.verdict.overtaken.append(code)

    def _progress(self, row: Effect) -> None:
        """One progress row against the change it belongs to."""
        code, verdict = row.code, self.verdict
        moment = (code, row.happened)
        change = self.committed.get(moment)
        if change is None:
            verdict.unexpected.append(code)
            return
        if (row.status, row.text_hash) != (change.status, change.text):
            verdict.corrupted.append(code)
        before, self._applied[moment] = self._applied.get(moment, NEVER), row.seq
        if before != NEVER:
            (verdict.forgotten if before < self._forgot else verdict.duplicated).append(code)
            return
        applied_at = seconds(row.applied_at)
        behind = change.recorded_at < self._latest.get(code, change.recorded_at)
        self.times.change(code, change.version, change.recorded_at, applied_at, behind=behind)
        self._latest[code] = applied_at
        self._follow(code, change)

    def _follow(self, code: str, change: Change) -> None:
        """The order of progress rows, judged on the first application of each."""
        newest = self._newest.get(code, 0)
        if change.version <= newest:
            self.verdict.reordered.append(code)
        self._newest[code] = max(change.version, newest)
        self._reached[code] = max(change.version, self._reached.get(code, 0))
