"""The rows of the catalogue's files as the import takes them: checked, frozen, in the words of the domain."""

from dataclasses import dataclass
from datetime import date

from procedures.deadlines import Duration


@dataclass(frozen=True)
class AgencyRow:
    """One agency; `level` is one of province, department, vertical, centre, district, commune."""

    code: str
    name: str
    name_en: str
    level: str
    parent_code: str
    gso_code: str
    area: str
    code_invented: bool
    origin: str


@dataclass(frozen=True)
class SectorRow:
    """One sector; its agency and `settled_at_district` are assumptions about 2022."""

    code: str
    name: str
    ministry: str
    ministry_assumed: bool
    agency_code: str
    settled_at_district: bool
    code_ours: bool


@dataclass(frozen=True)
class PaperRow:
    """One paper to hand in; None where the source shows no quantity."""

    name: str
    originals: int | None
    copies: int | None
    form: str
    case: str


@dataclass(frozen=True)
class ResultRow:
    name: str
    code: str


@dataclass(frozen=True)
class ProcedureRow:
    """One procedure; `agency_code` is empty exactly where the province does not settle it."""

    code: str
    name: str
    sector_code: str
    ministry: str
    rule: int
    source_levels: tuple[str, ...]
    source_agencies: tuple[str, ...]
    decision: str
    audience: tuple[str, ...]
    at_province: bool
    agency_code: str
    province_assigned: bool
    at_district: bool
    district_assigned: bool
    at_commune: bool
    duration: Duration | None
    fee_text: str
    fee_vnd: int | None
    channels: tuple[int, ...]
    online_level: int
    online_assigned: bool
    nationally_connected: bool
    connection_rule: str
    steps: tuple[str, ...]
    papers: tuple[PaperRow, ...]
    legal_basis: tuple[str, ...]
    result_name: str
    result_code: str
    other_results: tuple[ResultRow, ...]
    source_url: str
    origin: str


@dataclass(frozen=True)
class HolidayRow:
    """One exceptional day; `kind` is holiday or makeup."""

    day: date
    kind: str
    name: str
    origin: str


@dataclass(frozen=True)
class Catalogue:
    """Everything the import writes, in the order of the files."""

    agencies: tuple[AgencyRow, ...]
    sectors: tuple[SectorRow, ...]
    procedures: tuple[ProcedureRow, ...]
    holidays: tuple[HolidayRow, ...]
