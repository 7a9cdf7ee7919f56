"""Warnings: found when somebody asks, piece by piece, and gone when they are put right."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from sync import wire
from sync.national import warnings
from tests.national.province import MADONVI, Province, record, step
from tests.national.test_pages import pages


def found(province: Province, **query: str) -> list[tuple[str, str]]:
    text = "&".join(f"{name}={value}" for name, value in query.items())
    return [(row["code"], row["kind"]) for row in province.get(f"{wire.PATH_WARNINGS}?{text}")["rows"]]


def code(number: int) -> str:
    return str(record(number)["MaHoSo"])


def test_what_is_odd_is_found_counted_and_put_right(province: Province) -> None:
    province.add(record(1, MaLinhVuc=""), record(2), record(3, MaLinhVuc="", TrangThaiHoSo="11"))

    answer = province.get(wire.PATH_WARNINGS)
    province.update(record(1))

    assert [(row["code"], row["kind"]) for row in answer["rows"]] == [
        (code(1), "missing_sector"), (code(3), "missing_sector"), (code(3), "unknown_status"),
    ]  # fmt: skip
    assert answer["counts"]["missing_sector"]["provinces"] == {"H49": 2}
    assert answer["looked_through"] == answer["ledger_end"]
    assert found(province, kind="missing_sector") == [(code(3), "missing_sector")]


@pytest.mark.parametrize("number", ["²³²³²³²³²³²³", "٠٢٢٠٨٥٠٠٠٠٠١", "０２２０８５０００００１"])
def test_digits_of_another_script_in_one_dossier_leave_the_warnings_of_all_readable(
    province: Province, number: str
) -> None:
    province.add(record(1, MaDoiTuong=number, SoGiayToChuHoSo=number), record(2, MaLinhVuc=""))

    assert found(province) == [(code(2), "missing_sector")]
    assert province.send("GET", f"/ho-so/{code(1)}").status == 200


def test_a_procedure_that_the_catalogue_does_not_have_is_warned_of(province: Province) -> None:
    province.add(record(1, MaTTHC="9.999999"), record(2, MaTTHC="1.004884.000.00.00.H49"))

    assert found(province) == [(code(1), "unknown_procedure")]


def test_a_long_number_and_a_sentence_for_a_status_are_kept_and_warned_of(province: Province) -> None:
    long, sentence = "HS-" + "9" * 1500, "Đang xử lý " * 100

    assert province.add(record(long, TrangThaiHoSo=sentence))["error_code"] == "0"

    assert province.dossier(long)["status"] == sentence
    assert found(province) == [(long, "odd_number"), (long, "unknown_status")]
    assert province.send("GET", "/canh-bao").status == province.send("GET", "/").status == 200


def test_a_status_out_of_order_stays_a_warning(province: Province) -> None:
    province.add(record(1, TrangThaiHoSo="10"))
    province.update(record(1, TrangThaiHoSo="1"))
    province.update(record(1, TrangThaiHoSo="2"))

    [row] = province.get(wire.PATH_WARNINGS)["rows"]

    assert (row["kind"], row["detail"]) == ("status_out_of_order", "10 → 1")


def test_steps_are_judged_by_the_step_before_them_in_earlier_requests_too(province: Province) -> None:
    province.add(record(1), record(2))
    province.progress(step(1, "20220512083015", "2"), step(2, "20220512083015", "2"), step(2, "20220512083016", "9"))
    assert found(province) == []

    province.progress(step(1, "20220513083015", "10"), step(2, "20220513083015", "10"))

    assert found(province) == [(code(1), "status_out_of_order")]


def test_a_look_goes_on_where_the_last_one_ended(province: Province, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warnings, "PIECE", 1)
    province.add(*(record(number, MaLinhVuc="") for number in range(1, warnings.PIECES + 5)))

    first = province.get(wire.PATH_WARNINGS)
    second = province.get(wire.PATH_WARNINGS)

    assert len(first["rows"]) == warnings.PIECES
    assert first["looked_through"] < first["ledger_end"] == second["looked_through"]
    assert len(second["rows"]) == warnings.PIECES + 4


def test_others_are_answered_while_much_is_looked_through(province: Province, monkeypatch: pytest.MonkeyPatch) -> None:
    judge, judged = warnings._judge, list[int]()

    async def counting(connection: Any, rows: Sequence[Any], *rest: Any) -> None:
        judged.append(len(rows))
        await judge(connection, rows, *rest)

    monkeypatch.setattr(warnings, "_judge", counting)
    province.add(*(record(number) for number in range(2500)))
    province.get(wire.PATH_WARNINGS)

    assert judged == [1000, 1000, 500]


def test_pages_and_filters_of_the_warnings_follow_one_another(
    province: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.national.admin_quality.PAGE", 4)
    province.add(*(record(number, MaLinhVuc="") for number in range(1, 7)))
    stranger = Province(province.url, madonvi="H22", username="hagiang", password="hg")
    stranger.add(record("000.00.01.H22-220512-0001", MaLinhVuc=""))

    first = province.get(f"{wire.PATH_WARNINGS}?madonvi={MADONVI}")
    rest = found(province, madonvi=MADONVI, after=first["next"])

    assert [row["code"] for row in first["rows"]] == [code(number) for number in range(1, 5)]
    assert [found_code for found_code, _kind in rest] == [code(5), code(6)]
    assert found(province, madonvi="H22") == [("000.00.01.H22-220512-0001", "missing_sector")]
    assert province.send("GET", f"{wire.PATH_WARNINGS}?kind=nonsense").status == 400


def test_as_many_warnings_are_listed_as_are_asked_for(province: Province) -> None:
    province.add(*(record(number, MaLinhVuc="") for number in range(1, 4)))

    first = province.get(f"{wire.PATH_WARNINGS}?limit=2")

    assert [row["code"] for row in first["rows"]] == [code(1), code(2)]
    assert found(province, limit="2", after=first["next"]) == [(code(3), "missing_sector")]
    assert province.send("GET", f"{wire.PATH_WARNINGS}?limit=0").status == 400


def test_behind_the_last_page_of_warnings_there_is_no_empty_one(
    province: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.national.pages.site.ROWS", 2)
    province.add(*(record(number, MaLinhVuc="") for number in range(1, 4)))

    shown = [text.count("000.00.16.H49-") for text in pages(province, "/canh-bao")]

    assert shown == [2, 1]


def test_a_strict_national_side_refuses_with_a_sentence_what_a_lenient_one_warns_of(
    start: Callable[..., Province],
) -> None:
    strict = start(strict=True)
    strict.add(record(1, TrangThaiHoSo="10"), record(2))
    strict.progress(step(2, "20220512083015", "9"))

    answers: list[Any] = [
        strict.update(record(1, TrangThaiHoSo="4")),
        strict.add(record(3, TrangThaiHoSo="")),
        strict.progress(step(2, "20220512083016", "1")),
    ]

    assert [answer["error_code"] for answer in answers] == ["1", "1", "1"]
    assert all("trạng thái" in answer["message"] for answer in answers)
    assert strict.progress(step(2, "20220512083015", "9"))["error_code"] == "0", "a retry is absorbed"
