"""The schema is current, and the API keeps to it whatever it is asked."""

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
from schemathesis import Case

from tests.portal.world import World

COMMITTED = Path(settings.BASE_DIR) / "docs" / "openapi.yaml"
SCHEMA = schemathesis.openapi.from_path(str(COMMITTED))


def test_the_committed_schema_is_what_the_views_say(tmp_path: Path) -> None:
    fresh = tmp_path / "openapi.yaml"

    call_command("spectacular", file=str(fresh), validate=True, fail_on_warn=True)

    assert fresh.read_text() == COMMITTED.read_text(), "run `manage.py spectacular --file docs/openapi.yaml`"


def test_schema_and_documentation_are_served(world: World, client: Client) -> None:
    assert client.get("/api/schema/").status_code == 200
    page = client.get("/api/docs/")
    assert page.status_code == 200
    assert b"<script>" not in page.content


@pytest.mark.django_db
@pytest.mark.parametrize("operation", list(SCHEMA.get_all_operations()), ids=lambda result: result.ok().label)
def test_no_request_of_the_schema_breaks_the_api(world: World, client: Client, operation: Any) -> None:
    promised = operation.ok().definition.raw["responses"].keys() | {"400", "404", "405", "406", "415"}

    @effort(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.ok().as_strategy())
    def ask(case: Case[Any]) -> None:
        request = requests.Request(**case.as_transport_kwargs(base_url="http://testserver")).prepare()
        kind = str(request.headers.get("Content-Type", "application/json"))

        answer = client.generic(str(request.method), request.path_url, request.body or b"", content_type=kind)

        assert str(answer.status_code) in promised

    ask()
