"""The pump at the gate: pauses, openings, poison, sessions, calls that hang."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import LazySettings
from django.db import connection
from django.db.models import Max

from sync import breaker
from sync.database import execute
from sync.gate import Gatekeeper
from sync.models import Delivery, Exchange, Gate
from sync.pump import Turn, pump
from tests.portal import world as worlds
from tests.portal.world import World
from tests.sync import interference
from tests.sync.interference import Line, Reply


def due_now(**columns: object) -> None:
    execute("UPDATE sync_delivery SET next_attempt_at = now()")
    if columns:
        Delivery.objects.update(**columns)


def open_the_gate_again() -> None:
    execute("UPDATE sync_gate SET not_before = now()")


def records_of(line: Line) -> list[int]:
    """The numbers of records of the calls that carried any."""
    return [len(one.content["data"]) for one in line.heard if one.service == "DongBoHoSoMC"]


def test_a_pause_asked_for_stops_every_call_also_of_conversations_begun(
    world: World, line: Line, settings: LazySettings
) -> None:
    settings.SYNC_BATCH = 1
    for _ in range(20):
        worlds.file(world)
    line.script = [interference.throttle]

    pump()
    heard = len(line.heard)
    due_now()
    assert pump() == Turn(0, 0, unfinished=False)

    assert len(line.heard) == heard
    assert heard <= 1 + 8 * 2  # a sign-in, and what was on its way with the first call
    assert not Delivery.objects.filter(attempts__gt=0).exists()
    assert Gate.objects.get().limit == breaker.FIRST_LIMIT / 2


def test_when_the_pause_is_over_everything_is_sent(world: World, line: Line) -> None:
    worlds.file(world)
    line.script = [interference.throttle]
    pump()

    open_the_gate_again()
    due_now()
    pump()

    assert not Delivery.objects.waiting().exists()


def test_an_outage_opens_the_gate_before_everything_was_tried_often(
    world: World, line: Line, settings: LazySettings
) -> None:
    settings.SYNC_BATCH = 1
    for _ in range(60):
        worlds.file(world)
    line.script = [interference.fail] * 1000

    pump()

    assert Gate.objects.get().state == Gate.State.OPEN
    assert len(line.heard) < 40
    assert Delivery.objects.filter(attempts=0).count() > 20
    assert not Delivery.objects.filter(lease_owner__isnull=False).exists()


def test_the_probe_after_an_outage_is_one_application_that_was_tried_before(world: World, line: Line) -> None:
    tried, _new = worlds.file(world), worlds.file(world)
    Delivery.objects.filter(pk=tried.pk).update(attempts=1)
    Gate.objects.create(destination=line.url, state=Gate.State.OPEN, limit=4, openings=1)
    line.script = [interference.fail]

    pump()

    assert [row["MaHoSo"] for row in line.heard[1].content["data"]] == [tried.code]
    assert len(line.heard) == 2
    assert Gate.objects.get().openings == 2


def test_five_probes_that_succeed_close_the_gate(world: World, line: Line) -> None:
    for _ in range(6):
        worlds.file(world)
    Gate.objects.create(destination=line.url, state=Gate.State.OPEN, limit=4)

    pump()

    assert not Delivery.objects.waiting().exists()
    assert Gate.objects.get().state == Gate.State.CLOSED
    assert records_of(line)[:2] == [1, 1]


def test_a_turn_says_when_there_will_be_something_to_do_again(world: World, line: Line) -> None:
    assert pump().again_in is None
    worlds.file(world)
    line.script = [interference.fail]
    failed = pump().again_in
    execute("UPDATE sync_gate SET not_before = now() + interval '30 seconds'")
    paused = pump().again_in
    open_the_gate_again()
    due_now()

    assert failed is not None
    assert 0 <= failed <= 2  # the first pause after a failure is up to two seconds
    assert paused == pytest.approx(30, abs=2)
    assert pump().again_in is None


def always_failing(code: str) -> Callable[[Reply], None]:
    def spoil(reply: Reply) -> None:
        if code.encode() in reply.request:
            reply.send(status=500, body=b"")
        else:
            reply.send()

    return spoil


def test_what_fails_eight_times_while_others_pass_is_parked_as_poison(
    world: World, line: Line, settings: LazySettings
) -> None:
    settings.SYNC_BATCH = 1
    poison = worlds.file(world)
    line.script = [always_failing(poison.code)] * 1000
    for _ in range(9):
        for _other in range(3):
            worlds.file(world)
        due_now()
        pump()

    parked = Delivery.objects.parked().get()
    assert (parked.pk, parked.last_error_class) == (poison.pk, "poison")
    assert parked.attempts >= 8
    assert "HTTP 500" in parked.reason
    assert Delivery.objects.filter(sent=1).count() == 27


OUTAGES = [interference.fail, interference.show_maintenance_page, interference.say_system_error]


@pytest.mark.parametrize("outage", OUTAGES, ids=lambda outage: outage.__name__)
def test_in_an_outage_of_all_nothing_is_poison(
    world: World, line: Line, settings: LazySettings, outage: Callable[[Reply], None]
) -> None:
    settings.SYNC_BATCH = 1
    for _ in range(12):
        worlds.file(world)
    pump()
    execute("UPDATE sync_exchange SET started_at = started_at - interval '2 minutes'")
    due_now(sent=0)
    Delivery.objects.filter(pk__in=[one.pk for one in Delivery.objects.all()[:6]]).update(attempts=20)
    line.script = [outage] * 1000

    for _ in range(4):
        pump()
        execute("UPDATE sync_delivery SET next_attempt_at = now()")
        open_the_gate_again()

    assert not Delivery.objects.parked().exists()
    assert Delivery.objects.aggregate(most=Max("attempts"))["most"] > 20
    assert Gate.objects.get().state == Gate.State.OPEN


def test_a_gate_that_shuts_between_a_claim_and_its_first_call_leaves_nothing_leased(
    world: World, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        worlds.file(world)
    monkeypatch.setattr(Gatekeeper, "is_shut", lambda _self: True)

    assert pump() == Turn(5, 0, unfinished=False)

    assert len(line.heard) == 0
    assert not Delivery.objects.filter(lease_owner__isnull=False).exists()
    assert not Delivery.objects.filter(attempts__gt=0).exists()
    assert not Exchange.objects.exists()


def test_nothing_leaves_that_could_not_be_answered_before_its_lease_ends(
    world: World, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    worlds.file(world)
    monkeypatch.setattr("sync.outbox.LEASE_SECONDS", 7)  # less than a timeout and its safety

    assert pump(seconds=0.2).delivered == 0

    assert line.services() == ["login"]
    assert Delivery.objects.get().attempts == 0
    assert Gate.objects.get().state == Gate.State.CLOSED


def test_a_session_refused_twice_costs_no_attempt_and_calls_a_person(world: World, line: Line) -> None:
    worlds.file(world)
    line.script = [interference.expire_session, interference.expire_session]

    pump()

    assert Delivery.objects.get().attempts == 0
    assert Gate.objects.get().alert.startswith("session")


def test_every_error_that_ends_a_turn_gives_the_slots_back(
    world: World, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    worlds.file(world)
    monkeypatch.setattr("sync.delivery.settle", lambda _batches: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        pump()
    monkeypatch.undo()
    due_now()

    pump()

    assert not Delivery.objects.waiting().exists()
    assert Delivery.objects.get().sent == 1


def test_a_session_refused_to_many_calls_at_once_is_asked_for_once_more_and_opens_the_gate_once(
    world: World, line: Line, settings: LazySettings
) -> None:
    settings.SYNC_BATCH = 1
    for _ in range(8):
        worlds.file(world)
    line.script = [interference.expire_session] * 1000

    pump()

    assert line.services().count("login") == 2
    assert Gate.objects.get().openings == 1


def test_a_sign_in_that_is_refused_is_refused_to_all_who_wait_for_it(
    world: World, line: Line, settings: LazySettings
) -> None:
    settings.SYNC_BATCH = 1
    for _ in range(8):
        worlds.file(world)
    line.spoil_sign_in = interference.refuse

    pump()

    assert line.services() == ["login"]
    assert Gate.objects.get().openings == 1


def test_a_call_that_hangs_keeps_no_other_change_waiting(world: World, line: Line, settings: LazySettings) -> None:
    settings.SYNC_BATCH = 1
    hangs, later = threading.Event(), threading.Event()

    def hang() -> None:
        hangs.set()
        later.wait(5)

    line.delays = [hang, later.set]
    worlds.file(world)

    def file_another() -> bool:
        hung = hangs.wait(5)
        worlds.file(world)
        connection.close()
        return hung and later.wait(5)

    with ThreadPoolExecutor(1) as thread:
        heard_meanwhile = thread.submit(file_another)
        pump()

    assert heard_meanwhile.result()
    assert not Delivery.objects.waiting().exists()
