"""The services of the protocol's table 2.1 besides dossiers, progress and the catalogue."""

import json
from typing import Any

import pytest

from sync import wire
from sync.national import catalogue as catalogues
from sync.national.dictionaries import dictionaries
from sync.national.digest import agency_in
from tests.national.province import MADONVI, Province

NOTICE = {"MaHoSo": "KM-1", "MaHoSoDonVi": "H49-1", "NgayXuLy": "20220512083015", "TrangThai": "2", "TaiLieuXuLy": []}
LISTS = (
    "GioiTinh", "TinhThanh", "QuanHuyen", "PhuongXa", "QuocGia", "DanToc", "TonGiao", "TinhTrangHonNhan", "DoiTuong",
    "CapThucHien", "CanCuPhapLy", "LePhi",
)  # fmt: skip


def notices(province: Province, service: str) -> list[Any]:
    rows = province.get(f"{wire.PATH_NOTICES}?service={service}")["rows"]
    assert {row["root"] for row in rows} <= {"H49"}
    return [row["content"] for row in rows]


def test_the_status_of_a_promotion_notice_is_kept_as_it_was_sent(province: Province) -> None:
    answer = province.call("DongBoTrangThaiHoSo", type="2", data=NOTICE)

    assert answer["error_code"] == "0"
    assert notices(province, "DongBoTrangThaiHoSo") == [NOTICE]


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"NgayXuLy": ""}, "NgayXuLy"),
        ({"NgayXuLy": "12/05/2022"}, "NgayXuLy"),
        ({"TrangThai": "4"}, "TrangThai"),
        ({"MaHoSo": None}, "MaHoSo"),
    ],
)
def test_a_status_notice_that_lacks_what_is_mandatory_is_refused_by_name(
    province: Province, changed: dict[str, Any], named: str
) -> None:
    answer = province.call("DongBoTrangThaiHoSo", type="2", data={**NOTICE, **changed})

    assert answer["error_code"] == "1"
    assert named in answer["message"]
    assert notices(province, "DongBoTrangThaiHoSo") == []


def test_a_status_notice_of_another_type_or_among_others_is_refused(province: Province) -> None:
    assert province.call("DongBoTrangThaiHoSo", type="1", data=NOTICE)["error_code"] == "1"
    assert province.call("DongBoTrangThaiHoSo", type="2", data=[NOTICE, NOTICE])["error_code"] == "1"
    assert notices(province, "DongBoTrangThaiHoSo") == []


@pytest.mark.parametrize("data", [[NOTICE], json.dumps(NOTICE), json.dumps([NOTICE])])
def test_a_status_notice_as_text_or_alone_in_a_list_is_understood(province: Province, data: object) -> None:
    assert province.call("DongBoTrangThaiHoSo", type="2", data=data)["error_code"] == "0"
    assert notices(province, "DongBoTrangThaiHoSo") == [NOTICE]


def test_online_services_come_as_an_object_with_data(province: Province) -> None:
    everything = province.call("LayDVC")["result"]["data"]

    assert everything[0]["TENCOQUANBANHANH"] == "Bộ Tư pháp"
    assert [row["MADVC"] for row in everything] == ["1.004884"]  # the other cannot be filed online
    assert set(everything[0]) >= {"MADVC", "TENDVC", "MATTHC", "TENTTHC", "TENCOQUANBANHANH", "TENLINHVUC", "APDUNGDVC"}
    assert province.call("LayDVC", maTTHC="1.004884.H49")["result"]["data"] == everything
    assert province.call("LayDVC", maTTHC="2.000635")["result"]["data"] == []
    assert province.call("LayDVC", tuKhoa="khai sinh")["result"]["data"] == everything
    assert province.call("LayDVC", tuKhoa="khai tử")["result"]["data"] == []


@pytest.mark.parametrize("number", ["022085000001", "100200300", "5700100200", "5700100200-001", 22085000001])
def test_a_person_or_business_always_has_the_same_account(province: Province, number: object) -> None:
    def found() -> Any:
        return province.call("TraCuuTechID", path="/mapi/share", provider="wso2is", mstorcmnd=number)["result"]

    if number == 22085000001:  # eleven digits: a leading zero was lost
        assert found() == []
    else:
        assert found() == found()
        assert found()[0]["TECHNICALID"]


@pytest.mark.parametrize("number", ["", None, "abc", "12345", "０２２０８５０００００１"])
def test_what_is_no_number_of_a_person_has_no_account(province: Province, number: object) -> None:
    assert province.call("TraCuuTechID", mstorcmnd=number)["result"] == []


def test_a_province_fetches_citizens_questions_answers_them_and_finds_its_answers(province: Province) -> None:
    first, second, *_ = province.call("LayDanhSachHoiDapGuiTuDVCQG")["result"]
    answer = {"HOIDAPID": first["HOIDAPID"], "MADONVI": MADONVI, "NOIDUNGTRALOI": "Cần giấy chứng sinh."}

    for _day in range(2):  # real clients send their answers again every day
        assert province.call("DongBoKetQuaHoiDapGuiTuDVCQG", data=[answer])["error_code"] == "0"

    told, untouched, *_ = province.call("LayDanhSachHoiDapGuiTuDVCQG")["result"]
    assert first["TRANGTHAI"] == "1"
    assert (told["TRANGTHAI"], told["NOIDUNGTRALOI"]) == ("2", "Cần giấy chứng sinh.")
    assert untouched == second
    answers = province.call("LayNoiDungTraLoiTheoCauHoi", cauhoiid=first["HOIDAPID"])["result"]
    assert [row["NOIDUNGTRALOI"] for row in answers] == ["Cần giấy chứng sinh."]
    assert province.call("LayNoiDungTraLoiTheoCauHoi", cauhoiid="x")["result"] == []
    assert len(notices(province, "DongBoKetQuaHoiDapGuiTuDVCQG")) == 2


def test_nobody_answers_the_questions_of_another_province(province: Province) -> None:
    stranger = Province(province.url, madonvi="H22", username="hagiang", password="hg")
    [question, *_] = province.call("LayDanhSachHoiDapGuiTuDVCQG")["result"]

    stranger.call("DongBoKetQuaHoiDapGuiTuDVCQG", data=[{"HOIDAPID": question["HOIDAPID"], "NOIDUNGTRALOI": "?"}])

    assert province.call("LayDanhSachHoiDapGuiTuDVCQG")["result"][0] == question
    assert stranger.call("LayDanhSachHoiDapGuiTuDVCQG")["result"][0]["HOIDAPID"] != question["HOIDAPID"]


def test_what_a_province_publishes_every_province_reads_and_a_second_time_replaces_it(province: Province) -> None:
    question = {"HOIDAPID": "7", "MaLinhVuc": "G15-HT01", "NOIDUNG": "Ở đâu?", "MADONVI": MADONVI, "TENDONVI": "UBND"}

    province.call("DongBoHoiDap", data=[question])
    province.call("DongBoHoiDap", data=[{**question, "NOIDUNG": "Khi nào?"}])

    [found] = [row for row in province.call("LayDanhSachHoiDapBoCoQuan")["result"] if row["HOIDAPID"] == "H49.7"]
    assert (found["NOIDUNG"], found["MALINHVUC"], found["TRANGTHAI"]) == ("Khi nào?", "G15-HT01", "1")


def test_of_one_question_sent_twice_in_a_request_the_last_counts(province: Province) -> None:
    question = {"HOIDAPID": 1, "NOIDUNG": "một"}

    answer = province.call("DongBoHoiDap", data=[question, {**question, "NOIDUNG": "hai"}])

    assert answer["error_code"] == "0"
    rows = province.call("LayDanhSachHoiDapBoCoQuan")["result"]
    assert [row["NOIDUNG"] for row in rows if row["HOIDAPID"] == "H49.1"] == ["hai"]


@pytest.mark.parametrize("service", ["DongBoHoiDap", "DongBoKetQuaHoiDapGuiTuDVCQG"])
def test_what_is_no_object_among_questions_or_answers_is_refused_with_all_of_them(
    province: Province, service: str
) -> None:
    answer = province.call(service, data=[{"HOIDAPID": "1", "NOIDUNGTRALOI": "?"}, "x"])

    assert answer["error_code"] == "1"
    assert notices(province, service) == []


def test_every_answer_to_a_question_is_kept_and_the_last_is_shown(province: Province) -> None:
    asked = province.call("LayDanhSachHoiDapGuiTuDVCQG")["result"][0]["HOIDAPID"]
    sent = [{"HOIDAPID": asked, "NOIDUNGTRALOI": text} for text in ("một", "hai")]
    own = [{"HOIDAPID": asked, "TRALOIID": "t", "NOIDUNGTRALOI": text} for text in ("ba", "bốn")]

    for batch in (sent, sent, own):
        province.call("DongBoKetQuaHoiDapGuiTuDVCQG", data=batch)

    replies = province.call("LayNoiDungTraLoiTheoCauHoi", cauhoiid=asked)["result"]
    assert [reply["NOIDUNGTRALOI"] for reply in replies] == ["một", "hai", "bốn"]
    assert len({reply["TRALOIID"] for reply in replies}) == 3
    assert province.call("LayDanhSachHoiDapGuiTuDVCQG")["result"][0]["NOIDUNGTRALOI"] == "bốn"


def test_a_fresh_national_side_has_questions_that_ministries_published(province: Province) -> None:
    questions = province.call("LayDanhSachHoiDapBoCoQuan")["result"]

    assert questions
    assert all(agency_in(row["MADONVI"]) == row["MADONVI"] and row["TRANGTHAI"] != "0" for row in questions)
    [reply] = province.call("LayNoiDungTraLoiTheoCauHoi", cauhoiid=questions[0]["HOIDAPID"])["result"]
    assert reply["NOIDUNGTRALOI"] == questions[0]["NOIDUNGTRALOI"]


def test_citizens_questions_name_the_agency_by_its_code(province: Province) -> None:
    assert {row["MADONVI"] for row in province.call("LayDanhSachHoiDapGuiTuDVCQG")["result"]} == {MADONVI}


DEEP = "[" * 300 + "]" * 300


@pytest.mark.parametrize(
    ("service", "member"),
    [
        ("DongBoDanhGia", '[{"x":%s}]'),
        ("DongBoTrangThaiHoSo", '{"MaHoSo":"1","NgayXuLy":"20220512083015","TrangThai":"2","x":%s}'),
        ("DongBoKetQuaHoiDapGuiTuDVCQG", '[{"HOIDAPID":"9","x":%s}]'),
    ],
)
def test_what_is_nested_deeper_than_anybody_would_is_refused(province: Province, service: str, member: str) -> None:
    head = f'{{"session":"{province.sign_in()}","madonvi":"H49","service":"{service}","type":"2","data":'

    reply = province.send("POST", "/mapi/g", f"{head}{member % DEEP}}}".encode())

    assert (reply.status, reply.content["error_code"]) == (200, "1")
    assert "lồng nhau" in reply.content["message"]
    assert notices(province, service) == []


@pytest.mark.parametrize("data", [[{}], [{"HOIDAPID": " "}], ["x"]])
def test_a_question_without_an_id_is_refused(province: Province, data: list[Any]) -> None:
    assert province.call("DongBoHoiDap", data=data)["error_code"] == "1"


def test_ratings_are_kept_as_often_as_they_are_sent(province: Province) -> None:
    rows = [{"MaDonVi": MADONVI, "TenDonVi": "UBND tỉnh", "Thang": "5", "HaiLong": 93.5}]

    province.call("DongBoDanhGia", data=rows)
    province.call("DongBoDanhGia", data=rows)

    assert notices(province, "DongBoDanhGia") == rows * 2


@pytest.mark.parametrize("name", LISTS)
def test_every_shared_list_has_rows_with_a_code_and_a_name(name: str) -> None:
    rows = catalogues.load().dictionaries[f"LayDanhMuc{name}"]

    assert rows
    assert all(row["MA"] and row["TEN"] for row in rows)
    assert len({row["MA"] for row in rows}) == len(rows)


def test_the_lists_are_those_of_2022() -> None:
    lists = catalogues.load().dictionaries

    counts = {name: len(lists[f"LayDanhMuc{name}"]) for name in ("TinhThanh", "DanToc", "QuanHuyen", "PhuongXa")}
    assert counts == {"TinhThanh": 63, "DanToc": 54, "QuanHuyen": 13, "PhuongXa": 177}
    districts = {row["MA"] for row in lists["LayDanhMucQuanHuyen"]}
    assert {row["MACHA"] for row in lists["LayDanhMucPhuongXa"]} == districts
    assert {row["MACHA"] for row in lists["LayDanhMucQuanHuyen"]} == {"22"}


def test_a_catalogue_without_areas_has_empty_lists_of_them() -> None:
    assert dictionaries([{"code": "000.00.00.H49", "name": "UBND tỉnh"}], [])["LayDanhMucQuanHuyen"] == []


@pytest.mark.parametrize("path", ["/mapi/g", "/mapi/share"])
def test_every_service_answers_on_both_paths(province: Province, path: str) -> None:
    assert province.call("LayDanhMucGioiTinh", path=path)["error_code"] == "0"
    assert province.call("LayDVC", path=path)["error_code"] == "0"
