"""`manage.py parked`: what it lists, does and refuses, in sentences and exit codes."""

import csv
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from procedures.models import Application
from sync import parking
from sync.models import Delivery, Replay
from sync.parking import Filter
from tests.portal import world as worlds
from tests.portal.world import World
from tests.sync.letters import letter, parked

pytestmark = pytest.mark.django_db
AUDIT = ("--why", "đã sửa ngày sinh", "--by", "Trần Kỹ Sư")


@pytest.fixture
def world(db: None) -> World:
    return worlds.build()


@pytest.fixture
def letters(world: World) -> list[Application]:
    return [*parked(world, 2), *parked(world, reason="5 Đơn vị không có quyền")]


def refused(*arguments: str) -> tuple[int, str]:
    with pytest.raises(CommandError) as raised:
        call_command("parked", *arguments)
    return raised.value.returncode, str(raised.value)


def test_letters_are_listed_by_reason_with_the_longest_parked_first(
    letters: list[Application], capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("parked")

    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "3 letters parked"
    assert lines[1].strip() == "2  1 Dữ liệu không hợp lệ: Ngày sinh … không có thật"
    assert [line.split()[0] for line in lines[3:]] == [application.code for application in letters]


def test_a_dry_run_counts_and_changes_nothing(letters: list[Application], capsys: pytest.CaptureFixture[str]) -> None:
    call_command("parked", "count", "--reason", "1")
    call_command("parked", "retry", "--reason", "1", "--dry-run")
    call_command("parked", "skip", "--all", "--dry-run")

    out = capsys.readouterr().out.splitlines()
    assert out == ["2", "2 letters would be sent again", "3 letters would be skipped"]
    assert not Replay.objects.exists()


def test_a_retry_and_a_skip_say_how_many_and_are_written_down(
    letters: list[Application], capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("parked", "retry", "--code", letters[0].code, *AUDIT)
    call_command("parked", "skip", "--reason", "5", "--agency", "000.00.16.H49", "--since", "2022-01-01", *AUDIT)

    out = capsys.readouterr().out
    assert "1 of 1 letters sent again" in out
    assert "1 of 1 letters skipped" in out
    assert [letter(one).parked_at is None for one in letters] == [True, False, False]
    assert [letter(one).skipped for one in letters] == [None, None, 1]
    assert set(parking.orders().values_list("by", "why")) == {("Trần Kỹ Sư", "đã sửa ngày sinh")}


def test_an_interrupted_order_is_told_and_resumed(
    letters: list[Application], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(parking, "BATCH", 1)
    batch, batches = parking._batch, iter(range(2))

    def dying(order: Replay) -> int:
        if next(batches, None) is None:
            raise KeyboardInterrupt
        return batch(order)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(parking, "_batch", dying)
        call_command("parked", "retry", "--all", *AUDIT)
    assert "go on with: manage.py parked resume" in capsys.readouterr().err

    call_command("parked", "resume", "--dry-run")
    call_command("parked", "resume")
    call_command("parked", "resume")

    out = capsys.readouterr().out.splitlines()
    assert out[0] == "1 interrupted orders, 1 letters"
    assert out[1].endswith("3 of 3 letters sent again")
    assert out[2] == "no order was interrupted"


def test_letters_are_exported_as_a_spreadsheet_can_read_them(
    letters: list[Application], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "parked.csv"
    call_command("parked", "export", "--reason", "1", "--output", str(file))
    call_command("parked", "export", "--output", str(tmp_path / "parked.xlsx"))
    told = capsys.readouterr().out
    call_command("parked", "export", "--reason", "1")

    rows = list(csv.reader(file.open(encoding="utf-8-sig", newline="")))
    assert [row[0] for row in rows] == ["Mã hồ sơ", letters[0].code, letters[1].code]
    assert "2 letters written" in told
    assert "3 letters written" in told
    assert capsys.readouterr().out.splitlines() == file.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["retry"], 2, "retry which letters? Give a condition, or --all"),
        (["skip", "--all"], 2, "skip is audited: add --by and --why"),
        (["retry", "--all", "--by", "A", "--why", "  "], 2, "add --why"),
        (["retry", "--reason", "no such words", *AUDIT], 1, "nothing done: no parked letter fits"),
        (["skip", "--all", "--skipped", *AUDIT], 2, "skipped already"),
        (["--procedure", "9.9"], 2, "--procedure: there is no procedure '9.9'"),
        (["--agency", "9.9"], 2, "--agency: there is no agency '9.9'"),
        (["--code", "9.9"], 2, "--code: there is no application '9.9'"),
        (["--since", "2022-05-12", "--until", "2022-05-12"], 2, "--since is not before --until"),
        (["export", "--output", "/nowhere/a.csv"], 2, "choose another file for --output"),
        (["export", "--output", "a.pdf"], 2, "neither .csv nor .xlsx"),
    ],
)
def test_what_cannot_be_done_is_refused_in_a_sentence(
    letters: list[Application], arguments: list[str], code: int, sentence: str
) -> None:
    returncode, told = refused(*arguments)

    assert returncode == code
    assert sentence in told
    assert parking.count(Filter()) == 3


@pytest.mark.parametrize("arguments", [["--since", "yesterday"], ["forget"]])
def test_words_the_command_does_not_know_are_refused(arguments: list[str]) -> None:
    with pytest.raises(CommandError):
        call_command("parked", *arguments)


def test_a_database_that_is_behind_is_told_in_a_sentence(
    letters: list[Application], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parking, "_UNDONE", "SELECT moon FROM sync_replayitem")

    code, told = refused("retry", "--all", *AUDIT)

    assert code == 2
    assert 'column "moon" does not exist' in told
    assert "manage.py migrate" in told


def test_one_order_with_letters_left_alone_does_not_keep_the_next_from_being_resumed(
    letters: list[Application], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(parking, "_batch", lambda _order: 0)
        parking.skip(Filter(reason="1"), by="A", why="b")
        parking.replay(Filter(reason="5"), by="A", why="b")
    Delivery.objects.filter(pk=letters[0].pk).update(parked_at=None)

    assert refused("resume") == (1, "1 letters had changed since the order and were left alone")

    assert [line.split(": ")[1] for line in capsys.readouterr().out.splitlines()] == [
        "1 of 2 letters skipped",
        "1 of 1 letters sent again",
    ]
    assert not parking.unfinished().exists()


def test_letters_that_changed_since_the_order_end_in_exit_code_one(
    letters: list[Application], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parking, "_SKIP", parking._SKIP.replace("delivery.wanted = item.version", "false"))

    assert refused("skip", "--all", *AUDIT) == (1, "3 letters had changed since the order and were left alone")
