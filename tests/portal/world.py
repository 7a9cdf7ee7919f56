"""A province in small, for the tests of the pages: five agencies, three procedures, people of each role."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from portal.accounts.models import User
from procedures import actions
from procedures.models import Agency, Application, Channel, Citizen, Official, Procedure, Sector
from procedures.search import fold, sort_key
from procedures.working_days import ZONE

NOW = datetime(2022, 5, 12, 14, 5, tzinfo=ZONE)  # a Thursday
MORNING = datetime(2022, 5, 12, 8, 0, tzinfo=ZONE)
HOUR = timedelta(hours=1)
Level = Agency.Level


@dataclass
class World:
    """Everything by name."""

    province: Agency
    centre: Agency
    department: Agency
    district: Agency
    commune: Agency
    other_commune: Agency
    birth: Procedure
    land: Procedure
    unknown: Procedure
    citizen: Citizen
    official: Official
    leader: Official
    receptionist: Official


def agency(code: str, name: str, level: int, parent: Agency | None = None, gso: str = "") -> Agency:
    return Agency.objects.create(
        code=code, name=name, level=level, parent=parent, gso_code=gso, name_folded=fold(name), sort_key=sort_key(name)
    )


def procedure(code: str, name: str, sector: Sector, position: int, **facts: Any) -> Procedure:
    return Procedure.objects.create(
        code=code,
        name=name,
        sector=sector,
        rule=1,
        position=position,
        name_folded=fold(name),
        sector_folded=fold(sector.name),
        sort_key=sort_key(name),
        **facts,
    )


def build() -> World:
    """Fill an empty database."""
    province = agency("000.00.00.H49", "UBND tỉnh Quảng Ninh", Level.PROVINCE)
    centre = agency("000.00.02.H49", "Trung tâm Phục vụ hành chính công tỉnh", Level.CENTRE, province)
    department = agency("000.00.12.H49", "Sở Tài nguyên và Môi trường", Level.DEPARTMENT, province)
    district = agency("000.00.16.H49", "UBND thành phố Hạ Long", Level.DISTRICT, province, "193")
    commune = agency("000.15.16.H49", "UBND phường Hồng Gai", Level.COMMUNE, district)
    other = agency("000.16.16.H49", "UBND phường Bạch Đằng", Level.COMMUNE, district)
    family = Sector.objects.create(code="G01-TP01", name="Hộ tịch", agency=department)
    soil = Sector.objects.create(code="G15-DD01", name="Đất đai", agency=department)
    return World(
        province=province,
        centre=centre,
        department=department,
        district=district,
        commune=commune,
        other_commune=other,
        birth=procedure(
            "1.001193", "Đăng ký khai sinh", family, 1,
            at_commune=True, duration_value=5, duration_unit="working_days", online_level=4, nationally_connected=True,
            papers=[{"name": "Giấy chứng sinh", "originals": 1, "copies": 2, "form": "TK-KS.doc"}],
            steps=["Nộp hồ sơ tại xã.", "Nhận giấy khai sinh."], legal_basis=["Luật Hộ tịch 60/2014/QH13"],
            fee_text="Miễn phí", result_name="Giấy khai sinh",
        ),
        land=procedure(
            "1.012756", "Cấp giấy chứng nhận quyền sử dụng đất", soil, 2,
            at_province=True, at_district=True, district_assigned=True, agency=department,
            duration_value=10, duration_unit="working_days", online_level=3, online_assigned=True,
        ),
        unknown=procedure("2.000001", "Chứng thực bản sao", family, 3, at_commune=True),
        citizen=Citizen.objects.create(name="Nguyễn Thị Hồng", identity_number="022190000001", phone="0912345678"),
        official=Official.objects.create(name="Vũ Thị Lan", agency=commune, role=Official.Role.HANDLER),
        leader=Official.objects.create(name="Phạm Minh Hải", agency=province, role=Official.Role.LEADER),
        receptionist=Official.objects.create(name="Ngô Thị Tâm", agency=centre, role=Official.Role.RECEPTION),
    )  # fmt: skip


def user(role: User.Role, official: Official | None = None, name: str = "") -> User:
    return User.objects.create_user(name or role.value, password="long-enough-1", role=role, official=official)


def file(
    world: World, *, at: datetime = MORNING, where: Agency | None = None, what: Procedure | None = None
) -> Application:
    """A citizen files online with the commune, unless another office is named."""
    return actions.submit(
        what or world.birth,
        where or world.commune,
        citizen=world.citizen,
        by=world.citizen,
        at=at,
        channel=Channel.ONLINE,
    )


def accepted(world: World, *, at: datetime = MORNING, **where: Any) -> Application:
    """Filed and taken in an hour later."""
    application = file(world, at=at, **where)
    actions.accept(application, by=None, at=at + timedelta(hours=1))
    return application


def settled(world: World, *, at: datetime = MORNING, after: timedelta = 3 * HOUR, **where: Any) -> Application:
    """Filed, taken in, and settled `after` that long."""
    application = accepted(world, at=at, **where)
    actions.complete(application, by=None, at=at + after)
    return application
