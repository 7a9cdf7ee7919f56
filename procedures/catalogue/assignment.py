"""What the sources do not say of 2022 and the portal needs: levels, online level, connection. Each is marked.

Levels. The sources are of 2026, without districts. A vertical agency (customs, tax, treasury, social insurance, bank,
court …) settles at the province only: the "Cấp xã" of its rows names its local branch, which in 2022 was part of the
provincial office, not the people's committee of a commune. A procedure of a sector that districts settled then, and
that the source gives to communes now, is settled by districts too. One that no level of the province settles in the
source (rules 3 and 4) is settled by the sector's provincial agency.

Online. Rows whose source lists channel 2, then others by code, until 1,712. Level 4 where nothing is left to do in
person: the result may come by post and there is no fee; else level 3.

Connection. Of the online rows whose source lists channel 2: those whose page on the national portal offers its
submission form, by code; then the others, by code; until 1,180.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from procedures.catalogue import organisation
from procedures.catalogue.sectors import AGENCIES_WITHOUT_COMMUNES, Sector
from procedures.catalogue.selection import COMMUNE_LEVEL, PROVINCE_LEVEL, Selected
from procedures.catalogue.texts import offers_submission_form
from procedures.catalogue.ways import Filing

ONLINE_TOTAL, CONNECTED_TOTAL = 1712, 1180
BY_POST, ONLINE = 3, 2
BY_FORM, BY_CODE = "submission-form", "by-code"

PORT_AUTHORITIES = (("Cảng vụ hàng hải", organisation.SEA_PORTS), ("Cảng vụ hàng không", organisation.AIRPORTS))
"""Where the source itself names a port authority and no department, that authority settles, not the sector's agency."""


class AssignmentError(Exception):
    """The sources do not give as many online procedures as the portal has."""


@dataclass(frozen=True)
class Levels:
    """Who settles a procedure; `agency` is the short name of the provincial agency, empty without one."""

    at_province: bool
    at_district: bool
    at_commune: bool
    agency: str
    province_assigned: bool
    district_assigned: bool


@dataclass(frozen=True)
class Online:
    level: int
    assigned: bool
    connection_rule: str


def levels(selected: Selected, sector: Sector) -> Levels:
    """Who settles this procedure in 2022."""
    source = selected.source
    agency = _provincial_agency(source.agencies, sector)
    in_province, in_commune = PROVINCE_LEVEL in source.levels, COMMUNE_LEVEL in source.levels
    at_commune = in_commune and agency not in AGENCIES_WITHOUT_COMMUNES
    at_province = in_province or not at_commune
    at_district = at_commune and sector.settled_at_district
    return Levels(
        at_province=at_province,
        at_district=at_district,
        at_commune=at_commune,
        agency=agency if at_province else "",
        province_assigned=at_province and not in_province,
        district_assigned=at_district,
    )


def _provincial_agency(named: Iterable[str], sector: Sector) -> str:
    names = list(named)
    if not any(name.startswith("Sở ") for name in names):
        for beginning, agency in PORT_AUTHORITIES:
            if any(name.startswith(beginning) for name in names):
                return agency
    return sector.agency


def online(rows: list[tuple[Selected, Filing]]) -> dict[str, Online]:
    """Online level and national connection by procedure code. Raises `AssignmentError` when the rows are too few."""
    if len(rows) < ONLINE_TOTAL:
        raise AssignmentError(f"{len(rows)} procedures cannot give {ONLINE_TOTAL} online ones: check the selection")
    by_code = sorted(rows, key=lambda row: row[0].source.code)
    listed = [row for row in by_code if ONLINE in row[1].channels]
    others = [row for row in by_code if ONLINE not in row[1].channels]
    listed_codes = {selected.source.code for selected, _ in listed}
    connected = _connected([selected for selected, _ in listed])
    return {
        selected.source.code: Online(
            level=_level(filing),
            assigned=selected.source.code not in listed_codes,
            connection_rule=connected.get(selected.source.code, ""),
        )
        for selected, filing in [*listed, *others][:ONLINE_TOTAL]
    }


def _level(filing: Filing) -> int:
    return 4 if BY_POST in filing.channels and filing.fee_vnd == 0 else 3


def _connected(listed: list[Selected]) -> dict[str, str]:
    """The rule that connects each of the connected procedures."""
    rules = {selected.source.code: BY_FORM if _has_form(selected) else BY_CODE for selected in listed}
    if len(rules) < CONNECTED_TOTAL:
        raise AssignmentError(f"{len(rules)} procedures list channel 2 where {CONNECTED_TOTAL} are to be connected")
    in_order = sorted(rules, key=lambda code: (rules[code] != BY_FORM, code))
    return {code: rules[code] for code in in_order[:CONNECTED_TOTAL]}


def _has_form(selected: Selected) -> bool:
    detail = selected.source.detail
    return detail is not None and offers_submission_form(detail.result)
