"""Refused letters as data: which are parked or skipped, for what reasons, and which changes wait in them.

What is done with them is `sync.parking`'s business.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db.models import CharField, Count, Exists, F, Func, OuterRef, QuerySet, Value

from procedures.models import Agency, Application, StatusChange
from sync import wire
from sync.models import Delivery

_MEANINGS = {str(code): text for code, text in wire.MESSAGES.items()}


@dataclass(frozen=True)
class Filter:
    """Which letters: all conditions at once, an empty one says nothing.

    `reason` is an error code, or words of the refusal; `group` a group's text (`groups`); `agency` a code, with what is
    below it; parked in [`since`, `until`) by the machine's clock; `held` those with later changes behind them;
    `skipped` those given up, instead of those that wait for a decision.
    """

    reason: str = ""
    group: str = ""
    procedure: str = ""
    agency: str = ""
    since: datetime | None = None
    until: datetime | None = None
    codes: tuple[str, ...] = ()
    held: bool = False
    skipped: bool = False

    def criteria(self) -> dict[str, object]:
        """What was asked for, as the audit keeps it."""
        given = {name: value for name, value in asdict(self).items() if value}
        return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in given.items()}


@dataclass(frozen=True)
class Group:
    """The letters refused for the same reason: `text` without what differs from letter to letter."""

    text: str
    count: int

    @property
    def words(self) -> str:
        return words_of(self.text)


@dataclass(frozen=True)
class Waiting:
    """One change that the national side has not acknowledged: refused itself, or held behind a refused one."""

    version: int
    label: str
    recorded_at: datetime
    is_held: bool


def parked(chosen: Filter) -> QuerySet[Delivery]:
    """The letters that fit, the longest parked first."""
    letters: QuerySet[Delivery] = Delivery.objects.skipped() if chosen.skipped else Delivery.objects.parked()
    letters = _by_reason(letters, chosen)
    if chosen.procedure:
        letters = letters.filter(application__procedure__code=chosen.procedure)
    if chosen.agency:
        below = Agency.objects.filter(code=chosen.agency).first()
        letters = letters.filter(application__in=Application.objects.below(below)) if below else letters.none()
    if chosen.since:
        letters = letters.filter(parked_at__gte=chosen.since)
    if chosen.until:
        letters = letters.filter(parked_at__lt=chosen.until)
    if chosen.codes:
        letters = letters.filter(application__code__in=chosen.codes)
    if chosen.held:
        letters = letters.filter(Exists(_held_changes()))
    return letters.order_by("parked_at", "pk")


def count(chosen: Filter) -> int:
    """How many letters fit: what a dry run tells."""
    return parked(chosen).count()


def groups(chosen: Filter) -> list[Group]:
    """The reasons among the letters that fit, the most frequent first."""
    found = parked(chosen).order_by().values_list(_grouped()).annotate(count=Count("pk"))
    return sorted((Group(text, total) for text, total in found), key=lambda group: (-group.count, group.text))


def words_of(reason: str) -> str:
    """A refusal with the meaning of its error code beside the national side's own words."""
    code, _, message = reason.partition(" ")
    meaning = _MEANINGS.get(code, "")
    if not meaning or meaning.casefold() in message.casefold():
        return reason
    return f"{code} {meaning}: {message}" if message else f"{code} {meaning}"


def waiting(letters: Sequence[Delivery]) -> dict[int, list[Waiting]]:
    """The changes of each letter that wait, oldest first.

    A change recorded before the letter was parked was refused with it; a later one is held behind it. What was
    recorded during the refused call itself, some milliseconds, is counted as refused.
    """
    parked_at = {letter.pk: letter.parked_at for letter in letters}
    found: dict[int, list[Waiting]] = {letter.pk: [] for letter in letters}
    after = Delivery.objects.filter(pk=OuterRef("application_id"), sent__lt=OuterRef("version"))
    changes = StatusChange.objects.filter(Exists(after), application_id__in=list(parked_at)).order_by("version")
    for change in changes:
        since = parked_at[change.application_id]
        held = since is not None and change.recorded_at > since
        label = str(change.get_to_status_display())
        found[change.application_id].append(Waiting(change.version, label, change.recorded_at, held))
    return found


def _by_reason(letters: QuerySet[Delivery], chosen: Filter) -> QuerySet[Delivery]:
    if chosen.group:
        letters = letters.annotate(grouped=_grouped()).filter(grouped=chosen.group)
    if chosen.reason.removeprefix("-").isdecimal():
        return letters.filter(reason__regex=rf"^{chosen.reason}( |$)")
    return letters.filter(reason__icontains=chosen.reason) if chosen.reason else letters


def _grouped() -> Func:
    """A reason without dossier codes, identity numbers, dates and counts of attempts."""
    reason: Any = F("reason")
    for pattern, instead in ((r"[0-9][0-9A-Za-z./:-]{5,}", "…"), (r"^gửi [0-9]+ lần", "gửi nhiều lần")):
        reason = Func(reason, Value(pattern), Value(instead), Value("g"), function="regexp_replace")
    return Func(reason, function="trim", output_field=CharField())


def _held_changes() -> QuerySet[StatusChange]:
    return StatusChange.objects.filter(
        application_id=OuterRef("pk"), version__gt=OuterRef("sent"), recorded_at__gt=OuterRef("parked_at")
    )
