"""The portal's digest, against the national side's own code and against what it must leave out."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sync import digest, wire
from sync.national import digest as theirs

CODE = "000.00.16.H49-220512-0001"
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
members = st.recursive(
    texts, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3), max_leaves=8
)


@given(st.dictionaries(texts, members, max_size=6))
def test_both_sides_hash_a_record_alike_though_they_share_no_code(record: dict[str, Any]) -> None:
    key = digest.dossier_key("H49", CODE)

    assert key == theirs.dossier_key("H49", CODE) & digest.UNSIGNED
    assert digest.bucket(key) == theirs.bucket(theirs.from_hex(f"{key:016x}"))
    ours = digest.leaf(key, record, 3)
    assert ours == theirs.leaf(theirs.from_hex(f"{key:016x}"), theirs.record_hash(record), 3) & digest.UNSIGNED


def test_empty_members_and_file_addresses_say_nothing_at_any_depth() -> None:
    [address, *_] = sorted(wire.URL_FIELDS)
    paper = {"GiayToId": "7", address: "http://127.0.0.1/7?t=1", "TenGiayTo": ""}

    assert (
        digest.canonical({"TaiLieuNop": [paper, {}], "Email": "", "Fax": None}) == b'{"TaiLieuNop":[{"GiayToId":"7"}]}'
    )
    assert digest.canonical({"TaiLieuNop": [{address: "http://127.0.0.1/8"}], "DanhSachLePhi": []}) == b"{}"
