"""How the rate grows with the workers: the serial share is found again in what the law itself predicts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.loadtest.scaling import Point, predicted, serial_share, to_json

WORKERS = (1, 2, 4, 8)


def by_law(share: float, first: float = 1000.0) -> list[Point]:
    return [Point(number, first / (share + (1 - share) / number), 0.5) for number in WORKERS]


@given(st.floats(0, 1), st.floats(1, 1e5))
def test_the_serial_share_of_a_lawful_curve_is_found_again(share: float, first: float) -> None:
    points = by_law(share, first)

    found = serial_share(points)

    assert found == pytest.approx(share, abs=1e-3)
    assert all(predicted(points, point.workers) == pytest.approx(point.per_second, rel=0.01) for point in points)


def test_a_rate_that_falls_is_wholly_serial_and_one_that_leaps_not_at_all() -> None:
    assert serial_share([Point(1, 1000, 0.5), Point(2, 500, 0.5)]) == 1.0
    assert serial_share([Point(1, 1000, 0.5), Point(2, 9000, 0.5)]) == 0.0


def test_one_point_or_a_run_that_delivered_nothing_tells_no_share() -> None:
    assert serial_share([Point(1, 1000, 0.5)]) is None
    assert serial_share([Point(1, 0.0, 0.5), Point(2, 10, 0.5)]) is None
    assert to_json([Point(2, 1000, 0.5)])["points"][0]["predicted"] == 1000


def test_the_machine_is_full_from_the_first_point_that_keeps_its_cores_busy() -> None:
    points = [Point(1, 1000, 0.6), Point(2, 1500, 0.93), Point(4, 1550, 0.97)]

    assert to_json(points)["saturated_at"] == 2
    assert to_json(points[:1])["saturated_at"] is None
