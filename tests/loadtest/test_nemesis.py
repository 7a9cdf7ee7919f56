"""The plan of the blows: one each, spread over the delivery, the same for the same seed."""

from hypothesis import given
from hypothesis import strategies as st

from sync.loadtest.nemesis import DISTURBANCES, FIRST, LAST, VICTIMS, Blow, Nemesis, plan

victims = st.lists(st.sampled_from([*VICTIMS, *DISTURBANCES]), unique=True)


@given(victims, st.integers(0, 1000))
def test_each_name_is_struck_once_and_the_same_seed_strikes_alike(names: list[str], seed: int) -> None:
    blows = plan(names, seed)

    assert sorted(blow.victim for blow in blows) == sorted(names)
    assert blows == plan(names, seed)


@given(victims.filter(lambda names: len(names) > 1), st.integers(0, 1000))
def test_the_blows_are_spread_from_the_first_tenth_to_four_fifths(names: list[str], seed: int) -> None:
    shares = [blow.share for blow in plan(names, seed)]

    assert (shares[0], shares[-1]) == (FIRST, LAST)
    assert shares == sorted(set(shares))


def test_another_seed_strikes_in_another_order() -> None:
    assert len({tuple(blow.victim for blow in plan(VICTIMS, seed)) for seed in range(20)}) > 5


def test_nobody_is_struck_before_the_time_and_nobody_twice() -> None:
    struck: list[str] = []
    nemesis = Nemesis([Blow(0.2, "redis"), Blow(0.6, "national")], struck.append)

    for delivered in (0.0, 0.19, 0.3, 0.4, 0.59):
        nemesis.watch(delivered)
    assert struck == ["redis"]
    for delivered in (0.9, 0.95, 1.0):
        nemesis.watch(delivered)

    assert struck == ["redis", "national"]
    assert nemesis.done == nemesis.blows


def test_who_is_late_for_two_blows_strikes_one_after_the_other() -> None:
    struck: list[str] = []
    nemesis = Nemesis([Blow(0.2, "redis"), Blow(0.6, "national")], struck.append)

    nemesis.watch(0.9)

    assert struck == ["redis"]
