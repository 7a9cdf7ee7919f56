"""`manage.py reconcile` says in its exit code and in sentences how the two sides stand."""

from pathlib import Path

import orjson
import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command

from tests.portal.world import World
from tests.sync.damage import National, cause
from tests.sync.interference import Line


def returncode(*arguments: str) -> tuple[int, str]:
    with pytest.raises(CommandError) as raised:
        call_command("reconcile", *arguments)
    return raised.value.returncode, str(raised.value)


def test_equal_sides_end_well_in_every_way_of_comparing(delivered: World, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in ([], ["--window", "48"], ["--one-by-one"], ["--one-by-one", "--sample", "2"]):
        call_command("reconcile", *arguments)

    counts = [f"{number} dossiers acknowledged here, {number} there, 0 differ" for number in (5, 5, 5, 2)]
    assert capsys.readouterr().out.splitlines() == counts


def test_differences_are_counted_by_kind_and_written_to_a_file(
    delivered: World, national: National, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cause(national, "missing", dossiers=2)

    assert returncode("--json", str(tmp_path / "found.json"))[0] == 1

    content = orjson.loads((tmp_path / "found.json").read_bytes())
    assert (content["here"], content["there"], content["differing"]) == (5, 3, 2)
    assert [found["kind"] for found in content["differences"]] == ["missing", "missing"]
    assert "2  quốc gia chưa có" in capsys.readouterr().out


def test_only_what_was_queued_again_is_said_to_have_been(delivered: World, national: National) -> None:
    cause(national, "ahead", dossiers=2)
    assert returncode("--repair") == (1, "the two sides differ")

    cause(national, "missing", dossiers=1, offset=2)
    assert returncode("--repair") == (1, "the two sides differ, 1 queued again")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--sample", "5"], "--sample goes with --one-by-one"),
        (["--json", "/nowhere/found.json"], "choose another file for --json"),
        (["--window", "0"], "'0' is no whole number from 1"),
        (["--one-by-one", "--sample", "3", "--seed", "9" * 23], f"{'9' * 23!r} is no seed from 0"),
        (["--window", "1", "--one-by-one"], "not allowed with"),
    ],
)
def test_bad_input_is_refused_in_a_sentence_before_anything_is_compared(arguments: list[str], sentence: str) -> None:
    with pytest.raises(CommandError) as raised:
        call_command("reconcile", *arguments)

    assert sentence in str(raised.value)


@pytest.mark.django_db
def test_a_national_side_that_cannot_be_reached_ends_in_a_sentence(settings: LazySettings, tmp_path: Path) -> None:
    settings.NATIONAL = {**settings.NATIONAL, "adapter_url": "http://127.0.0.1:9"}

    code, sentence = returncode("--json", str(tmp_path / "found.json"))

    assert code == 2
    assert "the national side could not be asked" in sentence
    assert not (tmp_path / "found.json").exists()


@pytest.mark.django_db
def test_a_database_that_is_behind_is_told_in_a_sentence(delivered: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync.reconcile._MUST_SYNC", "SELECT moon FROM procedures_application")

    code, sentence = returncode()

    assert code == 2
    assert 'the database refused (column "moon" does not exist' in sentence


def test_a_side_without_a_digest_is_told_how_to_be_compared(delivered: World, line: Line) -> None:
    line.unknown_paths = ("/_admin",)

    code, sentence = returncode()

    assert code == 2
    assert "use --one-by-one" in sentence
