"""Each class of answer over a real line: what it means for the dossier, said of the whole or of each record."""

import pytest
from django.db import connection

from procedures import actions
from sync.models import Delivery
from sync.pump import pump
from tests.portal import world as worlds
from tests.portal.world import HOUR, MORNING, World
from tests.sync import interference
from tests.sync.interference import Line, Reply
from tests.sync.test_delivery import assert_both_sides_agree, deliver_all


@pytest.mark.parametrize("of_each", [False, True], ids=["of the whole", "of each"])
@pytest.mark.parametrize("code", [0, "00", "0"])
def test_success_is_numerically_zero_wherever_it_is_said(world: World, line: Line, code: object, of_each: bool) -> None:
    worlds.file(world)
    line.script = [interference.say(code, "Thực hiện thành công", of_each=of_each)] * 2

    pump()

    assert not Delivery.objects.waiting().exists()


@pytest.mark.parametrize("code", [None, "", ["4"], True, {}])
def test_what_is_no_error_code_refuses_nothing(world: World, line: Line, code: object) -> None:
    worlds.file(world)
    line.script = [interference.say(code, "?", of_each=True)]

    pump()

    assert not Delivery.objects.parked().exists()
    assert Delivery.objects.get().last_error_class == "malformed"


@pytest.mark.parametrize("nth", [0, 1], ids=["records", "progress"])
def test_a_system_error_of_one_record_puts_it_off_and_parks_nothing(world: World, line: Line, nth: int) -> None:
    worlds.file(world)
    line.script = [*[Reply.send] * nth, interference.say("-1", "Lỗi hệ thống", of_each=True)]

    pump()

    assert (Delivery.objects.get().last_error_class, Delivery.objects.get().attempts) == ("system", 1)
    deliver_all()
    assert_both_sides_agree()


@pytest.mark.parametrize(("code", "words"), [("99", "Hồ sơ đã tồn tại"), ("-3", "ĐÃ TỒN TẠI trong một cửa")])
def test_words_tell_that_a_dossier_exists_whatever_the_code(world: World, line: Line, code: str, words: str) -> None:
    worlds.file(world)
    line.script = [interference.say(code, words)]

    pump()

    flags = [one.content["isUpdating"] for one in line.heard if one.service == "DongBoHoSoMC"]
    assert flags == ["False", "True"]
    assert not Delivery.objects.waiting().exists()


def test_a_dossier_that_had_to_be_added_again_is_known_from_then_on(world: World, line: Line) -> None:
    application = worlds.file(world)
    pump()
    actions.accept(application, by=None, at=MORNING + HOUR)
    line.script = [interference.say("2", "Hồ sơ không tồn tại")]

    pump()

    flags = [one.content["isUpdating"] for one in line.heard if one.service == "DongBoHoSoMC"]
    assert flags == ["False", "True", "False"]
    assert Delivery.objects.get().known_nationally


@pytest.mark.parametrize("of_each", [False, True], ids=["of the whole", "of each"])
def test_words_that_the_database_cannot_keep_stop_nobody(world: World, line: Line, of_each: bool) -> None:
    worlds.file(world)
    line.script = [interference.say("1\0", "sai\0 dữ liệu", of_each=of_each)]

    pump()

    assert Delivery.objects.parked().get().reason == "1 sai dữ liệu"


def test_a_sign_in_that_is_too_large_says_nothing_about_the_dossiers(world: World, line: Line) -> None:
    worlds.file(world)
    line.spoil_sign_in = lambda reply: reply.send(status=413, body=b"")

    pump()

    assert not Delivery.objects.parked().exists()
    assert Delivery.objects.get().last_error_class == "session"


@pytest.mark.parametrize("asked", ["99999999999999999999", "315360000", "0", "Thu, 01 Jan 1970 00:00:00 GMT"])
def test_no_wish_of_the_other_side_stops_the_job_for_long_or_has_it_call_without_end(
    world: World, line: Line, asked: str
) -> None:
    worlds.file(world)
    line.script = [lambda reply: reply.send(status=429, body=b"", Retry_After=asked)] * 100

    pump()

    assert len(line.heard) == 2
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM next_attempt_at - now()) FROM sync_delivery")
        assert 0.5 < float(cursor.fetchone()[0]) <= 3600
