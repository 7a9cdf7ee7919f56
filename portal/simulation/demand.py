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
from procedures.working_days import LUNCH_ENDS, ZONE

_COUNTER_HOURS = list(assumed.HOURS_AT_THE_COUNTER)
_COUNTER_WEIGHTS = list(assumed.HOURS_AT_THE_COUNTER.values())
_LAST_COUNTER_HOUR = max(_COUNTER_HOURS)
_HALF_AN_HOUR, _HOUR = 1800, 3600  # seconds
_BEFORE_LUNCH_ENDS = 60 * LUNCH_ENDS.minute  # seconds of its hour in which the counter is still closed


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
    return sorted(_drawn(province, generator(seed, "filings", day), day), key=lambda filing: filing.at)


def number_filed(province: Province, random: Random, day: date) -> int:
    """How many applications come in on `day`."""
    working = province.calendar.is_working(day)
    factor = assumed.WEEKDAY_FACTORS[min(day.weekday(), 4)] if working else assumed.FREE_DAY_FACTOR
    return max(round(province.filed_a_day * factor * random.gauss(1.0, assumed.NOISE)), 0)


def _drawn(province: Province, random: Random, day: date) -> Iterator[Filing]:
    working = province.calendar.is_working(day)
    channels = _Channels(random)
    for _ in range(number_filed(province, random, day)):
        service, office = province.draw(random)
        if not working and not service.is_online:
            continue  # the counters are closed
        channel = channels.draw(service) if working else Channel.ONLINE
        person = people.citizen(random, business=service.for_business or random.random() < assumed.FOR_A_BUSINESS)
        by_post = random.random() < assumed.RESULT_BY_POST
        yield Filing(_moment(random, day, channel), service, office, channel, by_post, person)


class _Channels:
    """Draws channels so evenly that the share filed online hardly differs from one day to the next.

    Each application adds the assumed share to a sum; whenever the sum is whole, the next one that may be filed online
    is (systematic sampling). Independent draws would stray by two points now and then, and a day's share is told.
    """

    def __init__(self, random: Random) -> None:
        self._random, self._sum = random, random.random()

    def draw(self, service: Service) -> Channel:
        self._sum += assumed.ONLINE_SHARE
        if self._sum >= 1.0 and service.is_online:
            self._sum -= 1.0
            return Channel.ONLINE
        postal = assumed.POSTAL_SHARE / (1 - assumed.ONLINE_SHARE)
        return Channel.POSTAL if self._random.random() < postal else Channel.DIRECT


def _moment(random: Random, day: date, channel: Channel) -> datetime:
    """Online at any hour; at the counter while it is open, on its last hour's first half only."""
    if channel == Channel.ONLINE:
        (hour,) = random.choices(range(24), assumed.HOURS_ONLINE)
        return _at(day, hour, random.randrange(_HOUR))
    (hour,) = random.choices(_COUNTER_HOURS, _COUNTER_WEIGHTS)
    opens = _BEFORE_LUNCH_ENDS if hour == LUNCH_ENDS.hour else 0
    closes = _HALF_AN_HOUR if hour == _LAST_COUNTER_HOUR else _HOUR
    return _at(day, hour, random.randrange(opens, closes))


def _at(day: date, hour: int, seconds: int) -> datetime:
    return datetime.combine(day, time(hour), ZONE) + timedelta(seconds=seconds)
