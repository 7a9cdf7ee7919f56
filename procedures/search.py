"""Accent-insensitive search of the catalogue: "đất đai", "dat dai" and "DAT DAI" find the same procedures.

Accents are folded here and stored beside the name, because PostgreSQL's built-in full text search has no `unaccent`;
the text typed is folded by the same function. Every word must begin a word of the procedure's name or sector.
"""

import re
import unicodedata

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import Case, QuerySet, SmallIntegerField, When

from procedures.models import Procedure

MOST_WORDS = 12  # of a longer text the first words are looked for
NAME_FIRST = [0.0, 0.0, 0.1, 1.0]  # D, C, B (sector), A (name): a hit in the name outranks one in the sector
CODE = re.compile(r"\d+(\.\d+)+")


def fold(text: str) -> str:
    """Small letters without accents, words parted by one space: "Đất  đai (cấp xã)" becomes "dat dai cap xa"."""
    plain = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(re.findall(r"[a-z0-9]+", letters.lower()))


def find(text: str, procedures: QuerySet[Procedure]) -> QuerySet[Procedure]:
    """Those of `procedures` that `text` means, best first: the phrase in the name, words in the name, in the sector.

    A text like "1.001612" is taken for the beginning of a code. Of an empty text all are found, in catalogue order.
    """
    if CODE.match(text.strip()):
        return procedures.filter(code__startswith=text.strip()).order_by("code")
    words = fold(text).split()[:MOST_WORDS]
    if not words:
        return procedures.order_by("position") if not text.strip() else procedures.none()
    query = SearchQuery(" & ".join(f"{word}:*" for word in words), config="simple", search_type="raw")
    whole = Case(When(name_folded__contains=" ".join(words), then=0), default=1, output_field=SmallIntegerField())
    return (
        procedures.filter(search=query)
        .annotate(rank=SearchRank("search", query, weights=NAME_FIRST))
        .order_by(whole, "-rank", "position")
    )
