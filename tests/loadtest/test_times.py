"""The arithmetic of latencies: quantiles that occurred, histograms that lose nothing, rates."""

from itertools import pairwise

import pytest
from hdrh.histogram import HdrHistogram
from hypothesis import given
from hypothesis import strategies as st

from sync.client import NationalClient
from sync.loadtest.checker import check
from sync.loadtest.times import LONGEST_US, Times, hdr, histogram, quantiles, rate
from sync.models import Delivery
from tests.portal.world import World

spans = st.lists(st.floats(0, 1000), min_size=1)


@given(spans)
def test_quantiles_are_latencies_that_occurred_and_never_fall(seconds: list[float]) -> None:
    found = list(quantiles(seconds).values())

    assert found == sorted(found)
    assert found[-1] == round(max(seconds) * 1000, 1)
    assert set(found) <= {round(one * 1000, 1) for one in seconds}


@pytest.mark.parametrize(
    ("count", "p50", "p95", "p99"), [(1, 1, 1, 1), (2, 1, 2, 2), (100, 50, 95, 99), (1000, 500, 950, 990)]
)
def test_a_quantile_is_the_nearest_rank(count: int, p50: float, p95: float, p99: float) -> None:
    found = quantiles(number / 1000 for number in range(1, count + 1))

    assert (found["p50"], found["p95"], found["p99"], found["max"]) == (p50, p95, p99, count)


@given(spans)
def test_a_histogram_counts_every_latency_under_its_bound(seconds: list[float]) -> None:
    bars = histogram(seconds)

    assert sum(count for _bound, count in bars) == len(seconds)
    for bound, _count in bars:
        below = sum(1 for one in seconds if one * 1000 <= bound * 1.001)
        assert below >= sum(count for other, count in bars if other <= bound)


def test_the_bounds_of_a_histogram_grow_by_a_fifth() -> None:
    bounds = [bound for bound, _count in histogram([0.001 * 1.18**step for step in range(40)])]

    assert all(1.18 < later / earlier < 1.2 for earlier, later in pairwise(bounds))


def test_no_latencies_have_no_quantiles_and_no_histogram() -> None:
    assert set(quantiles([]).values()) == {0.0}
    assert histogram([]) == []


@given(spans)
def test_an_hdr_histogram_tells_other_tools_the_same_latencies(seconds: list[float]) -> None:
    found = HdrHistogram.decode(hdr(seconds))

    assert found.get_total_count() == len(seconds)
    assert found.get_max_value() == pytest.approx(max(seconds) * 1e6, rel=1e-3, abs=1)
    assert found.get_value_at_percentile(50) == pytest.approx(
        sorted(seconds)[(len(seconds) - 1) // 2] * 1e6, rel=1e-3, abs=1
    )


def test_a_latency_longer_than_a_day_is_the_longest() -> None:
    assert HdrHistogram.decode(hdr([1e9])).get_max_value() == pytest.approx(LONGEST_US, rel=1e-3)


def test_too_few_moments_have_no_rate() -> None:
    assert rate([]) == rate([1.0]) == rate([1.0, 1.0]) == 0.0
    assert rate([1.0, 2.0, 3.0]) == 1.0


def test_the_ledger_tells_when_each_dossier_and_each_change_was_applied(
    delivered: World, client: NationalClient
) -> None:
    times = Times()
    verdict = check(client, times)

    assert len(times.applied_at) == len(times.from_commit) == verdict.applied
    assert all(0 < seconds < 60 for seconds in times.from_commit)
    assert times.from_intended == times.from_commit


def test_the_heat_map_holds_every_change_once() -> None:
    times = Times()
    for number in range(50):
        times.change("x", number, 100.0, 100.5 + number / 10, behind=False)

    cells = times.heat_map(100.2)

    assert sum(count for _second, _upper, count in cells) == 50
    assert {second for second, _upper, _count in cells} == {0, 1, 2, 3, 4, 5}
    assert all(upper >= 500 for _second, upper, _count in cells)


def test_what_was_committed_late_is_late_from_the_moment_it_was_meant_for(
    delivered: World, client: NationalClient
) -> None:
    code = Delivery.objects.earliest("pk").application.code
    plain, late = Times(), Times({(code, 1): 0.0})

    check(client, plain)
    check(client, late)

    assert sum(1 for one in late.from_intended if one > 1e9) == 1
    assert late.from_commit == plain.from_commit
