"""The committed files are what the sources give, byte for byte, and the command says so."""

import gzip
import re
import shutil
from pathlib import Path

import pytest

from procedures.catalogue.__main__ import DATA, main
from procedures.catalogue.files import build, differing
from procedures.catalogue.reading import read_catalogue
from procedures.catalogue.sources import SourceError, read_sources, text_of

FILES = ("agencies.csv", "sectors.csv", "procedures.jsonl.gz", "holidays.csv")


@pytest.fixture(scope="module")
def built() -> dict[str, bytes]:
    return build(read_sources(DATA / "sources"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(DATA, tmp_path / "data")
    return tmp_path / "data"


def test_the_committed_files_are_what_the_sources_give(built: dict[str, bytes]) -> None:
    assert differing(DATA, built) == []


def test_the_same_sources_give_the_same_bytes(built: dict[str, bytes]) -> None:
    assert tuple(built) == FILES
    assert build(read_sources(DATA / "sources")) == built


def test_a_check_of_the_committed_files_passes_and_writes_nothing(folder: Path) -> None:
    before = {name: (folder / name).stat().st_mtime_ns for name in FILES}

    assert main(["--check", "--folder", str(folder)]) == 0
    assert {name: (folder / name).stat().st_mtime_ns for name in FILES} == before


def test_changed_files_fail_the_check_and_are_written_again(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    committed = {name: text_of(folder / name) for name in FILES}
    for name, text in committed.items():
        changed = text.replace("Hải quan", "Hải Quan").replace("Tết", "Lễ").encode()
        (folder / name).write_bytes(gzip.compress(changed) if name.endswith(".gz") else changed)

    assert main(["--check", "--folder", str(folder)]) == 1
    assert ", ".join(FILES) in capsys.readouterr().err
    assert main(["--folder", str(folder)]) == 0
    assert {name: text_of(folder / name) for name in FILES} == committed


def test_a_missing_or_torn_file_fails_the_check(folder: Path, built: dict[str, bytes]) -> None:
    (folder / "agencies.csv").unlink()
    (folder / "procedures.jsonl.gz").write_bytes(b"\x1f\x8b torn")

    assert differing(folder, built) == ["agencies.csv", "procedures.jsonl.gz"]


def test_packed_otherwise_is_not_changed(folder: Path, built: dict[str, bytes]) -> None:
    packed = folder / "procedures.jsonl.gz"
    packed.write_bytes(gzip.compress(gzip.decompress(packed.read_bytes()), compresslevel=1))

    assert differing(folder, built) == []


def test_a_missing_source_cannot_run_and_is_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "sources" / "organisation_quangninh.json").unlink()

    assert main(["--folder", str(folder)]) == 2
    assert "organisation_quangninh.json is missing" in capsys.readouterr().err


def test_a_torn_source_is_named(tmp_path: Path) -> None:
    (tmp_path / "procedures.csv.gz").write_bytes(b"\x1f\x8b torn")

    with pytest.raises(SourceError, match=r"procedures\.csv\.gz cannot be read"):
        text_of(tmp_path / "procedures.csv.gz")


def test_no_residue_of_the_web_page_is_left(built: dict[str, bytes]) -> None:
    text = gzip.decompress(built["procedures.jsonl.gz"]).decode()

    for residue in (
        "Chọn cơ quan thực hiệnTỉnh",
        "Hệ thống chỉ hiển thị",
        "Từ khóaKhông có thông tin",
        "Tên giấy tờMẫu đơn, tờ khai",
        "Tên văn bản pháp lýMã văn bản",
        "Hình thức nộpThời gian",
        "Không có thông tin",
    ):
        assert residue not in text, residue


def test_the_end_of_the_steps_which_the_source_cut_off_is_put_back() -> None:
    row = next(row for row in read_catalogue(DATA).procedures if row.code == "1.001613")

    assert "tại mục 9.3 ( […] ) và nộp cho cơ quan BHXH." in " ".join(row.steps)
    assert row.steps[-1].startswith("Bước 3. Nhận kết quả")
    assert row.papers == ()


def test_every_split_text_is_a_piece_of_its_source() -> None:
    details = {row.code: row.detail for row in read_sources(DATA / "sources").procedures if row.detail}
    for row in read_catalogue(DATA).procedures:
        detail = details.get(row.code)
        if not detail:
            assert not (row.steps or row.papers or row.legal_basis)
            continue
        assert all(step in detail.steps for step in row.steps if "[…]" not in step and step not in detail.papers), (
            row.code
        )
        assert all(text in detail.papers for paper in row.papers for text in (paper.name, paper.form, paper.case)), (
            row.code
        )
        assert all(re.sub(r" \(([^()]+)\)$", r"\1", text)[-16:] in detail.legal_basis for text in row.legal_basis), (
            row.code
        )
        assert row.result_name in detail.result
