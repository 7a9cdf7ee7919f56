"""The catalogue's file, and its records as real clients take them apart (national-protocol 6.1)."""

import gzip
from pathlib import Path

import pytest

from sync.national.catalogue import Catalogue, CatalogueError, load, national_code
from tests.national.catalogue_rows import ROWS, SECTORS

ARRAYS = (
    "CAPTHUCHIEN LINHVUCTHUCHIEN DOITUONGTHUCHIEN TRINHTUTHUCHIEN CACHTHUCTHUCHIEN THANHPHANHOSO KETQUATHUCHIEN"
    " CANCUPHAPLY COQUANTHUCHIEN COQUANCOTHAMQUYEN COQUANDUOCUYQUYEN COQUANPHOIHOP TTHCLIENQUAN TTHCLIENTHONG"
)


@pytest.mark.parametrize("row", ROWS, ids=["full", "bare"])
def test_every_array_is_there_and_a_sector_always(catalogue: Catalogue, row: dict[str, str]) -> None:
    record = catalogue.find(row["code"])

    assert record is not None
    assert all(isinstance(record[name], list) for name in ARRAYS.split())
    assert record["LINHVUCTHUCHIEN"]
    assert all(isinstance(way["THOIGIAN"][0]["PHILEPHI"], list) for way in record["CACHTHUCTHUCHIEN"])
    assert all(isinstance(case["TRINHTU"], list) for case in record["TRINHTUTHUCHIEN"])
    assert record["TRANGTHAI"] == "1"


def test_a_record_says_what_the_row_says(catalogue: Catalogue) -> None:
    record = catalogue.find("1.004884")

    assert record is not None
    assert record["CAPTHUCHIEN"] == [{"CAPTHUCHIEN": "3", "TENCAP": "Cấp xã"}]
    assert [way["KENH"] for way in record["CACHTHUCTHUCHIEN"]] == ["1", "2"]
    limit = record["CACHTHUCTHUCHIEN"][0]["THOIGIAN"][0]
    assert (limit["THOIGIANGIAIQUYET"], limit["DONVITINH"]) == ("1", "Ngày làm việc")
    assert record["THANHPHANHOSO"][0]["GIAYTO"][0]["SOBANCHINH"] == "1"
    assert record["KETQUATHUCHIEN"][0]["MAKETQUA"] == "KQ.G15.000031"
    assert record["QUYETDINH"] == record["IDQUYETDINHCONGBO"] == "1872/QĐ-BTP"
    assert record["MACOQUANCONGBO"] == "000.00.00.G15"
    assert record["DOITUONGTHUCHIEN"] == [{"MADOITUONG": "", "TENDOITUONG": "Công dân Việt Nam"}]
    assert record["CANCUPHAPLY"][0]["TENVANBAN"] == "Luật Hộ tịch"


@pytest.mark.parametrize(
    ("words", "kind"), [("20.000 đồng", "1"), ("Phí thẩm định", "1"), ("Lệ phí 8.000 đồng", "2"), ("miễn lệ phí", "2")]
)
def test_a_fee_is_a_charge_or_a_levy_by_its_words(words: str, kind: str) -> None:
    catalogue = Catalogue([{**ROWS[0], "fee_text": words}], SECTORS, [])

    record = catalogue.find("1.004884")
    assert record is not None
    [fee] = record["CACHTHUCTHUCHIEN"][0]["THOIGIAN"][0]["PHILEPHI"]
    assert (fee["MAPHILEPHI"], fee["SOTIEN"]) == (kind, words)


def test_what_the_catalogue_does_not_know_is_left_empty(catalogue: Catalogue) -> None:
    record = catalogue.find("2.000635")

    assert record is not None
    [limit] = record["CACHTHUCTHUCHIEN"][0]["THOIGIAN"]
    assert limit == {"THOIGIANGIAIQUYET": "", "DONVITINH": "", "MOTA": "", "PHILEPHI": []}


@pytest.mark.parametrize(
    ("code", "national"),
    [
        ("1.004884.000.00.00.H49", "1.004884"),
        ("1.004884.H49", "1.004884"),
        ("1.004884", "1.004884"),
        (" 1.004884.h49 ", "1.004884"),
        ("BTP-1", "BTP-1"),
        ("1.0048849", "1.0048849"),
        ("1.004884.49", "1.004884.49"),
        ("1.004884.H49.7", "1.004884.H49.7"),
        ("١.004884", "١.004884"),
    ],
)
def test_a_local_code_begins_with_the_national_one(code: str, national: str) -> None:
    assert national_code(code) == national


def test_a_file_is_read_plain_and_packed(catalogue_file: Path) -> None:
    packed = catalogue_file.with_name("procedures.jsonl.gz")
    packed.write_bytes(gzip.compress(catalogue_file.read_bytes()))

    assert len(load(catalogue_file)) == len(load(packed)) == 2


@pytest.mark.parametrize("missing", ["procedures.jsonl", "sectors.csv", "agencies.csv"])
def test_a_missing_file_is_named(catalogue_file: Path, missing: str) -> None:
    catalogue_file.with_name(missing).unlink()

    with pytest.raises(CatalogueError, match=missing):
        load(catalogue_file)


@pytest.mark.parametrize("content", [b"{", b"[1]", b'{"code":"1"}', b"\x1f\x8b"])
def test_a_broken_file_is_named(catalogue_file: Path, content: bytes) -> None:
    for path in (catalogue_file, catalogue_file.with_name("procedures.jsonl.gz")):
        path.write_bytes(content)
        with pytest.raises(CatalogueError, match=r"procedures\.jsonl"):
            load(path)


def test_the_catalogue_of_this_checkout_is_read_whole() -> None:
    assert len(load()) == 1832
