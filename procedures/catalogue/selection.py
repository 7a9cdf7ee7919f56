"""Which procedures the portal holds: four rules in order, exactly 1,832 (the portal's own figure of April 2022).

No source lists the province's catalogue of 2022. So the published catalogue of 2026 is taken in this order: what a
province or commune settles; what the commune catalogue adds; what an office of a ministry in a province settles; the
rest, by code, where the code is old enough to have existed in 2022.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from procedures.catalogue.sources import SourceProcedure, Sources

TOTAL = 1832

PROVINCE_LEVEL, COMMUNE_LEVEL = "Cấp tỉnh", "Cấp xã"

OFFICE_IN_A_PROVINCE = re.compile(
    r"^(?:Cảng vụ|Văn phòng đại diện Cảng vụ|Chi cục|Bảo hiểm xã hội tỉnh|Tòa án nhân dân|Thi hành án dân sự"
    r"|Công an cấp|Biên phòng|Ủy ban nhân dân cấp tỉnh|Sở )|Hải quan|Thuế|Kho bạc",
    re.IGNORECASE,
)
OFFICE_ELSEWHERE = re.compile(
    r"phía Nam|miền Nam|miền Trung|Nam Bộ|Trung Bộ|Hà Nội|Nghệ An|Thương mại điện tử|vùng (?!I$)"
)
"""Offices of that kind which sit in other parts of the country; `_old` names are duplicates of the source."""


class SelectionError(Exception):
    """The sources do not give the number of procedures the portal holds."""


@dataclass(frozen=True)
class Selected:
    """A procedure of the portal and the rule (1 to 4) that brought it in."""

    rule: int
    source: SourceProcedure


def has_office_in_the_province(agency: str) -> bool:
    """Has this agency, as the source names it, an office that a citizen of Quảng Ninh can go to?"""
    return bool(OFFICE_IN_A_PROVINCE.search(agency)) and not OFFICE_ELSEWHERE.search(agency)


def select(sources: Sources) -> list[Selected]:
    """The 1,832 procedures: rules in order, by code within a rule. Raises `SelectionError` when there are too few."""
    known = {procedure.code for procedure in sources.procedures}
    local: list[SourceProcedure] = []
    other: list[SourceProcedure] = []
    for procedure in sources.procedures:
        (local if {PROVINCE_LEVEL, COMMUNE_LEVEL} & set(procedure.levels) else other).append(procedure)
    named = [row for row in sources.commune_catalogue if row.name and row.code not in known]
    offices = [procedure for procedure in other if any(map(has_office_in_the_province, procedure.agencies))]
    taken = {procedure.code for procedure in offices}
    older = [procedure for procedure in other if procedure.existed_2022 and procedure.code not in taken]

    chosen = [*_by_code(1, local), *_by_code(2, named), *_by_code(3, offices), *_by_code(4, older)][:TOTAL]
    if len(chosen) < TOTAL:
        raise SelectionError(f"the sources give {len(chosen)} procedures where {TOTAL} are needed: check their rows")
    return chosen


def _by_code(rule: int, procedures: Iterable[SourceProcedure]) -> list[Selected]:
    return [Selected(rule, procedure) for procedure in sorted(procedures, key=lambda procedure: procedure.code)]
