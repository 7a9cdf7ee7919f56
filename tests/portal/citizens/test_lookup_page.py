"""The public look-up page: what it shows, what it never shows, and that failures cannot be told apart."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client, override_settings

from portal import lookup
from procedures import actions
from procedures.codes import receipt_secret
from procedures.models import Application
from tests.portal.world import MORNING, World, accepted

ADDRESS = "/lookup/"


def secret_of(application: Application) -> str:
    return receipt_secret(application.code, settings.LOOKUP_KEY)


@pytest.fixture
def application(world: World) -> Application:
    return accepted(world)


def test_the_status_page_tells_step_due_date_and_history(client: Client, application: Application) -> None:
    answer = client.post(ADDRESS, {"code": application.code, "secret": secret_of(application)})

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Hồ sơ hợp lệ, đã bắt đầu tính thời hạn" in page
    assert "Thứ Năm 19/05/2022, 17:00" in page
    assert "còn 5 ngày làm việc" in page
    assert page.count('aria-current="step"') == 1
    assert page.index("Được tiếp nhận</strong>") < page.index("Nộp trực tuyến</strong>")


def test_the_status_page_shows_nothing_of_the_person(client: Client, application: Application, world: World) -> None:
    page = client.post(ADDRESS, {"code": application.code, "secret": secret_of(application)}).content.decode()

    for private in (world.citizen.name, world.citizen.phone, world.citizen.identity_number, world.official.name):
        assert private not in page


def test_the_secret_is_nowhere_on_the_status_page(client: Client, application: Application) -> None:
    page = client.post(ADDRESS, {"code": application.code, "secret": secret_of(application)}).content.decode()

    assert secret_of(application) not in page
    assert '<svg viewBox="0 0 ' in page, "the QR code is drawn"


def test_an_unknown_code_and_a_wrong_secret_are_answered_alike(client: Client, application: Application) -> None:
    unknown = client.post(ADDRESS, {"code": "000.99.99.H49-220512-0001", "secret": "AAAAAAAA"})
    wrong = client.post(ADDRESS, {"code": application.code, "secret": "BBBBBBBB"})
    empty = client.post(ADDRESS, {"code": "", "secret": ""})
    long = client.post(ADDRESS, {"code": "9" * 500, "secret": "C" * 500})

    assert unknown.content == wrong.content == empty.content == long.content
    assert unknown.status_code == wrong.status_code == empty.status_code == long.status_code == 404
    assert unknown.headers == wrong.headers == empty.headers == long.headers
    assert not unknown.cookies


def test_a_failure_holds_no_token_no_time_and_nothing_that_was_typed(client: Client, application: Application) -> None:
    page = client.post(ADDRESS, {"code": application.code, "secret": "ZZZZ2222"}).content.decode()

    assert "csrfmiddlewaretoken" not in page
    assert application.code not in page.replace("000.00.16.H49-220512-0001", "")
    assert "ZZZZ2222" not in page
    assert not re.search(r"\d\d:\d\d", page)


def test_failures_of_a_signed_in_official_are_alike_too(official: Client, application: Application) -> None:
    one = official.post(ADDRESS, {"code": application.code, "secret": "AAAAAAAA"})
    other = official.post(ADDRESS, {"code": "x", "secret": "AAAAAAAA"})

    assert one.content == other.content


def test_after_many_failures_one_has_to_wait_and_is_told_how_long(client: Client, application: Application) -> None:
    for _attempt in range(lookup.PER_CODE.free):
        client.post(ADDRESS, {"code": application.code, "secret": "AAAAAAAA"})

    answer = client.post(ADDRESS, {"code": application.code, "secret": secret_of(application)})

    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 5
    assert "Hãy thử lại sau" in answer.content.decode()


def test_a_braked_code_does_not_tell_whether_it_exists(client: Client, application: Application) -> None:
    answers = []
    for code in (application.code, "000.99.99.H49-220512-0001"):
        for number in range(lookup.PER_CODE.free):
            client.post(ADDRESS, {"code": code, "secret": "AAAAAAAA"}, REMOTE_ADDR=f"10.0.0.{number}")
        answers.append(client.post(ADDRESS, {"code": code, "secret": "AAAAAAAA"}, REMOTE_ADDR="10.9.9.9").status_code)

    assert answers == [429, 429]


def test_without_redis_the_lookup_stays_shut(client: Client, application: Application) -> None:
    nowhere = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1"}}
    with override_settings(CACHES=nowhere):
        answer = client.post(ADDRESS, {"code": application.code, "secret": secret_of(application)})

    assert answer.status_code == 503
    assert "Hãy thử lại sau ít phút" in answer.content.decode()


@pytest.mark.parametrize("method", ["get", "post"])
def test_nothing_of_the_lookup_is_stored_or_indexed(client: Client, world: World, method: str) -> None:
    answer = getattr(client, method)(ADDRESS)

    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert answer.headers["Referrer-Policy"] == "same-origin"


def test_the_address_in_the_qr_code_fills_in_the_code_only(client: Client, world: World) -> None:
    page = client.get(ADDRESS, {"code": "000.15.16.H49-220512-0007", "secret": "ABCDEFGH"}).content.decode()

    assert 'value="000.15.16.H49-220512-0007"' in page
    assert 'value="ABCDEFGH"' not in page


def test_a_request_for_papers_says_what_is_missing_and_until_when(client: Client, application: Application) -> None:
    at = MORNING + timedelta(hours=2)
    actions.ask_supplement(application, by=None, at=at, note="Thiếu bản sao giấy chứng sinh.")

    page = client.post(ADDRESS, {"code": application.code, "secret": secret_of(application)}).content.decode()

    assert "Cần bạn bổ sung giấy tờ" in page
    assert "Thiếu bản sao giấy chứng sinh." in page
    assert "trước Thứ Năm 26/05/2022, 17:00" in page
    assert "Lượt của bạn" in page
