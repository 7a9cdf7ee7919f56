"""Secrets: from the environment, else made once and kept for the owner's eyes."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from portal import secrets
from portal.embedded import CannotRun

GIVEN = {name: f"given-{name}" for name in secrets.NAMES}


def test_they_are_made_once_and_found_again(tmp_path: Path) -> None:
    first = secrets.load(tmp_path, {}, generate=True)

    assert set(secrets.NAMES) <= set(first)
    assert secrets.load(tmp_path, {}, generate=True) == first


def test_each_checkout_has_its_own(tmp_path: Path) -> None:
    one, two = (secrets.load(tmp_path / name, {}, generate=True) for name in ("one", "two"))

    for name in ("SECRET_KEY", "LOOKUP_KEY", "NATIONAL_PASSWORD"):
        assert one[name] != two[name]
        assert len(one[name]) >= 24


def test_only_the_owner_may_read_them(tmp_path: Path) -> None:
    secrets.load(tmp_path / "local", {}, generate=True)

    assert (tmp_path / "local" / "secrets.json").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "local").stat().st_mode & 0o777 == 0o700


def test_the_environment_wins_and_is_not_written_down(tmp_path: Path) -> None:
    loaded = secrets.load(tmp_path, {"SECRET_KEY": "from outside"}, generate=True)

    assert loaded["SECRET_KEY"] == "from outside"
    assert "from outside" not in (tmp_path / "secrets.json").read_text()


@pytest.mark.parametrize("missing", secrets.NAMES)
def test_with_debug_off_a_missing_one_is_named(missing: str, tmp_path: Path) -> None:
    secrets.load(tmp_path, {}, generate=True)  # what an earlier start with DEBUG on made does not count

    with pytest.raises(CannotRun, match=missing):
        secrets.load(tmp_path, {**GIVEN, missing: ""}, generate=False)


def test_with_debug_off_and_all_given_nothing_is_written(tmp_path: Path) -> None:
    assert secrets.load(tmp_path / "local", GIVEN, generate=False) == GIVEN
    assert not (tmp_path / "local").exists()


def test_each_role_has_a_sign_in_that_stays(tmp_path: Path) -> None:
    first = secrets.sign_ins(tmp_path)

    assert set(first) == {"citizen", "official", "leader", "engineer"}
    assert len(set(first.values())) == 4
    assert secrets.sign_ins(tmp_path) == first


def test_starting_at_once_many_find_the_same(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _number: secrets.load(tmp_path, {}, generate=True), range(16)))

    assert all(one == found[0] for one in found)
    assert {name: found[0][name] for name in found[0]} == json.loads((tmp_path / "secrets.json").read_text())


def test_a_damaged_file_is_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "secrets.json").write_text('{"SECRET_KEY": ')

    with pytest.raises(CannotRun, match="remove it"):
        secrets.load(tmp_path, {}, generate=True)
