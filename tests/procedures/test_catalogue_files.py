"""The committed files are what the sources give, byte for byte, and the command says so."""

import gzip
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


@pytest.mark.parametrize("name", FILES)
def test_a_changed_file_fails_the_check_and_is_written_again(
    folder: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    committed = text_of(folder / name)
    changed = committed.replace("Hải quan", "Hải Quan").replace("Tết", "Lễ").encode()
    (folder / name).write_bytes(gzip.compress(changed) if name.endswith(".gz") else changed)

    assert main(["--check", "--folder", str(folder)]) == 1
    assert name in capsys.readouterr().err
    assert main(["--folder", str(folder)]) == 0
    assert text_of(folder / name) == committed


def test_a_missing_or_torn_file_fails_the_check(folder: Path) -> None:
    (folder / "agencies.csv").unlink()
    (folder / "procedures.jsonl.gz").write_bytes(b"\x1f\x8b torn")

    built = build(read_sources(folder / "sources"))

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
