"""Channels, duration and fee out of a table whose cells run together: real samples, among them nasty ones."""

from dataclasses import replace

import pytest

from procedures.catalogue.sources import Detail, SourceProcedure
from procedures.catalogue.ways import Way, amount, filing, read_ways

HEADER = "Hình thức nộpThời gianPhí, lệ phíMô tả"


NOTHING_SAID = SourceProcedure(
    code="1.000001",
    name="Đăng ký",
    sector="Hộ tịch",
    ministry="Bộ Tư pháp",
    levels=("Cấp xã",),
    agencies=(),
    decision="",
    audience=(),
    channels=(),
    duration="",
    duration_unit="",
    fee_text="",
    result_code="",
    result_name="",
    existed_2022=True,
    url="",
    origin="test",
)


def procedure(ways: str) -> SourceProcedure:
    """A procedure whose page has this table of ways of filing."""
    return replace(NOTHING_SAID, detail=Detail("", HEADER + ways, "", "", ""))


def test_the_rows_of_one_table_are_told_apart() -> None:
    ways = read_ways(
        "Trực tuyến2 Ngày làm việc100,000 VNĐ(100.000 đồng/01 lần cấp)Dịch vụ bưu chính2 Ngày làm việc100,000 VNĐ"
        "Trực tiếp2 Ngày làm việc100,000 VNĐNộp trực tiếp tại Sở"
    )

    assert [(way.channel, way.value, way.unit, way.fee) for way in ways] == [
        (2, 2, "Ngày làm việc", "100,000 VNĐ"),
        (3, 2, "Ngày làm việc", "100,000 VNĐ"),
        (1, 2, "Ngày làm việc", "100,000 VNĐ"),
    ]
    assert [way.remark for way in ways] == ["100.000 đồng/01 lần cấp", "", ""]


def test_a_channel_named_inside_a_sentence_is_no_row() -> None:
    ways = read_ways("Trực tiếp5 NgàyMiễn phíNộp Trực tuyến hoặc qua Dịch vụ bưu chính đều được")

    assert [way.channel for way in ways] == [1]


def test_a_bracket_within_the_bracket_belongs_to_the_remark() -> None:
    (way,) = read_ways("Trực tiếp3 NgàyMiễn phí(Theo Luật (khoản 2) Hợp tác xã)Nộp tại xã")

    assert way.remark == "Theo Luật (khoản 2) Hợp tác xã"


def test_an_open_bracket_ends_with_its_row() -> None:
    first, second = read_ways("Trực tiếp3 NgàyMiễn phí(Theo quy địnhTrực tuyến3 NgàyMiễn phí")

    assert (first.remark, second.remark) == ("Theo quy định", "")


@pytest.mark.parametrize(
    ("ways", "duration"),
    [
        ("Trực tiếp5 Ngày làm việcMiễn phí", (5, "working_days")),
        ("Trực tiếp30 NgàyMiễn phí", (30, "days")),
        ("Trực tiếp8 GiờMiễn phí", (8, "hours")),
        ("Trực tiếp6 Tháng100 USD(100 USD/thẻ.)", (6, "months")),
        ("Trực tiếp105Miễn phí", None),
        ("Trực tiếpKhông có thông tinMiễn phí", None),
        ("Trực tuyến3 Ngày làm việcMiễn phíTrực tiếp2 Ngày làm việcMiễn phí", None),
        ("Trực tuyến3 NgàyMiễn phíTrực tiếp3 Ngày làm việcMiễn phí", None),
        ("Trực tuyếnKhông có thông tinMiễn phíTrực tiếp7 NgàyMiễn phí", (7, "days")),
        ("Trực tiếp0 NgàyMiễn phí", None),
    ],
)
def test_a_duration_needs_one_value_and_a_unit(ways: str, duration: tuple[int, str] | None) -> None:
    assert filing(procedure(ways)).duration == duration


@pytest.mark.parametrize(
    ("ways", "dong"),
    [
        ("Trực tiếp5 NgàyMiễn phí", 0),
        ("Trực tiếp5 NgàyMiễn phí(Không)", 0),
        ("Trực tiếp5 NgàyMiễn phíTrực tuyến5 NgàyKhông có thông tin", 0),
        ("Trực tiếp5 Ngày100,000 Việt Nam Đồng", 100_000),
        ("Trực tiếp5 Ngày100,000 VNĐ(100.000 đồng/01 lần cấp)", 100_000),
        ("Trực tiếp5 Ngày2,000 Việt Nam Đồng", 2_000),
        ("Trực tiếp5 Ngày50 VNĐ", None),
        ("Trực tiếp1 Giờ50 VNĐ(Phí hải quan 50USD/chuyến bay)", None),
        ("Trực tiếp5 Ngày10 USD(10 USD/người)", None),
        ("Trực tiếp5 NgàyKhông có thông tin", None),
        ("Trực tiếp5 Ngày100,000 VNĐTrực tuyến5 Ngày50,000 VNĐ", None),
        ("Trực tiếp5 NgàyMiễn phí(6.000.000 đồng/01 cơ sở/lần)", None),
        ("Trực tiếp5 NgàyMiễn phí(do Ủy ban nhân dân cấp tỉnh quy định.)", None),
        ("Trực tiếp5 Ngày100,000 VNĐ(100.000 đồng; cấp lại 50.000 đồng)", None),
        ("Trực tiếp5 Ngày100,000 VNĐ(Bằng 50% mức thu)", None),
    ],
)
def test_an_amount_is_taken_only_where_nothing_speaks_against_it(ways: str, dong: int | None) -> None:
    assert filing(procedure(ways)).fee_vnd == dong


def test_where_time_and_fee_run_into_each_other_nobody_guesses() -> None:
    assert read_ways("Trực tiếp1500,000 VNĐ") == []


def test_the_text_of_the_fee_keeps_each_statement_once() -> None:
    said = filing(procedure("Trực tiếp5 NgàyMiễn phí(Theo Luật)Trực tuyến5 NgàyMiễn phí(Theo Luật)"))

    assert said.fee_text == "Miễn phí (Theo Luật)"


def test_the_table_fills_the_channels_the_columns_lack() -> None:
    page = procedure("Trực tuyếnKhông có thông tinMiễn phíTrực tiếpKhông có thông tinMiễn phí")

    said = filing(replace(page, channels=(3,)))

    assert said.channels == (1, 2, 3)


def test_without_a_page_the_columns_count() -> None:
    columns = replace(
        NOTHING_SAID, channels=(1, 3), duration="7", duration_unit="Ngày", fee_text="1,000,000 Việt Nam Đồng"
    )

    said = filing(columns)

    assert (said.channels, said.duration, said.fee_vnd) == ((1, 3), (7, "days"), 1_000_000)


def test_the_placeholder_of_the_web_page_is_no_fee() -> None:
    assert filing(replace(NOTHING_SAID, fee_text="Không có thông tin")).fee_text == ""
    assert filing(procedure("Trực tiếp5 NgàyKhông có thông tin")).fee_text == ""


def test_nothing_stated_is_no_amount() -> None:
    assert amount([]) is None
    assert amount([Way(1, 5, "Ngày", "", "")]) is None
