"""Who files what, when, where and how; on the small catalogue."""

from collections import Counter
from datetime import date, timedelta

import pytest

from portal.simulation import assumptions as assumed
from portal.simulation import weights
from portal.simulation.demand import filings, number_filed
from portal.simulation.draws import generator
from portal.simulation.province import EmptyPortal, Province, read_province
from procedures.models import Agency, Channel, Procedure
from procedures.working_days import ZONE
from tests.simulation.catalogue import THURSDAY

MANY = 4000
SATURDAY = date(2022, 5, 14)


@pytest.fixture
def province(small: None) -> Province:
    return read_province(1, MANY)


def test_everybody_at_the_counter_comes_while_it_is_open_and_in_time_to_be_served(province: Province) -> None:
    at_the_counter = [one for one in filings(province, 1, THURSDAY) if one.channel != Channel.ONLINE]

    moments = [one.at for one in at_the_counter]
    assert len(moments) > MANY / 4
    assert all(province.calendar.opening(at) == at for at in moments)
    assert max(moment.time().hour for moment in moments) == 16


def test_citizens_file_online_at_any_hour(province: Province) -> None:
    hours = {one.at.hour for one in filings(province, 1, THURSDAY) if one.channel == Channel.ONLINE}

    assert hours == {hour for hour, weight in enumerate(assumed.HOURS_ONLINE) if weight}


def test_everything_is_filed_on_its_day_in_the_order_of_time(province: Province) -> None:
    found = [one.at for one in filings(province, 1, THURSDAY)]

    assert found == sorted(found)
    assert {at.astimezone(ZONE).date() for at in found} == {THURSDAY}


@pytest.mark.parametrize("day", [SATURDAY, date(2022, 5, 2)])
def test_on_a_free_day_few_file_and_only_online(province: Province, day: date) -> None:
    found = filings(province, 1, day)

    assert 0 < len(found) < MANY / 10
    assert {one.channel for one in found} == {Channel.ONLINE}
    assert all(one.service.is_online for one in found)


@pytest.mark.parametrize("seed", range(6))
def test_sixty_per_cent_are_filed_online_every_day_whatever_the_seed(province: Province, seed: int) -> None:
    monday = THURSDAY - timedelta(days=3)
    for weekday in range(5):
        found = Counter(one.channel for one in filings(province, seed, monday + timedelta(days=weekday)))
        assert abs(found[Channel.ONLINE] / found.total() - assumed.ONLINE_SHARE) < 0.002
        assert abs(found[Channel.POSTAL] / found.total() - assumed.POSTAL_SHARE) < 0.015


def test_what_is_offline_is_never_filed_online(province: Province) -> None:
    offline = [one for one in filings(province, 1, THURSDAY) if not one.service.is_online]

    assert offline
    assert Channel.ONLINE not in {one.channel for one in offline}


def test_every_procedure_can_be_asked_for_and_every_agency_that_settles_something_is_visited(
    province: Province,
) -> None:
    found = [one for day in range(4) for one in filings(province, 1, THURSDAY - timedelta(days=day))]

    assert {one.service.procedure for one in found} == set(Procedure.objects.values_list("pk", flat=True))
    idle = Agency.objects.exclude(pk__in={one.office.agency for one in found})
    assert all(not Procedure.objects.settled_by(agency).exists() for agency in idle)


def test_levels_have_their_shares(province: Province) -> None:
    levels = dict(Agency.objects.values_list("pk", "level"))
    found = Counter(levels[one.office.agency] for one in filings(province, 1, THURSDAY))

    assert abs(found[Agency.Level.COMMUNE] / found.total() - assumed.LEVEL_SHARES["commune"]) < 0.03
    assert abs(found[Agency.Level.DISTRICT] / found.total() - assumed.LEVEL_SHARES["district"]) < 0.03


def test_weekdays_have_their_factors(province: Province) -> None:
    for weekday, factor in enumerate(assumed.WEEKDAY_FACTORS):
        day = date(2022, 5, 9) + timedelta(days=weekday)
        counts = [number_filed(province, generator(seed, "n"), day) for seed in range(300)]
        assert abs(sum(counts) / len(counts) - MANY * factor) < MANY * 0.003


def test_a_ward_is_visited_more_than_a_village_and_a_district_as_much_as_its_communes(small: None) -> None:
    agencies = list(Agency.objects.order_by("code"))
    size = weights.sizes(agencies, 1)
    named = {agency.name: size.get(agency.pk) for agency in agencies}

    assert (named["UBND phường thuộc huyện Ba Chẽ"] or 0) > (named["UBND xã thuộc huyện Ba Chẽ"] or 0)
    for district in Agency.objects.filter(level=Agency.Level.DISTRICT):
        assert size[district.pk] == pytest.approx(sum(size[commune.pk] for commune in district.children.all()))


def test_agencies_differ_in_how_much_they_return_late_within_the_assumed_shares(small: None) -> None:
    best, worst = assumed.LATE_SHARES
    shares = [weights.late_share(agency, seed) for agency in Agency.objects.all() for seed in range(20)]

    assert best <= min(shares) < max(shares) <= worst
    assert 0.03 <= sum(shares) / len(shares) <= 0.06
    assert len(set(shares)) == len(shares)


def test_without_a_catalogue_there_is_nothing_to_simulate(db: None) -> None:
    with pytest.raises(EmptyPortal, match="import_catalogue"):
        read_province(1)
