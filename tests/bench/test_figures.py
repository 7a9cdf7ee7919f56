"""The bench's arithmetic, and what it says to bad input."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bench.__main__ import SIZES, main
from tests.bench.figures import RATIOS, Measured, summary, turns


def test_competitors_take_turns_so_that_the_machine_treats_all_alike() -> None:
    assert turns(["a", "b"], 2) == [(1, "a"), (1, "b"), (2, "a"), (2, "b")]


def test_a_ratio_is_the_median_of_the_rounds_and_not_of_the_rates() -> None:
    rates = {"ours": [100.0, 50.0, 90.0], "floor": [200.0, 60.0, 100.0]}
    runs = [
        Measured(name, number, 1000, 1000 / rate) for name, some in rates.items() for number, rate in enumerate(some, 1)
    ]

    found = summary(runs)

    assert found["ours"] == {"applications_per_second": 90.0, "least": 50.0, "most": 100.0, "rounds": 3}
    assert found["ours_over_floor"] == pytest.approx(50 / 60, abs=1e-3)
    assert "ours_over_dlt" not in found


rounds = st.lists(st.floats(0.1, 100), min_size=1, max_size=5)


@given(rounds)
def test_whoever_is_twice_as_fast_in_every_round_has_the_ratio_two(seconds: list[float]) -> None:
    runs = [Measured("floor", number, 100, taken) for number, taken in enumerate(seconds)]
    runs += [Measured("ours", number, 200, taken) for number, taken in enumerate(seconds)]

    assert summary(runs)["ours_over_floor"] == 2


def test_every_ratio_is_of_two_who_take_part() -> None:
    assert {name for pair in RATIOS.values() for name in pair} == set(SIZES)


@pytest.mark.parametrize(
    ("arguments", "word"),
    [(["--only", "ours,hare"], "hare"), (["--rounds", "0"], "rounds"), (["--scale", "x"], "scale")],
)
def test_bad_input_is_refused_in_a_sentence(
    arguments: list[str], word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as raised:
        main(arguments)

    assert raised.value.code == 2
    assert word in capsys.readouterr().err
