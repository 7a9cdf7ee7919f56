"""Who makes changes while the job runs: real acts, the same for the same seed, late rather than never."""

import time
from datetime import date
from pathlib import Path

import orjson
import pytest
from django.db import OperationalError

from portal.loadtest import generator
from portal.loadtest.author import Author
from procedures.lifecycle import Status
from procedures.models import Application, StatusChange
from tests.simulation import catalogue

DAY = date(2022, 5, 12)
pytestmark = pytest.mark.django_db


def history(seed: int, number: int) -> list[tuple[str, int]]:
    catalogue.build()
    author = Author(seed, DAY)
    return [author.change(arrival) for arrival in range(number)]


def test_every_arrival_is_one_change_of_the_version_it_says() -> None:
    made = history(seed=1, number=120)

    assert len(set(made)) == 120 == StatusChange.objects.count()
    assert set(made) == set(StatusChange.objects.values_list("application__code", "version"))


def test_a_third_are_filed_and_the_others_move_on_until_the_result_is_returned() -> None:
    history(seed=1, number=150)

    assert 30 < Application.objects.count() < 75
    assert {Status.SUBMITTED, Status.COMPLETED, Status.RESULT_RETURNED} <= {
        one.state for one in Application.objects.all()
    }
    assert StatusChange.objects.filter(to_status=Status.SUPPLEMENT_REQUESTED).exists()


def test_changes_follow_the_arrivals_by_the_second() -> None:
    history(seed=1, number=60)
    moments = list(StatusChange.objects.order_by("at").values_list("at", flat=True))

    assert len(set(moments)) == 60
    assert (moments[-1] - moments[0]).total_seconds() == 59


def test_the_same_seed_makes_the_same_changes() -> None:
    catalogue.build()
    first = [version for _code, version in (Author(7, DAY).change(0), *history_of(Author(7, DAY), 40))]
    second = [version for _code, version in (Author(7, DAY).change(0), *history_of(Author(7, DAY), 40))]

    assert first == second


def history_of(author: Author, number: int) -> list[tuple[str, int]]:
    return [author.change(arrival) for arrival in range(number)]


def test_a_step_whose_answer_was_lost_is_not_taken_twice() -> None:
    catalogue.build()
    author = Author(1, DAY)
    author.change(0)
    number = next(one for one in range(1, 50) if author.change(one)[1] > 1)
    stored = StatusChange.objects.count()
    for application in author._open:
        application.version -= 1  # as this author would know it, had the commit's answer not come

    _code, version = author.change(number)

    assert StatusChange.objects.count() == stored
    assert version > 1


class Failing:
    """An author whose database is away twice."""

    def __init__(self) -> None:
        self.tries = 0

    def change(self, number: int) -> tuple[str, int]:
        self.tries += 1
        if self.tries <= 2:
            raise OperationalError("the server closed the connection")
        return "A", number


def test_an_arrival_waits_for_a_database_that_is_away_and_its_lateness_is_logged(tmp_path: Path) -> None:
    author, intended = Failing(), time.time() - 3
    with (tmp_path / "log").open("wb", buffering=0) as log:
        generator._arrive(author, 5, intended, log)  # type: ignore[arg-type]
    line = orjson.loads((tmp_path / "log").read_bytes())

    assert author.tries == 3
    assert (line["code"], line["version"], line["intended"]) == ("A", 5, intended)
    assert line["committed"] >= line["began"] >= intended + 3


def test_a_database_that_stays_away_ends_the_generator() -> None:
    with pytest.raises(OperationalError):
        generator._committed(Failing(), 5, until=0.0)  # type: ignore[arg-type]
