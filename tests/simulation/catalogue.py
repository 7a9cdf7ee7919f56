"""A catalogue in small for the simulator: two districts, four communes, ten procedures of all durations."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.db import connection

from procedures.models import Agency, CalendarDay, Sector
from tests.portal.world import agency, procedure

Level = Agency.Level
HOLIDAYS = (date(2022, 4, 30), date(2022, 5, 1), date(2022, 5, 2), date(2022, 5, 3))
THURSDAY = date(2022, 5, 12)
A_DAY = 120  # applications

# What tells two runs apart, without the keys that a sequence gives.
TABLES = {
    "application": "SELECT a.code, p.code, g.code, c.name, c.identity_number, c.phone, c.kind, h.name, a.channel,"
    " a.result_by_post, a.status, a.version, a.changed_at, a.submitted_at, a.accepted_at, a.due_at, a.completed_at,"
    " a.ended_at, a.paused_from, a.answer_by, a.fee_vnd, a.fee_paid_at, a.rating FROM procedures_application a"
    " JOIN procedures_procedure p ON p.id = a.procedure_id JOIN procedures_agency g ON g.id = a.agency_id"
    " JOIN procedures_citizen c ON c.id = a.citizen_id LEFT JOIN procedures_official h ON h.id = a.handler_id"
    " ORDER BY a.code",
    "history": "SELECT a.code, s.version, s.from_status, s.to_status, s.at, o.name, s.by_citizen_id = a.citizen_id,"
    " s.note FROM procedures_statuschange s JOIN procedures_application a ON a.id = s.application_id"
    " LEFT JOIN procedures_official o ON o.id = s.by_official_id ORDER BY a.code, s.version",
    "ledger": "SELECT a.code, d.version, d.kind, d.at, d.amount, d.unit, d.due_at FROM procedures_deadlineentry d"
    " JOIN procedures_application a ON a.id = d.application_id ORDER BY a.code, d.version",
    "counter": "SELECT g.code, c.day, c.last FROM procedures_codecounter c"
    " JOIN procedures_agency g ON g.id = c.agency_id ORDER BY g.code, c.day",
}
FILLED = (
    "sync_replayitem, sync_delivery, procedures_deadlineentry, procedures_statuschange, procedures_application,"
    " procedures_codecounter,"
    " procedures_dailycount, simulation_simulatedday"
)


def build() -> None:
    """Fill an empty database with the catalogue."""
    province = agency("000.00.00.H49", "UBND tỉnh Quảng Ninh", Level.PROVINCE)
    agency("000.00.02.H49", "Trung tâm Phục vụ hành chính công tỉnh", Level.CENTRE, province)
    land = agency("000.00.12.H49", "Sở Tài nguyên và Môi trường", Level.DEPARTMENT, province)
    roads = agency("000.00.13.H49", "Sở Giao thông vận tải", Level.DEPARTMENT, province)
    agency("000.00.14.H49", "Sở không có thủ tục", Level.DEPARTMENT, province)
    for number, name in ((16, "thành phố Hạ Long"), (17, "huyện Ba Chẽ")):
        district = agency(f"000.00.{number}.H49", f"UBND {name}", Level.DISTRICT, province)
        agency(f"000.15.{number}.H49", f"UBND phường thuộc {name}", Level.COMMUNE, district)
        agency(f"000.16.{number}.H49", f"UBND xã thuộc {name}", Level.COMMUNE, district)
    _procedures(land, roads)
    for day in HOLIDAYS:
        CalendarDay.objects.create(day=day, kind=CalendarDay.Kind.HOLIDAY, name="Nghỉ lễ")


def _procedures(land: Agency, roads: Agency) -> None:
    family = Sector.objects.create(code="G15-HT01", name="Hộ tịch", agency=land)
    copies = Sector.objects.create(code="G15-CT01", name="Chứng thực", agency=land)
    soil = Sector.objects.create(code="G10-DD01", name="Đất đai", agency=land)
    licences = Sector.objects.create(code="G17-DB01", name="Đường bộ", agency=roads)
    rows: list[tuple[str, Sector, tuple[int | None, str], dict[str, Any]]] = [
        ("Đăng ký khai sinh", family, (5, "working_days"), {"at_commune": True}),
        ("Đăng ký khai tử", family, (1, "working_days"), {"at_commune": True, "online_level": 0}),
        ("Đăng ký kết hôn", family, (None, ""), {"at_commune": True, "at_district": True, "fee_vnd": 50_000}),
        ("Chứng thực bản sao", copies, (None, ""), {"at_commune": True, "at_district": True, "fee_vnd": 2_000}),
        ("Thông báo lưu trú", copies, (1, "hours"), {"at_commune": True}),
        ("Đăng ký đất đai", soil, (10, "days"), {"at_district": True, "fee_vnd": 100_000}),
        ("Giao đất", soil, (35, "working_days"), {"at_district": True, "online_level": 0}),
        ("Cấp đổi giấy chứng nhận", soil, (2, "months"), {"at_province": True, "agency": land}),
        ("Đổi giấy phép lái xe", licences, (3, "working_days"), {"at_province": True, "agency": roads, "fee_vnd": 900}),
        ("Cấp phù hiệu", licences, (8, "hours"), {"at_province": True, "agency": roads, "audience": ["Doanh nghiệp"]}),
    ]  # fmt: skip
    for position, (name, sector, (value, unit), facts) in enumerate(rows, start=1):
        known = {"online_level": 4, "duration_value": value, "duration_unit": unit} | facts
        procedure(f"9.{position:06}", name, sector, position, **known)


def rows(names: tuple[str, ...] = tuple(TABLES)) -> Mapping[str, list[tuple[Any, ...]]]:
    """What the tables hold, in an order and a form that depend on no key."""
    with connection.cursor() as cursor:
        return {name: list(_fetched(cursor, TABLES[name])) for name in names}


def _fetched(cursor: Any, query: str) -> Iterator[tuple[Any, ...]]:
    cursor.execute(query)
    yield from cursor.fetchall()


def check_deferred() -> None:
    """Check now what the database would check at the commit."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def empty() -> None:
    """Take the simulated rows away again; catalogue, officials and citizens stay."""
    check_deferred()
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {FILLED}")
