"""What the simulator knows of the province: procedures with their demand, agencies, officials. Read once per run."""

from bisect import bisect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import accumulate
from random import Random

from django.db import transaction

from portal.simulation import assumptions as assumed
from portal.simulation import people, weights
from portal.simulation.draws import generator
from procedures.deadlines import Duration, Unit
from procedures.models import Agency, Official, Procedure, working_calendar
from procedures.moves import Rules
from procedures.working_days import WorkingCalendar

Span = tuple[timedelta, timedelta]


class EmptyPortal(RuntimeError):
    """There is no catalogue to simulate with."""


@dataclass(frozen=True, slots=True)
class Service:
    """A procedure as the simulator sees it; the spans are office time, short where the duration is in hours."""

    procedure: int
    rules: Rules
    fee_vnd: int
    is_online: bool
    for_business: bool
    unstated_days: int
    begin_within: Span
    ask_within: Span
    finish_within: Span


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
    cumulated: Sequence[float]

    @classmethod
    def of(cls, weighted: Mapping[int, float]) -> "Choice":
        return cls(list(weighted), list(accumulate(weighted.values())))

    def draw(self, random: Random) -> int:
        return self.items[bisect(self.cumulated, random.random() * self.cumulated[-1])]


@dataclass(frozen=True)
class Level:
    """Who settles at one level: for the province each procedure has its agency, below any office of the level may."""

    share: float
    procedures: Choice
    offices: Choice | None
    agency_of: Mapping[int, int]

    def draw(self, random: Random) -> tuple[int, int]:
        """A procedure and the agency it is filed with."""
        procedure = self.procedures.draw(random)
        return procedure, self.offices.draw(random) if self.offices else self.agency_of[procedure]


@dataclass(frozen=True)
class Province:
    """Everything a simulated day needs besides the applications; `filed_a_day` on an ordinary working day."""

    filed_a_day: int
    calendar: WorkingCalendar
    services: Mapping[int, Service]
    offices: Mapping[int, Office]
    levels: Sequence[Level]

    def draw(self, random: Random) -> tuple[Service, Office]:
        """What is filed next, and where."""
        (level,) = random.choices(self.levels, [level.share for level in self.levels])
        procedure, agency = level.draw(random)
        return self.services[procedure], self.offices[agency]


def read_province(seed: int, filed_a_day: int = assumed.FILED_A_DAY) -> Province:
    """Read it; officials are made where an agency has none. Raises `EmptyPortal` without a catalogue."""
    procedures = list(Procedure.objects.select_related("sector").order_by("position"))
    agencies = list(Agency.objects.select_related("parent").order_by("code"))
    levels = list(_levels(procedures, agencies, seed))
    if not levels:
        raise EmptyPortal("there is no catalogue to simulate with: run `manage.py import_catalogue` first")
    calendar = working_calendar()
    services = {procedure.pk: _service(procedure, calendar) for procedure in procedures}
    return Province(filed_a_day, calendar, services, _offices(agencies, seed), levels)


def _service(procedure: Procedure, calendar: WorkingCalendar) -> Service:
    audience = " ".join(procedure.audience)
    return service_of(
        procedure.pk,
        procedure.duration,
        calendar,
        fee_vnd=procedure.fee_vnd or 0,
        is_online=procedure.online_level > 0,
        for_business="Doanh nghiệp" in audience and "Công dân" not in audience,
        at_once=any(word in procedure.sector.name.lower() for word in assumed.SAME_DAY_SECTORS),
    )


def service_of(
    procedure: int,
    duration: Duration | None,
    calendar: WorkingCalendar,
    *,
    fee_vnd: int = 0,
    is_online: bool = True,
    for_business: bool = False,
    at_once: bool = False,
) -> Service:
    """A service with the spans that its duration leaves room for; `at_once` where none is stated and none is taken."""
    hours = duration.value if duration and duration.unit is Unit.HOURS else None
    return Service(
        procedure=procedure,
        rules=Rules(duration, calendar),
        fee_vnd=fee_vnd,
        is_online=is_online,
        for_business=for_business,
        unstated_days=1 if at_once else assumed.UNSTATED_DURATION_DAYS,
        begin_within=_shortened(assumed.BEGUN_WITHIN, hours, "begin"),
        ask_within=_shortened(assumed.ASKED_WITHIN, hours, "ask"),
        finish_within=_shortened(assumed.QUICK_RESULT, hours, "finish"),
    )


def _shortened(span: Span, hours: int | None, step: str) -> Span:
    """`span`, or as much of it as a duration of so many hours leaves room for."""
    if hours is None:
        return span
    longest = min(span[1], timedelta(hours=hours) * assumed.SHARE_OF_AN_HOUR[step])
    return min(span[0], longest), longest


def _levels(procedures: Sequence[Procedure], agencies: Sequence[Agency], seed: int) -> Iterator[Level]:
    """The levels at which something is settled by somebody."""
    sizes = weights.sizes(agencies, seed)
    at_commune = {one.pk: weights.demand(one, "commune", seed) for one in procedures if one.at_commune}
    at_district = {one.pk: weights.demand(one, "district", seed) for one in procedures if one.at_district}
    lower = (("commune", Agency.Level.COMMUNE, at_commune), ("district", Agency.Level.DISTRICT, at_district))
    for name, level, settled in lower:
        places = {agency.pk: sizes[agency.pk] for agency in agencies if agency.level == level}
        if places and settled:
            yield Level(assumed.LEVEL_SHARES[name], Choice.of(settled), Choice.of(places), {})
    agency_of = {one.pk: one.agency_id for one in procedures if one.at_province and one.agency_id is not None}
    at_province = {one.pk: weights.demand(one, "province", seed) for one in procedures if one.pk in agency_of}
    if at_province:
        yield Level(assumed.LEVEL_SHARES["province"], Choice.of(at_province), None, agency_of)


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


def _office(agency: Agency, officials: Mapping[tuple[int, int], int], seed: int) -> Office:
    return Office(
        agency=agency.pk,
        code=agency.code,
        reception=officials[agency.pk, Official.Role.RECEPTION],
        handler=officials[agency.pk, Official.Role.HANDLER],
        late_share=weights.late_share(agency, seed),
    )
