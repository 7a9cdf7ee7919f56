"""Faults of what the national side remembers: forgotten rows, a restored backup, an old state; judged by the ledger."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest

from sync import wire
from tests.national.fault_client import admin, set_fault
from tests.national.province import MADONVI, Province, record, step


@pytest.fixture
def ready(province: Province) -> Province:
    province.sign_in()
    return province


def _kinds(province: Province) -> list[str]:
    return [row["kind"] for row in province.ledger()]


def test_forgotten_rows_are_applied_again_once_and_held_once(ready: Province) -> None:
    ready.add(record(1))
    ready.progress(step(1), step(1, "20220512090000"))
    set_fault(ready, forget_idempotency_keys=True, fail_request_count=1, match={"service": "CapNhatTienDoHoSoMC"})

    again = ready.effects(ready.progress(step(1)))
    third = ready.effects(ready.progress(step(1), step(1, "20220512100000")))

    assert again == ["applied"]
    assert third == ["absorbed", "applied"]
    assert _kinds(ready) == ["record", "progress", "progress", "forgot", "progress", "progress"]
    assert len(ready.dossier(record(1)["MaHoSo"])["progress"]) == 3
    assert ready.dossier(record(1)["MaHoSo"])["progress_rows"] == 3


def test_a_refused_request_applies_nothing_again(ready: Province) -> None:
    ready.add(record(1))
    ready.progress(step(1))
    set_fault(ready, forget_idempotency_keys=True, fail_request_count=1)
    ready.call("TraCuuHoSo")

    ready.session = "void"

    assert ready.progress(step(1))["error_code"] == "4"
    assert _kinds(ready) == ["record", "progress", "forgot"]


def test_what_was_forgotten_stays_forgotten_over_a_restart(start: Callable[..., Province]) -> None:
    first = start()
    first.add(record(1))
    first.progress(step(1))
    set_fault(first, forget_idempotency_keys=True, fail_request_count=1)
    first.call("TraCuuHoSo")

    assert start().effects(start().progress(step(1))) == ["applied"]


def _age(url: str, seconds: int) -> None:
    """All that is in the ledger happened so much earlier."""
    with psycopg.connect(url) as connection:
        connection.execute("UPDATE ledger SET applied_at = applied_at - make_interval(secs => %s)", [seconds])


def test_a_restored_backup_holds_what_was_true_then(ready: Province, national_database_url: str) -> None:
    number = set_fault(ready, rollback_to={"seconds": 50}, succeed_first=1000)["id"]
    ready.add(record(1), record(2))
    ready.progress(step(1), step(2))
    before = ready.get(f"/_admin/digest?madonvi={MADONVI}")
    first = ready.dossier(record(1)["MaHoSo"])
    _age(national_database_url, 100)
    ready.update(record(1, ChuHoSo="Trần Văn Bình", TrangThaiHoSo="4"))
    ready.update(record(1, ChuHoSo="Lê Văn Cường", TrangThaiHoSo="9"))
    ready.progress(step(1, "20220512090000", "4"))
    ready.add(record(3))
    ready.progress(step(3))

    admin(ready, "PATCH", f"/_admin/faults/{number}", {"succeed_first": None, "fail_request_count": 1})
    ready.call("LayThuTuc")

    after = ready.dossier(record(1)["MaHoSo"])
    assert ready.get(f"/_admin/digest?madonvi={MADONVI}") == before
    assert [after[name] for name in ("record", "progress", "status", "leaf")] == [
        first[name] for name in ("record", "progress", "status", "leaf")
    ]
    assert ready.send("GET", f"/_admin/dossiers/{record(3)['MaHoSo']}").status == 404
    restored = ready.ledger()[-1]
    assert (restored["kind"], int(restored["record_hash"], 16)) == ("restored", 4)
    assert ready.effects(ready.add(record(3))) == ["applied"]
    assert ready.effects(ready.progress(step(1), step(1, "20220512090000", "4"), step(3))) == [
        *("absorbed", "applied", "applied")
    ]


def test_a_backup_reaches_back_only_to_when_the_fault_was_set(ready: Province) -> None:
    ready.add(record(1))
    ready.update(record(1, ChuHoSo="Trần Văn Bình"))

    set_fault(ready, rollback_to={"seconds": 3600}, fail_request_count=1)
    ready.call("LayThuTuc")

    assert ready.dossier(record(1)["MaHoSo"])["record"]["ChuHoSo"] == "Trần Văn Bình"
    assert int(ready.ledger()[-1]["record_hash"], 16) == 2


@pytest.mark.parametrize("end", ["DELETE", "PATCH", "PUT", "ttl"])
def test_former_records_are_kept_only_while_a_fault_needs_them(
    ready: Province, national_database_url: str, end: str
) -> None:
    admin(ready, "PUT", wire.PATH_CLOCK, {"at": "2022-05-12T08:00:00+07:00", "speed": 0})
    path = f"{wire.PATH_FAULTS}/{set_fault(ready, rollback_to={'seconds': 1}, succeed_first=99, ttl=60)['id']}"
    ready.add(record(1))
    ready.update(record(1, ChuHoSo="Trần Văn Bình"))
    assert _former_records(national_database_url) == 1

    if end == "DELETE":
        admin(ready, "DELETE", path, {})
    elif end == "PATCH":
        admin(ready, "PATCH", path, {"rollback_to": None, "error_status": 500})
    elif end == "PUT":
        admin(ready, "PUT", wire.PATH_PROFILE, {"profile": "healthy"})
    else:
        admin(ready, "PUT", wire.PATH_CLOCK, {"at": "2022-05-12T08:02:00+07:00"})
    ready.update(record(1, ChuHoSo="Lê Văn Cường"))
    ready.update(record(1, ChuHoSo="Phạm Văn Dũng"))

    assert _former_records(national_database_url) == 0


def _former_records(url: str) -> int:
    with psycopg.connect(url) as connection:
        return int(connection.execute("SELECT count(*) FROM former_record").fetchall()[0][0])


def test_a_fault_that_cannot_be_set_keeps_no_former_records(ready: Province, national_database_url: str) -> None:
    set_fault(ready, name="taken", error_status=500, match={"service": "LayThuTuc"})
    assert admin(ready, "POST", wire.PATH_FAULTS, {"name": "taken", "stale_read": {"seconds": 1}}).status == 400
    ready.add(record(1))
    ready.update(record(1, ChuHoSo="Trần Văn Bình"))

    assert _former_records(national_database_url) == 0


def test_a_stale_read_tells_the_state_of_then_or_nothing(ready: Province, national_database_url: str) -> None:
    set_fault(ready, stale_read={"seconds": 50})
    ready.add(record(1))
    _age(national_database_url, 100)
    ready.update(record(1, ChuHoSo="Trần Văn Bình"))
    ready.add(record(2))

    old = ready.call("TraCuuHoSo", mahoso=record(1)["MaHoSo"])["result"]
    new = ready.call("TraCuuHoSo", mahoso=record(2)["MaHoSo"])["result"]

    assert (old, new) == ([record(1)], [])


def test_a_ledger_of_before_these_faults_takes_their_rows(
    start: Callable[..., Province], national_database_url: str
) -> None:
    start().add(record(1))
    with psycopg.connect(national_database_url) as connection:
        connection.execute("ALTER TABLE ledger DROP CONSTRAINT ledger_kind_check")
        connection.execute("ALTER TABLE ledger ADD CHECK (kind IN ('record', 'progress'))")

    upgraded = start()
    set_fault(upgraded, forget_idempotency_keys=True, fail_request_count=1)
    upgraded.call("TraCuuHoSo")

    assert _kinds(upgraded) == ["record", "forgot"]


def test_marks_of_the_ledger_stand_in_every_provinces_pages(ready: Province) -> None:
    ready.add(record(1))
    set_fault(ready, forget_idempotency_keys=True, fail_request_count=1)
    ready.call("TraCuuHoSo")

    rows = ready.get(f"/_admin/ledger?madonvi={MADONVI}")["rows"]

    assert [row[2] for row in rows] == ["record", "forgot"]


@contextmanager
def _undone(province: Province, url: str) -> Iterator[None]:
    """What is done meanwhile a restored backup does not have."""
    fault = set_fault(province, rollback_to={"seconds": 50}, succeed_first=1000)
    _age(url, 100)
    yield
    admin(province, "PATCH", f"/_admin/faults/{fault['id']}", {"succeed_first": None, "fail_request_count": 1})
    province.call("LayThuTuc")


def _finish(province: Province) -> list[str]:
    rows = [step(1, f"202205120{status}0000", status) for status in ("4", "9")]
    return province.effects(province.progress(*rows, step(1, "20220513090000", "10")))


def test_a_strict_side_takes_again_the_steps_that_a_restoration_has_undone(
    start: Callable[..., Province], national_database_url: str
) -> None:
    strict = start(strict=True)
    strict.add(record(1))
    strict.progress(step(1))
    with _undone(strict, national_database_url):
        assert _finish(strict) == ["applied"] * 3

    assert _finish(strict) == ["applied"] * 3


@pytest.mark.parametrize("between", [True, False])
def test_steps_that_come_again_after_a_restoration_are_in_order(
    ready: Province, national_database_url: str, *, between: bool
) -> None:
    ready.add(record(1))
    ready.progress(step(1))
    with _undone(ready, national_database_url):
        _finish(ready)
        if between:
            ready.get(wire.PATH_WARNINGS)

    assert _finish(ready) == ["applied"] * 3
    assert ready.get(wire.PATH_WARNINGS)["rows"] == []


def test_what_was_odd_in_rows_that_a_restoration_has_undone_is_no_warning_any_more(
    ready: Province, national_database_url: str
) -> None:
    ready.add(record(1), record(2, MaLinhVuc=""))
    with _undone(ready, national_database_url):
        ready.update(record(1, MaLinhVuc=""))
        ready.add(record(3, MaLinhVuc=""))
        before = [row["code"] for row in ready.get(wire.PATH_WARNINGS)["rows"]]

    assert before == [record(number)["MaHoSo"] for number in (1, 2, 3)]
    assert [row["code"] for row in ready.get(wire.PATH_WARNINGS)["rows"]] == [record(2)["MaHoSo"]]


def test_a_stale_read_tells_nothing_that_a_restoration_has_undone(ready: Province, national_database_url: str) -> None:
    ready.add(record(1))
    with _undone(ready, national_database_url):
        ready.update(record(1, ChuHoSo="Trần Văn Bình"))
        ready.add(record(2))
    _age(national_database_url, 100)
    set_fault(ready, stale_read={"seconds": 50})

    found = [ready.call("TraCuuHoSo", mahoso=record(number)["MaHoSo"])["result"] for number in (1, 2)]

    assert found == [[record(1)], []]


def test_of_two_restorations_each_undoes_the_rows_since_its_own_backup(
    ready: Province, national_database_url: str
) -> None:
    with psycopg.connect(national_database_url) as connection:
        connection.execute(
            "INSERT INTO ledger (dossier, record_hash, position, kind, service, root, code, status)"
            " SELECT 0, last, 0, kind, '', '', '', '' FROM unnest(ARRAY[0, 0, 0, 1, 0, 0, 5, 0],"
            " string_to_array('record record record restored record record restored record', ' '))"
            " WITH ORDINALITY AS row (last, kind, seq) ORDER BY row.seq"
        )
        rows = connection.execute("SELECT seq FROM true_ledger ORDER BY seq").fetchall()

    assert [seq for (seq,) in rows] == [1, 4, 5, 7, 8]
