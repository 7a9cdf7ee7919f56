"""What is odd in what real clients send, found without a database."""

from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures import lifecycle
from sync import wire
from sync.national.anomalies import (
    FOLLOWS,
    REACHES,
    SENTENCES,
    Kind,
    is_fake,
    of_record,
    of_step,
    record_follows,
    step_follows,
)
from tests.national.province import record, step

NOW = datetime(2022, 6, 1, tzinfo=UTC)


FILES = [{"TepDinhKemId": "7", "DuongDanTaiTepTin": "http://x/7"}, {"TepDinhKemId": "8", "TenTepDinhKem": "a" * 4000}]


def kinds(**fields: Any) -> list[Kind]:
    return [odd.kind for odd in of_record(record(1, **fields), NOW, {"1.004884", "1.004884.H49"}.__contains__)]


def test_a_complete_record_and_step_have_nothing_odd() -> None:
    assert kinds() == []
    assert list(of_step(step(1), NOW)) == []
    assert kinds(MaTTHC="1.004884.H49") == []
    assert kinds(TaiLieuNop=FILES, DanhSachGiayToKetQua=[{"GiayToId": "8", "DuongDanTepTinKetQua": ""}]) == []


def test_without_a_catalogue_every_procedure_may_be() -> None:
    assert list(of_record(record(1, MaTTHC="9.999999"), NOW)) == []


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"TrangThaiHoSo": "11"}, Kind.UNKNOWN_STATUS),
        ({"TrangThaiHoSo": ""}, Kind.UNKNOWN_STATUS),
        ({"TrangThaiHoSo": 0}, Kind.UNKNOWN_STATUS),
        ({"MaLinhVuc": None}, Kind.MISSING_SECTOR),
        ({"MaHoSo": "HS/17"}, Kind.ODD_NUMBER),
        ({"TrichYeuHoSo": "Dinhkem"}, Kind.PLACEHOLDER),
        ({"DinhDanhCHS": [{"LoaiDinhDanh": "2", "SoDinhDanh": "000000001"}]}, Kind.FAKE_IDENTITY),
        ({"SoGiayToChuHoSo": "111111111"}, Kind.FAKE_IDENTITY),
        ({"MaDoiTuong": "999085000001"}, Kind.FAKE_IDENTITY),
        ({"NgayTiepNhan": "12/05/2022"}, Kind.IMPOSSIBLE_DATE),
        ({"NgayTiepNhan": "20220231083015"}, Kind.IMPOSSIBLE_DATE),
        ({"NgayTiepNhan": "19700101000000"}, Kind.IMPOSSIBLE_DATE),
        ({"NgayHenTra": "20290101000000"}, Kind.IMPOSSIBLE_DATE),
        ({"NgayHenTra": "20220511000000"}, Kind.DATES_REVERSED),
        ({"NgayKetThucXuLy": "20220514083015", "NgayTra": "20220513083015"}, Kind.DATES_REVERSED),
        ({"TrichYeuHoSo": "a" * 1001}, Kind.TOO_LONG),
        ({"GhiChu": "a" * 2001}, Kind.TOO_LONG),
        ({"TaiLieuNop": [{"TenTepDinhKem": "a"}, {"TenTepDinhKem": "a" * 4001}]}, Kind.TOO_LONG),
        ({"DanhSachGiayToKetQua": [{"TenGiayTo": "a" * 2001}]}, Kind.TOO_LONG),
        ({"DinhDanhCHS": [{"SoDinhDanh": "000000001"}, {"SoDinhDanh": "022085000001"}]}, Kind.FAKE_IDENTITY),
        ({"NgayTiepNhan": None}, Kind.MISSING_DATE),
        ({"MaTTHC": ""}, Kind.ODD_PROCEDURE),
        ({"MaTTHC": "abc"}, Kind.ODD_PROCEDURE),
        ({"MaTTHC": "1.0048849"}, Kind.ODD_PROCEDURE),
        ({"MaTTHC": "9.999999.H49"}, Kind.UNKNOWN_PROCEDURE),
        ({"TaiLieuNop": FILES, "DanhSachGiayToKetQua": [{"GiayToId": "r"}, {"GiayToId": 7}]}, Kind.RESENT_FILE),
        ({"TaiLieuNop": FILES, "DanhSachGiayToKetQua": [{"DuongDanTepTinKetQua": "http://x/7"}]}, Kind.RESENT_FILE),
    ],
)
def test_each_mistake_of_real_clients_is_found_and_named(fields: dict[str, Any], kind: Kind) -> None:
    assert kinds(**fields) == [kind]


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"TrangThai": "11"}, Kind.UNKNOWN_STATUS),
        ({"ThoiDiemXuLy": ""}, Kind.IMPOSSIBLE_DATE),
        ({"ThoiDiemXuLy": "2022051208301"}, Kind.IMPOSSIBLE_DATE),
        ({"TrangThai": "9", "NoiDungXuLy": "Hồ sơ không có ngày hẹn trả"}, Kind.DONE_WHILE_OPEN),
        ({"NguoiXuLy": "a" * 51}, Kind.TOO_LONG),
    ],
)
def test_each_mistake_in_a_step_is_found_and_named(fields: dict[str, Any], kind: Kind) -> None:
    assert [odd.kind for odd in of_step({**step(1), **fields}, NOW)] == [kind]


def test_no_warning_tells_a_name_or_a_number_of_a_person() -> None:
    odd = record(1, ChuHoSo="Nguyễn Văn An", SoGiayToChuHoSo="000000001", DinhDanhCHS=[{"SoDinhDanh": "000000001"}])

    details = " ".join(found.detail for found in of_record(odd, NOW))

    assert "000000001" not in details
    assert "Nguyễn" not in details


@pytest.mark.parametrize("number", ["022085000001", "100200300", "5700100200", "5700100200001"])
def test_numbers_that_somebody_can_have_are_not_fake(number: str) -> None:
    assert not is_fake(number)


@pytest.mark.parametrize("number", ["000000001", "123456789", "999999999", "022985000001", "12345", "0" * 12])
def test_numbers_that_nobody_can_have_are_fake(number: str) -> None:
    assert is_fake(number)


def test_every_status_has_its_row_and_every_kind_its_sentences() -> None:
    assert set(FOLLOWS) == set(wire.DossierStatus)
    assert all(after <= set(wire.DossierStatus) for after in FOLLOWS.values())
    assert set(SENTENCES) == set(Kind)
    assert all(vietnamese and english for vietnamese, english in SENTENCES.values())


def test_every_move_of_our_own_portal_is_in_order() -> None:
    moves = {(str(int(start)), str(int(end))) for start, acts in lifecycle.MOVES.items() for end in acts.values()} | {
        (str(int(pause)), str(int(back))) for pause, backs in lifecycle.RESUMABLE.items() for back in backs
    }

    assert {move for move in moves if not step_follows(*move)} == set()


def test_a_dossier_that_was_returned_is_never_registered_again() -> None:
    assert not record_follows("10", "1")
    assert not step_follows("9", "1")
    assert record_follows("1", "10")
    assert not step_follows("1", "10")
    assert record_follows(None, "10")


statuses = st.sampled_from(sorted(wire.DossierStatus))


@given(st.lists(statuses, min_size=1, max_size=8))
def test_what_can_be_walked_step_by_step_can_be_reached(walk: list[str]) -> None:
    if all(after in FOLLOWS[before] for before, after in pairwise(walk)):
        assert all(later == walk[0] or later in REACHES[walk[0]] for later in walk)


@given(
    st.dictionaries(
        st.sampled_from([*record(1), "NgayTra", "GhiChu", "DinhDanhCHS", "MaDoiTuong"]),
        st.none()
        | st.booleans()
        | st.integers(-(2**63), 2**63)
        | st.text()
        | st.lists(st.text() | st.dictionaries(st.just("SoDinhDanh"), st.text())),
    )
)
def test_whatever_a_record_holds_it_can_be_judged(fields: dict[str, Any]) -> None:
    for odd in [*of_record(fields, NOW), *of_step(fields, NOW)]:
        assert odd.kind in Kind
