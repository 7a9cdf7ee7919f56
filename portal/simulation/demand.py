"""Who files what on a day: the number, the moments, the channels."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from portal.simulation import assumptions as assumed
from portal.simulation import people
from portal.simulation.draws import generator
from portal.simulation.province import Office, Province, Service
from procedures.models import Channel
from procedures.working_days import LUNCH_BEGINS, ZONE

_COUNTER_HOURS = list(assumed.HOURS_AT_THE_COUNTER)
_COUNTER_WEIGHTS = list(assumed.HOURS_AT_THE_COUNTER.values())
_LAST_MORNING_HOUR = LUNCH_BEGINS.hour


@dataclass(frozen=True, slots=True)
class Filing:
    """One application to be filed."""

    at: datetime
    service: Service
    office: Office
    channel: Channel
    result_by_post: bool
    person: people.Person


def filings(province: Province, seed: int, day: date) -> list[Filing]:
    """Everything filed on `day`, in the order of time."""
    random = generator(seed, "filings", day)
    drawn = [filing for filing in _drawn(province, random, day) if filing is not None]
    return sorted(drawn, key=lambda filing: (filing.at, filing.service.procedure, filing.person))


def number_filed(province: Province, random: Random, day: date) -> int:
    """How many applications come in on `day`."""
    working = province.calendar.is_working(day)
    factor = assumed.WEEKDAY_FACTORS[min(day.weekday(), 4)] if working else assumed.FREE_DAY_FACTOR
    return max(round(assumed.FILED_A_DAY * factor * random.gauss(1.0, assumed.NOISE)), 0)


def _drawn(province: Province, random: Random, day: date) -> Iterator[Filing | None]:
    working = province.calendar.is_working(day)
    for _ in range(number_filed(province, random, day)):
        service, office = province.draw(random)
        channel = _channel(random, service, province.online_chance) if working else Channel.ONLINE
        person = people.citizen(random, business=service.for_business or random.random() < 0.04)
        at = _moment(random, day, channel)
        by_post = random.random() < 0.08
        yield Filing(at, service, office, channel, by_post, person) if working or service.is_online else None


def _channel(random: Random, service: Service, online_chance: float) -> Channel:
    if service.is_online and random.random() < online_chance:
        return Channel.ONLINE
    postal = assumed.POSTAL_SHARE / (1 - assumed.ONLINE_SHARE)
    return Channel.POSTAL if random.random() < postal else Channel.DIRECT


def _moment(random: Random, day: date, channel: Channel) -> datetime:
    if channel == Channel.ONLINE:
        (hour,) = random.choices(range(24), assumed.HOURS_ONLINE)
        minutes = 60
    else:
        (hour,) = random.choices(_COUNTER_HOURS, _COUNTER_WEIGHTS)
        minutes = 30
        if hour == 13:
            return _at(day, 13, 30, random.randrange(25 * 60))
        if hour not in (_LAST_MORNING_HOUR, 16):
            minutes = 60
    return _at(day, hour, 0, random.randrange(minutes * 60))


def _at(day: date, hour: int, minute: int, seconds: int) -> datetime:
    return datetime.combine(day, time(hour, minute), ZONE) + timedelta(seconds=seconds)
