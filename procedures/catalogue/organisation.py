"""The agencies of the province in 2022, with codes of the form V1V2V3.Z1Z2.Y1Y2.H49 (Quyết định 3739/QĐ-UBND).

Only the root 000.00.00.H49 is confirmed; the annexes of the decision were not found, so every other code is invented
and marked. Y is the department or district, Z the commune below its district, numbered by the statistics office's code.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from procedures.catalogue.sources import Body, Organisation, Sources, Unit

ROOT = "000.00.00.H49"
SERVICE_CENTRE = "TTPVHCC"
CONFIRMED, INVENTED = "confirmed", "invented"
LEVELS = ("province", "department", "vertical", "centre", "district", "commune")

STATE_BANK, SEA_PORTS, AIRPORTS, COURT, JUDGMENTS = "NHNN", "CVHH", "CVHK", "TAND", "CTHADS"

ADDED = (
    Body(STATE_BANK, "Ngân hàng Nhà nước Chi nhánh tỉnh Quảng Ninh", "State Bank, Quảng Ninh Branch", ""),
    Body(SEA_PORTS, "Cảng vụ Hàng hải Quảng Ninh", "Quảng Ninh Maritime Port Authority", ""),
    Body(AIRPORTS, "Cảng vụ Hàng không miền Bắc, đại diện tại Vân Đồn", "Northern Airports Authority, Vân Đồn", ""),
    Body(COURT, "Tòa án nhân dân tỉnh", "Provincial People's Court", ""),
    Body(JUDGMENTS, "Cục Thi hành án dân sự tỉnh", "Civil Judgment Enforcement Department", ""),
)
"""Agencies that a sector needs and the organisation file lacks."""

_FIRST_VERTICAL = 60
"""Vertical agencies have no code in the file: 000.00.60.H49 and up, clear of departments (01-22), districts (40-52)."""

_KNOWLEDGE = "general knowledge, unverified (2022)"
_ADDED_ORIGIN = "added: a sector of the catalogue needs it; general knowledge, unverified (2022)"
_STATISTICS = "daohoangson/dvhcvn@ef2504e (General Statistics Office, 10/04/2022)"
_KINDS_EN = {
    "Thành phố": "City",
    "Thị xã": "Town",
    "Huyện": "District",
    "Phường": "Ward",
    "Xã": "Commune",
    "Thị trấn": "Township",
}


@dataclass(frozen=True)
class Agency:
    """One line of agencies.csv; `area` is the district's or commune's own name."""

    code: str
    name: str
    name_en: str
    level: str
    parent_code: str
    gso_code: str
    area: str
    code_origin: str
    origin: str


@dataclass(frozen=True)
class Province:
    """All agencies in order, and the codes of those a table names by their short name."""

    agencies: tuple[Agency, ...]
    codes: dict[str, str]


def province(sources: Sources) -> Province:
    """The root, departments and the service centre, vertical agencies, districts, communes."""
    organisation = sources.organisation
    vertical = [(body, _KNOWLEDGE) for body in organisation.vertical] + [(body, _ADDED_ORIGIN) for body in ADDED]
    numbered = [
        (body, f"000.00.{_FIRST_VERTICAL + place}.H49", origin) for place, (body, origin) in enumerate(vertical)
    ]
    codes = {body.short: body.code for body in organisation.departments}
    codes |= {body.short: code for body, code, _ in numbered}
    agencies = [
        Agency(
            ROOT,
            "UBND tỉnh Quảng Ninh",
            "Quảng Ninh Provincial People's Committee",
            LEVELS[0],
            "",
            "22",
            "Tỉnh Quảng Ninh",
            CONFIRMED,
            "Quyết định 3739/QĐ-UBND of 03/11/2016",
        ),
        *(_department(body) for body in organisation.departments),
        *(_below_the_root(body, code, "vertical", origin) for body, code, origin in numbered),
        *_territory(sources.units, organisation),
    ]
    return Province(tuple(agencies), codes)


def _department(body: Body) -> Agency:
    level = "centre" if body.short == SERVICE_CENTRE else "department"
    return _below_the_root(body, body.code, level, _KNOWLEDGE)


def _below_the_root(body: Body, code: str, level: str, origin: str) -> Agency:
    return Agency(code, body.name, body.name_en, level, ROOT, "", "", INVENTED, origin)


def _territory(units: tuple[Unit, ...], organisation: Organisation) -> Iterator[Agency]:
    """The districts in the order of their codes, then all communes."""
    district_codes = dict(organisation.districts)
    districts = {unit.district_code: unit.district for unit in units}
    for gso_code, name in sorted(districts.items()):
        yield _committee(district_codes[gso_code], name, "district", ROOT, gso_code)
    place: dict[str, int] = {}
    for unit in sorted(units, key=lambda unit: (unit.district_code, unit.code)):
        place[unit.district_code] = place.get(unit.district_code, 0) + 1
        parent = district_codes[unit.district_code]
        code = f"000.{place[unit.district_code]:02}.{parent.split('.')[2]}.H49"
        yield _committee(code, unit.name, "commune", parent, unit.code)


def _committee(code: str, area: str, level: str, parent: str, gso_code: str) -> Agency:
    kind = next(kind for kind in _KINDS_EN if area.startswith(f"{kind} "))
    bare = area.removeprefix(kind).strip()
    name = f"UBND {kind.lower()} {bare}"
    name_en = f"{bare} {_KINDS_EN[kind]} People's Committee"
    return Agency(code, name, name_en, level, parent, gso_code, area, INVENTED, _STATISTICS)
