"""Parked letters for tests: refused as a pump would have heard it."""

from typing import TypedDict
from uuid import uuid4

from procedures.models import Application
from sync import outbox
from sync.loadtest import slices
from sync.models import Delivery
from tests.portal import world as worlds
from tests.portal.world import World

BAD_DATE = "1 Ngày sinh 31/02/1990 không có thật"


class Given(TypedDict):
    """Who, and why."""

    by: str
    why: str


BY = Given(by="Trần Kỹ Sư", why="đã sửa ngày sinh")


def park(*applications: Application, reason: str = BAD_DATE, kind: str = "rejected") -> None:
    """Claim and park these; whatever else was claimed is given back."""
    owner, chosen = uuid4(), {application.pk for application in applications}
    claimed = outbox.claim(owner, 10_000)
    outbox.park(owner, dict.fromkeys(chosen, reason), kind=kind)
    outbox.give_back(owner, [one for one in claimed if one.application not in chosen])


def parked(world: World, number: int = 1, reason: str = BAD_DATE) -> list[Application]:
    """New applications whose first version was refused."""
    found = [worlds.file(world) for _ in range(number)]
    park(*found, reason=reason)
    return found


def letter(application: Application) -> Delivery:
    return Delivery.objects.get(pk=application.pk)


def skipped_changes() -> list[tuple[str, int]]:
    """Every change that the checker takes for given up: application code and version."""
    changes = slices.committed(slices.Slice()).items()
    return sorted((code, change.version) for (code, _second), change in changes if change.excused == "skipped")
