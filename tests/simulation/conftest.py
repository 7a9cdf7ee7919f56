"""The simulator's fixtures: the small catalogue, and a province filled with the real one."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from portal.simulation.run import simulate, warm_up_start
from procedures import importing
from procedures.catalogue.reading import Catalogue, read_catalogue
from procedures.models import working_calendar
from tests.simulation import catalogue

SEED = 1


@pytest.fixture
def small(db: None) -> None:
    """The small catalogue in an empty portal."""
    catalogue.build()


@pytest.fixture(scope="session")
def real_catalogue() -> Catalogue:
    return read_catalogue(Path(settings.BASE_DIR) / "procedures" / "data")


@pytest.fixture(scope="module")
def filled(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, real_catalogue: Catalogue
) -> Iterator[list[date]]:
    """The real catalogue, filled as the demo does: the warm-up, then Thursday 12 May 2022. Gives the days."""
    with django_db_blocker.unblock(), transaction.atomic():
        importing.load(real_catalogue)
        first = warm_up_start(working_calendar(), catalogue.THURSDAY)
        days = [first + timedelta(days=ahead) for ahead in range((catalogue.THURSDAY - first).days + 1)]
        list(simulate(days, SEED))
        catalogue.check_deferred()  # the fill is never committed; done once here, not after each test
        yield days
        transaction.set_rollback(True)
