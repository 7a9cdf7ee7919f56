"""The agencies, sectors and holidays of the committed files."""

import csv
import re
from collections import Counter
from datetime import date
from itertools import pairwise

import pytest

from procedures.catalogue import sectors as tables
from procedures.catalogue.__main__ import DATA
from procedures.catalogue.organisation import ADDED
from procedures.catalogue.reading import Catalogue, read_catalogue
from procedures.catalogue.sources import SourceProcedure, Sources, read_sources
from procedures.working_days import WorkingCalendar


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return read_catalogue(DATA)


@pytest.fixture(scope="module")
def sources() -> Sources:
    return read_sources(DATA / "sources")


def test_the_province_has_its_agencies(catalogue: Catalogue) -> None:
    assert Counter(agency.level for agency in catalogue.agencies) == {
        "province": 1,
        "department": 21,
        "centre": 1,
        "vertical": 5 + len(ADDED),
        "district": 13,
        "commune": 177,
    }


def test_every_code_has_the_form_of_the_decision_and_is_marked_unless_confirmed(catalogue: Catalogue) -> None:
    codes = [agency.code for agency in catalogue.agencies]

    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch(r"\d{3}\.\d{2}\.\d{2}\.H49", code) for code in codes)
    assert [agency.code for agency in catalogue.agencies if not agency.code_invented] == ["000.00.00.H49"]


def test_a_commune_s_code_lies_below_its_district_s(catalogue: Catalogue) -> None:
    for agency in catalogue.agencies:
        if agency.level == "commune":
            assert agency.code.split(".")[2] == agency.parent_code.split(".")[2]
            assert agency.code.split(".")[1] != "00"


def test_the_communes_are_those_of_the_statistics_office(catalogue: Catalogue) -> None:
    with (DATA / "sources" / "admin_units_quangninh_2022.csv").open(encoding="utf-8", newline="") as file:
        published = {row["commune_code"]: (row["commune"], row["district_code"]) for row in csv.DictReader(file)}
    district_of = {agency.code: agency.gso_code for agency in catalogue.agencies}

    found = {
        agency.gso_code: (agency.area, district_of[agency.parent_code])
        for agency in catalogue.agencies
        if agency.level == "commune"
    }

    assert found == published


def test_a_committee_is_named_after_its_unit(catalogue: Catalogue) -> None:
    names = {agency.area: (agency.name, agency.name_en) for agency in catalogue.agencies}

    assert names["Thành phố Hạ Long"] == ("UBND thành phố Hạ Long", "Hạ Long City People's Committee")
    assert names["Phường Hà Khánh"] == ("UBND phường Hà Khánh", "Hà Khánh Ward People's Committee")


def test_a_department_without_procedures_stays(catalogue: Catalogue) -> None:
    settling = {row.agency_code for row in catalogue.procedures}
    empty = {agency.name for agency in catalogue.agencies if agency.level == "department"} - {
        agency.name for agency in catalogue.agencies if agency.code in settling
    }

    assert "Sở Du lịch" in empty


def test_added_agencies_are_marked_and_needed(catalogue: Catalogue) -> None:
    settling = {row.agency_code for row in catalogue.procedures}
    added = [agency for agency in catalogue.agencies if agency.origin.startswith("added")]

    assert [agency.name for agency in added] == [body.name for body in ADDED]
    assert all(agency.code in settling for agency in added)


def test_a_sector_has_its_own_code_and_an_agency_of_2022(catalogue: Catalogue) -> None:
    agencies = {agency.code: agency.level for agency in catalogue.agencies}

    assert {sector.code for sector in catalogue.sectors} == {row.sector_code for row in catalogue.procedures}
    assert all(agencies[sector.agency_code] in {"department", "vertical"} for sector in catalogue.sectors)
    assert {sector.code for sector in catalogue.sectors if not sector.code_ours} == {
        "G03-GD06",
        "G03-GD09",
        "G03-GD10",
    }


def test_sectors_of_one_name_in_two_ministries_stay_apart(catalogue: Catalogue) -> None:
    ministries = {sector.ministry for sector in catalogue.sectors if sector.name == "Người có công"}

    assert ministries == {"Bộ Công an", "Bộ Lao động - Thương binh và Xã hội"}


def test_two_spellings_of_one_sector_are_one(catalogue: Catalogue) -> None:
    (sector,) = [sector for sector in catalogue.sectors if sector.name.lower() == "giáo dục trung học"]

    codes = {row.code for row in catalogue.procedures if row.sector_code == sector.code}

    assert codes == {"3.000181", "3.000182", "2.002481"}


def test_every_sector_named_in_a_table_exists_in_the_sources(sources: Sources) -> None:
    published = {tables.key_of(row) for row in sources.procedures}
    published |= {tables.key_of(row) for row in sources.commune_catalogue if row.sector in _COMMUNE_SECTORS}
    named = {
        (ministry, name)
        for ministry, by_agency in tables.OTHER_AGENCY.items()
        for names in by_agency.values()
        for name in names
    } | {(ministry, name) for ministry, names in tables.AT_DISTRICT.items() for name in names}

    assert named - published == set()


_COMMUNE_SECTORS = {
    *tables.MINISTRY_OF_THE_COMMUNE_CATALOGUE,
    "Giáo dục trung học",
    "Giáo dục Trung học (G03-GD10)",
    "Giáo dục Tiểu học (G03-GD09)",
    "Giáo dục Mầm non (G03-GD06)",
}


def test_an_unknown_sector_or_ministry_is_refused(sources: Sources) -> None:
    stray = next(row for row in sources.commune_catalogue if row.sector == "An toàn thực phẩm")
    foreign = SourceProcedure(**(vars(sources.procedures[0]) | {"ministry": "Bộ Ngoại giao"}))

    with pytest.raises(tables.SectorError, match="An toàn thực phẩm"):
        tables.key_of(stray)
    with pytest.raises(tables.SectorError, match="Bộ Ngoại giao"):
        tables.sectors_of([foreign])


def test_the_holidays_of_2022_are_those_of_the_source(catalogue: Catalogue) -> None:
    of_2022 = [row.day for row in catalogue.holidays if row.day.year == 2022]

    assert len(of_2022) == 15
    assert {date(2022, 4, 11), date(2022, 5, 2), date(2022, 5, 3), date(2022, 9, 1)} <= set(of_2022)


def test_the_swap_of_january_2026_is_there(catalogue: Catalogue) -> None:
    kinds = {row.day: row.kind for row in catalogue.holidays}
    calendar = WorkingCalendar.of(
        (day for day, kind in kinds.items() if kind == "holiday"),
        (day for day, kind in kinds.items() if kind == "makeup"),
    )

    assert (kinds[date(2026, 1, 2)], kinds[date(2026, 1, 10)]) == ("holiday", "makeup")
    assert not calendar.is_working(date(2026, 1, 2))
    assert calendar.is_working(date(2026, 1, 10))
    assert calendar.is_working(date(2024, 5, 4))


def test_the_days_are_in_order_and_each_year_has_some(catalogue: Catalogue) -> None:
    days = [row.day for row in catalogue.holidays]

    assert all(earlier < later for earlier, later in pairwise(days))
    assert {day.year for day in days} == set(range(2022, 2027))
