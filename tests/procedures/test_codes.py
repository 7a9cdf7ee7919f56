"""Application codes are read back as they were made; the receipt's secret opens one code and no other."""

import hmac
import re
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures.codes import (
    SECRET_ALPHABET,
    SECRET_LENGTH,
    Code,
    CodeError,
    is_receipt_secret,
    make,
    read,
    receipt_secret,
)

EXAMPLE = "000.00.16.H49-220512-0001"
KEY = "a key of the settings"
agencies = st.from_regex(r"[0-9]{3}\.[0-9]{2}\.[0-9]{2}\.[A-Z][0-9]{2}", fullmatch=True)
this_century = st.dates(date(2000, 1, 1), date(2068, 12, 31))  # two digits of the year: from 69 on another century
numbers = st.integers(1, 99_999)


def test_the_code_is_that_of_the_protocol() -> None:
    assert make("000.00.16.H49", date(2022, 5, 12), 1) == EXAMPLE
    assert read(EXAMPLE) == Code("000.00.16.H49", date(2022, 5, 12), 1)


@given(agencies, this_century, numbers)
def test_every_code_made_is_read_back(agency: str, day: date, number: int) -> None:
    assert read(make(agency, day, number)) == Code(agency, day, number)
    assert str(read(make(agency, day, number))) == make(agency, day, number)


@given(st.text())
def test_whatever_is_read_is_written_the_same(text: str) -> None:
    try:
        assert str(read(text)) == text
    except CodeError as refusal:
        assert repr(text) in str(refusal)


def test_the_ten_thousandth_application_of_a_day_has_five_digits() -> None:
    assert make("000.00.16.H49", date(2022, 5, 12), 9_999).endswith("-9999")
    assert make("000.00.16.H49", date(2022, 5, 12), 10_000).endswith("-10000")
    assert read("000.00.16.H49-220512-10000").number == 10_000


@pytest.mark.parametrize(
    "text",
    [
        "",
        "000.00.16.H49",
        "000.00.16.H49-220512",
        "000.00.16.H49-220512-001",
        "000.00.16.H49-220512-0000",
        "000.00.16.H49-220512-00001",
        "000.00.16.H49-220230-0001",
        "000.00.16.H49-221301-0001",
        "000.00.16.H49-22051-00001",
        "000.00.16.h49-220512-0001",
        "H49.16-220512-0001",
        " 000.00.16.H49-220512-0001",
        "000.00.16.H49-220512-0001\n",
        "000.00.16.H49-220512-٠٠٠١",
        "000.00.16.H49-220512-0001-0001",
        "000x00x16xH49-220512-0001",
    ],
)
def test_a_broken_code_is_refused_with_its_text(text: str) -> None:
    with pytest.raises(CodeError, match=re.escape(repr(text))):
        read(text)


def test_a_day_that_does_not_exist_is_named_in_the_refusal() -> None:
    with pytest.raises(CodeError, match="day that does not exist: 220230"):
        read("000.00.16.H49-220230-0001")


def test_a_secret_has_eight_characters_that_nobody_confuses() -> None:
    written = set(
        "".join(receipt_secret(make("000.00.16.H49", date(2022, 5, 12), number), KEY) for number in range(500))
    )

    assert written == set(SECRET_ALPHABET)
    assert not written & set("01IO") and all(letter == letter.upper() for letter in written)
    assert len(receipt_secret(EXAMPLE, KEY)) == SECRET_LENGTH == 8


def test_every_character_of_the_alphabet_is_as_likely_as_any_other() -> None:
    assert len(set(SECRET_ALPHABET)) == len(SECRET_ALPHABET) == 32  # divides the 256 values of a byte evenly


def test_a_day_of_ten_thousand_applications_has_no_secret_twice() -> None:
    secrets = {receipt_secret(make("000.00.16.H49", date(2022, 5, 12), number), KEY) for number in range(1, 10_001)}

    assert len(secrets) == 10_000


@pytest.mark.parametrize(
    "typed",
    [str.upper, str.lower, lambda secret: f" {secret[:4]}-{secret[4:]} ", "\t".join],
    ids=["as printed", "in small letters", "in two groups", "with gaps"],
)
def test_case_gaps_and_dashes_do_not_matter(typed: Callable[[str], str]) -> None:
    assert is_receipt_secret(typed(receipt_secret(EXAMPLE, KEY)), EXAMPLE, KEY)


@given(st.text(max_size=12))
def test_no_other_text_opens_an_application(text: str) -> None:
    right = re.sub(r"[\s-]", "", text).upper() == receipt_secret(EXAMPLE, KEY)

    assert is_receipt_secret(text, EXAMPLE, KEY) == right


@pytest.mark.parametrize("text", ["A\x00", "ß" * 8, "🔑" * 8])
def test_strange_characters_are_wrong_and_nothing_worse(text: str) -> None:
    assert not is_receipt_secret(text, EXAMPLE, KEY)


@pytest.mark.parametrize("position", range(SECRET_LENGTH))
def test_one_wrong_character_is_enough_to_be_wrong(position: int) -> None:
    secret = receipt_secret(EXAMPLE, KEY)
    other = next(letter for letter in SECRET_ALPHABET if letter != secret[position])

    assert not is_receipt_secret(secret[:position] + other + secret[position + 1 :], EXAMPLE, KEY)


@given(agencies, this_century, numbers, st.text(min_size=1, alphabet=st.characters(codec="utf-8")))
def test_another_key_or_another_code_has_another_secret(agency: str, day: date, number: int, key: str) -> None:
    code = make(agency, day, number)

    assert receipt_secret(code, key) != receipt_secret(make(agency, day, number + 1), key)
    assert receipt_secret(code, key) != receipt_secret(code, key + "'")


def test_secrets_are_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Watches the standard library's comparison being used; a measured time would prove nothing on a busy machine."""
    compared: list[int] = []
    original = hmac.compare_digest

    def watch(one: bytes, other: bytes) -> bool:
        compared.append(len(other))
        return original(one, other)

    monkeypatch.setattr(hmac, "compare_digest", watch)

    assert not is_receipt_secret("", EXAMPLE, KEY)
    assert not is_receipt_secret("AAAAAAAA", EXAMPLE, KEY)
    assert is_receipt_secret(receipt_secret(EXAMPLE, KEY), EXAMPLE, KEY)
    assert compared == [SECRET_LENGTH] * 3
