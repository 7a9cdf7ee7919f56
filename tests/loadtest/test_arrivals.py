"""The open model's intended times: in order, the same for the same seed, at the rate that was asked for."""

import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.loadtest.arrivals import Arrivals, intended, per_second, share_of
from sync.loadtest.lateness import Lateness

kinds = st.sampled_from(list(Arrivals))
numbers, rates, seeds = st.integers(1, 500), st.floats(0.1, 1000), st.integers(0, 1000)


@given(kinds, numbers, rates, seeds)
def test_times_are_in_order_and_the_same_for_the_same_seed(kind: Arrivals, number: int, rate: float, seed: int) -> None:
    moments = intended(kind, number=number, rate=rate, seed=seed)

    assert len(moments) == number
    assert list(moments) == sorted(moments)
    assert moments[0] >= 0
    assert moments == intended(kind, number=number, rate=rate, seed=seed)


@pytest.mark.parametrize("kind", [Arrivals.POISSON, Arrivals.DAY])
def test_the_whole_takes_number_over_rate_seconds(kind: Arrivals) -> None:
    moments = intended(kind, number=35 * 600, rate=35, seed=3)

    assert moments[-1] == pytest.approx(600, rel=0.03)


def test_a_burst_is_there_before_the_start() -> None:
    assert set(intended(Arrivals.BURST, number=1000, rate=35, seed=1)) == {0.0}


def test_the_gaps_of_poisson_scatter_as_much_as_their_mean() -> None:
    moments = intended(Arrivals.POISSON, number=20_000, rate=50, seed=5)
    gaps = [later - earlier for earlier, later in zip(moments, moments[1:], strict=False)]  # noqa: RUF007

    assert statistics.mean(gaps) == pytest.approx(0.02, rel=0.03)
    assert statistics.stdev(gaps) == pytest.approx(0.02, rel=0.05)


def test_a_day_has_two_humps_and_a_dip_at_noon() -> None:
    tenths = [0] * 10
    for moment in intended(Arrivals.DAY, number=20_000, rate=200, seed=5):
        tenths[min(int(moment / 10), 9)] += 1

    assert tenths[2] > 1.5 * tenths[4]
    assert tenths[7] > 1.5 * tenths[4]
    assert tenths[2] > tenths[7] > tenths[9]


@given(numbers, st.integers(1, 5))
def test_generators_share_the_arrivals_without_rest(number: int, parts: int) -> None:
    moments = intended(Arrivals.POISSON, number=number, rate=10, seed=1)

    shares = [share_of(moments, part, parts) for part in range(parts)]

    assert sorted(one for share in shares for one in share) == list(enumerate(moments))


@given(st.lists(st.floats(0, 100)))
def test_every_moment_is_counted_in_its_second(moments: list[float]) -> None:
    counts = per_second(moments)

    assert sum(counts) == len(moments)
    assert all(counts[int(moment)] for moment in moments)


def heard(*late: float, planned: int) -> Lateness:
    lateness = Lateness(start=100.0, planned=[float(number) for number in range(planned)])
    for number, seconds in enumerate(late):
        intended_at = 100.0 + number
        began = intended_at + seconds
        lateness.hear(code="A", version=number + 1, intended=intended_at, began=began, committed=began + 0.01)
    return lateness


def test_late_arrivals_are_noted_and_those_later_than_a_second_are_missed() -> None:
    content = heard(0.0, 0.5, 1.5, planned=3).to_json()

    assert content["missed"] == 1
    assert content["lateness_ms"] == {"p50": 500.0, "p99": 1500.0, "max": 1500.0}
    assert (content["planned_per_second"], content["achieved_per_second"]) == ([1, 1, 1], [1, 1, 0, 1])


def test_an_arrival_that_never_came_is_missed() -> None:
    assert heard(0.0, planned=3).missed == 2


def test_what_is_due_counts_the_planned_times_that_have_passed() -> None:
    lateness = heard(planned=3)

    assert [lateness.due(moment) for moment in (99.0, 100.0, 101.5, 200.0)] == [0, 1, 2, 3]
