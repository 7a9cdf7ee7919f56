"""The committed files against the rules of the selection, the levels, the online figures and the connection."""

import csv
import gzip
import io
from collections import Counter
from dataclasses import replace

import pytest

from procedures.catalogue.__main__ import DATA
from procedures.catalogue.assignment import BY_CODE, BY_FORM, AssignmentError, online
from procedures.catalogue.reading import Catalogue, ProcedureRow, read_catalogue
from procedures.catalogue.sectors import AGENCIES_WITHOUT_COMMUNES
from procedures.catalogue.selection import SelectionError, has_office_in_the_province, select
from procedures.catalogue.sources import Sources, read_sources

Published = dict[str, dict[str, str]]


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return read_catalogue(DATA)


@pytest.fixture(scope="module")
def published() -> Published:
    """The source's table, read here without the package's own reader."""
    text = gzip.decompress((DATA / "sources" / "procedures.csv.gz").read_bytes()).decode()
    return {row["code"]: row for row in csv.DictReader(io.StringIO(text, newline=""))}


@pytest.fixture(scope="module")
def sources() -> Sources:
    return read_sources(DATA / "sources")


def of_rule(catalogue: Catalogue, rule: int) -> list[ProcedureRow]:
    return [row for row in catalogue.procedures if row.rule == rule]


def is_local(row: dict[str, str]) -> bool:
    return "Cấp tỉnh" in row["levels"] or "Cấp xã" in row["levels"]


def test_there_are_exactly_1832_procedures_in_the_order_of_the_rules(catalogue: Catalogue) -> None:
    keys = [(row.rule, row.code) for row in catalogue.procedures]

    assert Counter(rule for rule, _ in keys) == {1: 1601, 2: 24, 3: 107, 4: 100}
    assert keys == sorted(keys)
    assert len({code for _, code in keys}) == 1832


def test_rule_one_takes_every_procedure_of_province_and_commune(catalogue: Catalogue, published: Published) -> None:
    assert {row.code for row in of_rule(catalogue, 1)} == {code for code, row in published.items() if is_local(row)}


def test_rule_two_takes_the_named_rows_which_the_table_lacks(catalogue: Catalogue, published: Published) -> None:
    rows = of_rule(catalogue, 2)

    assert all(row.name and row.code not in published for row in rows)
    assert all(not (row.steps or row.papers or row.fee_text or row.duration or row.ministry) for row in rows)


def test_rule_three_takes_other_levels_with_an_office_in_the_province(
    catalogue: Catalogue, published: Published
) -> None:
    for row in of_rule(catalogue, 3):
        assert not is_local(published[row.code])
        assert any(map(has_office_in_the_province, row.source_agencies)), row.code


def test_rule_four_fills_up_by_code_with_what_existed_in_2022(catalogue: Catalogue, published: Published) -> None:
    taken = {row.code for row in catalogue.procedures if row.rule < 4}
    old = sorted(code for code, row in published.items() if code not in taken and row["probably_existed_2022"] == "1")

    assert [row.code for row in of_rule(catalogue, 4)] == old[:100]


def test_rule_four_leaves_out_what_did_not_exist_in_2022(catalogue: Catalogue, sources: Sources) -> None:
    first = of_rule(catalogue, 4)[0].code
    younger = tuple(replace(row, existed_2022=row.existed_2022 and row.code != first) for row in sources.procedures)

    chosen = select(replace(sources, procedures=younger))

    assert first not in {selected.source.code for selected in chosen}
    assert len(chosen) == 1832


@pytest.mark.parametrize(
    "agency",
    ["Cảng vụ hàng hải", "Chi cục Hải quan khu vực", "Cục Hải quan - Bộ tài chính", "Thuế cơ sở", "Tòa án nhân dân",
     "Kho bạc Nhà nước - Bộ tài chính", "Chi cục Kiểm dịch thực vật vùng I", "Công an cấp Xã",
     "Cảng vụ hàng không miền Bắc"],
)  # fmt: skip
def test_an_agency_with_an_office_in_the_province_is_known(agency: str) -> None:
    assert has_office_in_the_province(agency)


@pytest.mark.parametrize(
    "agency",
    ["Bộ Xây dựng", "Chi cục Hàng hải và Đường thuỷ phía Nam", "Chi cục Kiểm dịch thực vật vùng II",
     "Cục Hàng không Việt Nam", "Chi cục Thuế Thương mại điện tử - Cục Thuế",
     "Cảng vụ Hàng hải Nghệ An", "Ngân hàng Nhà nước Việt Nam", ""],
)  # fmt: skip
def test_an_agency_without_an_office_in_the_province_is_not_taken(agency: str) -> None:
    assert not has_office_in_the_province(agency)


def test_nothing_about_a_procedure_differs_from_its_source(catalogue: Catalogue, published: Published) -> None:
    for row in catalogue.procedures:
        if row.rule == 2:
            continue
        source = published[row.code]
        assert (row.name, row.ministry) == (source["name"].strip(), source["ministry"])
        assert (row.decision, row.source_url) == (source["decision"].strip(), source["source_url"])
        assert {int(channel) for channel in source["channels"].split("|") if channel} <= set(row.channels)
        if row.duration:
            assert str(row.duration.value) == source["duration"]


def test_durations_and_fees_are_empty_where_the_source_is_ambiguous(catalogue: Catalogue) -> None:
    units = Counter(row.duration.unit.value if row.duration else "" for row in catalogue.procedures)
    fees = Counter(
        "none" if row.fee_vnd is None else "free" if row.fee_vnd == 0 else "paid" for row in catalogue.procedures
    )

    assert units == {"working_days": 931, "": 532, "days": 292, "hours": 73, "months": 4}
    assert fees == {"free": 1086, "none": 581, "paid": 165}


def test_1712_procedures_are_online_those_of_channel_two_first_then_by_code(catalogue: Catalogue) -> None:
    listed = [row for row in catalogue.procedures if 2 in row.channels]
    others = sorted((row for row in catalogue.procedures if 2 not in row.channels), key=lambda row: row.code)
    assigned = [row for row in others if row.online_level]

    assert sum(row.online_level > 0 for row in catalogue.procedures) == 1712
    assert all(row.online_level and not row.online_assigned for row in listed)
    assert assigned == others[: 1712 - len(listed)]
    assert all(row.online_assigned for row in assigned)


def test_level_four_leaves_nothing_to_do_in_person(catalogue: Catalogue) -> None:
    for row in catalogue.procedures:
        if row.online_level:
            assert (row.online_level == 4) == (3 in row.channels and row.fee_vnd == 0), row.code


def test_1180_procedures_are_connected_by_their_form_then_by_code(catalogue: Catalogue) -> None:
    connected = [row for row in catalogue.procedures if row.nationally_connected]
    left = [row.code for row in catalogue.procedures if 2 in row.channels and not row.nationally_connected]

    assert Counter(row.connection_rule for row in connected) == {BY_FORM: 1176, BY_CODE: 4}
    assert all(2 in row.channels for row in connected)
    assert max(row.code for row in connected if row.connection_rule == BY_CODE) < min(left)


def test_a_procedure_is_settled_somewhere_and_the_province_names_its_agency(catalogue: Catalogue) -> None:
    kinds = Counter((row.at_province, row.at_district, row.at_commune) for row in catalogue.procedures)

    assert kinds[False, False, False] == 0
    assert all(row.at_province == bool(row.agency_code) for row in catalogue.procedures)


def test_a_district_settles_by_sector_what_the_source_gives_to_communes(catalogue: Catalogue) -> None:
    flagged = {sector.code for sector in catalogue.sectors if sector.settled_at_district}
    rows = [row for row in catalogue.procedures if row.at_district]

    assert rows
    assert all(row.district_assigned and row.at_commune and row.sector_code in flagged for row in rows)
    assert not any("Cấp huyện" in row.source_levels for row in catalogue.procedures)


def test_the_commune_level_of_customs_and_tax_is_noise_of_the_source(catalogue: Catalogue, sources: Sources) -> None:
    names = {agency.name: agency.code for agency in catalogue.agencies}
    vertical = {names["Cục Hải quan tỉnh"], names["Cục Thuế tỉnh"], names["Kho bạc Nhà nước tỉnh"]}
    rows = [row for row in catalogue.procedures if row.agency_code in vertical]

    assert len(AGENCIES_WITHOUT_COMMUNES) == 9
    assert any("Cấp xã" in row.source_levels for row in rows)
    assert not any(row.at_commune or row.at_district for row in rows)


def test_too_few_rows_are_refused(sources: Sources) -> None:
    few = replace(sources, procedures=sources.procedures[:50])

    with pytest.raises(SelectionError, match="1832"):
        select(few)
    with pytest.raises(AssignmentError, match="1712"):
        online([])
