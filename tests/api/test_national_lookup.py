"""The national portal asks for a dossier: a bare object, nothing of a person, HTTP 200 whatever was sent."""

from typing import Any

import orjson
import pytest
from django.test import Client

from tests.portal.world import World, accepted

PATHS = [
    "/web/guest/search/call",
    "/web/guest/XrdAdapter/RestService/forward/search/call",
    "/web/guest/VXPAdapter/RestService/forward/search/call",
]
pytestmark = pytest.mark.django_db


def ask(client: Client, body: bytes | dict[str, Any], path: str = PATHS[0]) -> dict[str, Any]:
    content = body if isinstance(body, bytes) else orjson.dumps(body)
    response = client.post(path, content, content_type="application/json", headers={"dstcode": "x"})
    assert response.status_code == 200
    answer: dict[str, Any] = orjson.loads(response.content)
    return answer


@pytest.mark.parametrize("path", PATHS)
def test_a_dossier_is_told_as_the_protocol_has_it(world: World, path: str) -> None:
    application = accepted(world)

    answer = ask(Client(enforce_csrf_checks=True), {"madonvi": "", "service": "x", "masohoso": application.code}, path)

    assert answer == {
        "MaHoSo": application.code,
        "MaTTHC": world.birth.code,
        "TenTTHC": world.birth.name,
        "MaLinhVuc": world.birth.sector.code,
        "TenLinhVuc": world.birth.sector.name,
        "LoaiDoiTuong": "3",
        "TrangThaiHoSo": "2",
        "HinhThuc": "1",
        "DonViXuLy": world.commune.name,
    }


def test_nothing_of_a_person_is_told(world: World, client: Client) -> None:
    application = accepted(world)

    told = orjson.dumps(ask(client, {"masohoso": application.code.lower()})).decode()

    for private in (world.citizen.name, world.citizen.identity_number, world.citizen.phone, world.citizen.email):
        assert not private or private not in told


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"7", b'"x"', b"\xff", {}, {"masohoso": ""}, {"masohoso": 7}, {"masohoso": None}, b"[" * 5000],
)
def test_a_question_that_is_none_is_answered_minus_one(client: Client, body: bytes | dict[str, Any]) -> None:
    answer = ask(client, body)

    assert answer["error_code"] == "-1"
    assert "masohoso" in answer["message"]


@pytest.mark.parametrize("code", ["000.00.16.H49-220512-9999", "x" * 5000, "a\0b", "'; --"])
def test_an_unknown_dossier_is_answered_minus_one(client: Client, code: str) -> None:
    assert ask(client, {"masohoso": code}) == {"error_code": "-1", "message": "Hồ sơ không tồn tại"}


def test_one_question_is_one_query(world: World, client: Client, django_assert_num_queries: Any) -> None:
    code = accepted(world).code

    with django_assert_num_queries(1):
        ask(client, {"masohoso": code})


def test_a_browser_is_not_answered_here(client: Client) -> None:
    assert client.get(PATHS[0]).status_code == 405
