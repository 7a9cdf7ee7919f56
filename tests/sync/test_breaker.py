"""The gate's rules, without a database: what opens, what closes, how far the limit moves."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync import breaker
from sync.breaker import Gate, State, Window

NOW = datetime(2022, 4, 15, 9, tzinfo=UTC)
LONG_AGO = NOW - timedelta(hours=1)
CALM = Window(calls=50, failures=1, failures_in_a_row=1)
STORM = Window(calls=20, failures=10, failures_in_a_row=3)
SILENCE = Window(calls=10, failures=10, failures_in_a_row=10)
GATE = Gate(adjusted_at=LONG_AGO)
SECOND = timedelta(seconds=1)
draws = st.floats(0, 1, exclude_max=True)


def opened(gate: Gate = GATE, draw: float = 0.0) -> Gate:
    return breaker.failed(gate, NOW, STORM, timed_out=False, draw=draw)


def after_the_pause(gate: Gate) -> datetime:
    assert gate.not_before is not None
    return gate.not_before + SECOND


def test_a_gate_lets_through_as_many_calls_as_its_limit() -> None:
    assert breaker.allowed(replace(GATE, limit=3.9), NOW) == 3


@pytest.mark.parametrize("window", [STORM, SILENCE], ids=["half of twenty", "ten in a row"])
def test_the_breaker_opens_when_calls_fail(window: Window) -> None:
    gate = breaker.failed(GATE, NOW, window, timed_out=False, draw=0.5)

    assert gate.state is State.OPEN
    assert breaker.allowed(gate, NOW) == 0


@pytest.mark.parametrize(
    "window", [Window(19, 19, 9), Window(100, 49, 9)], ids=["too few calls", "less than half failed"]
)
def test_the_breaker_stays_closed_on_less_than_that(window: Window) -> None:
    assert breaker.failed(GATE, NOW, window, timed_out=False, draw=0.5) == GATE


@given(draws, st.integers(0, 12))
def test_an_opening_lasts_five_to_fifteen_seconds_doubled_up_to_two_minutes(draw: float, earlier: int) -> None:
    gate = opened(replace(GATE, openings=earlier), draw)

    assert gate.not_before is not None
    seconds = (gate.not_before - NOW).total_seconds()
    assert min(5 * 2**earlier, 120) <= seconds <= min(15 * 2**earlier, 120)


def test_after_the_opening_one_probe_at_a_time_is_let_through() -> None:
    gate = opened()

    assert breaker.allowed(gate, after_the_pause(gate)) == 1
    assert breaker.is_probing(gate)


def test_five_probes_close_the_gate_and_it_starts_slowly() -> None:
    gate = replace(opened(), limit=9.0)
    at = after_the_pause(gate)

    for done in range(breaker.PROBES):
        assert breaker.is_probing(gate), done
        gate = breaker.succeeded(gate, at, slow=False)

    assert (gate.state, gate.limit, gate.openings, gate.alert) == (State.CLOSED, 1.0, 0, "")


def test_a_probe_that_fails_opens_the_gate_for_longer() -> None:
    gate = opened()
    at = after_the_pause(gate)
    again = breaker.failed(breaker.succeeded(gate, at, slow=False), at, CALM, timed_out=False, draw=0.0)

    assert again.state is State.OPEN
    assert again.not_before == at + timedelta(seconds=10)
    assert again.probes == 0


def test_calls_on_their_way_when_the_gate_opened_prove_nothing() -> None:
    gate = opened()

    assert breaker.succeeded(gate, NOW, slow=False) == gate
    assert breaker.failed(gate, NOW, STORM, timed_out=True, draw=0.9) == gate


def test_calls_on_their_way_that_a_person_must_look_at_too_prolong_no_opening() -> None:
    once = breaker.opened(GATE, NOW, draw=0.5, alert="session")

    assert breaker.opened(once, NOW, draw=0.9, alert="session again") == replace(once, alert="session again")
    assert breaker.opened(once, NOW + timedelta(minutes=1), draw=0.9).openings == 2


def test_a_good_second_adds_one_and_not_more_often() -> None:
    gate = breaker.succeeded(replace(GATE, limit=3.0), NOW, slow=False)
    at_once = breaker.succeeded(gate, NOW + SECOND / 2, slow=False)

    assert (gate.limit, at_once) == (4.0, gate)
    assert breaker.succeeded(gate, NOW + SECOND, slow=False).limit == 5.0


def test_slow_answers_take_a_tenth_and_a_timeout_half() -> None:
    gate = replace(GATE, limit=10.0)

    assert breaker.succeeded(gate, NOW, slow=True).limit == 9.0
    assert breaker.failed(gate, NOW, CALM, timed_out=True, draw=0.5).limit == 5.0


def test_who_asks_for_a_pause_gets_it_and_half_the_calls() -> None:
    gate = breaker.throttled(replace(GATE, limit=8.0), NOW, pause=30, draw=0.5)

    assert breaker.allowed(gate, NOW + 29 * SECOND) == 0
    assert breaker.allowed(gate, NOW + 31 * SECOND) == 4
    assert gate.state is State.CLOSED


def test_several_that_are_told_at_once_halve_the_limit_once_and_keep_the_longest_pause() -> None:
    gate = breaker.throttled(replace(GATE, limit=8.0), NOW, pause=30, draw=0.5)
    gate = breaker.throttled(gate, NOW, pause=10, draw=0.5)

    assert (gate.limit, gate.not_before) == (4.0, NOW + 30 * SECOND)


@given(draws)
def test_without_a_number_the_pause_is_short(draw: float) -> None:
    gate = breaker.throttled(GATE, NOW, pause=None, draw=draw)

    assert gate.not_before is not None
    assert SECOND <= gate.not_before - NOW <= 5 * SECOND


def test_calls_that_time_out_together_cut_the_limit_once() -> None:
    gate = replace(GATE, limit=16.0, adjusted_at=NOW)
    for _ in range(8):
        gate = breaker.failed(gate, NOW, CALM, timed_out=True, draw=0.5)

    assert gate.limit == 8.0
    assert breaker.failed(gate, NOW + 2 * SECOND, CALM, timed_out=True, draw=0.5).limit == 4.0


def test_a_gate_that_closed_again_remembers_since_when() -> None:
    gate = opened()
    at = after_the_pause(gate)
    for _ in range(breaker.PROBES):
        gate = breaker.succeeded(gate, at, slow=False)

    assert gate.closed_at == at
    assert breaker.succeeded(gate, at + SECOND, slow=False).closed_at == at


def test_an_alert_stays_until_the_gate_closes() -> None:
    gate = breaker.opened(GATE, NOW, draw=0, alert="session: a new session was refused at once")
    at = after_the_pause(gate)
    again = breaker.failed(gate, at, CALM, timed_out=False, draw=0)

    assert again.alert == gate.alert
    for _ in range(breaker.PROBES):
        again = breaker.succeeded(again, after_the_pause(again), slow=False)
    assert again.alert == ""


MOVES = st.sampled_from(["well", "slow", "failed", "timed out", "throttled"])


@given(st.lists(st.tuples(MOVES, st.integers(0, 30), draws), max_size=60))
def test_whatever_happens_the_limit_stays_within_its_bounds(history: list[tuple[str, int, float]]) -> None:
    gate, now = GATE, NOW
    for event, seconds, draw in history:
        now += timedelta(seconds=seconds)
        match event:
            case "well" | "slow":
                gate = breaker.succeeded(gate, now, slow=event == "slow")
            case "failed" | "timed out":
                window = STORM if draw > 0.5 else CALM
                gate = breaker.failed(gate, now, window, timed_out=event == "timed out", draw=draw)
            case _:
                gate = breaker.throttled(gate, now, pause=seconds, draw=draw)
        assert breaker.LEAST <= gate.limit <= breaker.MOST
        assert 0 <= breaker.allowed(gate, now) <= breaker.MOST
    later = max(now, gate.not_before or now) + SECOND
    assert breaker.allowed(gate, later) >= 1
