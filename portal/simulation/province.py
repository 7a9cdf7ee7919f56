"""What the simulator knows of the province: procedures with their demand, agencies, officials. Read once per run."""

from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import exp
from random import Random

from django.db import transaction

from portal.simulation import assumptions as assumed
from portal.simulation import people
from portal.simulation.draws import draws, generator
from procedures.deadlines import Unit
from procedures.models import Agency, Official, Procedure, working_calendar
from procedures.moves import Rules
from procedures.search import fold
from procedures.working_days import WorkingCalendar

DAYS_OF = {Unit.WORKING_DAYS: 1.0, Unit.DAYS: 5 / 7, Unit.HOURS: 1 / 8, Unit.MONTHS: 21.0}
NO_DURATION_WEIGHS_AS = 3.0  # working days


class EmptyPortal(RuntimeError):
    """There is no catalogue to simulate with."""


@dataclass(frozen=True, slots=True)
class Service:
    """A procedure as the simulator sees it."""

    procedure: int
    rules: Rules
    fee_vnd: int
    is_online: bool
    for_business: bool


@dataclass(frozen=True, slots=True)
class Office:
    """An agency with the officials who act for it, and its own share of late results."""

    agency: int
    code: str
    reception: int
    handler: int
    late_share: float


@dataclass(frozen=True)
class Choice:
    """A weighted choice among `items`."""

    items: Sequence[int]
    weights: Sequence[float]

    @classmethod
    def of(cls, weighted: dict[int, float]) -> "Choice":
        return cls(list(weighted), list(accumulate(weighted.values())))

    def draw(self, random: Random) -> int:
        return self.items[bisect(self.weights, random.random() * self.weights[-1])]


@dataclass(frozen=True)
class Level:
    """Who settles at one level: for the province each procedure has its agency, below any office of the level may."""

    procedures: Choice
    offices: Choice | None
    agency_of: dict[int, int]

    def draw(self, random: Random) -> tuple[int, int]:
        """A procedure and the agency it is filed with."""
        procedure = self.procedures.draw(random)
        return procedure, self.offices.draw(random) if self.offices else self.agency_of[procedure]


@dataclass(frozen=True)
class Province:
    """Everything a simulated day needs besides the applications."""

    calendar: WorkingCalendar
    services: dict[int, Service]
    offices: dict[int, Office]
    levels: dict[str, Level]
    online_chance: float

    def draw(self, random: Random) -> tuple[Service, Office]:
        """What is filed next, and where."""
        names, shares = list(self.levels), [assumed.LEVEL_SHARES[name] for name in self.levels]
        (name,) = random.choices(names, shares)
        procedure, agency = self.levels[name].draw(random)
        return self.services[procedure], self.offices[agency]


def read_province(seed: int) -> Province:
    """Read it; officials are made where an agency has none. Raises `EmptyPortal` without a catalogue."""
    procedures = list(Procedure.objects.select_related("sector").order_by("position"))
    if not procedures:
        raise EmptyPortal("there is no catalogue yet: run `manage.py import_catalogue` first")
    calendar = working_calendar()
    services = {procedure.pk: _service(procedure, calendar) for procedure in procedures}
    agencies = list(Agency.objects.order_by("code"))
    weights = {procedure.pk: _demand(procedure, seed) for procedure in procedures}
    levels = {name: level for name, level in _levels(procedures, agencies, weights, seed) if level}
    return Province(calendar, services, _offices(agencies, seed), levels, _online_chance(levels, services))


def _service(procedure: Procedure, calendar: WorkingCalendar) -> Service:
    audience = " ".join(procedure.audience)
    return Service(
        procedure=procedure.pk,
        rules=Rules(procedure.duration, calendar),
        fee_vnd=procedure.fee_vnd or 0,
        is_online=procedure.online_level > 0,
        for_business="Doanh nghiệp" in audience and "Công dân" not in audience,
    )


def _demand(procedure: Procedure, seed: int) -> float:
    """How much a procedure is asked for: its sector, how quick it is, and a long-tailed draw of its own."""
    sector = procedure.sector.name.lower()
    busy = max((weight for word, weight in assumed.BUSY_SECTORS.items() if word in sector), default=1.0)
    duration = procedure.duration
    days = duration.value * DAYS_OF[duration.unit] if duration else NO_DURATION_WEIGHS_AS
    own = draws(seed, "demand", procedure.code).choice
    return busy * exp(-days / assumed.SLOWNESS) * (0.02 + own**6) + 1e-4


def _levels(
    procedures: Sequence[Procedure], agencies: Sequence[Agency], weights: dict[int, float], seed: int
) -> list[tuple[str, Level | None]]:
    at_province = {one.pk: one.agency_id for one in procedures if one.at_province and one.agency_id is not None}
    lower = (
        ("district", Agency.Level.DISTRICT, [one.pk for one in procedures if one.at_district]),
        ("commune", Agency.Level.COMMUNE, [one.pk for one in procedures if one.at_commune]),
    )
    found: list[tuple[str, Level | None]] = []
    for name, level, settled in lower:
        places = {agency.pk: _size(agency, seed) for agency in agencies if agency.level == level}
        usable = bool(places and settled)
        chosen = Choice.of({pk: weights[pk] for pk in settled}) if usable else None
        found.append((name, Level(chosen, Choice.of(places), {}) if chosen else None))
    chosen = Choice.of({pk: weights[pk] for pk in at_province}) if at_province else None
    found.append(("province", Level(chosen, None, at_province) if chosen else None))
    return found


def _size(agency: Agency, seed: int) -> float:
    """How much of a level's demand an agency meets: towns more than villages."""
    town = 3.0 if any(word in fold(agency.name) for word in ("phuong", "thanh pho", "thi tran", "thi xa")) else 1.0
    return town * (0.6 + 0.8 * draws(seed, "size", agency.code).choice)


def _online_chance(levels: dict[str, Level], services: dict[int, Service]) -> float:
    """The chance of filing online where that is possible, so that the whole comes to the assumed share."""
    possible = total = 0.0
    for name, level in levels.items():
        share, previous = assumed.LEVEL_SHARES[name], 0.0
        whole = level.procedures.weights[-1]
        for procedure, upto in zip(level.procedures.items, level.procedures.weights, strict=True):
            possible += share * (upto - previous) / whole * services[procedure].is_online
            previous = upto
        total += share
    return min(assumed.ONLINE_SHARE * total / possible, 1.0) if possible else 0.0


@transaction.atomic
def _offices(agencies: Sequence[Agency], seed: int) -> dict[int, Office]:
    roles = Official.Role
    found: dict[tuple[int, int], int] = {}
    for pk, agency, role in Official.objects.order_by("-pk").values_list("pk", "agency", "role"):
        found[agency, role] = pk
    missing = [(agency, role) for agency in agencies for role in roles if (agency.pk, role) not in found]
    made = Official.objects.bulk_create(_official(seed, agency, role) for agency, role in missing)
    found |= {(official.agency_id, official.role): official.pk for official in made}
    return {agency.pk: _office(agency, found, seed) for agency in agencies}


def _official(seed: int, agency: Agency, role: int) -> Official:
    random = generator(seed, "official", agency.code, role)
    return Official(name=people.name(random, female=random.random() < 0.5), agency=agency, role=role)


def _office(agency: Agency, officials: dict[tuple[int, int], int], seed: int) -> Office:
    best, worst = assumed.LATE_SHARES
    return Office(
        agency=agency.pk,
        code=agency.code,
        reception=officials[agency.pk, Official.Role.RECEPTION],
        handler=officials[agency.pk, Official.Role.HANDLER],
        late_share=best + (worst - best) * draws(seed, "late", agency.code).choice ** 2,
    )
