"""The pages' fixtures: the small province, the portal's time standing still, clients of each role."""

import pytest
import redis
from django.test import Client

from portal import clock
from portal.accounts.models import User
from tests.portal import world as worlds
from tests.portal.world import World


@pytest.fixture
def world(db: None, redis_client: redis.Redis) -> World:
    """The province in small; the portal's clock stands at Thursday 12/05/2022, 14:05."""
    clock.set_virtual(worlds.NOW, speed=0)
    return worlds.build()


@pytest.fixture
def official(world: World) -> Client:
    """Signed in for the commune."""
    return _client(worlds.user(User.Role.OFFICIAL, world.official))


@pytest.fixture
def leader(world: World) -> Client:
    """Signed in for the province."""
    return _client(worlds.user(User.Role.LEADER, world.leader))


@pytest.fixture
def receptionist(world: World) -> Client:
    """Signed in at the provincial service centre."""
    return _client(worlds.user(User.Role.OFFICIAL, world.receptionist, "receptionist"))


@pytest.fixture
def engineer(world: World) -> Client:
    """Signed in without any agency."""
    return _client(worlds.user(User.Role.ENGINEER))


def _client(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client
