"""The named constraints of the portal's own tables, each proven by breaking it alone."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError

from portal.accounts.models import User
from portal.models import PortalClock
from tests.portal.world import NOW, World

BROKEN: dict[str, Callable[[World], Any]] = {
    "one_portal_clock": lambda _world: PortalClock.objects.create(id=2, origin=NOW, started_at=NOW),
    "portal_clock_never_runs_back": lambda _world: PortalClock.objects.update(speed=-1),
    "account_is_citizen_or_official": lambda world: User.objects.create(
        username="both", official=world.official, citizen=world.citizen
    ),
    "account_of_an_official_names_the_official": lambda _world: User.objects.create(
        username="nobody", role=User.Role.OFFICIAL
    ),
}
OURS = ("portal", "accounts", "simulation")


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_row_is_refused_by_the_constraint_that_forbids_it(world: World, name: str) -> None:
    with pytest.raises(IntegrityError, match=f'constraint "{name}"'):
        BROKEN[name](world)


def test_no_constraint_of_the_portal_is_left_unbroken() -> None:
    models = (model for label in OURS for model in apps.get_app_config(label).get_models())

    assert set(BROKEN) == {constraint.name for model in models for constraint in model._meta.constraints}
