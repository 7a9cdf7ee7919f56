"""Running texts are split only where they show the border themselves: real samples, among them nasty ones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures.catalogue.texts import Result, legal_basis, offers_submission_form, results, steps

RESIDUE = (
    "Từ khóaKhông có thông tinMô tảKhông có thông tinChọn cơ quan thực hiệnTỉnh/ Thành phốBộ ngành-- Chọn Tỉnh/ "
    "Thành phố --Phường/ XãSở-- Chọn Phường/ Xã --Hệ thống chỉ hiển thị những cơ quan đã áp dụng dịch vụ "
    "công trực tuyếnNộp hồ sơ"
)
LEGAL_HEADER = "Tên văn bản pháp lýMã văn bản"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Bước 1: Nộp hồ sơ.\nBước 2: Nhận kết quả.", ["Bước 1: Nộp hồ sơ.", "Bước 2: Nhận kết quả."]),
        ("- Bước 1: Nộp.\n\t- Bước 2: Nhận.", ["- Bước 1: Nộp.", "- Bước 2: Nhận."]),
        ("a) Bước 1. Nộp\nđ) Bước 5: Trả", ["a) Bước 1. Nộp", "đ) Bước 5: Trả"]),
        ("Nộp tại trụ sở chính. + Bước 2: Trong 20 ngày", ["Nộp tại trụ sở chính.", "+ Bước 2: Trong 20 ngày"]),
        ("Trường hợp A:\nBước 1: Nộp", ["Trường hợp A:", "Bước 1: Nộp"]),
    ],
)
def test_steps_are_split_where_a_step_is_announced(text: str, parts: list[str]) -> None:
    assert steps(text) == parts


@pytest.mark.parametrize(
    "text",
    [
        "Nộp hồ sơ tại xã. Trong 03 ngày, xã trả kết quả.",
        "Thực hiện như Bước 1 nêu trên rồi quay lại Bước 2 và nộp.",
        "Nếu thiếu thì làm lại Bước 2: không tính thêm thời gian",
    ],
)
def test_steps_without_a_border_stay_one_text(text: str) -> None:
    assert steps(text) == [text]


def test_no_step_is_invented_for_an_empty_page() -> None:
    assert steps("") == steps("Không có thông tin") == []


@given(st.text(alphabet="Bước 12:.\n-abc", max_size=60))
def test_splitting_loses_no_letter_of_the_steps(text: str) -> None:
    assert "".join("".join(steps(text)).split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("cells", "documents"),
    [
        (
            "Luật Hộ tịch60/2014/QH13Thông tư quy định chi tiết04/2020/TT-BTP",
            ["Luật Hộ tịch (60/2014/QH13)", "Thông tư quy định chi tiết (04/2020/TT-BTP)"],
        ),
        ("Luật 51/2019/QH1451/2019/QH14", ["Luật 51/2019/QH14"]),
        (
            "QUY ĐỊNH MỨC THU25/2021/TT-BTCLuật Cư trú68/2020/QH14",
            ["QUY ĐỊNH MỨC THU (25/2021/TT-BTC)", "Luật Cư trú (68/2020/QH14)"],
        ),
        ("Luật số 43/2024/QH15 ngày 29/6/202443/2024/QH15", ["Luật số 43/2024/QH15 ngày 29/6/2024"]),
        ("Luật Các tổ chức tín dụngLuật số 32/2024/QH15", ["Luật Các tổ chức tín dụng (Luật số 32/2024/QH15)"]),
        (
            "Thông tư số 53/2025/TT-BCAngày 01/7/2025 của Bộ Công an.53/2025/TT-BCA",
            ["Thông tư số 53/2025/TT-BCAngày 01/7/2025 của Bộ Công an."],
        ),
        (
            "Hướng dẫn thuế19/2021/TT-BTCsửa đổi thuế46/2024/TT-BTC",
            ["Hướng dẫn thuế (19/2021/TT-BTC)", "sửa đổi thuế (46/2024/TT-BTC)"],
        ),
        (
            "Nghị quyết số 66.7/2025/NQ-CP của Chính phủ: cắt giảm thủ tục66.7/2025/NQ-CP",
            ["Nghị quyết số 66.7/2025/NQ-CP của Chính phủ: cắt giảm thủ tục"],
        ),
        ("Luật Đường sắt06/2017/QH14", ["Luật Đường sắt (06/2017/QH14)"]),
        ("Thông tư liên tịch không số", ["Thông tư liên tịch không số"]),
    ],
)
def test_documents_end_where_their_number_touches_the_next_name(cells: str, documents: list[str]) -> None:
    assert legal_basis(LEGAL_HEADER + cells) == documents


def test_a_number_whose_digits_touch_a_year_is_not_torn_apart() -> None:
    assert legal_basis(LEGAL_HEADER + "Luật Công chứng năm 202446/2024/QH15") == [
        "Luật Công chứng năm 202446/2024/QH15"
    ]


def test_no_legal_basis_is_invented() -> None:
    assert legal_basis("Không có thông tin") == legal_basis("Không có thông tinCơ quan thực hiệnTòa án") == []


def test_the_residue_of_the_web_page_is_cut_from_the_result() -> None:
    assert results("Thẻ thường trúMã: KQ.G01.000088" + RESIDUE) == [Result("Thẻ thường trú", "KQ.G01.000088")]
    assert results("Quyết định phê duyệtMã: KQ.G10.000122") == [Result("Quyết định phê duyệt", "KQ.G10.000122")]


def test_several_results_are_told_apart_by_their_codes() -> None:
    text = "Quyết định sửa đổiMã: KQ.G19.000505Văn bản từ chốiMã: KQ.G19.000506" + RESIDUE

    assert results(text) == [Result("Quyết định sửa đổi", "KQ.G19.000505"), Result("Văn bản từ chối", "KQ.G19.000506")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Văn bảnMã: 000.00.00.G04-KQ3336", "000.00.00.G04-KQ3336"),
        ("Văn bảnMã: KQ-G17.000001", "KQ-G17.000001"),
        ("Văn bảnMã: TP-G12.0001132", "TP-G12.0001132"),
        ("Văn bảnMã: KQ.G12.0001234", "KQ.G12.0001234"),
        ("Văn bảnMã: KQ.G01.00263", "KQ.G01.00263"),
        ("Văn bảnMã: dsfas", ""),
        ("Văn bản", ""),
    ],
)
def test_a_result_has_a_code_of_a_national_form_or_none(text: str, code: str) -> None:
    assert results(text + RESIDUE) == [Result("Văn bản", code)]


def test_an_empty_result_is_no_result() -> None:
    assert results("") == results("Không có thông tin" + RESIDUE) == []


def test_the_submission_form_on_the_page_is_seen_before_it_is_cut() -> None:
    assert offers_submission_form("Thẻ" + RESIDUE)
    assert not offers_submission_form("ThẻMã: KQ.G01.000088Từ khóaKhông có thông tinMô tảKhông có thông tin")
