"""The two tables of result classes: every fault has a meaning, every code and every word falls into a class."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync import classes, wire
from sync.classes import FAILURES, FAULTS, Breaker, Fault, Said, said
from sync.wire import ErrorCode


def test_every_fault_has_a_meaning() -> None:
    assert FAULTS.keys() == set(Fault)


def test_whatever_fails_the_destination_is_an_attempt_and_what_was_not_called_is_none() -> None:
    assert all(FAULTS[fault].is_attempt for fault in FAILURES)
    assert not FAULTS[Fault.PAUSED].is_attempt
    assert not FAULTS[Fault.LEASE].is_attempt
    assert {FAULTS[fault].breaker for fault in (Fault.PAUSED, Fault.LEASE)} == {Breaker.NEUTRAL}


@pytest.mark.parametrize("code", ["0", "00", "0.0", "-0", "+0"])
def test_success_is_numerically_zero(code: str) -> None:
    assert said(code, wire.MESSAGES[ErrorCode.DOSSIER_EXISTS]) is Said.DELIVERED


@pytest.mark.parametrize(
    ("code", "message", "expected"),
    [
        ("3", "", Said.EXISTS),
        ("-3", "Đã tồn tại", Said.EXISTS),
        ("99", "Hồ sơ ĐÃ TỒN TẠI trong một cửa điện tử", Said.EXISTS),
        ("2", "", Said.UNKNOWN),
        ("77", "hồ sơ không tồn tại", Said.UNKNOWN),
        ("-1", "Lỗi hệ thống", Said.LATER),
        ("4", "hết hạn", Said.SESSION),
        ("5", "", Said.ABOUT_US),
        ("6", "", Said.ABOUT_US),
        ("1", "thiếu MaHoSo", Said.REJECTED),
        ("ERR", "?", Said.REJECTED),
        ("0x", "", Said.REJECTED),
    ],
)
def test_codes_and_words_fall_into_their_class(code: str, message: str, expected: Said) -> None:
    assert said(code, message) is expected


def test_every_code_of_ours_with_its_own_words_falls_where_its_number_alone_does() -> None:
    for code in ErrorCode:
        assert said(code, wire.MESSAGES[code]) is said(code, "")


@given(st.text(), st.text())
def test_nothing_that_can_be_said_is_without_a_class(code: str, message: str) -> None:
    assert said(code, message) in Said


@given(st.none() | st.booleans() | st.lists(st.text()) | st.dictionaries(st.text(), st.text()) | st.just(""))
def test_what_is_no_code_is_none(value: object) -> None:
    assert classes.code_of(value) == ""


@given(st.integers() | st.text(min_size=1))
def test_a_code_is_kept_as_text_that_the_database_takes(value: object) -> None:
    assert classes.code_of(value) == str(value).replace("\0", "").strip()
