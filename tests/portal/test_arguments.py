"""Numbers on a command's line: within their bounds, or refused with a sentence that names them."""

from argparse import ArgumentTypeError

import pytest

from portal.arguments import port, real, seed, whole

days = whole("number of days", 1, 3660)
rate = real("rate", 0.1, 1_000)


@pytest.mark.parametrize(("text", "number"), [("1", 1), ("007", 7), ("3660", 3660)])
def test_a_whole_number_within_its_bounds_is_read(text: str, number: int) -> None:
    assert days(text) == number


@pytest.mark.parametrize("text", ["", "0", "-1", "+1", "1.0", "3661", "²", "٣", "1_0", " 1", "many", "9" * 9999])
def test_what_is_no_such_number_is_refused_with_its_name_and_bounds(text: str) -> None:
    with pytest.raises(ArgumentTypeError, match="is no number of days from 1 to 3660"):
        days(text)


@pytest.mark.parametrize("text", ["0.1", "35", "1e3"])
def test_a_real_number_within_its_bounds_is_read(text: str) -> None:
    assert rate(text) == float(text)


@pytest.mark.parametrize("text", ["", "0", "0.09", "1000.1", "nan", "inf", "-1", "fast"])
def test_what_is_no_number_within_its_bounds_is_refused(text: str) -> None:
    with pytest.raises(ArgumentTypeError, match=r"is no rate from 0\.1 to 1000"):
        rate(text)


@pytest.mark.parametrize("text", ["", "80", "65536", "http", "9" * 9999])
def test_a_port_that_needs_privileges_or_does_not_exist_is_refused(text: str) -> None:
    with pytest.raises(ArgumentTypeError, match="is no port from 1024 to 65535"):
        port(text)


def test_ports_and_seeds_reach_from_their_first_to_their_last() -> None:
    assert (port("1024"), port("65535")) == (1024, 65535)
    assert (seed("0"), seed(str(2**63 - 1))) == (0, 2**63 - 1)
