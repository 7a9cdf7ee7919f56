"""Real clients leave fields out and send other types: only what cannot be stored is refused (national-protocol 3)."""

from datetime import date
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.national.records import MAX_CODE, MAX_STATUS, Invalid, read_dossier, read_progress
from tests.national.province import record, step

JUNK = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**63), 2**64 - 1), st.floats(allow_nan=False), st.text()),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)
NAMES = st.sampled_from([*record(), *step(), "KenhThucHien", "la"])


def test_a_record_needs_no_more_than_its_number() -> None:
    dossier = read_dossier("H49", {"MaHoSo": "A-1"})

    assert (dossier.code, dossier.status, dossier.received_on) == ("A-1", "", None)


@pytest.mark.parametrize("empty", [None, "", [], {}])
def test_absent_null_and_empty_are_one(empty: object) -> None:
    with_it = read_dossier("H49", record(Email=empty, NgayHenTra=empty))
    without = read_dossier("H49", {k: v for k, v in record().items() if k != "NgayHenTra"})

    assert with_it.record_hash == without.record_hash


def test_numbers_mean_the_same_as_their_text() -> None:
    assert read_dossier("H49", record(TrangThaiHoSo=4))[:-1] == read_dossier("H49", record(TrangThaiHoSo="4"))[:-1]


def test_the_record_is_kept_as_sent_with_fields_nobody_knows() -> None:
    sent = record(TruongLa={"a": [1, None]}, MaDoiTuong=None)

    assert orjson.loads(read_dossier("H49", sent).body) == sent


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("20220512083015", date(2022, 5, 12)),
        ("20221345000000", None),
        ("", None),
        ("2022-05-12T08:30", None),
        (None, None),
    ],
)
def test_the_day_of_reception_is_read_if_it_is_one(text: str | None, day: date | None) -> None:
    assert read_dossier("H49", record(NgayTiepNhan=text)).received_on == day


@pytest.mark.parametrize(
    ("second", "number"), [("20220512083015", 20220512083015), ("", None), ("²²²²²²²²²²²²²²", None), ("2022", None)]
)
def test_the_second_of_a_step_is_a_number_if_it_is_one(second: str, number: int | None) -> None:
    assert read_progress("H49", step(second=second)).happened == number


@pytest.mark.parametrize("code", [None, "", "   ", [], {}, "x" * (MAX_CODE + 1), "a\0b"])
def test_a_record_without_a_usable_number_is_refused(code: object) -> None:
    for read, content in ((read_dossier, record()), (read_progress, step())):
        with pytest.raises(Invalid, match="MaHoSo"):
            read("H49", {**content, "MaHoSo": code})


@pytest.mark.parametrize("number", ["123456789012345678901234567890", "-1e30"])
def test_a_number_that_has_lost_digits_names_no_dossier(number: str) -> None:
    for read in (read_dossier, read_progress):
        with pytest.raises(Invalid, match="MaHoSo"):
            read("H49", orjson.loads(f'{{"MaHoSo": {number}}}'))


@pytest.mark.parametrize("number", ["18446744073709551615", "2205120001", "1.5"])
def test_a_number_that_has_all_its_digits_is_its_text(number: str) -> None:
    assert read_dossier("H49", orjson.loads(f'{{"MaHoSo": {number}}}')).code == number


@pytest.mark.parametrize("status", ["\0", "x" * (MAX_STATUS + 1)])
def test_a_status_that_is_none_is_refused_with_the_number(status: str) -> None:
    for read, content in (
        (read_dossier, record(TrangThaiHoSo=status)),
        (read_progress, step(status=status)),
    ):
        with pytest.raises(Invalid) as refused:
            read("H49", content)
        assert refused.value.code == content["MaHoSo"]


@pytest.mark.parametrize("content", [None, 1, "text", [record()]])
def test_what_is_no_object_is_refused(content: object) -> None:
    for read in (read_dossier, read_progress):
        with pytest.raises(Invalid):
            read("H49", content)


def test_the_same_number_of_another_province_is_another_dossier() -> None:
    assert read_dossier("H49", record()).key != read_dossier("H22", record()).key


@given(st.dictionaries(NAMES, JUNK))
def test_junk_is_read_or_refused_but_never_breaks(content: dict[str, Any]) -> None:
    for read in (read_dossier, read_progress):
        try:
            read("H49", content)
        except Invalid as refused:
            assert str(refused)
