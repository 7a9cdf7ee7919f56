"""Several people act on one application in the same moment, each through a connection of their own."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from procedures import actions
from procedures.lifecycle import MoveRefused, Status
from procedures.models import Application
from tests.portal.world import MORNING, World, build, file

PEOPLE = 4


@pytest.fixture
def committed(transactional_db: None) -> World:
    return build()


def test_one_of_several_who_accept_at_once_does_and_the_others_are_told(committed: World) -> None:
    primary_key = file(committed).pk
    start = Barrier(PEOPLE)

    def accept(number: int) -> str:
        try:
            application = Application.objects.get(pk=primary_key)
            start.wait(timeout=30)
            actions.accept(application, by=committed.official, at=MORNING + timedelta(seconds=number))
        except MoveRefused as refusal:
            return str(refusal)
        else:
            return "accepted"
        finally:
            connection.close()

    with ThreadPoolExecutor(PEOPLE) as pool:
        told = sorted(pool.map(accept, range(PEOPLE)))

    refusal = "Hồ sơ đang ở trạng thái “Được tiếp nhận”, không thể thực hiện “Tiếp nhận”."
    assert told == sorted(["accepted", *[refusal] * (PEOPLE - 1)])
    stored = Application.objects.get()
    assert (stored.status, stored.version, stored.history.count()) == (Status.ACCEPTED, 2, 2)
