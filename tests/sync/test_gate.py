"""The gate as pumps share it: its row, its slots, and the calls it judges by."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from sync import breaker, gate
from sync.breaker import State, Window
from sync.classes import Fault
from sync.client import Unavailable
from sync.gate import Gatekeeper, Slots
from sync.models import Exchange, Gate

HERE = "http://127.0.0.1:9"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def slots() -> Iterator[Slots]:
    held = Slots()
    yield held
    held.hold(0, 0)


def call(error: str = "", *, seconds_ago: int = 0, attempt: int = 1, **more: Any) -> None:
    made = Exchange.objects.create(
        service="DongBoHoSoMC", records=1, milliseconds=5, error=error, error_code="", worker="w", attempt=attempt,
        started_at="2022-04-15T00:00:00Z", http_status=more.get("http_status", 200 if not error else None),
    )  # fmt: skip
    with connection.cursor() as cursor:
        moment = "UPDATE sync_exchange SET started_at = now() - %s * interval '1 second' WHERE id = %s"
        cursor.execute(moment, [seconds_ago, made.pk])


def elsewhere(wanted: int, allowed: int) -> int:
    """How many slots a pump with a connection of its own gets; it leaves without giving any back."""

    def hold() -> int:
        others = Slots()
        others.hold(wanted, allowed)
        count = len(others)
        connection.close()
        return count

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(hold).result(30)


def test_a_gate_never_seen_is_closed_which_lets_calls_through() -> None:
    found, now = gate.read(HERE)

    assert found.state is State.CLOSED
    assert breaker.allowed(found, now) == int(breaker.FIRST_LIMIT)
    assert Gate.objects.get().destination == HERE


def test_what_is_changed_is_read_back_whole() -> None:
    written, now = gate.change(HERE, lambda found, at: breaker.opened(found, at, draw=0.5, alert="gọi người"))

    assert gate.read(HERE)[0] == written
    assert written.not_before == now + timedelta(seconds=10)


def test_slots_are_never_held_by_two_pumps_at_once(slots: Slots) -> None:
    slots.hold(3, 4)

    assert len(slots) == 3
    assert elsewhere(4, 4) == 1


def test_a_pump_that_dies_gives_its_slots_back(slots: Slots) -> None:
    assert elsewhere(4, 4) == 4

    slots.hold(4, 4)

    assert len(slots) == 4


def test_a_lower_limit_takes_the_slots_beyond_it_away(slots: Slots) -> None:
    slots.hold(4, 4)
    slots.hold(4, 2)

    assert len(slots) == 2
    assert elsewhere(4, 4) == 2


def test_slots_of_calls_under_way_are_kept_until_the_calls_end(slots: Slots) -> None:
    slots.hold(4, 4)
    slots.hold(4, 0, busy=2)

    assert len(slots) == 2
    assert elsewhere(4, 4) == 2

    slots.hold(4, 0, busy=0)

    assert elsewhere(4, 4) == 4


def test_a_destination_called_for_the_first_time_inherits_no_failures_of_another() -> None:
    for _ in range(10):
        call("timeout", seconds_ago=1)
    found, _now = gate.read(HERE)

    assert gate.window(found.closed_at) == Window(0, 0, 0)


def test_the_window_counts_what_ended_lately_and_leaves_out_what_was_put_off() -> None:
    call("timeout", seconds_ago=60)
    call()
    call("http", seconds_ago=2)
    call("throttled")
    call("session")
    call("connection")
    Exchange.objects.create(
        service="DongBoHoSoMC", started_at="2022-04-15T00:00:00Z", milliseconds=0, worker="w", records=9
    )

    assert gate.window(None) == Window(calls=3, failures=2, failures_in_a_row=2)


def test_calls_before_the_gate_closed_last_are_no_reason_to_open_it_again() -> None:
    for _ in range(30):
        call("http", seconds_ago=5)
    with connection.cursor() as cursor:
        cursor.execute("SELECT now() - interval '3 seconds'")
        (closed_at,) = cursor.fetchone()
    call("http")

    assert gate.window(None) == Window(31, 31, 31)
    assert gate.window(closed_at) == Window(1, 1, 1)


def test_a_page_instead_of_an_answer_is_no_answer_to_others() -> None:
    for _ in range(9):
        call("malformed", http_status=200)

    assert not gate.answers_others()


def test_no_calls_at_all_are_no_failures() -> None:
    assert gate.window(None) == Window(0, 0, 0)


@pytest.mark.parametrize(("failures", "well"), [(0, True), (1, False)])
def test_others_are_answered_when_more_than_nine_of_ten_calls_are(failures: int, well: bool) -> None:
    for _ in range(9):
        call()
    for _ in range(failures):
        call("http", http_status=500)
    call("timeout", attempt=9)  # a suspect's own

    assert gate.answers_others() is well


def test_where_nobody_else_calls_nothing_is_said_of_others() -> None:
    call("timeout", attempt=9)

    assert not gate.answers_others()


def test_a_pause_that_one_pump_was_asked_for_stops_the_other() -> None:
    told, other = Gatekeeper(HERE, 4), Gatekeeper(HERE, 4)
    told.failed(Unavailable(Fault.THROTTLED, "HTTP 429", retry_after=30))

    assert (told.free(0), other.free(0)) == (0, 0)
    assert told.is_shut()
    assert other.is_shut()


def test_a_session_refused_opens_the_gate_and_calls_a_person() -> None:
    Gatekeeper(HERE, 4).failed(Unavailable(Fault.SESSION, "a new session was refused at once"))

    found = Gate.objects.get()
    assert (found.state, found.alert) == (Gate.State.OPEN, "session: a new session was refused at once")


def test_ten_failures_in_a_row_open_the_gate() -> None:
    keeper = Gatekeeper(HERE, 4)
    assert keeper.free(0) == 4
    for _ in range(10):
        call("connection")
        keeper.failed(Unavailable(Fault.CONNECTION, "refused"))

    assert Gate.objects.get().state == Gate.State.OPEN
    assert keeper.is_probing
    assert keeper.free(0) == 0


def test_a_pump_has_no_more_calls_under_way_than_its_share() -> None:
    keeper = Gatekeeper(HERE, 4)

    assert keeper.free(1) == 3
    keeper.leave()
