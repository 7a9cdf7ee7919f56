"""Papers to hand in (thành phần hồ sơ), out of a table whose cells run together.

Each case of the table has a title and a header; a paper ends with its quantity ("1 bản chính,1 bản sao"), directly
followed by the next one. "01 bản chính" inside a sentence is no quantity. A form's file name is cut off only where the
text shows a single place at which it can begin; else it stays in the paper's name.
"""

import re
from dataclasses import dataclass

from procedures.catalogue.letters import CAPITALS, SMALL

_HEADER = "Tên giấy tờMẫu đơn, tờ khaiSố lượng"
_NO_CASE = "--"
_QUANTITY = re.compile(
    r"(?P<digits>\d+) bản (?:chính(?:,(?P<copies>\d{1,2}) bản sao)?|(?P<only_copies>sao))(?=$|[^\s.,;:)/\]”\"])"
)
_FILE = re.compile(r"\.(?:docx?|pdf|xlsx?|rar|zip|jpe?g|png)$", re.IGNORECASE)
_FILE_BEGINS = re.compile(rf"(?<=[.;:){SMALL}])(?=[{CAPITALS}])|(?<=[;)])(?=\d)|(?<=[{SMALL}{CAPITALS}]\.)(?=\d)")
_FILE_NAME_LENGTH = range(8, 151)
"""With the extension; what is shorter is the tail of a name that touches the text ("…MTMus04-Phlc|II.docx")."""


@dataclass(frozen=True)
class Paper:
    """One paper: how many originals and copies, and the form's file name, where the source shows them."""

    name: str
    originals: int | None
    copies: int | None
    form: str
    case: str


def papers(text: str) -> list[Paper]:
    """The papers of one procedure, in the source's order; none where the table's header is missing."""
    title, *tables = text.split(_HEADER)
    found: list[Paper] = []
    for number, table in enumerate(tables, start=1):
        rows, rest = _rows(table, _case(title))
        found += rows
        title = rest
        if number == len(tables) and _case(rest):
            found.append(Paper(_case(rest), None, None, "", rows[-1].case if rows else ""))
    return found


def rest_of_the_steps(text: str) -> str:
    """What stands under papers but is none: in 24 rows the source cut the steps at the words "thành phần hồ sơ"."""
    return "" if _HEADER in text else _case(text)


def _case(title: str) -> str:
    case = title.strip()
    return "" if case == _NO_CASE else case.removesuffix(_NO_CASE).strip()


def _rows(table: str, case: str) -> tuple[list[Paper], str]:
    """The papers of one case, and what follows the last quantity: the next case's title, or a paper without one."""
    rows, begin = [], 0
    for match in _QUANTITY.finditer(table):
        if _is_part_of_a_sentence(match["digits"]):
            continue
        name = (table[begin : match.start()] + match["digits"][:-1]).strip()
        begin = match.end()
        if name:
            rows.append(_paper(name, match, case))
    return rows, table[begin:]


def _is_part_of_a_sentence(digits: str) -> bool:
    """People write "01 bản chính"; the table's cell never has a leading zero."""
    return len(digits) == 2 and digits.startswith("0")


def _paper(name: str, quantity: re.Match[str], case: str) -> Paper:
    count = int(quantity["digits"][-1])
    name, form = _form(name)
    if quantity["only_copies"]:
        return Paper(name, None, count, form, case)
    return Paper(name, count, int(quantity["copies"] or 0), form, case)


def _form(name: str) -> tuple[str, str]:
    """Name and file name apart, where there is exactly one place at which the file name can begin."""
    if not _FILE.search(name):
        return name, ""
    places = [match.start() for match in _FILE_BEGINS.finditer(name)]
    if len(places) != 1 or len(name) - places[0] not in _FILE_NAME_LENGTH:
        return name, ""
    return name[: places[0]].strip(), name[places[0] :].strip()
