"""What two sides that hold different things of a dossier differ in (đối soát). Pure."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

from sync import wire
from sync.digest import canonical
from sync.holdings import Held
from sync.models import Difference

Kind = Difference.Kind


class Found(NamedTuple):
    """A dossier on which the sides differ; known by `application` where this side has it, else by `code`."""

    kind: Kind
    application: int = 0
    code: str = ""
    steps: int = 0
    detail: str = ""


def differences(
    mine: Mapping[int, Held], there: Mapping[int, Held], moving: Collection[int], *, whole: bool = True
) -> Iterator[Found]:
    """By key. What is `moving` is not judged; nothing is unknown here unless `whole` says that all of mine is given."""
    for key, held in mine.items():
        theirs = there.get(key)
        if theirs is None:
            yield Found(Kind.MISSING, held.application, steps=held.progress_rows)
        elif theirs.leaf != held.leaf:
            detail = f"{held.progress_rows} tiến độ tại tỉnh, {theirs.progress_rows} tại quốc gia"
            yield Found(_kind(held, theirs), held.application, steps=held.progress_rows, detail=detail)
    if whole:
        for key in there.keys() - mine.keys() - set(moving):
            yield Found(Kind.UNKNOWN_HERE, code=there[key].code)


def _kind(ours: Held, theirs: Held) -> Kind:
    if theirs.progress_rows < ours.progress_rows:
        return Kind.STALE
    if theirs.progress_rows > ours.progress_rows:
        return Kind.AHEAD
    return Kind.DIFFERENT


def difference_of_records(ours: wire.DossierRecord, theirs: Mapping[str, Any] | None) -> tuple[Kind, str] | None:
    """Of one dossier asked for by TraCuuHoSo: the kind and the members that differ, or None where both say the same.

    An answer tells nothing of progress rows, so nothing is stale or ahead: what differs is `different`.
    """
    if theirs is None:
        return Kind.MISSING, ""
    if canonical(ours) == canonical(theirs):
        return None
    members: dict[str, Any] = dict(ours)
    names = [name for name in members.keys() | theirs.keys() if _says(members, name) != _says(theirs, name)]
    return Kind.DIFFERENT, "khác ở " + ", ".join(sorted(names))


def _says(record: Mapping[str, Any], name: str) -> bytes:
    """A member as both sides mean it: absent, null and empty are one."""
    return canonical({name: record.get(name)})
