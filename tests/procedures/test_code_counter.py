"""The counter behind the codes, asked by several real connections at once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from threading import Barrier

import psycopg
import pytest
from django.conf import settings
from django.db import connection, transaction
from psycopg.conninfo import make_conninfo

from procedures import actions, codes
from procedures.models import Agency, CodeCounter
from tests.portal.world import World, build

DAY = date(2022, 5, 12)
WORKERS, EACH = 4, 25


@pytest.fixture
def committed(transactional_db: None) -> World:
    """Seen by every connection, unlike what a rolled-back test writes."""
    return build()


@contextmanager
def another_connection() -> Iterator[None]:
    """Closes the thread's own connection, so that the test database can be taken away afterwards."""
    try:
        yield
    finally:
        connection.close()


def test_numbers_begin_at_one_for_each_agency_and_each_day(world: World) -> None:
    given = [actions.next_code(world.commune, DAY) for _ in range(3)]

    assert [codes.read(code).number for code in given] == [1, 2, 3]
    assert codes.read(actions.next_code(world.other_commune, DAY)).number == 1
    assert codes.read(actions.next_code(world.commune, date(2022, 5, 13))).number == 1


def test_the_counter_goes_on_where_it_was_left(world: World) -> None:
    CodeCounter.objects.create(agency=world.commune, day=DAY, last=9_999)

    assert actions.next_code(world.commune, DAY) == "000.15.16.H49-220512-10000"


def test_codes_taken_at_the_same_time_never_collide(committed: World) -> None:
    start = Barrier(WORKERS)

    def take(agency: Agency) -> list[str]:
        with another_connection():
            start.wait(timeout=30)
            return [actions.next_code(agency, DAY) for _ in range(EACH)]

    with ThreadPoolExecutor(WORKERS) as pool:
        taken = [code for codes_of_one in pool.map(take, [committed.commune] * WORKERS) for code in codes_of_one]

    assert sorted(codes.read(code).number for code in taken) == list(range(1, WORKERS * EACH + 1))


def test_a_second_office_waits_for_the_first_to_decide_and_takes_the_number_it_gives_back(committed: World) -> None:
    """The counter's row is locked until the first commits or gives up, so no number is given twice or left out."""
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        given = actions.next_code(committed.commune, DAY)
        with pytest.raises(psycopg.errors.LockNotAvailable):
            _take_without_waiting(committed.commune)
        raise ZeroDivisionError

    assert actions.next_code(committed.commune, DAY) == given


def _take_without_waiting(agency: Agency) -> None:
    with psycopg.connect(make_conninfo(settings.DATABASE_URL, dbname=connection.settings_dict["NAME"])) as other:
        other.execute("SET lock_timeout = '100ms'")
        other.execute(
            "INSERT INTO procedures_codecounter AS counter (agency_id, day, last) VALUES (%s, %s, 1)"
            " ON CONFLICT (agency_id, day) DO UPDATE SET last = counter.last + 1",
            [agency.pk, DAY],
        )
