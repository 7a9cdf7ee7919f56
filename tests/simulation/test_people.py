"""Synthetic people have the right form; draws are functions of what they are asked for."""

import re
from collections import Counter
from datetime import timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from portal.simulation import people
from portal.simulation.draws import draws, generator

MINUTE = timedelta(minutes=1)


@given(st.integers(0, 2**32), st.booleans())
def test_people_and_businesses_have_names_numbers_and_telephones_of_the_right_form(seed: int, business: bool) -> None:
    person = people.citizen(Random(seed), business=business)

    assert re.fullmatch(r"0[35789]\d{8}", person.phone)
    if business:
        assert person.kind == 2
        assert re.fullmatch(r"57\d{8}", person.identity_number)
    else:
        family, _middle, given_name = person.name.split()
        assert family in people.FAMILY_NAMES
        assert given_name in people.GIVEN_MALE + people.GIVEN_FEMALE
        assert re.fullmatch(r"022[0-3]\d{8}", person.identity_number)


@given(st.integers(0, 2**32))
def test_an_identity_number_tells_sex_and_century_as_the_name_does(seed: int) -> None:
    person = people.citizen(Random(seed), business=False)

    sex_and_century, year = int(person.identity_number[3]), int(person.identity_number[4:6])
    female = person.name.split()[2] in people.GIVEN_FEMALE and person.name.split()[1] in people.MIDDLE_FEMALE
    male = person.name.split()[2] in people.GIVEN_MALE and person.name.split()[1] in people.MIDDLE_MALE
    assert female if sex_and_century % 2 else male
    assert (year < 4) if sex_and_century >= 2 else (year >= 50)


def test_family_names_are_as_frequent_as_in_the_country() -> None:
    random = Random(1)
    names = Counter(people.name(random, female=False).split()[0] for _ in range(20_000))

    whole = sum(people.FAMILY_NAMES.values())
    assert all(abs(names[name] / 20_000 - share / whole) < 0.015 for name, share in people.FAMILY_NAMES.items())


@given(st.integers(), st.text(), st.integers(1, 100))
def test_draws_lie_between_zero_and_one_and_are_the_same_when_asked_again(seed: int, code: str, version: int) -> None:
    drawn = draws(seed, code, version)

    assert all(0 <= number < 1 for number in (drawn.choice, drawn.time, drawn.detail, drawn.spare))
    assert draws(seed, code, version) == drawn
    assert MINUTE <= drawn.between((MINUTE, 5 * MINUTE)) < 5 * MINUTE


def test_draws_are_evenly_spread_and_known_by_heart() -> None:
    """The two numbers hold on every machine, for every process: neither the hash seed nor the clock is asked."""
    spread = Counter(int(draws(1, "even", number).choice * 10) for number in range(10_000))

    assert all(abs(count - 1000) < 150 for count in spread.values())
    assert round(draws(1, "000.00.16.H49-220512-0001", 1).choice, 12) == 0.487320093086
    assert generator(1, "filings").randrange(10**12) == 383_529_765_269


def test_names_that_only_joined_are_equal_give_different_draws() -> None:
    assert draws(1, "ab", "c") != draws(1, "a", "bc")
