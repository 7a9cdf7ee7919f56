"""Search of the catalogue that does not mind accents: "dat dai" finds "đất đai" and the other way round.

Accents are folded in Python into stored columns; PostgreSQL's own full-text search with prefixes does the rest (design,
decision 1: no contrib extension is needed).
"""

import re
import unicodedata

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import Case, F, SmallIntegerField, Value, When

from procedures.models.catalogue import ProcedureQuerySet

SHORT_NAMES_FIRST = 2  # ts_rank divides by the length: "Đăng ký khai sinh" before a name of ten lines that mentions it
_WORD = re.compile(r"[a-z0-9]+")
_BASE = str.maketrans("đ", "d")
_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}  # huyền hỏi ngã sắc nặng
_MARKS = {"\u0306": "1", "\u0302": "2", "\u031b": "3"}  # ă â ơ: letters of their own, after the plain one


def fold(text: str) -> str:
    """Lower case without accents: "Đất đai" → "dat dai"."""
    bare = unicodedata.normalize("NFD", text.lower().translate(_BASE))
    return "".join(letter for letter in bare if not unicodedata.combining(letter))


def words(text: str) -> list[str]:
    """The folded words of a text, in order."""
    return _WORD.findall(fold(text))


def sort_key(text: str) -> str:
    """A text that sorts byte by byte as Vietnamese sorts: a ă â b c d đ …, the tones only where letters are equal."""
    letters: list[str] = []
    tones: list[str] = []
    for letter in unicodedata.normalize("NFD", text.lower()):
        if letter in _TONES:
            tones[-1:] = _TONES[letter]
        elif letter in _MARKS:
            letters[-1:] = [letters[-1][0] + _MARKS[letter]] if letters else []
        else:
            letters.append("d1" if letter == "đ" else letter + "0")
            tones.append("0")
    return "".join(letters) + "\t" + "".join(tones)


def search(procedures: ProcedureQuerySet, text: str) -> ProcedureQuerySet:
    """The procedures whose name or sector has a word beginning with each word of `text`, best first.

    Names that hold the very phrase come first, then names, then sectors.

    A text that is a code, or the beginning of one, finds by code. An empty text changes nothing.
    """
    code = text.strip()
    if re.fullmatch(r"\d\.\d{1,6}", code):
        return procedures.filter(code__startswith=code).order_by("code")
    wanted = words(text)
    if not wanted:
        return procedures
    query = SearchQuery(" & ".join(f"{word}:*" for word in wanted), search_type="raw", config="simple")
    rank = SearchRank(F("search"), query, normalization=Value(SHORT_NAMES_FIRST))
    apart = Case(When(name_folded__contains=" ".join(wanted), then=0), default=1, output_field=SmallIntegerField())
    return procedures.filter(search=query).annotate(rank=rank).order_by(apart, "-rank", "sort_key")
