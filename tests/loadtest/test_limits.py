"""What a healthy run stays within: told for each figure, memory only where there are two halves to compare."""

import pytest

from sync.loadtest.limits import A_PUMP_MB, PARENT_MB, SAMPLES, limits

CALM = {"peak_rss_worker_mb": 150.0, "most_connections": 9.0, "statement_ms_p99": 20.0, "most_xmin_age": 50.0}


def series(worker: list[float]) -> list[dict[str, float]]:
    return [{"rss_worker_mb": megabytes, "rss_national_mb": 90.0} for megabytes in worker]


def test_a_calm_run_keeps_every_limit() -> None:
    found = limits(series([150.0] * SAMPLES), CALM, 2)

    assert len(found) == 6
    assert all(limit.is_kept for limit in found)


@pytest.mark.parametrize("name", CALM)
def test_each_figure_beyond_its_limit_is_told(name: str) -> None:
    found = limits(series([150.0] * SAMPLES), {**CALM, name: 1e9}, 2)

    assert [limit.name for limit in found if not limit.is_kept] == [name]


@pytest.mark.parametrize("workers", [1, 2, 8])
def test_memory_at_its_limit_is_within_it_and_the_limit_grows_with_the_pumps(workers: int) -> None:
    at_most = {**CALM, "peak_rss_worker_mb": PARENT_MB + workers * A_PUMP_MB}

    assert limits([], at_most, workers)[0].is_kept
    assert not limits([], {**at_most, "peak_rss_worker_mb": at_most["peak_rss_worker_mb"] + 0.1}, workers)[0].is_kept


def test_memory_that_goes_on_growing_has_no_plateau() -> None:
    growing = limits(series([100.0 + 10 * number for number in range(SAMPLES)]), CALM, 2)
    flat = limits(series([20.0, 100.0, *[150.0] * SAMPLES]), CALM, 2)  # programs are loaded first

    assert [limit.name for limit in growing if not limit.is_kept] == ["plateau_rss_worker_mb"]
    assert all(limit.is_kept for limit in flat)


@pytest.mark.parametrize("count", [0, 1, SAMPLES - 1])
def test_a_run_too_short_for_two_halves_has_no_plateau_to_judge(count: int) -> None:
    assert len(limits(series([150.0] * count), CALM, 2)) == 4
