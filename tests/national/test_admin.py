"""The admin API: what reconciliation and the checker read, and the page a person sees."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest

from sync import wire
from sync.national import digest
from tests.national.province import MADONVI, Province, record, step


@pytest.fixture
def filled(province: Province) -> Province:
    """Thirty dossiers of one province, one of another, two progress rows each for the first ten."""
    province.add(*[record(number) for number in range(30)])
    province.progress(
        *[step(number, second) for number in range(10) for second in ("20220512083015", "20220512090000")]
    )
    Province(province.url, madonvi="H22", username="hagiang", password="hg").add(record("000.00.01.H22-220512-0001"))
    return province


def _pages(province: Province, path: str) -> list[Any]:
    rows: list[Any] = []
    after = ""
    while True:
        page = province.get(f"{path}&after={after}" if after else path)
        rows += page["rows"]
        if page["next"] is None:
            return rows
        after = page["next"]


def test_the_digest_of_a_province_leaves_the_others_out(filled: Province) -> None:
    ours, all_of_them = filled.get(f"/_admin/digest?madonvi={MADONVI}"), filled.get("/_admin/digest")

    assert (ours["dossiers"], ours["progress_rows"], all_of_them["dossiers"]) == (30, 20, 31)


def test_the_buckets_add_up_to_the_digest(filled: Province) -> None:
    buckets = filled.get(f"/_admin/digest/buckets?madonvi={MADONVI}")["rows"]
    total = filled.get(f"/_admin/digest?madonvi={MADONVI}")

    assert sum(dossiers for _, dossiers, _ in buckets) == total["dossiers"]
    assert digest.as_hex(sum(int(leaf_sum, 16) for _, _, leaf_sum in buckets)) == total["sum"]
    expected = {digest.bucket(digest.dossier_key("H49", record(number)["MaHoSo"])) for number in range(30)}
    assert {number for number, _, _ in buckets} == expected


def test_dossiers_are_asked_for_by_their_codes_and_unknown_ones_are_absent(filled: Province) -> None:
    codes = [record(3)["MaHoSo"], record(7)["MaHoSo"], "000.00.16.H49-220512-9999"]

    answer = filled.post(wire.PATH_DOSSIERS, {"madonvi": MADONVI, "codes": codes}).content

    everything = {row[0]: row for row in _pages(filled, f"/_admin/dossiers?madonvi={MADONVI}")}
    assert sorted(answer["rows"]) == [everything[code] for code in codes[:2]]
    assert answer["columns"] == filled.get("/_admin/dossiers?limit=1")["columns"]


@pytest.mark.parametrize(
    "question",
    [None, [], {}, {"madonvi": 7, "codes": []}, {"madonvi": "H49", "codes": "x"}, {"madonvi": "H49", "codes": [7]}],
)
def test_a_question_for_dossiers_that_is_none_is_refused_in_a_sentence(province: Province, question: object) -> None:
    assert province.post(wire.PATH_DOSSIERS, question).status == 400
    assert province.send("POST", wire.PATH_DOSSIERS, b"{").status == 400


def test_dossiers_come_by_bucket_and_page(filled: Province) -> None:
    codes = [record(number)["MaHoSo"] for number in range(30)]
    buckets = [digest.bucket(digest.dossier_key("H49", code)) for code in codes[:3]]

    everything = _pages(filled, f"/_admin/dossiers?madonvi={MADONVI}&limit=7")
    some = _pages(filled, f"/_admin/dossiers?bucket={','.join(map(str, buckets))}&limit=2")

    assert sorted(row[0] for row in everything) == codes
    assert set(codes[:3]) <= {row[0] for row in some} < set(codes)
    by_code = {row[0]: row[1:] for row in everything}
    key, content = digest.dossier_key("H49", codes[0]), digest.record_hash(record(0))
    assert by_code[codes[0]] == [digest.as_hex(digest.leaf(key, content, 2)), digest.as_hex(content), 2, "2"]


def test_a_damaged_row_changes_the_digest_of_its_bucket_only(filled: Province, national_database_url: str) -> None:
    before = filled.get("/_admin/digest/buckets")["rows"]
    key = digest.dossier_key("H49", record(3)["MaHoSo"])

    with psycopg.connect(national_database_url) as connection:
        connection.execute("DELETE FROM dossier WHERE key = %s", [key])
    after = filled.get("/_admin/digest/buckets")["rows"]

    assert {row[0] for row in before if row not in after} == {digest.bucket(key)}


def test_one_dossier_is_shown_with_all_that_happened_to_it(filled: Province) -> None:
    found = filled.get(f"/_admin/dossiers/{record(1)['MaHoSo']}")

    assert (found["root"], found["received_on"], found["progress_rows"]) == ("H49", "2022-05-12", 2)
    assert [row[2] for row in found["ledger"]] == ["record", "progress", "progress"]


def test_an_unknown_dossier_is_not_found(filled: Province) -> None:
    assert filled.send("GET", "/_admin/dossiers/000.00.16.H49-220512-9999").status == 404
    assert filled.send("GET", f"/_admin/dossiers/{record(1)['MaHoSo']}?madonvi=H22").status == 404


def test_the_ledger_comes_in_pages_and_by_province(filled: Province) -> None:
    everything = _pages(filled, "/_admin/ledger?limit=13")
    ours = _pages(filled, f"/_admin/ledger?limit=50&madonvi={MADONVI}")

    assert (len(everything), len(ours)) == (51, 50)
    assert [row[0] for row in everything] == sorted(row[0] for row in everything)


def test_the_counts_are_those_of_indicator_1_4(filled: Province) -> None:
    stats = filled.get("/_admin/stats")

    assert stats["effects"] == {"record": 31, "progress": 20}
    assert stats["statuses"] == {"2": 31}
    assert stats["received"] == [
        {"root": "H22", "day": "2022-05-12", "dossiers": 1},
        {"root": "H49", "day": "2022-05-12", "dossiers": 30},
    ]


def test_the_journal_counts_what_arrived(filled: Province) -> None:
    filled.progress(step(99))
    filled.post("/mapi/g", [])

    journal = filled.get("/_admin/journal?limit=2")

    counted = {(row["service"], row["error_code"]): row["requests"] for row in journal["answers"]}
    assert counted[("DongBoHoSoMC", "0")] == 2
    assert counted[("CapNhatTienDoHoSoMC", "2")] == 1
    assert counted[("", "1")] == 1
    assert journal["records"] == 30 + 20 + 1 + 1
    assert [entry["number"] for entry in journal["last"]] == [journal["requests"], journal["requests"] - 1]
    assert journal["last"][1]["dstcode"] == "VN:GOV:X"


def test_a_reset_forgets_the_dossiers_but_not_the_sessions(filled: Province) -> None:
    as_a_form = filled.send("POST", "/_admin/reset", b"", {"Content-Type": "application/x-www-form-urlencoded"})
    assert as_a_form.status == 415
    assert filled.get("/_admin/digest")["dossiers"] == 31

    assert filled.post("/_admin/reset", {}).status == 200

    assert filled.get("/_admin/digest") == {"dossiers": 0, "sum": "0" * 16, "progress_rows": 0}
    assert filled.ledger() == []
    assert filled.effects(filled.add(record(1))) == ["applied"]


def test_a_reset_waits_for_a_writer_without_keeping_from_it_what_it_needs_next(
    filled: Province, national_database_url: str
) -> None:
    with psycopg.connect(national_database_url) as writer, ThreadPoolExecutor(1) as beside:
        writer.execute("LOCK TABLE ledger IN ROW EXCLUSIVE MODE")
        reset = beside.submit(filled.post, wire.PATH_RESET, {})
        _wait_until_something_waits(writer)

        writer.execute("SET lock_timeout = '3s'")
        writer.execute("UPDATE record SET body = body")
        writer.commit()

        assert reset.result().status == 200


def _wait_until_something_waits(connection: psycopg.Connection) -> None:
    waiting = "SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database WHERE NOT granted AND datname = %s"
    deadline = time.monotonic() + 20
    while connection.execute(waiting, [connection.info.dbname]).fetchone() == (0,):
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.parametrize(
    "query",
    [
        *("ledger?after=x", "ledger?limit=0", "dossiers?bucket=4096", "dossiers?bucket=a", "journal?limit=-1"),
        "dossiers?bucket=" + ",".join(map(str, range(1001))),
    ],
)
def test_a_wrong_question_is_refused(province: Province, query: str) -> None:
    assert province.send("GET", f"/_admin/{query}").status == 400


def test_the_health_path_is_answered(province: Province) -> None:
    assert province.get(wire.PATH_HEALTH) == {"status": "ok"}


def test_the_page_shows_the_counts_and_escapes_what_was_sent(filled: Province) -> None:
    filled.add(record(50, TrangThaiHoSo="<b>11</b>"))
    filled.call("<script>")

    page = filled.send("GET", "/").body.decode()

    assert "Hệ thống giám sát quốc gia" in page
    assert ">32<" in page
    assert "&lt;script&gt;" in page
    assert "<script" not in page
    assert "<b>11" not in page


def test_the_page_of_an_empty_system_says_so(province: Province) -> None:
    assert "Chưa có yêu cầu nào" in province.send("GET", "/").body.decode()
