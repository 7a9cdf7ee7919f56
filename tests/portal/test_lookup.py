"""The public look-up's rules: one answer for every failure, and a brake on guessing."""

from datetime import timedelta

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from portal import lookup
from procedures.codes import receipt_secret
from tests.portal.world import NOW, World, file

CODE = "000.15.16.H49-220512-0001"
brakes = st.sampled_from([lookup.PER_ADDRESS, lookup.PER_CODE])


def test_the_code_and_its_secret_open_the_application(world: World) -> None:
    application = file(world)

    found = lookup.find(f" {application.code.lower()} ", receipt_secret(application.code, settings.LOOKUP_KEY).lower())

    assert found == application


def test_the_secret_of_another_application_opens_nothing(world: World) -> None:
    one, other = file(world), file(world)

    assert lookup.find(one.code, receipt_secret(other.code, settings.LOOKUP_KEY)) is None


@pytest.mark.parametrize("code", ["", CODE, "no code", "000.15.16.H49-220512-9999"])
def test_a_wrong_secret_never_reaches_the_database(code: str) -> None:
    # without the django_db mark any query would fail this test
    assert lookup.find(code, "AAAAAAAA") is None


def test_the_right_secret_of_a_code_nobody_has_finds_nothing(world: World) -> None:
    assert lookup.find(CODE, receipt_secret(CODE, settings.LOOKUP_KEY)) is None


@given(brake=brakes, failures=st.integers(0, 10_000))
def test_waiting_never_gets_shorter_and_never_longer_than_the_longest(brake: lookup.Brake, failures: int) -> None:
    wait = brake.wait_after(failures)

    assert timedelta() <= wait <= brake.wait_after(failures + 1) <= brake.longest


@given(brake=brakes)
def test_the_first_failures_are_free(brake: lookup.Brake) -> None:
    assert brake.wait_after(brake.free - 1) == timedelta()
    assert brake.wait_after(brake.free) == brake.first


@pytest.mark.usefixtures("redis_client")
class TestTheCounters:
    def test_a_code_is_braked_whoever_asks(self) -> None:
        for number in range(lookup.PER_CODE.free):
            lookup.note_failure(f"10.0.0.{number}", CODE, NOW)

        assert lookup.seconds_to_wait("10.9.9.9", CODE, NOW) == 5
        assert lookup.seconds_to_wait("10.9.9.9", "another code", NOW) == 0

    def test_an_address_is_braked_whatever_it_asks(self) -> None:
        for number in range(lookup.PER_ADDRESS.free):
            lookup.note_failure("10.0.0.1", f"code {number}", NOW)

        assert lookup.seconds_to_wait("10.0.0.1", "yet another", NOW) == 5
        assert lookup.seconds_to_wait("10.0.0.2", "yet another", NOW) == 0

    def test_the_brake_lets_go_when_the_time_is_over(self) -> None:
        for _attempt in range(lookup.PER_CODE.free):
            lookup.note_failure("10.0.0.1", CODE, NOW)

        assert lookup.seconds_to_wait("10.0.0.1", CODE, NOW + timedelta(seconds=5)) <= 0

    def test_each_further_failure_doubles_the_wait(self) -> None:
        for _attempt in range(lookup.PER_CODE.free + 2):
            lookup.note_failure("10.0.0.1", CODE, NOW)

        assert lookup.seconds_to_wait("10.0.0.1", CODE, NOW) == 20

    def test_codes_are_the_same_however_they_are_written(self) -> None:
        for _attempt in range(lookup.PER_CODE.free):
            lookup.note_failure("10.0.0.1", CODE.lower() + " ", NOW)

        assert lookup.seconds_to_wait("10.9.9.9", CODE, NOW) > 0
