"""The domain's fixtures: the same province in small as the pages have, without their clock."""

import pytest

from procedures.models import Application
from tests.portal import world as worlds
from tests.portal.world import World


@pytest.fixture
def world(db: None) -> World:
    return worlds.build()


@pytest.fixture
def application(world: World) -> Application:
    """Filed on Thursday 12/05/2022 at 08:00 with the commune."""
    return worlds.file(world)
