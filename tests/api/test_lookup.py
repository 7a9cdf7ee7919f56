"""The public look-up over the API: one answer for every failure, nothing personal in any."""

from typing import Any

import pytest
import redis
from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from procedures import actions, codes
from procedures.models import Application
from tests.portal.world import HOUR, NOW, World, file

PATH = "/api/v1/lookup/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def application(world: World) -> Application:
    return file(world)


def ask(client: Client, code: str, secret: str, **more: Any) -> HttpResponse:
    content = {"code": code, "secret": secret}
    return client.post(PATH, content, content_type="application/json", **more)  # type: ignore[return-value]


def secret_of(application: Application) -> str:
    return codes.receipt_secret(application.code, settings.LOOKUP_KEY)


def test_code_and_secret_show_where_the_application_stands(application: Application, client: Client) -> None:
    answer = ask(client, application.code, secret_of(application))

    content = answer.json()  # type: ignore[attr-defined]
    assert answer.status_code == 200
    assert content["code"] == application.code
    assert content["history"][0]["status"] == 1
    assert answer["Cache-Control"] == "no-store"


def test_a_wrong_secret_and_an_unknown_code_are_one_answer_byte_for_byte(
    application: Application, client: Client
) -> None:
    wrong = ask(client, application.code, "AAAAAAAA")
    unknown = ask(client, "000.00.16.H49-220512-9999", "AAAAAAAA")

    assert (wrong.status_code, wrong.content) == (unknown.status_code, unknown.content)
    assert wrong.status_code == 404
    assert application.code.encode() not in wrong.content


def test_the_answer_names_nobody(application: Application, client: Client) -> None:
    body = ask(client, application.code, secret_of(application)).content.decode()

    for private in (application.citizen.name, application.citizen.identity_number, application.citizen.phone):
        assert not private or private not in body


@pytest.mark.parametrize("pauses", [0, 10])
def test_the_whole_history_is_told_in_order_with_two_queries(
    application: Application, client: Client, pauses: int, django_assert_num_queries: Any
) -> None:
    for number in range(pauses):
        actions.ask_supplement(application, by=None, at=NOW + number * HOUR, note="Thiếu bản sao")
        actions.supply(application, by=None, at=NOW + number * HOUR + HOUR / 2)

    with django_assert_num_queries(2):
        history = ask(client, application.code, secret_of(application)).json()["history"]  # type: ignore[attr-defined]

    assert len(history) == 1 + 2 * pauses
    assert [line["at"] for line in history] == sorted(line["at"] for line in history)


def test_an_address_that_guesses_many_codes_has_to_wait_too(application: Application, client: Client) -> None:
    statuses = [ask(client, f"000.00.16.H49-220512-{number:04}", "AAAAAAAA").status_code for number in range(1, 12)]

    assert statuses == [404] * 10 + [429]
    assert ask(client, application.code, secret_of(application), REMOTE_ADDR="10.9.8.7").status_code == 200


def test_guessing_has_to_wait_longer_and_longer(application: Application, client: Client) -> None:
    answers = [ask(client, application.code, "AAAAAAAA").status_code for _ in range(6)]

    assert answers[0] == 404
    assert answers[-1] == 429


def test_the_right_secret_waits_too_once_the_brake_is_on(application: Application, client: Client) -> None:
    for _ in range(6):
        ask(client, application.code, "AAAAAAAA")

    answer = ask(client, application.code, secret_of(application))

    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0


@pytest.mark.parametrize("body", ["", "[]", "{", '{"code": 5}', '{"code": "x", "secret": ["y"]}'])
def test_a_body_that_cannot_be_read_is_refused_politely(world: World, client: Client, body: str) -> None:
    assert client.post(PATH, body, content_type="application/json").status_code == 400


def test_without_its_brake_the_look_up_stays_shut(
    application: Application, client: Client, settings: Any, redis_client: redis.Redis
) -> None:
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
    }

    assert ask(client, application.code, secret_of(application)).status_code == 503
