"""Running texts of a procedure's page: steps, legal basis, results.

The page's tables arrive with their cells run together. A text is split only where it shows the border itself; else it
stays one text. What belongs to the web page and not to the procedure (form fields, buttons, placeholders) is cut.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from procedures.catalogue.letters import CAPITALS, SMALL

NOT_SAID = "Không có thông tin"

_STEP = re.compile(r"(?:^|(?<=[.;:!\n]))[ \t]*(?:[-+*•][ \t]*|[a-zđ]\)[ \t]*)?Bước \d+[ \t]*[:.]", re.MULTILINE)

_LEGAL_HEADER = "Tên văn bản pháp lýMã văn bản"
_AUTHORITY = (
    r"(?:(?:NQ-|PL-)?(?:UBTVQH|QH)\d{2}|(?:NĐ|NQ)-CP|QĐ-TTg|QĐ-UBND|NQ-HĐND"
    r"|TT-(?:BTC|BTP|BCA|BCT|BNNMT|BNNPTNT|NHNN|BGTVT|BXD|BKHĐT|BKHCN|BTNMT|BLĐTBXH|VPCP|BYT|BQP|BNV|BNG|BVHTTDL|BTTTT|BGDĐT|TTCP))"
)
_NUMBER = re.compile(rf"(?:\d{{2}}\.(?=\d{{1,2}}/\d{{4}}/NQ))?\d{{1,4}}/\d{{4}}/{_AUTHORITY}")
_LEGAL_BORDER = re.compile(
    rf"(?<=/)\d{{4}}/{_AUTHORITY}(?=$|[{CAPITALS}\d\"“])|(?<![\s\d(/])\d{{1,4}}/\d{{4}}/{_AUTHORITY}(?=$|[{CAPITALS}{SMALL}\d\"“])"
)
"""A document's number that the next name touches: there the next document begins. A small letter ends a number only
where the number itself touches what stands before it, as its cell does; "53/2025/TT-BCAngày" is a slip of the pen."""
_KIND = r"(?:Bộ luật|Luật|Nghị định|Nghị quyết|Thông tư|Quyết định|Pháp lệnh|Số) (?:số )?"
_LEGAL_CODE = re.compile(rf"(?P<name>.*?[^\d\s(/])(?P<code>(?:{_KIND})?{_NUMBER.pattern})", re.DOTALL)

_RESULT_RESIDUE = re.compile(r"(?:Từ khóa|Chọn cơ quan thực hiệnTỉnh/ Thành phố).*$", re.DOTALL)
_RESULT_CODE = re.compile(
    r"Mã: ?(?:(?P<code>KQ[.-][A-Z]\d{2}\.\d{5,6}(?:\d(?![.)\s]))?|(?:\d{3}\.\d{2}\.\d{2}\.)?[A-Z]\d{2}-KQ\d{1,6}"
    r"|TP-[A-Z]\d{2}\.\d{6,7})|[\w.-]{1,22}(?=$))"
)
"""A code of one of the four national forms; a last word of another form ("Mã: dsfas") is cut, not kept as a code."""

_SUBMISSION_FORM = "Chọn cơ quan thực hiện"


@dataclass(frozen=True)
class Result:
    """What the applicant receives (kết quả thực hiện)."""

    name: str
    code: str


def steps(text: str) -> list[str]:
    """The steps (trình tự thực hiện): one text each where "Bước 2:" begins a line or a sentence, else all in one."""
    starts = [match.start() for match in _STEP.finditer(text)]
    borders = [0, *(start for start in starts if start > 0), len(text)]
    return _kept(text[begin:end] for begin, end in pairwise(borders))


def legal_basis(text: str) -> list[str]:
    """The documents (căn cứ pháp lý), each with its number: split after a number that the next name touches."""
    if text.startswith(NOT_SAID):
        return []
    body = text.removeprefix(_LEGAL_HEADER)
    borders = [0, *(match.end() for match in _LEGAL_BORDER.finditer(body)), len(body)]
    documents: list[str] = []
    for document in _kept(body[begin:end] for begin, end in pairwise(borders)):
        if documents and _NUMBER.fullmatch(document) and document in documents[-1]:
            continue  # the number's own cell, where the name already ends in it
        documents.append(_named(document))
    return list(dict.fromkeys(documents))


def _named(document: str) -> str:
    """Name and number apart where the text shows it: "Luật Hộ tịch60/2014/QH13" → "Luật Hộ tịch (60/2014/QH13)"."""
    for start in range(1, len(document)):
        number = document[start:]
        if _NUMBER.fullmatch(number) and number in document[:start]:
            return document[:start].strip()
    match = _LEGAL_CODE.fullmatch(document)
    return f"{match['name'].strip()} ({match['code']})" if match else document


def results(text: str) -> list[Result]:
    """The results with their codes; one without a code where no code is shown."""
    found: list[Result] = []
    body = _RESULT_RESIDUE.sub("", text)
    begin = 0
    for match in _RESULT_CODE.finditer(body):
        found.append(Result(_tidy(body[begin : match.start()]), match["code"] or ""))
        begin = match.end()
    rest = _tidy(body[begin:])
    if rest and rest != NOT_SAID:
        found.append(Result(rest, ""))
    return [result for result in found if result.name]


def offers_submission_form(result_text: str) -> bool:
    """Did the procedure's page on the national portal offer to file online (the form cut away as residue)?"""
    return _SUBMISSION_FORM in result_text


def _tidy(text: str) -> str:
    return text.strip().removesuffix("Mã:").strip()


def _kept(parts: Iterable[str]) -> list[str]:
    return [part.strip() for part in parts if part.strip() and part.strip() != NOT_SAID]
