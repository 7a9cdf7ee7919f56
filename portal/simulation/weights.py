"""How much each procedure is asked for, and how much each agency is visited: weights that compare within a level."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from math import exp

from portal.simulation import assumptions as assumed
from portal.simulation.draws import draws
from procedures.deadlines import Unit
from procedures.models import Agency, Procedure
from procedures.search import fold

DAYS_OF = {Unit.WORKING_DAYS: 1.0, Unit.DAYS: 5 / 7, Unit.HOURS: 1 / 8, Unit.MONTHS: 21.0}
NO_DURATION_WEIGHS_AS = 3.0  # working days
SELDOM = 1e-4  # what no longer comes up in a month still comes up in a year
TOWN_WORDS = ("phuong", "thi tran")
TOWN, VILLAGE = 3.0, 1.0


def demand(procedure: Procedure, level: str, seed: int) -> float:
    """How much a procedure is asked for at a level: "commune", "district" or "province"."""
    elsewhere = min(_named(assumed.ELSEWHERE[level], procedure.sector.name), default=1.0)
    return _popularity(procedure, seed) * elsewhere + SELDOM


def _popularity(procedure: Procedure, seed: int) -> float:
    """An everyday procedure's own weight; else its sector, how quick it is, and a long-tailed draw."""
    if procedure.code in assumed.EVERYDAY:
        return assumed.EVERYDAY[procedure.code]
    busy = max(_named(assumed.BUSY_SECTORS, procedure.sector.name), default=1.0)
    rare = min(_named(assumed.RARE, procedure.name), default=1.0)
    duration = procedure.duration
    days = duration.value * DAYS_OF[duration.unit] if duration else NO_DURATION_WEIGHS_AS
    own = draws(seed, "demand", procedure.code).choice
    return busy * rare * exp(-days / assumed.SLOWNESS) * (0.02 + own**6)


def sizes(agencies: Sequence[Agency], seed: int) -> dict[int, float]:
    """How many people live there: wards more than villages, a district as many as its communes have."""
    people = {agency.pk: _people(agency, seed) for agency in agencies if agency.level == Agency.Level.COMMUNE}
    below: dict[int, float] = defaultdict(float)
    for agency in agencies:
        if agency.pk in people and agency.parent_id is not None:
            below[agency.parent_id] += people[agency.pk]
    districts = (agency for agency in agencies if agency.level == Agency.Level.DISTRICT)
    return people | {agency.pk: below[agency.pk] or TOWN for agency in districts}


def late_share(agency: Agency, seed: int) -> float:
    """Which share of an agency's results is late: what its district's agencies have in common, and its own."""
    best, worst = assumed.LATE_SHARES
    own = draws(seed, "late", agency.code).choice
    if agency.level == Agency.Level.COMMUNE and agency.parent is not None:
        common = assumed.DISTRICT_SHARE_OF_LATENESS
        own = common * draws(seed, "late", agency.parent.code).choice + (1 - common) * own
    return best + (worst - best) * own**2


def _people(agency: Agency, seed: int) -> float:
    town = TOWN if any(word in fold(agency.name) for word in TOWN_WORDS) else VILLAGE
    return town * (0.6 + 0.8 * draws(seed, "size", agency.code).choice)


def _named(weights: Mapping[str, float], name: str) -> list[float]:
    low = name.lower()
    return [weight for word, weight in weights.items() if word in low]
