"""Each effect once, whatever is repeated, mixed or sent at the same moment (national-protocol 10.3, 10.4, 10.11)."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync.national import digest
from tests.national.province import MADONVI, Province, record, step


def _leaf(content: dict[str, Any], rows: int) -> int:
    return digest.leaf(digest.dossier_key("H49", content["MaHoSo"]), digest.record_hash(content), rows)


def test_what_is_sent_again_is_absorbed(province: Province) -> None:
    first = [province.add(record(1)), province.progress(step(1))]
    again = [province.add(record(1)), province.update(record(1)), province.progress(step(1))]

    assert [province.effects(answer) for answer in first] == [["applied"], ["applied"]]
    assert [province.effects(answer) for answer in again] == [["absorbed"]] * 3
    assert len(province.ledger()) == 2


def test_a_file_is_known_by_its_id_not_by_its_address(province: Province) -> None:
    def sent(identity: str, stamp: int) -> dict[str, Any]:
        return record(1, TaiLieuNop=[{"TepDinhKemId": identity, "DuongDanTaiTepTin": f"https://x/f?t={stamp}"}])

    answers = [province.add(sent("7", 1)), province.add(sent("7", 2)), province.update(sent("8", 3))]

    assert [province.effects(answer) for answer in answers] == [["applied"], ["absorbed"], ["applied"]]


def test_an_update_replaces_the_record_and_keeps_the_progress(province: Province) -> None:
    province.add(record(1))
    province.progress(step(1), step(1, "20220512090000", "4"))

    province.update(record(1, TrangThaiHoSo="9"))
    held = province.dossier(record(1)["MaHoSo"])

    assert (held["status"], held["progress_rows"]) == ("9", 2)
    assert held["record"] == record(1, TrangThaiHoSo="9")
    assert sorted(row["ThoiDiemXuLy"] for row in held["progress"]) == ["20220512083015", "20220512090000"]
    assert held["leaf"] == digest.as_hex(_leaf(record(1, TrangThaiHoSo="9"), 2))


def test_an_earlier_state_sent_late_is_applied_again_and_shows_in_the_ledger(province: Province) -> None:
    for status in ("2", "4", "2"):
        province.update(record(1, TrangThaiHoSo=status))

    assert [row["status"] for row in province.ledger()] == ["2", "4", "2"]


def test_the_ledger_keeps_the_order_of_application(province: Province) -> None:
    province.add(record(2), record(1))
    province.progress(step(1, "20220512090000", "4"), step(2), step(1))

    rows = province.ledger()

    assert [(row["kind"], row["code"][-1], row["position"], row["happened"]) for row in rows] == [
        ("record", "2", 0, None),
        ("record", "1", 1, None),
        ("progress", "1", 0, 20220512090000),
        ("progress", "2", 1, 20220512083015),
        ("progress", "1", 2, 20220512083015),
    ]
    assert [row["service"] for row in rows] == ["DongBoHoSoMC"] * 2 + ["CapNhatTienDoHoSoMC"] * 3
    assert rows[2]["record_hash"] == digest.as_hex(digest.record_hash(step(1, "20220512090000", "4")))
    assert rows[2]["text_hash"] == digest.as_hex(digest.hash64("Tiếp nhận hồ sơ".encode()))


def test_the_ledger_can_hold_what_must_not_happen(province: Province, national_database_url: str) -> None:
    province.add(record(1))
    province.progress(step(1))

    with psycopg.connect(national_database_url) as connection:
        columns = "dossier, record_hash, happened, text_hash, applied_at, position, kind, service, root, code, status"
        connection.execute(f"INSERT INTO ledger ({columns}) SELECT {columns} FROM ledger")
    identities = Counter((row["code"], row["happened"], row["status"], row["text_hash"]) for row in province.ledger())

    assert set(identities.values()) == {2}


def _at_once(province: Province, calls: list[Any]) -> list[list[str]]:
    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(lambda call: province.effects(call()), calls))


def test_two_adds_of_one_dossier_at_once_apply_once(province: Province) -> None:
    province.sign_in()

    for number in range(20):
        effects = _at_once(province, [lambda number=number: province.add(record(number))] * 4)
        assert sorted(effect for [effect] in effects) == ["absorbed"] * 3 + ["applied"]

    assert len(province.ledger()) == 20


def test_mixed_batches_in_opposite_order_neither_block_nor_apply_twice(province: Province) -> None:
    province.sign_in()
    numbers = list(range(40))
    records = [record(number) for number in numbers]
    province.add(*records[::3])
    rows = [step(number) for number in numbers]

    forward, backward = lambda: province.add(*records), lambda: province.update(*records[::-1])
    _at_once(province, [forward, backward, lambda: province.add(*records[10:])] * 2)
    _at_once(province, [lambda: province.progress(*rows), lambda: province.progress(*rows[::-1])] * 3)

    applied = Counter((row["kind"], row["code"]) for row in province.ledger())
    assert len(applied) == 80
    assert set(applied.values()) == {1}


def test_new_dossiers_in_opposite_order_do_not_block_each_other(province: Province) -> None:
    province.sign_in()

    for first in range(0, 2400, 400):
        records = [record(number) for number in range(first, first + 400)]
        forward, backward = lambda new=records: province.add(*new), lambda new=records: province.add(*new[::-1])
        _at_once(province, [forward, backward] * 2)

    assert len(province.ledger()) == 2400


def test_a_record_and_its_progress_at_once_leave_a_right_digest(province: Province) -> None:
    province.add(record(1))
    steps = [step(1, f"202205121000{second:02d}") for second in range(12)]

    calls = [lambda row=row: province.progress(row) for row in steps]
    calls += [lambda status=status: province.update(record(1, TrangThaiHoSo=status)) for status in "456789"]
    _at_once(province, calls)
    held = province.dossier(record(1)["MaHoSo"])

    assert held["progress_rows"] == len(held["progress"]) == 12
    assert held["leaf"] == digest.as_hex(_leaf(held["record"], 12))
    assert province.get("/_admin/digest")["sum"] == held["leaf"]


ACTS = st.one_of(
    st.tuples(st.just("DongBoHoSoMC"), st.builds(record, st.integers(1, 4), TrangThaiHoSo=st.sampled_from("249"))),
    st.tuples(
        st.just("CapNhatTienDoHoSoMC"),
        st.builds(step, st.integers(1, 4), st.sampled_from(["20220512083015", "20220512083016"])),
    ),
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ACTS, max_size=12))
def test_the_digest_kept_equals_the_digest_recomputed(
    province: Province, acts: list[tuple[str, dict[str, Any]]]
) -> None:
    province.post("/_admin/reset", {})
    records: dict[str, dict[str, Any]] = {}
    steps: set[tuple[str, str]] = set()

    for service, content in acts:
        province.call(service, isUpdating="False", data=[content])
        if service == "DongBoHoSoMC":
            records[content["MaHoSo"]] = content
        elif content["MaHoSo"] in records:
            steps.add((content["MaHoSo"], content["ThoiDiemXuLy"]))

    rows = Counter(code for code, _ in steps)
    leaves = [_leaf(content, rows[code]) for code, content in records.items()]
    expected = {"dossiers": len(records), "sum": digest.as_hex(sum(leaves)), "progress_rows": len(steps)}
    assert province.get(f"/_admin/digest?madonvi={MADONVI}") == expected
