"""The files of `procedures/data/`: what each holds, built from the sources alone, the same bytes every time."""

import csv
import gzip
import io
import json
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from procedures.catalogue import assignment, calendar_days, organisation, papers, sectors, texts
from procedures.catalogue.selection import Selected, select
from procedures.catalogue.sources import Detail, Sources
from procedures.catalogue.ways import Filing, filing

AGENCIES, SECTORS, PROCEDURES, HOLIDAYS = "agencies.csv", "sectors.csv", "procedures.jsonl.gz", "holidays.csv"
LOST_WORDS = "[…]"
SECTOR_COLUMNS = (
    "code", "name", "ministry", "ministry_origin", "agency_code", "agency_origin", "settled_at_district",
    "district_origin", "code_origin",
)  # fmt: skip
"""Columns of sectors.csv; who settles a sector, and at which level, is assumed for every one of them."""


def build(sources: Sources) -> dict[str, bytes]:
    """Every file by name. Raises the error of the step that finds the sources wanting."""
    province = organisation.province(sources)
    chosen = select(sources)
    found = sectors.sectors_of([selected.source for selected in chosen])
    sector_rows = [_sector_row(sector, province.codes) for sector in found.values()]
    return {
        AGENCIES: _table(
            [field.name for field in fields(organisation.Agency)], [asdict(row) for row in province.agencies]
        ),
        SECTORS: _table(SECTOR_COLUMNS, sector_rows),
        PROCEDURES: _lines(_procedures(chosen, found, province.codes)),
        HOLIDAYS: _table(
            [field.name for field in fields(calendar_days.Day)], [asdict(row) for row in calendar_days.days(sources)]
        ),
    }


def differing(folder: Path, built: dict[str, bytes]) -> list[str]:
    """The files in `folder` which are missing or do not hold what was built.

    Packed files are compared unpacked: two builds of zlib may pack the same text into other bytes.
    """
    return [name for name, content in built.items() if not _holds(folder / name, content)]


def _holds(path: Path, content: bytes) -> bool:
    if not path.is_file():
        return False
    if path.suffix != ".gz":
        return path.read_bytes() == content
    try:
        return gzip.decompress(path.read_bytes()) == gzip.decompress(content)
    except (OSError, EOFError):
        return False


def _sector_row(sector: sectors.Sector, agency_codes: dict[str, str]) -> dict[str, Any]:
    return {
        "code": sector.code,
        "name": sector.name,
        "ministry": sector.ministry,
        "ministry_origin": sector.ministry_origin,
        "agency_code": agency_codes[sector.agency],
        "agency_origin": sectors.ASSUMED,
        "settled_at_district": int(sector.settled_at_district),
        "district_origin": sectors.ASSUMED,
        "code_origin": sector.code_origin,
    }


def _procedures(
    chosen: list[Selected], found: dict[sectors.Key, sectors.Sector], agency_codes: dict[str, str]
) -> list[dict[str, Any]]:
    filings = [(selected, filing(selected.source)) for selected in chosen]
    online = assignment.online(filings)
    not_online = assignment.Online(level=0, assigned=False, connection_rule="")
    rows = []
    for selected, way in filings:
        sector = found[sectors.key_of(selected.source)]
        settled = assignment.levels(selected, sector)
        rows.append(
            _identity(selected, sector)
            | _levels(settled, agency_codes)
            | _filing(way)
            | _online(online.get(selected.source.code, not_online))
            | _texts(selected)
            | {"source_url": selected.source.url, "origin": selected.source.origin}
        )
    return rows


def _identity(selected: Selected, sector: sectors.Sector) -> dict[str, Any]:
    source = selected.source
    return {
        "code": source.code,
        "name": source.name,
        "sector_code": sector.code,
        "ministry": source.ministry,
        "rule": selected.rule,
        "source_levels": list(source.levels),
        "source_agencies": list(source.agencies),
        "decision": source.decision,
        "audience": list(source.audience),
    }


def _levels(settled: assignment.Levels, agency_codes: dict[str, str]) -> dict[str, Any]:
    return {
        "at_province": settled.at_province,
        "agency_code": agency_codes[settled.agency] if settled.agency else "",
        "province_assigned": settled.province_assigned,
        "at_district": settled.at_district,
        "district_assigned": settled.district_assigned,
        "at_commune": settled.at_commune,
    }


def _filing(way: Filing) -> dict[str, Any]:
    return {
        "duration": {"value": way.duration[0], "unit": way.duration[1]} if way.duration else None,
        "fee_text": way.fee_text,
        "fee_vnd": way.fee_vnd,
        "channels": list(way.channels),
    }


def _online(online: assignment.Online) -> dict[str, Any]:
    return {
        "online_level": online.level,
        "online_assigned": online.assigned,
        "nationally_connected": bool(online.connection_rule),
        "connection_rule": online.connection_rule,
    }


def _texts(selected: Selected) -> dict[str, Any]:
    detail, source = selected.source.detail, selected.source
    found = texts.results(detail.result) if detail else []
    results = found or ([texts.Result(source.result_name, source.result_code)] if source.result_name else [])
    return {
        "steps": _steps(detail) if detail else [],
        "papers": [asdict(paper) for paper in papers.papers(detail.papers)] if detail else [],
        "legal_basis": texts.legal_basis(detail.legal_basis) if detail else [],
        "result_name": results[0].name if results else "",
        "result_code": results[0].code if results else "",
        "other_results": [asdict(result) for result in results[1:]],
    }


def _steps(detail: Detail) -> list[str]:
    """The steps, with their cut-off end put back behind a mark for the words that were lost at the cut."""
    rest = papers.rest_of_the_steps(detail.papers)
    return texts.steps(f"{detail.steps} {LOST_WORDS} {rest}" if rest else detail.steps)


def _table(columns: Any, rows: list[dict[str, Any]]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def _lines(rows: list[dict[str, Any]]) -> bytes:
    text = "".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in rows)
    return gzip.compress(text.encode(), compresslevel=9, mtime=0)
