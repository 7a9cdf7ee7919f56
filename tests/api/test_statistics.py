"""The figures over the API are those of the boards."""

import pytest
from django.test import Client

from portal.periods import choose
from procedures import boards, rollups
from procedures.metrics import FIGURES
from tests.portal.world import MORNING, NOW, World, file

PATH = "/api/v1/statistics/"
pytestmark = pytest.mark.django_db


def values(client: Client, **query: str) -> dict[str, float | None]:
    return {figure["key"]: figure["value"] for figure in client.get(PATH, query).json()["figures"]}


def test_every_figure_of_the_registry_is_there_with_its_formula(world: World, client: Client) -> None:
    figures = client.get(PATH).json()["figures"]

    assert {figure["key"] for figure in figures} == set(FIGURES)
    assert all(figure["formula"] for figure in figures)


def test_the_api_and_the_boards_give_the_same_numbers(world: World, client: Client) -> None:
    file(world)
    rollups.refresh(MORNING.date())

    expected = boards.totals(boards.Scope(), choose("month", NOW.date()).period, NOW)

    assert values(client) == expected
    assert values(client)["received"] == 1


def test_an_agency_counts_what_is_below_it(world: World, client: Client) -> None:
    file(world)
    rollups.refresh(MORNING.date())

    assert values(client, agency=world.district.code)["received"] == 1
    assert values(client, agency=world.other_commune.code)["received"] == 0


def test_an_unknown_agency_is_not_found(world: World, client: Client) -> None:
    assert client.get(PATH, {"agency": "000.00.99.H49"}).status_code == 404


@pytest.mark.parametrize("query", [{"period": "century"}, {"day": "yesterday"}])
def test_an_unreadable_parameter_is_refused(world: World, client: Client, query: dict[str, str]) -> None:
    assert client.get(PATH, query).status_code == 400


def test_a_day_to_come_is_taken_as_today(world: World, client: Client) -> None:
    assert client.get(PATH, {"period": "day", "day": "2030-01-01"}).json()["first"] == NOW.date().isoformat()
