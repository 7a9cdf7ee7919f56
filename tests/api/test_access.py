"""Every address of the API, asked by everybody: what is public is meant to be, and nobody changes anything here."""

import pytest
from django.test import Client
from django.urls import get_resolver
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.settings import api_settings
from rest_framework.views import APIView

from portal.accounts.models import User
from portal.api import urls, views
from procedures.models import Citizen, Official
from tests.portal.world import World, user

PEOPLE = ("nobody", "citizen", "other citizen", "official", "official of another unit", "leader", "engineer")
#                                GET  POST PUT  DELETE, the same for everybody
ANSWERS = {
    "/api/schema/":               (200, 405, 405, 405),
    "/api/docs/":                 (200, 405, 405, 405),
    "/api/v1/procedures/":        (200, 405, 405, 405),
    "/api/v1/procedures/1.001193/": (200, 405, 405, 405),
    "/api/v1/lookup/":            (405, 400, 405, 405),
    "/api/v1/statistics/":        (200, 405, 405, 405),
}  # fmt: skip
VIEWS = [value for value in vars(views).values() if isinstance(value, type) and value.__module__ == views.__name__
         and issubclass(value, APIView)]  # fmt: skip
METHODS = ("get", "post", "put", "delete")
pytestmark = pytest.mark.django_db


def client_of(person: str, world: World) -> Client:
    client = Client()
    match person:
        case "citizen":
            client.force_login(_citizen("congdan", world.citizen))
        case "other citizen":
            other = Citizen.objects.create(name="Lê Văn Nam", identity_number="022085000002")
            client.force_login(_citizen("congdan2", other))
        case "official":
            client.force_login(user(User.Role.OFFICIAL, world.official))
        case "official of another unit":
            stranger = Official.objects.create(name="Đỗ Thị Hà", agency=world.other_commune, role=Official.Role.HANDLER)
            client.force_login(user(User.Role.OFFICIAL, stranger))
        case "leader":
            client.force_login(user(User.Role.LEADER, world.leader))
        case "engineer":
            client.force_login(user(User.Role.ENGINEER))
    return client


def _citizen(name: str, citizen: Citizen) -> User:
    return User.objects.create_user(name, password="long-enough-1", role=User.Role.CITIZEN, citizen=citizen)


def test_the_table_names_every_address_of_the_api() -> None:
    stated = {f"/api/{pattern.pattern}".replace("<str:code>", "1.001193") for pattern in urls.urlpatterns}

    assert set(ANSWERS) == stated


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("path", ANSWERS)
def test_everybody_gets_the_same_answer_from_every_address(world: World, person: str, path: str) -> None:
    client = client_of(person, world)

    answers = tuple(
        getattr(client, method)(path, {}, content_type="application/json").status_code
        if method != "get"
        else client.get(path).status_code
        for method in METHODS
    )

    assert answers == ANSWERS[path]


@pytest.mark.parametrize("path", ANSWERS)
def test_no_address_tells_of_people(world: World, path: str) -> None:
    body = Client().get(path).content.decode()

    for private in (world.citizen.name, world.citizen.identity_number, world.citizen.phone, world.official.name):
        assert private not in body


def test_a_view_is_closed_unless_it_says_otherwise() -> None:
    assert list(map(str, api_settings.DEFAULT_PERMISSION_CLASSES)) == [str(IsAuthenticated)]


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.__name__)
def test_what_is_public_says_so_itself(view: type[APIView]) -> None:
    assert tuple(vars(view)["permission_classes"]) == (AllowAny,)


def test_the_api_has_its_own_name() -> None:
    assert "api" in get_resolver().namespace_dict


def test_a_signed_in_browser_is_not_led_to_the_look_up_by_another_site(world: World) -> None:
    """It takes no session, so it needs no token, and there is nothing to gain by forging a request."""
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(user(User.Role.OFFICIAL, world.official))

    answer = strict.post("/api/v1/lookup/", {"code": "x", "secret": "y"}, content_type="application/json")

    assert answer.status_code == 404
    assert "sessionid" not in answer.cookies
