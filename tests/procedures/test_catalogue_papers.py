"""The list of papers, out of a table whose cells run together: real samples, among them nasty ones."""

import pytest

from procedures.catalogue.papers import Paper, papers, rest_of_the_steps

HEADER = "Tên giấy tờMẫu đơn, tờ khaiSố lượng"


def rows(cells: str) -> list[tuple[str, int | None, int | None, str]]:
    return [(paper.name, paper.originals, paper.copies, paper.form) for paper in papers("--" + HEADER + cells)]


def test_a_paper_ends_with_its_quantity() -> None:
    cells = "Lý lịch tư pháp;1 bản chínhBản sao hộ chiếu;0 bản chính,1 bản saoĐơn xin1 bản chính,2 bản sao"

    assert rows(cells) == [("Lý lịch tư pháp;", 1, 0, ""), ("Bản sao hộ chiếu;", 0, 1, ""), ("Đơn xin", 1, 2, "")]


def test_a_quantity_of_copies_alone_says_nothing_of_originals() -> None:
    assert rows("Hộ chiếu2 bản sao") == [("Hộ chiếu", None, 2, "")]


@pytest.mark.parametrize(
    "name",
    [
        "Danh mục các cơ sở: 01 bản chính",
        "Nộp 01 bản chính, 02 bản sao của Giấy phép",
        "Danh mục: 01 (một) bản chính",
        "Đơn gồm 2 bản chính và phụ lục",
    ],
)
def test_a_quantity_inside_a_sentence_is_no_border(name: str) -> None:
    assert rows(name + "1 bản chínhĐơn1 bản chính") == [(name, 1, 0, ""), ("Đơn", 1, 0, "")]


def test_the_year_before_a_quantity_stays_in_the_name() -> None:
    assert rows("Báo cáo năm 20201 bản chính") == [("Báo cáo năm 2020", 1, 0, "")]


def test_a_doubled_quantity_makes_no_nameless_paper() -> None:
    assert rows("Văn bản đề nghị.1 bản chính1 bản chính") == [("Văn bản đề nghị.", 1, 0, "")]


@pytest.mark.parametrize(
    ("cells", "name", "form"),
    [
        ("Đơn theo mẫu;Mẫu số 02- Đơn.docx1 bản chính", "Đơn theo mẫu;", "Mẫu số 02- Đơn.docx"),
        ("Phiếu đề nghị (Mẫu DC02)Mẫu DC02 Phiếu.doc1 bản chính", "Phiếu đề nghị (Mẫu DC02)", "Mẫu DC02 Phiếu.doc"),
        ("Đơn của Bộ Công an.NA15.pdf1 bản chính", "Đơn của Bộ Công an.", "NA15.pdf"),
        ("Đơn đề nghị theo mẫuDon_TT1.docx1 bản chính", "Đơn đề nghị theo mẫu", "Don_TT1.docx"),
    ],
)
def test_a_form_is_cut_off_where_only_one_border_shows(cells: str, name: str, form: str) -> None:
    assert rows(cells) == [(name, 1, 0, form)]


@pytest.mark.parametrize(
    "name",
    [
        "Phiếu khai báo (mẫu NA17)101-Mau A17.V2.doc",
        "Văn bản đề nghịMẫu I.1.17.docxMẫu I.1.18.docx",
        "ban hành theo Thông tư 07/2026/TT-BNNMTMus04-PhlcII.docx",
        "Bản khai đính kèm ban khai.doc",
    ],
)
def test_a_form_without_a_single_border_stays_in_the_name(name: str) -> None:
    assert rows(name + "1 bản chính") == [(name, 1, 0, "")]


def test_each_case_has_its_title() -> None:
    text = f"Trường hợp A{HEADER}Đơn1 bản chínhTrường hợp B:{HEADER}Giấy phép1 bản chính"

    assert papers(text) == [Paper("Đơn", 1, 0, "", "Trường hợp A"), Paper("Giấy phép", 1, 0, "", "Trường hợp B:")]


def test_what_follows_the_last_quantity_is_a_paper_without_one() -> None:
    assert rows("Đơn1 bản chínhGiấy tờ khác (nếu có)") == [("Đơn", 1, 0, ""), ("Giấy tờ khác (nếu có)", None, None, "")]


def test_the_page_s_dashes_are_no_paper() -> None:
    assert rows("Đơn1 bản chính--") == [("Đơn", 1, 0, "")]


@pytest.mark.parametrize("text", ["", "--", "); nộp hồ sơ cho cơ quan BHXH nơi đang chi trả.\nBước 2. Nhận"])
def test_a_text_without_the_table_is_no_list_of_papers(text: str) -> None:
    assert papers(text) == []


def test_the_cut_off_end_of_the_steps_is_known_from_papers() -> None:
    assert rest_of_the_steps("); nộp hồ sơ cho cơ quan BHXH.") == "); nộp hồ sơ cho cơ quan BHXH."
    assert rest_of_the_steps("--") == rest_of_the_steps("") == ""
    assert rest_of_the_steps(f"--{HEADER}Đơn1 bản chính") == ""
