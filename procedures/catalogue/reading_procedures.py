"""One line of procedures.jsonl.gz as a row, or the reason why it is none."""

import re
from dataclasses import fields

from procedures.catalogue.lines import Line
from procedures.catalogue.rows import PaperRow, ProcedureRow, ResultRow
from procedures.catalogue.ways import CHANNELS, SMALLEST_FEE
from procedures.deadlines import Duration, Unit

PROCEDURE_KEYS = tuple(field.name for field in fields(ProcedureRow))
PROCEDURE_CODE = re.compile(r"\d\.\d{6}", re.ASCII)
RULES = range(1, 5)
ONLINE_LEVELS = (0, 3, 4)
_ONLINE_CHANNEL = CHANNELS["Trực tuyến"]


def procedure(line: Line) -> ProcedureRow:
    """Read and check one procedure by itself; what it refers to is checked by the caller."""
    row = ProcedureRow(
        code=line.text("code"),
        name=line.filled("name"),
        sector_code=line.text("sector_code"),
        ministry=line.text("ministry"),
        rule=line.number("rule"),
        source_levels=line.texts("source_levels"),
        source_agencies=line.texts("source_agencies"),
        decision=line.text("decision"),
        audience=line.texts("audience"),
        at_province=line.flag("at_province"),
        agency_code=line.text("agency_code"),
        province_assigned=line.flag("province_assigned"),
        at_district=line.flag("at_district"),
        district_assigned=line.flag("district_assigned"),
        at_commune=line.flag("at_commune"),
        duration=_duration(line),
        fee_text=line.text("fee_text"),
        fee_vnd=line.optional_number("fee_vnd"),
        channels=line.numbers("channels"),
        online_level=line.number("online_level"),
        online_assigned=line.flag("online_assigned"),
        nationally_connected=line.flag("nationally_connected"),
        connection_rule=line.text("connection_rule"),
        steps=line.texts("steps"),
        papers=tuple(_papers(line)),
        legal_basis=line.texts("legal_basis"),
        result_name=line.text("result_name"),
        result_code=line.text("result_code"),
        other_results=tuple(_results(line)),
        source_url=line.text("source_url"),
        origin=line.filled("origin"),
    )
    _check_identity(line, row)
    _check_settling(line, row)
    _check_filing(line, row)
    _check_online(line, row)
    return row


def _duration(line: Line) -> Duration | None:
    stated = line.values["duration"]
    if stated is None:
        return None
    line.require(
        isinstance(stated, dict) and set(stated) == {"value", "unit"}, "duration must be null, or value and unit"
    )
    inner = Line(f"{line.place}, duration", stated)
    value, unit = inner.number("value"), inner.text("unit")
    inner.require(value > 0, f"value must be above 0, not {value}")
    inner.require(unit in {known.value for known in Unit}, f"unknown unit {unit!r}")
    return Duration(value, Unit(unit))


def _papers(line: Line) -> list[PaperRow]:
    papers = []
    for item in line.below("papers", [field.name for field in fields(PaperRow)]):
        counts = item.optional_number("originals"), item.optional_number("copies")
        item.require(all(count is None or count >= 0 for count in counts), "originals and copies cannot be negative")
        papers.append(PaperRow(item.filled("name"), *counts, item.text("form"), item.text("case")))
    return papers


def _results(line: Line) -> list[ResultRow]:
    items = line.below("other_results", [field.name for field in fields(ResultRow)])
    return [ResultRow(item.filled("name"), item.text("code")) for item in items]


def _check_identity(line: Line, row: ProcedureRow) -> None:
    line.require(bool(PROCEDURE_CODE.fullmatch(row.code)), f"code {row.code!r} has not the form 1.004884")
    line.require(row.rule in RULES, f"rule must be 1 to 4, not {row.rule}")
    right = row.source_url == "" or row.source_url.startswith("https://")
    line.require(right, f"source_url {row.source_url!r} does not begin with https://")


def _check_settling(line: Line, row: ProcedureRow) -> None:
    somewhere = row.at_province or row.at_district or row.at_commune
    line.require(somewhere, "no agency settles it: at_province, at_district or at_commune must be true")
    line.require(
        row.at_province == (row.agency_code != ""), "agency_code is for what the province settles, and needed there"
    )
    line.require(row.at_district or not row.district_assigned, "district_assigned without at_district")
    line.require(row.at_province or not row.province_assigned, "province_assigned without at_province")


def _check_filing(line: Line, row: ProcedureRow) -> None:
    ordered = list(row.channels) == sorted(set(row.channels)) and set(row.channels) <= set(CHANNELS.values())
    line.require(ordered, f"channels must be 1, 2, 3, each once and in order, not {list(row.channels)}")
    plausible = row.fee_vnd is None or row.fee_vnd == 0 or row.fee_vnd >= SMALLEST_FEE
    line.require(plausible, f"fee_vnd must be null, 0 or at least {SMALLEST_FEE}, not {row.fee_vnd}")


def _check_online(line: Line, row: ProcedureRow) -> None:
    line.require(row.online_level in ONLINE_LEVELS, f"online_level must be 0, 3 or 4, not {row.online_level}")
    assignable = row.online_level > 0 and _ONLINE_CHANNEL not in row.channels
    line.require(assignable or not row.online_assigned, "online_assigned where it is offline, or online by its source")
    line.require(row.online_level > 0 or not row.nationally_connected, "nationally_connected but not online")
    line.require(
        row.nationally_connected == (row.connection_rule != ""), "nationally_connected needs its connection_rule"
    )
