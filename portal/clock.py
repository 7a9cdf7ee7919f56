"""The portal's time: the machine's, or a virtual one (a stored row: origin, speed; `now` is arithmetic).

Pages, API views and portal tasks ask `now`; everything below takes `at` as an argument.
"""

from datetime import UTC, datetime, timedelta

from portal.models import PortalClock


def machine_now() -> datetime:
    """The machine's time, aware, in UTC."""
    return datetime.now(UTC)  # noqa: TID251  the one place that asks the machine


def now() -> datetime:
    """The portal's time: one query."""
    row = PortalClock.objects.first()
    return machine_now() if row is None else reading(row, machine_now())


def reading(row: PortalClock, machine: datetime) -> datetime:
    """What the virtual clock `row` shows when the machine's clock shows `machine`."""
    return row.origin + max(machine - row.started_at, timedelta()) * row.speed


def set_virtual(at: datetime, *, speed: float = 1.0) -> PortalClock:
    """Let the portal's time be `at` now and run on `speed` times as fast (0 stands still)."""
    row, _ = PortalClock.objects.update_or_create(
        id=1, defaults={"origin": at, "started_at": machine_now(), "speed": speed}
    )
    return row


def use_machine_time() -> None:
    """Give the virtual clock up."""
    PortalClock.objects.all().delete()
