"""Loads the catalogue's files into the database: all of it or nothing, as often as one likes.

Rows are found by their code and brought up to date; what a person added by hand stays. A procedure that the files no
longer name is removed only when no application refers to it.
"""

from dataclasses import asdict, dataclass
from typing import TypeVar

from django.db import models, transaction

from procedures.catalogue.reading import AgencyRow, Catalogue, ProcedureRow, SectorRow
from procedures.models import Agency, Application, CalendarDay, Procedure, Sector
from procedures.search import fold, sort_key

T = TypeVar("T", bound=models.Model)
LEVELS = {
    "province": Agency.Level.PROVINCE,
    "department": Agency.Level.DEPARTMENT,
    "vertical": Agency.Level.VERTICAL,
    "centre": Agency.Level.CENTRE,
    "district": Agency.Level.DISTRICT,
    "commune": Agency.Level.COMMUNE,
}
KINDS = {"holiday": CalendarDay.Kind.HOLIDAY, "makeup": CalendarDay.Kind.MAKEUP}


@dataclass(frozen=True)
class Imported:
    """How many rows of each kind the files hold."""

    agencies: int
    sectors: int
    procedures: int
    online: int
    nationally_connected: int
    calendar_days: int


@transaction.atomic
def load(catalogue: Catalogue) -> Imported:
    """Bring the database to what the files say."""
    agencies = _load_agencies(catalogue.agencies)
    sectors = _load_sectors(catalogue.sectors, agencies)
    _load_procedures(catalogue.procedures, sectors, agencies)
    days = [
        CalendarDay(day=row.day, kind=KINDS[row.kind], name=row.name, origin=row.origin) for row in catalogue.holidays
    ]
    _upsert(CalendarDay, days, "day")
    return Imported(
        agencies=len(agencies),
        sectors=len(sectors),
        procedures=len(catalogue.procedures),
        online=sum(row.online_level > 0 for row in catalogue.procedures),
        nationally_connected=sum(row.nationally_connected for row in catalogue.procedures),
        calendar_days=len(days),
    )


def _load_agencies(rows: tuple[AgencyRow, ...]) -> dict[str, Agency]:
    """Level by level, so that each finds its parent: province, then all directly under it, then the communes."""
    stored: dict[str, Agency] = {}
    for levels in ({"province"}, {"department", "vertical", "centre", "district"}, {"commune"}):
        _upsert(Agency, [_agency(row, stored) for row in rows if row.level in levels], "code")
        stored = {agency.code: agency for agency in Agency.objects.all()}
    return {row.code: stored[row.code] for row in rows}


def _agency(row: AgencyRow, stored: dict[str, Agency]) -> Agency:
    return Agency(
        code=row.code,
        name=row.name,
        name_en=row.name_en,
        level=LEVELS[row.level],
        parent=stored[row.parent_code] if row.parent_code else None,
        gso_code=row.gso_code,
        code_invented=row.code_invented,
        origin=row.origin,
        name_folded=fold(row.name),
        sort_key=sort_key(row.name),
    )


def _load_sectors(rows: tuple[SectorRow, ...], agencies: dict[str, Agency]) -> dict[str, Sector]:
    wanted = [
        Sector(code=row.code, name=row.name, ministry=row.ministry, agency=agencies[row.agency_code]) for row in rows
    ]
    _upsert(Sector, wanted, "code")
    return {sector.code: sector for sector in Sector.objects.filter(code__in=[row.code for row in rows])}


def _load_procedures(rows: tuple[ProcedureRow, ...], sectors: dict[str, Sector], agencies: dict[str, Agency]) -> None:
    gone = Procedure.objects.exclude(code__in=[row.code for row in rows])
    gone.exclude(pk__in=Application.objects.values("procedure")).delete()
    wanted = [
        _procedure(row, position, sectors[row.sector_code], agencies.get(row.agency_code))
        for position, row in enumerate(rows, start=1)
    ]
    _upsert(Procedure, wanted, "code")


def _procedure(row: ProcedureRow, position: int, sector: Sector, agency: Agency | None) -> Procedure:
    return Procedure(
        code=row.code,
        name=row.name,
        sector=sector,
        rule=row.rule,
        position=position,
        agency=agency,
        at_province=row.at_province,
        at_district=row.at_district,
        at_commune=row.at_commune,
        district_assigned=row.district_assigned,
        province_assigned=row.province_assigned,
        duration_value=row.duration.value if row.duration else None,
        duration_unit=row.duration.unit if row.duration else "",
        fee_text=row.fee_text,
        fee_vnd=row.fee_vnd,
        audience=list(row.audience),
        channels=list(row.channels),
        online_level=row.online_level,
        online_assigned=row.online_assigned,
        nationally_connected=row.nationally_connected,
        connection_rule=row.connection_rule,
        steps=list(row.steps),
        papers=[asdict(paper) for paper in row.papers],
        legal_basis=list(row.legal_basis),
        result_name=row.result_name,
        result_code=row.result_code,
        other_results=[asdict(result) for result in row.other_results],
        decision=row.decision,
        origin=row.origin,
        source_url=row.source_url,
        name_folded=fold(row.name),
        sector_folded=fold(sector.name),
        sort_key=sort_key(row.name),
    )


def _upsert(model: type[T], rows: list[T], key: str) -> None:
    columns = [
        field.name
        for field in model._meta.concrete_fields
        if not field.primary_key and not field.generated and field.name != key
    ]
    manager = model._default_manager
    manager.bulk_create(rows, update_conflicts=True, unique_fields=[key], update_fields=columns, batch_size=500)
