"""Lists for spreadsheets: read back as written, and nothing in them is ever run."""

import csv
import io
import zipfile
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from portal import sheets

NAME = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
values = st.one_of(st.none(), st.integers(0, 1 << 40), st.text())


def read_xlsx(data: bytes) -> list[list[str]]:
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        for part in book.namelist():
            ElementTree.fromstring(book.read(part))  # noqa: S314  written by us
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))  # noqa: S314  written by us
    return [["".join(cell.itertext()) for cell in row] for row in sheet.iter(f"{NAME}row")]


@given(st.lists(st.lists(values, min_size=1)))
def test_any_rows_make_a_readable_sheet_of_the_same_size(rows: list[list[object]]) -> None:
    target = io.BytesIO()
    sheets.write_xlsx(target, rows)

    assert [len(row) for row in read_xlsx(target.getvalue())] == [len(row) for row in rows]


def test_words_and_numbers_are_read_back_as_written() -> None:
    target = io.BytesIO()
    sheets.write_xlsx(target, [["Lý do <&>", 12, None], ["=1+1", "\x00a", " b"]])

    assert read_xlsx(target.getvalue()) == [["Lý do <&>", "12", ""], ["=1+1", "a", " b"]]
    assert b"<f>" not in target.getvalue()


@given(st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), min_size=1)))
def test_no_cell_of_a_csv_begins_as_a_formula(rows: list[list[str]]) -> None:
    target = io.StringIO(newline="")
    sheets.write_csv(target, rows)

    text = target.getvalue()
    assert text.startswith("\ufeff")
    cells = [cell for row in csv.reader(io.StringIO(text[1:], newline="")) for cell in row]
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@", "\t", "\r")]
