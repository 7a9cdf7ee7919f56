"""A broken row of each kind is refused by file, line and reason, and nothing of the folder is handed over."""

import gzip
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from procedures.catalogue.__main__ import DATA
from procedures.catalogue.reading import CatalogueError, read_catalogue

Refused = Callable[[], str]


@pytest.fixture(scope="module")
def few_procedures() -> list[str]:
    """The committed file's first lines, one with papers and an agency among them: enough, and quick to pack."""
    return gzip.decompress((DATA / "procedures.jsonl.gz").read_bytes()).decode().split("\n")[:12]


@pytest.fixture
def folder(tmp_path: Path, few_procedures: list[str]) -> Path:
    for name in ("agencies.csv", "sectors.csv", "holidays.csv"):
        shutil.copy(DATA / name, tmp_path / name)
    _write(tmp_path, few_procedures)
    return tmp_path


@pytest.fixture
def refused(folder: Path) -> Refused:
    def read() -> str:
        with pytest.raises(CatalogueError) as error:
            read_catalogue(folder)
        return str(error.value)

    return read


def _write(folder: Path, lines: list[str]) -> None:
    (folder / "procedures.jsonl.gz").write_bytes(gzip.compress("".join(f"{line}\n" for line in lines).encode()))


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_committed_folder_is_read_whole() -> None:
    catalogue = read_catalogue(DATA)

    assert (len(catalogue.agencies), len(catalogue.procedures)) == (223, 1832)
    assert sum(row.online_level > 0 for row in catalogue.procedures) == 1712
    assert sum(row.nationally_connected for row in catalogue.procedures) == 1180


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"code": "1.25"}, "code '1.25' has not the form"),
        ({"name": " "}, "name is empty"),
        ({"name": 5}, "name must be text, not 5"),
        ({"sector_code": "G99-XX01"}, "unknown sector 'G99-XX01'"),
        ({"rule": 5}, "rule must be 1 to 4, not 5"),
        ({"rule": "1"}, "rule must be a whole number, not '1'"),
        ({"at_commune": 1}, "at_commune must be true or false"),
        ({"at_province": False, "at_district": False, "at_commune": False, "agency_code": ""}, "no agency settles it"),
        ({"at_province": True, "agency_code": ""}, "agency_code is for what the province settles"),
        ({"at_province": True, "agency_code": "000.00.99.H49"}, "unknown provincial agency"),
        ({"at_province": True, "agency_code": "000.00.40.H49"}, "unknown provincial agency"),
        ({"at_district": False, "district_assigned": True}, "district_assigned without at_district"),
        (
            {"at_province": False, "agency_code": "", "at_commune": True, "province_assigned": True},
            "without at_province",
        ),
        ({"duration": "5 ngày"}, "duration must be null, or value and unit"),
        ({"duration": {"value": 5, "unit": "weeks"}}, "unknown unit 'weeks'"),
        ({"duration": {"value": 0, "unit": "days"}}, "value must be above 0"),
        ({"fee_vnd": 50}, "fee_vnd must be null, 0 or at least 1000, not 50"),
        ({"fee_vnd": -1}, "fee_vnd must be null, 0 or at least 1000"),
        ({"channels": [2, 1]}, "channels must be 1, 2, 3, each once and in order"),
        ({"channels": [4]}, "channels must be 1, 2, 3"),
        ({"channels": "1|2"}, "channels must be a list"),
        ({"online_level": 2}, "online_level must be 0, 3 or 4, not 2"),
        (
            {"online_level": 3, "channels": [2], "online_assigned": True},
            "online_assigned where it is offline, or online",
        ),
        ({"online_level": 0, "online_assigned": False, "nationally_connected": True}, "nationally_connected but not"),
        ({"online_level": 3, "nationally_connected": True, "connection_rule": ""}, "needs its connection_rule"),
        ({"steps": ["Bước 1", ""]}, "steps is empty"),
        ({"papers": ["Đơn"]}, "papers must be a list of objects"),
        ({"papers": [{"name": "Đơn"}]}, "papers: originals, copies, form, case missing"),
        ({"papers": [{"name": "Đơn", "originals": -1, "copies": 0, "form": "", "case": ""}]}, "cannot be negative"),
        ({"other_results": [{"name": "", "code": ""}]}, "name is empty"),
        ({"source_url": "javascript:alert(1)"}, "does not begin with https://"),
        ({"colour": "red"}, "unknown colour"),
    ],
)
def test_a_broken_procedure_is_refused(
    folder: Path, few_procedures: list[str], refused: Refused, changes: dict[str, Any], reason: str
) -> None:
    broken = json.loads(few_procedures[4]) | changes
    _write(folder, [*few_procedures[:4], json.dumps(broken), *few_procedures[5:]])

    said = refused()

    assert said.startswith("procedures.jsonl.gz line 5")
    assert reason in said
    assert "python -m procedures.catalogue" in said


@pytest.mark.parametrize(
    ("line", "reason"),
    [("{", "no JSON"), ("[1]", "no JSON object"), ("", "no JSON"), ("{}", "code, name, sector_code")],
)
def test_a_line_that_is_no_procedure_is_refused(
    folder: Path, few_procedures: list[str], refused: Refused, line: str, reason: str
) -> None:
    _write(folder, [few_procedures[0], line, few_procedures[1]])

    assert re.match(rf"procedures\.jsonl\.gz line 2: {reason}", refused())


def test_a_procedure_there_twice_is_refused(folder: Path, few_procedures: list[str], refused: Refused) -> None:
    _write(folder, [few_procedures[0], few_procedures[1], few_procedures[0]])

    assert "line 3: code" in refused()


def test_procedures_out_of_the_order_of_the_rules_are_refused(
    folder: Path, few_procedures: list[str], refused: Refused
) -> None:
    later = json.dumps(json.loads(few_procedures[0]) | {"rule": 3})
    _write(folder, [later, few_procedures[1]])

    assert "line 2: rule 1 after rule 3" in refused()


@pytest.mark.parametrize(
    ("name", "old", "new", "reason"),
    [
        ("agencies.csv", "000.00.05.H49", "000.05.H49", "agencies.csv line 7: code '000.05.H49' has not the form"),
        ("agencies.csv", "000.00.05.H49", "000.00.04.H49", "line 7: code 000.00.04.H49 is there twice"),
        ("agencies.csv", ",department,", ",ministry,", "line 3: unknown level 'ministry'"),
        ("agencies.csv", "invented", "guessed", "line 3: code_origin must be confirmed or invented"),
        ("agencies.csv", "Sở Tư pháp", "", "line 7: name is empty"),
        ("agencies.csv", "commune,000.00.40.H49", "commune,000.00.05.H49", "of a commune must be a district"),
        ("agencies.csv", "district,000.00.00.H49", "district,000.00.98.H49", "of a district must be a province"),
        ("agencies.csv", ",06649,", ",6649,", "gso_code of a commune has 5 digits, not '6649'"),
        ("agencies.csv", "000.00.00.H49,UBND", "000.00.01.H22,UBND", "line 2: the province is 000.00.00.H49"),
        ("agencies.csv", "code,name", "name,code", "line 1: the columns must be code, name"),
        ("sectors.csv", "G01-", "X01-", "sectors.csv line 2: code 'X01-"),
        ("sectors.csv", "000.00.60.H49", "000.00.99.H49", "line 2: unknown agency '000.00.99.H49'"),
        ("sectors.csv", ",0,", ",yes,", "settled_at_district must be true or false, not 'yes'"),
        ("sectors.csv", ",ours\n", ",theirs\n", "code_origin must be ours or source"),
        ("sectors.csv", ",ours\n", "\n", "9 columns are needed"),
        ("holidays.csv", "2022-01-01", "2022-02-30", "holidays.csv line 2: '2022-02-30' is no day"),
        ("holidays.csv", "2022-01-03", "2021-01-03", "line 3: 2021-01-03 is not after the line above it"),
        ("holidays.csv", ",holiday,", ",feast,", "kind must be holiday or makeup, not 'feast'"),
    ],
)
def test_a_broken_line_of_a_table_is_refused(
    folder: Path, refused: Refused, name: str, old: str, new: str, reason: str
) -> None:
    _replace(folder / name, old, new)

    said = refused()

    assert said.startswith(name)
    assert reason in said


@pytest.mark.parametrize(("code", "reason"), [("G01-BD01", "code G01-BD01"), ("G01-ZZ01", "sector")])
def test_a_sector_there_twice_is_refused(folder: Path, refused: Refused, code: str, reason: str) -> None:
    path = folder / "sectors.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    again = lines[1].replace("G01-BD01", code)
    path.write_text("\n".join([*lines, again, ""]), encoding="utf-8")

    said = refused()

    assert said.startswith(f"sectors.csv line {len(lines) + 1}: {reason}")
    assert "is there twice" in said


def test_an_empty_list_of_agencies_is_refused(folder: Path, refused: Refused) -> None:
    path = folder / "agencies.csv"
    path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")

    assert "the province 000.00.00.H49 is missing" in refused()


@pytest.mark.parametrize("name", ["agencies.csv", "sectors.csv", "procedures.jsonl.gz", "holidays.csv"])
def test_a_missing_file_is_named(folder: Path, refused: Refused, name: str) -> None:
    (folder / name).unlink()

    assert refused().startswith(f"{name} is missing")


def test_a_torn_file_is_named(folder: Path, refused: Refused) -> None:
    path = folder / "procedures.jsonl.gz"
    path.write_bytes(path.read_bytes()[:200])

    assert refused().startswith("procedures.jsonl.gz cannot be read")
