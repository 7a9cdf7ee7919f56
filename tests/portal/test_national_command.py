"""`manage.py national`: what is given to it reaches the national system's own command line, as it was given."""

import sys
from collections.abc import Mapping

import pytest
from django.conf import settings
from django.core.management import call_command

ACCOUNT = "u:p:H22"


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[tuple[list[str], dict[str, str]]]:
    """The programs that would have been started, with their environment."""
    programs: list[tuple[list[str], dict[str, str]]] = []

    def run(command: list[str], environment: Mapping[str, str]) -> int:
        programs.append((command, dict(environment)))
        return 2

    monkeypatch.setattr("portal.management.commands.national.run_to_its_end", run)
    return programs


def test_all_its_options_are_passed_on_with_the_portals_own_account(
    started: list[tuple[list[str], dict[str, str]]],
) -> None:
    words = ["--port=81", "--profile=evil", "--seed=-1", "--strict", f"--account={ACCOUNT}", "--bug=lose", "--bug=x"]
    words += ["--path=/a=/mapi/g", "--path=/b=/mapi/login", "--province-url=http://127.0.0.1:8000"]

    with pytest.raises(SystemExit) as left:
        call_command("national", *words)

    [(command, environment)] = started
    assert left.value.code == 2
    assert command[:3] == [sys.executable, "-m", "sync.national"]
    assert sorted(command[3:]) == sorted(words)
    assert environment["NATIONAL_ACCOUNTS"] == settings.NATIONAL_ACCOUNT


def test_what_a_client_elsewhere_needs_is_understood_in_separate_words_too(
    started: list[tuple[list[str], dict[str, str]]],
) -> None:
    words = ["--path", "/a=/mapi/g", "--bug", "lose", "--province-url", "http://127.0.0.1:8000"]

    with pytest.raises(SystemExit):
        call_command("national", *words)

    assert set(started[0][0]) >= {"--path=/a=/mapi/g", "--bug=lose", "--province-url=http://127.0.0.1:8000"}


def test_the_help_names_every_option_that_a_client_elsewhere_needs(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        call_command("national", "--help")

    shown = capsys.readouterr().out
    assert all(option in shown for option in ("--path", "--province-url", "--bug"))


def test_further_arguments_go_behind_two_dashes(started: list[tuple[list[str], dict[str, str]]]) -> None:
    with pytest.raises(SystemExit):
        call_command("national", "--", "--body-limit", "1000")

    assert started[0][0][3:] == ["--port=8100", "--body-limit", "1000"]


def test_accounts_of_the_environment_may_send_besides_the_portals_own(
    started: list[tuple[list[str], dict[str, str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NATIONAL_ACCOUNTS", f"{ACCOUNT} v:p:H23")

    with pytest.raises(SystemExit):
        call_command("national")

    assert started[0][1]["NATIONAL_ACCOUNTS"].split() == [settings.NATIONAL_ACCOUNT, ACCOUNT, "v:p:H23"]
