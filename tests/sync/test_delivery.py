"""The pump over a real line to a real national system, undisturbed and disturbed."""

import subprocess
import sys
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from procedures import actions
from sync.loadtest.checker import check
from sync.models import Delivery, Exchange
from sync.pump import national_client, pump
from sync.reconcile import reconcile
from tests.portal import world as worlds
from tests.portal.world import HOUR, MORNING, World
from tests.sync import interference
from tests.sync.interference import Line

National = psycopg.Connection[tuple[object, ...]]
DISTURBANCES = [
    interference.lose,
    interference.fail,
    interference.show_maintenance_page,
    interference.truncate,
]


def due_now() -> None:
    """Let the pauses be over."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE sync_delivery SET next_attempt_at = now()")


def deliver_all() -> None:
    """Pump until nothing waits; a pause may be over within the turn that made it."""
    pump()
    due_now()
    pump()
    assert not Delivery.objects.waiting().exists()


def assert_both_sides_agree() -> None:
    with national_client() as client:
        verdict = check(client)
        assert verdict.is_clean, verdict
        assert reconcile(client).differing == 0


def test_a_pump_delivers_everything_that_waits(world: World, line: Line) -> None:
    for number in range(3):
        worlds.settled(world, at=MORNING + number * HOUR)

    turn = pump()

    assert (turn.claimed, turn.unfinished) == (3, False)
    assert not Delivery.objects.waiting().exists()
    assert_both_sides_agree()


def test_changes_coalesce_one_record_and_all_progress_rows_in_order(world: World, line: Line) -> None:
    application = worlds.settled(world)

    pump()

    login, dossiers, progress = line.heard
    assert [login.service, dossiers.service, progress.service] == ["login", "DongBoHoSoMC", "CapNhatTienDoHoSoMC"]
    assert len(dossiers.content["data"]) == 1
    assert dossiers.content["isUpdating"] == "False"
    moments = [row["ThoiDiemXuLy"] for row in progress.content["data"]]
    assert moments == sorted(moments)
    assert len(moments) == application.version


def test_a_known_dossier_is_sent_as_an_update(world: World, line: Line) -> None:
    application = worlds.file(world)
    pump()

    actions.accept(application, by=None, at=MORNING + HOUR)
    pump()

    flags = [one.content["isUpdating"] for one in line.heard if one.service == "DongBoHoSoMC"]
    assert flags == ["False", "True"]
    assert_both_sides_agree()


def test_the_wire_looks_as_real_clients_make_it(world: World, line: Line) -> None:
    worlds.file(world)

    pump()

    login, dossiers, _progress = line.heard
    assert (login.path, dossiers.path) == ("/mapi/login", "/mapi/g")
    assert set(login.content) == {"username", "password"}
    for heard in line.heard:
        assert heard.headers["Content-Type"] == "application/json"
        assert heard.headers["Accept"] == "application/json"
        assert heard.headers["Charset"] == "utf-8"
        assert heard.headers["dstcode"] == "VN:GOV:000.00.00.G22:vpcpdvcprovider"
        assert not {"Authorization", "Cookie", "Accept-Encoding"} & set(heard.headers)
    assert dossiers.content["madonvi"] == "000.00.00.H49"
    assert dossiers.content["session"]


@pytest.mark.parametrize("disturb", DISTURBANCES, ids=lambda one: one.__name__)
@pytest.mark.parametrize("position", [0, 1], ids=["records", "progress"])
def test_what_was_applied_unheard_is_sent_again_and_absorbed(
    world: World, line: Line, disturb: Any, position: int
) -> None:
    worlds.settled(world)
    line.script = [*([_pass] * position), disturb]

    deliver_all()

    assert sum(one.absorbed or 0 for one in Exchange.objects.all()) > 0
    assert_both_sides_agree()


def test_a_failure_is_remembered_with_its_class(world: World, line: Line) -> None:
    worlds.file(world)
    line.script = [interference.fail]

    pump()

    waiting = Delivery.objects.get()
    assert waiting.last_error_class == "http"
    assert "HTTP 500" in waiting.last_error
    assert waiting.attempts == 1
    assert Exchange.objects.get(error="http").http_status == 500


@pytest.mark.parametrize("body", [b"{}", b'{"message": "Gateway is restarting"}', b"[]"])
def test_an_answer_without_an_error_code_refuses_nothing(world: World, line: Line, body: bytes) -> None:
    worlds.file(world)
    line.script = [lambda reply: reply.send(body=body)]

    pump()

    assert not Delivery.objects.parked().exists()
    assert Delivery.objects.get().last_error_class == "malformed"


def test_a_pause_that_is_no_number_is_the_jobs_own(world: World, line: Line) -> None:
    worlds.file(world)
    line.script = [lambda reply: reply.send(status=429, body=b"", Retry_After="\xc2\xb2")]

    pump()

    assert Delivery.objects.get().last_error_class == "throttled"


def test_the_national_side_may_ask_for_a_pause(world: World, line: Line) -> None:
    worlds.file(world)
    line.script = [interference.throttle]

    pump()

    assert pump().claimed == 0
    assert Delivery.objects.get().last_error_class == "throttled"


def test_an_expired_session_is_renewed_once_without_losing_an_attempt(world: World, line: Line) -> None:
    worlds.file(world)
    line.script = [interference.expire_session]

    pump()

    assert line.services() == ["login", "DongBoHoSoMC", "login", "DongBoHoSoMC", "CapNhatTienDoHoSoMC"]
    assert not Delivery.objects.waiting().exists()


def test_a_session_refused_twice_postpones_the_batch(world: World, line: Line) -> None:
    worlds.file(world)
    line.script = [interference.expire_session, interference.expire_session]

    pump()

    assert Delivery.objects.get().last_error_class == "session"


def test_a_rejected_record_is_parked_with_the_national_sides_words_and_others_flow(world: World, line: Line) -> None:
    bad, good = worlds.file(world), worlds.file(world)
    with connection.cursor() as cursor:  # a number the national side cannot read
        cursor.execute("UPDATE procedures_application SET code = '' WHERE id = %s", [bad.pk])

    pump()

    parked = Delivery.objects.parked().get()
    assert parked.pk == bad.pk
    assert parked.reason.startswith("1 ")
    assert Delivery.objects.get(pk=good.pk).sent == 1


def test_without_answers_per_record_a_refused_batch_is_halved_until_the_bad_record_is_alone(
    world: World, line: Line
) -> None:
    filed = [worlds.file(world) for _ in range(8)]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procedures_application SET code = '' WHERE id = %s", [filed[5].pk])
    line.script = [interference.say_nothing_per_record] * 30

    pump()

    assert [one.pk for one in Delivery.objects.parked()] == [filed[5].pk]
    assert Delivery.objects.filter(sent=1).count() == 7


@pytest.mark.parametrize("strict", [True], ids=["strict"])
def test_a_strict_side_that_knows_the_dossier_already_gets_an_update(world: World, line: Line, strict: bool) -> None:
    worlds.file(world)
    line.script = [interference.lose]
    pump()
    due_now()

    pump()

    assert not Delivery.objects.waiting().exists()
    assert_both_sides_agree()


def test_a_killed_pump_leaves_the_trace_of_its_calls_and_its_rows_come_back(
    world: World, line: Line, job_environment: dict[str, str]
) -> None:
    worlds.settled(world)
    killed = _pump_elsewhere(job_environment)
    line.script = [lambda _reply: killed.kill()]  # the records are applied, nobody hears of it

    killed.wait(timeout=60)
    unanswered = Exchange.objects.filter(applied=None).exclude(records=0)
    assert unanswered.count() == 2
    assert Delivery.objects.get().lease_owner is not None
    assert pump().claimed == 0
    due_now()
    pump()

    assert not Delivery.objects.waiting().exists()
    assert_both_sides_agree()


def _pump_elsewhere(environment: dict[str, str]) -> "subprocess.Popen[bytes]":
    """The same pump in a process of its own, on this test's databases."""
    program = "import django; django.setup(); from sync.pump import pump; pump()"
    return subprocess.Popen([sys.executable, "-c", program], env=environment, cwd=settings.BASE_DIR)


def _pass(reply: interference.Reply) -> None:
    reply.send()


def test_a_dossier_that_vanishes_between_its_record_and_its_progress_is_sent_again(
    world: World, line: Line, national: National
) -> None:
    worlds.settled(world)

    def come_back_from_a_backup(reply: interference.Reply) -> None:
        national.execute("TRUNCATE dossier, record, ledger")
        reply.send()

    line.script = [come_back_from_a_backup]
    pump()

    assert not Delivery.objects.parked().exists()
    deliver_all()
    with national_client() as client:
        assert check(client).lost == []
        assert reconcile(client).differing == 0
