"""A burst's order: blocks of neighbours, drawn from the seed, nothing left out."""

from itertools import pairwise

import pytest
from django.db import connection

from sync.loadtest import mixing
from sync.models import Delivery
from tests.portal import world as worlds
from tests.portal.world import World


@pytest.fixture
def world(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(mixing, "FULL_CLAIM", 2)
    world = worlds.build()
    for _ in range(16):
        worlds.file(world)
    return world


def order(seed: int) -> list[int]:
    mixing.mix(seed)
    return list(Delivery.objects.order_by("next_attempt_at", "pk").values_list("pk", flat=True))


def test_everything_is_due_at_once_in_another_order_for_another_seed(world: World) -> None:
    with connection.cursor() as cursor:
        orders = {tuple(order(seed)) for seed in range(5)}
        due = "next_attempt_at BETWEEN now() - interval '1 minute' AND now()"
        cursor.execute(f"SELECT count(*) FROM sync_delivery WHERE {due}")
        assert cursor.fetchone() == (16,)

    assert len(orders) == 5
    assert all(sorted(one) == sorted(order(0)) for one in orders)


def test_nothing_is_left_to_be_vacuumed_when_the_delivery_begins(world: World) -> None:
    mixing.mix(7)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        mixing.tidy_up()
        cursor.execute("SELECT n_dead_tup, vacuum_count > 0 FROM pg_stat_user_tables WHERE relname = 'sync_delivery'")
        assert cursor.fetchone() == (0, True)


def test_the_same_seed_gives_the_same_order(world: World) -> None:
    assert order(7) == order(7)


def test_a_block_of_neighbours_is_due_together(world: World) -> None:
    found = order(7)

    assert sum(later - earlier == 1 for earlier, later in pairwise(found)) >= 7  # of 16 in blocks of two
