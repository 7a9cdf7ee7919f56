"""The catalogue is searched without minding accents, and sorted as Vietnamese sorts."""

import unicodedata
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures.models import Procedure
from procedures.search import fold, search, sort_key, words
from tests.portal.world import World, procedure

VIETNAMESE = "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ"
names = st.text(VIETNAMESE + " ", min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Đất đai", "dat dai"),
        ("ĐƯỜNG ỐNG", "duong ong"),
        ("Quảng Ninh", "quang ninh"),
        ("Nghị định 61/2018", "nghi dinh 61/2018"),
    ],
)
def test_folding_takes_away_case_and_accents(text: str, folded: str) -> None:
    assert fold(text) == folded
    assert fold(unicodedata.normalize("NFD", text)) == folded


@given(st.text())
def test_folding_twice_is_folding_once_and_case_does_not_matter(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(names)
def test_vietnamese_folds_to_plain_letters(name: str) -> None:
    assert fold(name).isascii()
    assert fold(name.upper()) == fold(name)
    assert words(name) == fold(name).split()


def test_the_alphabet_sorts_as_it_is_taught() -> None:
    letters = list("aăâbcdđeêghiklmnoôơpqrstuưvxy")

    assert sorted(Random(1).sample(letters, len(letters)), key=sort_key) == letters


def test_tones_decide_only_between_words_that_are_otherwise_equal() -> None:
    assert sorted(["mạ", "má", "ma", "mã", "mà", "mả"], key=sort_key) == ["ma", "mà", "mả", "mã", "má", "mạ"]
    assert sorted(["mạ b", "ma c"], key=sort_key) == ["mạ b", "ma c"]


def test_a_short_name_sorts_before_a_longer_one_that_begins_with_it() -> None:
    assert sorted(["Hà Nam", "Hạ Long", "Hà"], key=sort_key) == ["Hà", "Hạ Long", "Hà Nam"]


@given(names)
def test_a_text_composed_or_not_has_one_place(name: str) -> None:
    assert sort_key(unicodedata.normalize("NFD", name)) == sort_key(unicodedata.normalize("NFC", name))


def found(text: str) -> list[str]:
    return [one.code for one in search(Procedure.objects.all(), text)]


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["đất", "DAT", "cap giay", "chung nhan quyen", "đất đai", "1.0127", "1.012756"])
def test_words_beginnings_codes_and_sectors_find_a_procedure(world: World, text: str) -> None:
    assert found(text) == [world.land.code]


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["nhà máy", "đất khai", "9.999", "& | !", "'; DROP TABLE"])
def test_what_is_not_there_is_not_found_and_breaks_nothing(world: World, text: str) -> None:
    assert found(text) in ([], found(""))
    assert Procedure.objects.count() == 3


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["", "   ", "—"])
def test_a_text_without_words_narrows_nothing(world: World, text: str) -> None:
    assert len(found(text)) == 3


@pytest.mark.django_db
def test_names_with_the_phrase_come_before_names_with_the_words_and_those_before_sectors(world: World) -> None:
    words_apart = procedure("3.000001", "Khai, sinh", world.land.sector, 11, at_commune=True)
    in_sector = procedure("3.000002", "Cấp bản sao", world.birth.sector, 12, at_commune=True)
    in_sector.sector_folded = "khai sinh"
    in_sector.save()

    assert found("khai sinh") == [world.birth.code, words_apart.code, in_sector.code]


@pytest.mark.django_db
@given(st.text(max_size=20))
def test_no_text_breaks_the_search(text: str) -> None:
    assert found(text) == []
