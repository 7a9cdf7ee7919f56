"""The schema is current, and the API keeps to it whatever it is asked."""

from collections import Counter
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from requests.adapters import HTTPAdapter
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from urllib3 import HTTPResponse

from procedures import codes
from tests.portal.world import World, accepted

COMMITTED = Path(settings.BASE_DIR) / "docs" / "openapi.yaml"
SCHEMA = schemathesis.openapi.from_path(str(COMMITTED))
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
UNREADABLE = {405, 406, 415}  # what the framework answers before a view is asked; no schema lists them


def send(client: Client, request: requests.PreparedRequest) -> requests.Response:
    """The answer of the portal, in this process and transaction, in the shape that the checks of the schema read."""
    kind = str(request.headers.get("Content-Type", "application/json"))
    got = client.generic(str(request.method), request.path_url, request.body or b"", content_type=kind)
    return answered(request, got.status_code, got.headers, got.content)


def answered(
    request: requests.PreparedRequest, status: int, headers: Mapping[str, str], content: bytes
) -> requests.Response:
    raw = HTTPResponse(BytesIO(content), headers=dict(headers), status=status, preload_content=False)
    return HTTPAdapter().build_response(request, raw)


def prepared(case: Case[Any]) -> requests.PreparedRequest:
    return requests.Request(**case.as_transport_kwargs(base_url="http://testserver")).prepare()


def test_the_committed_schema_is_what_the_views_say(tmp_path: Path) -> None:
    fresh = tmp_path / "openapi.yaml"

    call_command("spectacular", file=str(fresh), validate=True, fail_on_warn=True)

    assert fresh.read_text() == COMMITTED.read_text(), "run `manage.py spectacular --file docs/openapi.yaml`"


def test_schema_and_documentation_are_served(world: World, client: Client) -> None:
    assert client.get("/api/schema/").status_code == 200
    page = client.get("/api/docs/")
    assert page.status_code == 200
    assert b"<script>" not in page.content
    assert b"<style>" not in page.content


@pytest.mark.parametrize("operation", list(SCHEMA.get_all_operations()), ids=lambda result: result.ok().label)
def test_every_answer_to_a_request_of_the_schema_is_in_the_schema(world: World, client: Client, operation: Any) -> None:
    statuses: Counter[int] = Counter()

    @effort(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.ok().as_strategy())
    def ask(case: Case[Any]) -> None:
        answer = send(client, prepared(case))
        statuses[answer.status_code] += 1
        if answer.status_code not in UNREADABLE:
            case.validate_response(answer, checks=CHECKS)

    ask()
    assert set(statuses) - UNREADABLE


@pytest.mark.parametrize(
    ("method", "template", "path"),
    [
        ("GET", "/api/v1/procedures/", "/api/v1/procedures/?page_size=2"),
        ("GET", "/api/v1/procedures/{code}/", "/api/v1/procedures/1.001193/"),
        ("GET", "/api/v1/procedures/{code}/", "/api/v1/procedures/2.000001/"),
        ("GET", "/api/v1/statistics/", "/api/v1/statistics/?period=day"),
        ("POST", "/api/v1/lookup/", "/api/v1/lookup/"),
    ],
)
def test_a_full_answer_has_the_shape_the_schema_promises(
    world: World, client: Client, method: str, template: str, path: str
) -> None:
    application = accepted(world)
    secret = codes.receipt_secret(application.code, settings.LOOKUP_KEY)
    body = {"code": application.code, "secret": secret} if method == "POST" else None
    request = requests.Request(method, f"http://testserver{path}", json=body).prepare()

    answer = send(client, request)

    assert answer.status_code == 200
    SCHEMA[template][method].validate_response(answer)


def test_an_answer_of_another_shape_is_seen(world: World, client: Client) -> None:
    request = requests.Request("GET", "http://testserver/api/v1/procedures/1.001193/").prepare()
    right = send(client, request)
    four = right.content.replace(b'"online_level":4', b'"online_level":"4"')

    with pytest.raises(AssertionError, match="is not of type"):
        SCHEMA["/api/v1/procedures/{code}/"]["GET"].validate_response(
            answered(request, 200, {"Content-Type": "application/json"}, four)
        )
