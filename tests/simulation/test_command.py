"""`manage.py simulate`: what it says, and how it refuses: one sentence, exit code 2."""

import pytest
from django.core.management import CommandError, call_command
from django.core.management.base import CommandParser

from portal.management.commands.simulate import Command
from portal.simulation.models import SimulatedDay
from portal.simulation.run import simulated_until
from tests.simulation.catalogue import A_DAY, THURSDAY

ORDINARY = {"--from": "2022-05-12", "--days": "1", "--seed": "1", "--applications-per-day": str(A_DAY)}


def arguments(**changed: str) -> list[str]:
    given = ORDINARY | {f"--{name}": value for name, value in changed.items()}
    return [f"{name}={value}" for name, value in given.items()]


def test_it_fills_days_and_says_what_each_came_to(small: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("simulate", *arguments(days="2"))

    said = capsys.readouterr().out
    assert SimulatedDay.objects.count() == 2
    for day in SimulatedDay.objects.all():
        assert f"{day.day:%d/%m/%Y}  filed {day.received:6,} (online {day.received_online:,})" in said
        assert f"changed {day.changed:6,}" in said


def test_without_a_catalogue_it_says_how_to_get_one(db: None) -> None:
    with pytest.raises(CommandError, match=r"manage\.py import_catalogue") as refusal:
        call_command("simulate", *arguments())

    assert refusal.value.returncode == 2


def test_a_day_that_does_not_follow_is_refused_with_the_one_that_does(small: None) -> None:
    call_command("simulate", *arguments())

    with pytest.raises(CommandError, match="2022-05-13 is next") as refusal:
        call_command("simulate", *arguments())

    assert refusal.value.returncode == 2
    assert simulated_until() == THURSDAY


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("from", "yesterday", "'yesterday' is no day such as 2022-05-12"),
        ("from", "2022-02-30", "'2022-02-30' is no day such as 2022-05-12"),
        ("from", "1969-05-12", "1969-05-12 is not between 2000 and 2049"),
        ("days", "0", "'0' is no number of days from 1 to 3660"),
        ("days", "-1", "'-1' is no number of days from 1 to 3660"),
        ("days", "many", "'many' is no number of days from 1 to 3660"),
        ("seed", str(2**63), f"is no seed from 0 to {2**63 - 1:,}"),
        ("seed", "9" * 9999, "is no seed from 0"),
        ("applications-per-day", "0", "'0' is no number of applications from 1 to 100,000"),
    ],
)
def test_wrong_arguments_are_refused_with_a_sentence_and_exit_code_two(
    name: str, value: str, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    parser = CommandParser(prog="manage.py simulate", called_from_command_line=True)
    Command().add_arguments(parser)

    with pytest.raises(SystemExit) as refusal:
        parser.parse_args(arguments(**{name: value}))

    assert refusal.value.code == 2
    assert sentence in capsys.readouterr().err.splitlines()[-1]
