"""The hashes are a specification that two programs follow: golden values, and the rules as properties."""

import json
from hashlib import blake2b
from itertools import pairwise
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync import wire
from sync.national import digest
from tests.national.province import record

LEAVES = st.one_of(st.text(max_size=8), st.integers(-(2**53), 2**53), st.booleans(), st.none())
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner))
RECORDS = st.dictionaries(st.text(min_size=1, max_size=8), VALUES, max_size=8)


def test_the_hashes_have_the_specified_values() -> None:
    # Arrange: computed once by hand from the specification, with nothing of ours.
    canonical = '{"ChuHoSo":"Nguyễn \\"An\\"","MaHoSo":"000.00.16.H49-220512-0001","TaiLieuNop":[{"TepDinhKemId":"7"}]}'
    by_hand = int.from_bytes(blake2b(canonical.encode(), digest_size=8).digest(), "big", signed=True)
    sent = {
        "MaHoSo": "000.00.16.H49-220512-0001",
        "Email": "",
        "GhiChu": None,
        "TaiLieuNop": [{"TepDinhKemId": 7, "DuongDanTaiTepTin": "https://x/?t=1"}],
        "DanhSachLePhi": [],
        "ChuHoSo": 'Nguyễn "An"',
    }

    assert digest.canonical_record(sent) == canonical.encode()
    assert digest.record_hash(sent) == by_hand
    assert digest.as_hex(by_hand) == "09e724d9c77cc3fa"
    assert digest.as_hex(digest.dossier_key("H49", "000.00.16.H49-220512-0001")) == "4611d5147dba1b4a"
    assert digest.as_hex(digest.leaf(1, -1, 2)) == "48bff0c8c4b78f38"
    assert digest.as_hex(digest.progress_identity("20220512083015", "2", "Tiếp nhận")) == "7ee34463351609d8"


@pytest.mark.parametrize(
    ("code", "root"),
    [
        ("000.00.00.H49", "H49"),
        ("000.00.16.H49", "H49"),
        ("H49", "H49"),
        ("H49.22.05", "H49"),
        (" G22 ", "G22"),
        ("", ""),
    ],
)
def test_both_forms_of_an_agency_code_have_a_root(code: str, root: str) -> None:
    assert digest.root(code) == root


@pytest.mark.parametrize(("leaf", "text"), [("a", "a"), (7, "7"), (1.5, "1.5"), (True, "True"), (None, ""), ([1], "")])
def test_a_leaf_of_any_type_is_text(leaf: object, text: str) -> None:
    assert digest.text_of(leaf) == text


@given(RECORDS)
def test_the_way_of_writing_does_not_change_the_hash(content: dict[str, Any]) -> None:
    written_otherwise = json.loads(json.dumps(dict(reversed(content.items()))))
    padded = {**written_otherwise, "only here": None, "and here": ["", {}], "DuongDanTaiTepTin": "https://x/?t=2"}

    assert digest.record_hash(padded) == digest.record_hash(content)


@given(RECORDS, st.sampled_from(["ChuHoSo", "TrangThaiHoSo"]), st.text(min_size=1), st.text(min_size=1))
def test_other_content_has_another_hash(content: dict[str, Any], name: str, one: str, other: str) -> None:
    hashes = {digest.record_hash({**content, name: value}) for value in (one, other)}

    assert len(hashes) == len({one, other})


@given(RECORDS)
def test_the_canonical_record_is_json_with_sorted_names_and_no_empty_value(content: dict[str, Any]) -> None:
    canonical = digest.canonical_record(content)
    value = json.loads(canonical)

    assert json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() == canonical
    assert all(member not in ("", None, [], {}) for member in value.values())


@given(st.text(min_size=1, max_size=30))
def test_a_dossier_lies_in_the_range_of_its_bucket(code: str) -> None:
    key = digest.dossier_key("H49", code)

    first, last = digest.bucket_range(digest.bucket(key))

    assert first <= key <= last


def test_the_buckets_are_all_keys_without_gap_or_overlap() -> None:
    ranges = sorted(digest.bucket_range(number) for number in range(wire.DIGEST_BUCKETS))

    assert ranges[0][0] == -(2**63)
    assert ranges[-1][1] == 2**63 - 1
    assert all(here[1] + 1 == there[0] for here, there in pairwise(ranges))


@given(st.lists(st.integers(-(2**63), 2**63 - 1)))
def test_the_sum_of_signed_leaves_is_that_of_the_unsigned(leaves: list[int]) -> None:
    unsigned = sum(leaf % 2**64 for leaf in leaves) % 2**64

    assert digest.as_hex(sum(leaves)) == f"{unsigned:016x}"


def test_a_number_of_progress_rows_is_part_of_the_leaf() -> None:
    key, content = digest.dossier_key("H49", "x"), digest.record_hash(record())

    assert digest.leaf(key, content, 1) != digest.leaf(key, content, 2)


def test_a_record_nested_beyond_reason_is_refused() -> None:
    deep: Any = "x"
    for _ in range(digest.MAX_DEPTH + 1):
        deep = [deep]

    with pytest.raises(digest.TooDeep):
        digest.canonical_record({"TaiLieuNop": deep})


@given(RECORDS)
def test_what_is_hashed_can_be_stored(content: dict[str, Any]) -> None:
    assert orjson.loads(orjson.dumps(content)) is not None
    assert isinstance(digest.record_hash(content), int)
