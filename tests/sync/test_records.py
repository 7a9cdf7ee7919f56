"""Application → national record, change → progress row, as the protocol's tables have them."""

import json
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures.lifecycle import Status
from sync import records, wire
from sync.records import ChangeRow, DossierRow

GOLDEN = Path(__file__).parent / "golden"


def second(day: int, hour: int, minute: int = 0, seconds: int = 0) -> int:
    """Of May 2022, in UTC."""
    return int(datetime(2022, 5, day, hour, minute, seconds, tzinfo=UTC).timestamp())


AT = second(12, 1, 30, 15)  # 08:30:15 in Quảng Ninh
EARLIEST, LATEST = datetime(2000, 1, 1), datetime(2100, 1, 1)  # noqa: DTZ001  hypothesis adds the zone
ROW = DossierRow(
    application=1,
    code="000.00.16.H49-220512-0001",
    status=10,
    submitted_at=AT,
    due_at=second(19, 10),
    completed_at=second(18, 2),
    ended_at=second(18, 3),
    result_by_post=True,
    procedure_code="1.004884",
    procedure_name="Đăng ký lại khai sinh",
    sector_code="G15-HT01",
    sector_name="Hộ tịch",
    agency_name="UBND thành phố Hạ Long",
    citizen_kind=1,
    citizen_name="Nguyễn Thị Hoa",
    citizen_phone="0912345678",
    citizen_email="",
)
CHANGE = ChangeRow(
    application=1, version=5, status=5, at=AT, note="Thiếu bản sao", official="Vũ Thị Lan", by_citizen=False
)


def golden(name: str) -> object:
    return json.loads((GOLDEN / name).read_text(encoding="utf-8"))


def test_a_returned_application_is_the_golden_record() -> None:
    assert records.dossier(ROW) == golden("dossier.json")


def test_the_fields_stand_in_the_protocols_order() -> None:
    wanted = [name for name in wire.DossierRecord.__annotations__ if name in records.dossier(ROW)]
    lists = {name for name in wanted if name.startswith(("DanhSach", "TaiLieu"))}

    assert [name for name in records.dossier(ROW) if name not in lists] == [one for one in wanted if one not in lists]


def test_a_request_for_papers_is_the_golden_progress_row() -> None:
    assert records.progress(ROW.code, CHANGE) == golden("progress.json")


@pytest.mark.parametrize("status", [1, 2, 4, 5, 6, 9])
def test_before_the_return_there_is_no_day_of_return(status: int) -> None:
    assert records.dossier(ROW._replace(status=status))["NgayTra"] == ""


def test_an_unknown_moment_is_empty_text() -> None:
    record = records.dossier(ROW._replace(due_at=None, completed_at=None))

    assert (record["NgayHenTra"], record["NgayKetThucXuLy"]) == ("", "")


def test_every_leaf_is_text() -> None:
    assert all(isinstance(value, str | list) for value in records.dossier(ROW).values())
    assert all(isinstance(value, str) for value in records.progress(ROW.code, CHANGE).values())


@given(st.datetimes(EARLIEST, LATEST, timezones=st.just(UTC)))
def test_a_moment_is_written_as_strftime_would(at: datetime) -> None:
    assert records.moment(int(at.timestamp())) == at.astimezone(ZoneInfo(wire.TIME_ZONE)).strftime(wire.DATE_FORMAT)


@given(st.text(max_size=120), st.integers(4, 60))
def test_a_text_is_never_longer_than_the_protocol_takes(text: str, longest: int) -> None:
    short = records.shortened(text, longest)

    assert len(short) <= longest
    assert short == text or short.endswith("...")


def test_a_citizens_name_is_nobodys_business_in_a_progress_row() -> None:
    row = CHANGE._replace(official=None, by_citizen=True)

    assert records.progress(ROW.code, row)["NguoiXuLy"] == "Công dân"
    assert records.progress(ROW.code, row._replace(by_citizen=False))["NguoiXuLy"] == "Hệ thống"


@pytest.mark.parametrize("status", list(Status))
def test_the_wires_labels_are_the_domains(status: Status) -> None:
    assert records.progress_text(status, "") == str(status.label)
