"""When a fault is in force: a span of seconds since it was set or of times, once or again and again."""

from dataclasses import dataclass

from sync.national.faults.fields import LONGEST, SECONDS, ImpossibleFault, Reader, members, moment, number


@dataclass(frozen=True)
class Outage:
    """When the fault is in force: seconds since it was set, or times; `every` repeats it."""

    start: float
    end: float
    absolute: bool
    every: float | None = None

    def covers(self, now: float, set_at: float) -> bool:
        at = now if self.absolute else now - set_at
        if self.every is not None and at >= self.start:
            at = self.start + (at - self.start) % self.every
        return self.start <= at < self.end


def outage(name: str, value: object) -> Outage:
    given = value if isinstance(value, dict) else {}
    absolute = isinstance(given.get("from"), str)
    bound: Reader = moment if absolute else SECONDS
    readers: dict[str, Reader] = {"from": bound, "to": bound, "every": number(0.001, LONGEST)}
    found = members(name, value, readers, optional=("every",))
    if found["from"] >= found["to"]:
        raise ImpossibleFault(f"{name}.from must lie before {name}.to.")
    if "every" in found and found["every"] <= found["to"] - found["from"]:
        raise ImpossibleFault(f"{name}.every must be longer than the outage itself.")
    return Outage(found["from"], found["to"], absolute, found.get("every"))
