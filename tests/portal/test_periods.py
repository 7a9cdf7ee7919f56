"""Periods read from addresses."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import periods
from procedures.metrics import Period

TODAY = date(2022, 5, 12)


@pytest.mark.parametrize(
    ("span", "first"),
    [
        ("day", date(2022, 5, 12)),
        ("week", date(2022, 5, 9)),
        ("month", date(2022, 5, 1)),
        ("quarter", date(2022, 4, 1)),
        ("year", date(2022, 1, 1)),
    ],
)
def test_a_period_runs_from_its_beginning_up_to_and_with_the_day(span: str, first: date) -> None:
    chosen = periods.read({"period": span}, TODAY)

    assert chosen.period == Period(first, date(2022, 5, 13))


def test_an_address_without_a_period_means_this_month() -> None:
    assert periods.read({}, TODAY) == periods.choose("month", TODAY)


@pytest.mark.parametrize("query", [{"period": "century"}, {"day": "yesterday"}, {"day": "2022-13-40"}])
def test_what_cannot_be_read_gives_way_to_the_usual(query: dict[str, str]) -> None:
    assert periods.read(query, TODAY) == periods.choose("month", TODAY)


def test_a_day_to_come_gives_way_to_today() -> None:
    assert periods.read({"day": "2031-01-01"}, TODAY).last == TODAY


@given(span=st.sampled_from(sorted(periods.STARTS)), last=st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_every_period_holds_its_last_day_and_is_preceded_by_one_as_long(span: str, last: date) -> None:
    period = periods.choose(span, last).period

    assert period.first <= last < period.end == last + timedelta(days=1)
    before = period.before()
    assert before.end == period.first
    assert before.end - before.first == period.end - period.first
