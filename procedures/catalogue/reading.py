"""Read the catalogue's files back, refusing the first broken row by file, line and reason.

The whole folder is read and checked before anything is handed over, so an import that copies the rows in one
transaction leaves nothing half loaded.
"""

import re
from dataclasses import fields
from datetime import date
from pathlib import Path

from procedures.catalogue.calendar_days import HOLIDAY, MAKEUP, Day
from procedures.catalogue.files import AGENCIES, HOLIDAYS, PROCEDURES, SECTOR_COLUMNS, SECTORS
from procedures.catalogue.lines import CatalogueError, Line, object_lines, table_lines
from procedures.catalogue.organisation import CONFIRMED, INVENTED, LEVELS, ROOT, Agency
from procedures.catalogue.reading_procedures import PROCEDURE_KEYS, procedure
from procedures.catalogue.rows import AgencyRow, Catalogue, HolidayRow, ProcedureRow, SectorRow
from procedures.catalogue.sectors import FROM_SOURCE, OURS

__all__ = ["AgencyRow", "Catalogue", "CatalogueError", "HolidayRow", "ProcedureRow", "SectorRow", "read_catalogue"]

AGENCY_CODE = re.compile(r"\d{3}\.\d{2}\.\d{2}\.[A-Z]\d{2}", re.ASCII)
SECTOR_CODE = re.compile(r"G\d{2}-[A-Z]{2}\d{2}", re.ASCII)
_GSO_DIGITS = {"province": 2, "district": 3, "commune": 5}
_PARENT_LEVEL = {"commune": "district"}


def read_catalogue(folder: Path) -> Catalogue:
    """All rows of `folder`. Raises `CatalogueError` with file, line, reason and what to do."""
    agencies = _agencies(folder / AGENCIES)
    sectors = _sectors(folder / SECTORS, agencies)
    return Catalogue(
        agencies=tuple(agencies.values()),
        sectors=tuple(sectors.values()),
        procedures=_procedures(folder / PROCEDURES, sectors, agencies),
        holidays=_holidays(folder / HOLIDAYS),
    )


def _agencies(path: Path) -> dict[str, AgencyRow]:
    found: dict[str, AgencyRow] = {}
    for line in table_lines(path, [field.name for field in fields(Agency)]):
        row = _agency(line)
        line.require(row.code not in found, f"code {row.code} is there twice")
        if row.level == "province":
            line.require(row.code == ROOT and row.parent_code == "", f"the province is {ROOT}, without a parent")
        else:
            parent = found.get(row.parent_code)
            wanted = _PARENT_LEVEL.get(row.level, "province")
            right = parent is not None and parent.level == wanted
            line.require(right, f"parent {row.parent_code!r} of a {row.level} must be a {wanted} named above it")
        found[row.code] = row
    if ROOT not in found:
        raise CatalogueError(f"{path.name}: the province {ROOT} is missing; write the file again")
    return found


def _agency(line: Line) -> AgencyRow:
    level, origin = line.text("level"), line.text("code_origin")
    code, gso_code = line.text("code"), line.text("gso_code")
    line.require(bool(AGENCY_CODE.fullmatch(code)), f"code {code!r} has not the form 000.00.16.H49")
    line.require(level in LEVELS, f"unknown level {level!r}")
    line.require(origin in {CONFIRMED, INVENTED}, f"code_origin must be {CONFIRMED} or {INVENTED}, not {origin!r}")
    digits = _GSO_DIGITS.get(level, 0)
    right = len(gso_code) == digits and (gso_code.isdecimal() or not digits)
    line.require(right, f"gso_code of a {level} has {digits} digits, not {gso_code!r}")
    return AgencyRow(
        code=code,
        name=line.filled("name"),
        name_en=line.text("name_en"),
        level=level,
        parent_code=line.text("parent_code"),
        gso_code=gso_code,
        area=line.text("area"),
        code_invented=origin == INVENTED,
        origin=line.filled("origin"),
    )


def _sectors(path: Path, agencies: dict[str, AgencyRow]) -> dict[str, SectorRow]:
    found: dict[str, SectorRow] = {}
    names: set[tuple[str, str]] = set()
    for line in table_lines(path, SECTOR_COLUMNS):
        row = _sector(line)
        line.require(row.code not in found, f"code {row.code} is there twice")
        line.require((row.ministry, row.name) not in names, f"sector {row.name!r} of {row.ministry} is there twice")
        line.require(row.agency_code in agencies, f"unknown agency {row.agency_code!r}")
        names.add((row.ministry, row.name))
        found[row.code] = row
    return found


def _sector(line: Line) -> SectorRow:
    code, origin = line.text("code"), line.text("code_origin")
    line.require(bool(SECTOR_CODE.fullmatch(code)), f"code {code!r} has not the form G15-HT01")
    line.require(origin in {OURS, FROM_SOURCE}, f"code_origin must be {OURS} or {FROM_SOURCE}, not {origin!r}")
    return SectorRow(
        code=code,
        name=line.filled("name"),
        ministry=line.filled("ministry"),
        ministry_assumed=line.text("ministry_origin") != "source",
        agency_code=line.text("agency_code"),
        settled_at_district=line.flag("settled_at_district"),
        code_ours=origin == OURS,
    )


def _procedures(path: Path, sectors: dict[str, SectorRow], agencies: dict[str, AgencyRow]) -> tuple[ProcedureRow, ...]:
    found: dict[str, ProcedureRow] = {}
    rule = 1
    for line in object_lines(path, PROCEDURE_KEYS):
        row = procedure(line)
        line.require(row.code not in found, f"code {row.code} is there twice")
        line.require(row.sector_code in sectors, f"unknown sector {row.sector_code!r}")
        line.require(row.rule >= rule, f"rule {row.rule} after rule {rule}: the rows are in the order of the rules")
        if row.at_province:
            agency = agencies.get(row.agency_code)
            settles = agency is not None and agency.level not in {"district", "commune"}
            line.require(settles, f"unknown provincial agency {row.agency_code!r}")
        rule = row.rule
        found[row.code] = row
    return tuple(found.values())


def _holidays(path: Path) -> tuple[HolidayRow, ...]:
    found: list[HolidayRow] = []
    for line in table_lines(path, [field.name for field in fields(Day)]):
        kind = line.text("kind")
        line.require(kind in {HOLIDAY, MAKEUP}, f"kind must be {HOLIDAY} or {MAKEUP}, not {kind!r}")
        row = HolidayRow(_day(line), kind, line.filled("name"), line.filled("origin"))
        line.require(not found or row.day > found[-1].day, f"{row.day} is not after the line above it")
        found.append(row)
    return tuple(found)


def _day(line: Line) -> date:
    text = line.text("day")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise line.refusal(f"{text!r} is no day such as 2022-05-12") from None
