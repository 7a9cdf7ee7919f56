"""The services of variant A over real HTTP (national-protocol 1.3, 1.4, 2)."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from sync import wire
from tests.national.province import MADONVI, PASSWORD, USERNAME, Province, record, step


def test_a_login_gives_a_session_and_zero(province: Province) -> None:
    answer = province.post("/mapi/login", {"username": USERNAME, "password": PASSWORD}).content

    assert answer["error_code"] == "0"
    assert answer["session"]


@pytest.mark.parametrize(
    "credentials",
    [
        {"username": USERNAME, "password": "wrong"},
        {"username": "nobody", "password": PASSWORD},
        {"username": USERNAME},
        {"username": [USERNAME], "password": {"a": 1}},
        {},
    ],
)
def test_a_wrong_login_gives_a_number_and_no_session(province: Province, credentials: dict[str, Any]) -> None:
    reply = province.post("/mapi/login", credentials)

    assert reply.status == 200
    assert int(reply.content["error_code"]) != 0
    assert "session" not in reply.content


def test_all_sessions_of_an_account_live_side_by_side(province: Province) -> None:
    sessions = [province.sign_in() for _ in range(5)]

    for session in sessions:
        province.session = session
        assert province.call("TraCuuHoSo", mahoso="x")["error_code"] == "0"


@pytest.mark.parametrize("session", ["", "unknown", "a\0b", None, 7, ["x"]])
def test_a_session_that_is_none_gives_code_4(province: Province, session: object) -> None:
    answer = province.post(
        "/mapi/g", {"session": session, "madonvi": MADONVI, "service": "TraCuuHoSo", "mahoso": "x"}
    ).content

    assert answer["error_code"] == "4"


def test_a_session_lasts_ten_minutes_and_ends(start: Callable[..., Province], national_database_url: str) -> None:
    province = start()
    province.sign_in()
    with psycopg.connect(national_database_url) as connection:
        [(left,)] = connection.execute("SELECT expires_at - now() > interval '10 minutes' FROM session").fetchall()
        connection.execute("UPDATE session SET expires_at = now() - interval '1 second'")

    after_restart = Province(start().url, session=province.session)

    assert left
    assert after_restart.call("TraCuuHoSo", mahoso="x")["error_code"] == "4"


def test_an_agency_that_is_not_the_accounts_gives_code_5(province: Province) -> None:
    for madonvi in ("000.00.00.H22", "H22.1", 49, 0, True):
        assert province.call("TraCuuHoSo", mahoso="x", madonvi=madonvi)["error_code"] == "5"


def test_units_of_the_account_may_send(province: Province) -> None:
    for madonvi in ("000.00.16.H49", "H49", "H49.22.05", "h49", " 000.00.16.h49 "):
        assert province.call("TraCuuHoSo", mahoso="x", madonvi=madonvi)["error_code"] == "0"


@pytest.mark.parametrize("madonvi", [None, "", "  ", [], "000.00.00.h49"])
def test_an_agency_that_is_not_named_or_written_small_is_the_accounts_own(province: Province, madonvi: object) -> None:
    answer = province.call("DongBoHoSoMC", data=[record(1)], madonvi=madonvi)

    assert answer["error_code"] == "0"
    assert province.dossier(record(1)["MaHoSo"])["root"] == "H49"


def test_an_envelope_without_an_agency_is_the_accounts_own(province: Province) -> None:
    envelope = {"session": province.sign_in(), "service": "DongBoHoSoMC", "data": [record(1)]}

    assert province.post("/mapi/g", envelope).content["error_code"] == "0"
    assert province.dossier(record(1)["MaHoSo"])["root"] == "H49"


@pytest.mark.parametrize("madonvi", ["x" * 6000, "H49." + "1" * 6000, "1" * 6000 + ".H49", "a\0b.H49", "H49\0"])
def test_an_agency_that_cannot_be_one_is_refused_in_a_sentence_and_nothing_is_kept(
    province: Province, madonvi: str
) -> None:
    for service in ("DongBoHoSoMC", "DongBoHoiDap", "DongBoDanhGia"):
        answer = province.call(service, madonvi=madonvi, data=[{**record(1), "HOIDAPID": "1"}])

        assert answer["error_code"] == "1"
        assert "đơn vị" in answer["message"]
    assert province.ledger() == province.get(wire.PATH_NOTICES)["rows"] == []


def test_an_unknown_service_gives_code_6(province: Province) -> None:
    for service in ("XoaHoSo", "", None, {"a": 1}):
        assert province.call(service)["error_code"] == "6"


def test_a_dossier_is_found_after_it_was_sent(province: Province) -> None:
    sent = record(1, TruongLa="giữ nguyên")

    before = province.call("TraCuuHoSo", mahoso=sent["MaHoSo"])
    answer = province.add(sent)
    after = province.call("TraCuuHoSo", mahoso=sent["MaHoSo"])

    assert before["result"] == []
    assert answer["error_code"] == "0"
    assert "thành công" in answer["message"]
    assert after["result"] == [sent]


def test_another_province_does_not_see_our_dossiers(province: Province) -> None:
    province.add(record(1))
    other = Province(province.url, madonvi="000.00.00.H22", username="hagiang", password="hg")

    assert other.call("TraCuuHoSo", mahoso=record(1)["MaHoSo"])["result"] == []


def test_a_partly_bad_batch_applies_the_good_and_names_the_bad(province: Province) -> None:
    answer = province.add(record(1), {"TenTTHC": "không có mã"}, record(2))

    assert answer["error_code"] == "1"
    assert "thành công" not in answer["message"]
    assert province.effects(answer) == ["applied", "1", "applied"]
    assert [item["MaHoSo"] for item in answer["result"]] == [record(1)["MaHoSo"], "", record(2)["MaHoSo"]]


def test_progress_of_an_unknown_dossier_gives_code_2(province: Province) -> None:
    province.add(record(1))

    answer = province.progress(step(1), step(2))

    assert answer["error_code"] == "2"
    assert "không tồn tại" in answer["message"]
    assert province.effects(answer) == ["applied", "2"]


def test_a_strict_system_refuses_the_wrong_flag(start: Callable[..., Province]) -> None:
    strict = start(strict=True)

    unknown = strict.update(record(1))
    added = strict.add(record(1))
    exists = strict.add(record(1))

    assert (unknown["error_code"], added["error_code"], exists["error_code"]) == ("2", "0", "3")
    assert "không tồn tại" in unknown["message"]
    assert "đã tồn tại" in exists["message"]


def test_the_flag_is_read_in_every_form(start: Callable[..., Province]) -> None:
    strict = start(strict=True)

    for flag in ("True", "true", True, 1, "1"):
        assert strict.call("DongBoHoSoMC", isUpdating=flag, data=[record(1)])["error_code"] == "2"


def test_data_that_is_no_array_gives_code_1(province: Province) -> None:
    for data in (None, "x", "7", 7):
        for service in ("DongBoHoSoMC", "CapNhatTienDoHoSoMC"):
            assert province.call(service, data=data)["error_code"] == "1"


def test_an_empty_batch_is_a_success(province: Province) -> None:
    assert province.add()["error_code"] == province.progress()["error_code"] == "0"


def test_a_procedure_is_found_by_each_form_of_its_code(province: Province) -> None:
    for code in ("1.004884", "1.004884.000.00.00.H49", "1.004884.H49", " 1.004884 "):
        [procedure] = province.call("LayThuTuc", maTTHC=code)["result"]

        assert procedure["TENTTHC"] == "Đăng ký khai sinh"
        assert procedure["LINHVUCTHUCHIEN"] == [{"MALINHVUC": "G15-HT01", "TENLINHVUC": "Hộ tịch"}]


def test_an_unknown_procedure_gives_an_empty_list(province: Province) -> None:
    for code in ("9.999999", "", None, 7):
        answer = province.call("LayThuTuc", maTTHC=code)

        assert (answer["error_code"], answer["result"]) == ("0", [])


def test_the_shared_lists_are_on_the_share_path(province: Province) -> None:
    lists = {
        service: province.call(service, wire.PATH_SHARE)["result"]
        for service in ("LayDanhSachTTHC", "LayDanhMucLinhVuc", "LayDanhMucCoQuan")
    }

    assert {"MATTHC": "1.004884", "TENTTHC": "Đăng ký khai sinh"} in lists["LayDanhSachTTHC"]
    assert lists["LayDanhMucLinhVuc"] == [{"MALINHVUC": "G15-HT01", "TENLINHVUC": "Hộ tịch", "MANGANH": "G15"}]
    assert lists["LayDanhMucCoQuan"] == [
        {"MADONVI": "000.01.22.H49", "TENDONVI": "UBND phường Bạch Đằng", "CAPDONVI": "3"},
        {"MADONVI": "000.00.00.H49", "TENDONVI": "UBND tỉnh Quảng Ninh", "CAPDONVI": "1"},
    ]


@pytest.mark.parametrize("prefix", wire.PATH_PREFIXES)
def test_every_name_of_the_adapter_leads_there(province: Province, prefix: str) -> None:
    login = province.post(f"{prefix}/mapi/login?dstcode=VN:GOV:X", {"username": USERNAME, "password": PASSWORD})
    province.session = login.content["session"]

    assert province.call("LayThuTuc", f"{prefix}/mapi/g", maTTHC="1.004884")["result"]
    assert province.call("LayDanhMucLinhVuc", f"{prefix}/mapi/share")["result"]


def test_sessions_beyond_those_that_are_remembered_live_on(province: Province, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync.national.accounts.MOST_REMEMBERED", 3)
    sessions = [province.sign_in() for _ in range(10)]

    for session in sessions:
        province.session = session
        assert province.call("TraCuuHoSo", mahoso="x")["error_code"] == "0"


@pytest.mark.parametrize(("seconds", "left"), [(60, 20_002), (-1, 2)])
def test_expired_sessions_are_deleted_now_and_then_and_found_by_an_index(
    province: Province, national_database_url: str, monkeypatch: pytest.MonkeyPatch, seconds: int, left: int
) -> None:
    monkeypatch.setattr("sync.national.accounts.PURGE_SECONDS", seconds)
    province.sign_in()
    with psycopg.connect(national_database_url, autocommit=True) as connection:
        expired = "SELECT g::text, 'x', now(), now() - interval '1 s' FROM generate_series(1, 20000) AS g"
        connection.execute(f"INSERT INTO session {expired}")
        connection.execute("ANALYZE session")
        plan = str(connection.execute("EXPLAIN DELETE FROM session WHERE expires_at < '2000-01-01'").fetchall())

        province.sign_in()

        assert connection.execute("SELECT count(*) FROM session").fetchall() == [(left,)]
    assert "session_expires_at" in plan
