"""URLs of servers, embedded or configured; folders that are nobody else's."""

from pathlib import Path

import pytest

from portal.embedded import (
    CannotRun,
    Places,
    celery_broker,
    database_url,
    django_database,
    redis_url,
    require_postgres,
    require_redis,
)
from portal.embedded.places import PREPARED, make_private


def test_django_finds_the_embedded_database_by_its_socket(tmp_path: Path) -> None:
    settings = django_database(database_url(tmp_path, "portal"))

    assert settings == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "portal",
        "USER": "portal",
        "HOST": str(Places(tmp_path).postgres_sockets),
        "OPTIONS": PREPARED,
    }


def test_django_gets_every_part_of_a_configured_url() -> None:
    settings = django_database("postgresql://me:p%40ss@db.example:5433/portal?sslmode=require")

    assert settings == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "portal",
        "USER": "me",
        "PASSWORD": "p@ss",
        "HOST": "db.example",
        "PORT": "5433",
        "OPTIONS": {**PREPARED, "sslmode": "require"},
    }


@pytest.mark.parametrize(
    ("url", "broker"),
    [
        ("unix:///run/redis.sock?db=0", "redis+socket:///run/redis.sock?virtual_host=0"),
        ("unix:///run/redis.sock?db=3", "redis+socket:///run/redis.sock?virtual_host=3"),
        ("unix:///run/redis.sock", "redis+socket:///run/redis.sock?virtual_host=0"),
        ("redis://localhost:6379/1", "redis://localhost:6379/1"),
    ],
)
def test_celery_spells_a_socket_its_own_way(url: str, broker: str) -> None:
    assert celery_broker(url) == broker


def test_the_same_folder_gives_the_same_urls_and_another_folder_others(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"

    assert database_url(one, "portal") == database_url(one, "portal")
    assert database_url(one, "portal") != database_url(two, "portal")
    assert redis_url(one) != redis_url(two)


@pytest.mark.parametrize(
    "url",
    [
        "nonsense:hidden",
        "mysql://me:hidden@host/portal",
        "postgresql://me:hidden@127.0.0.1:1/x%zz",
        "postgresql://me:pa@hidden@host/portal",
        "postgresql://me:hidden@127.0.0.1:port/portal",
        "postgresql://me:hidden@127.0.0.1:1/portal",
    ],
)
def test_a_database_that_cannot_be_used_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(CannotRun, match="DATABASE_URL") as refusal:
        require_postgres(url, "DATABASE_URL")

    assert "hidden" not in str(refusal.value)
    assert refusal.value.__cause__ is None


@pytest.mark.parametrize(
    "url",
    ["redis://:hidden@127.0.0.1:1/0", "redis://:hidden/more@127.0.0.1:1/0", "http://:hidden@127.0.0.1:1", "hidden"],
)
def test_a_redis_that_cannot_be_used_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(CannotRun, match="REDIS_URL") as refusal:
        require_redis(url)

    assert "hidden" not in str(refusal.value)


def test_a_private_folder_is_closed_to_others(tmp_path: Path) -> None:
    make_private(tmp_path / "mine")

    assert (tmp_path / "mine").stat().st_mode & 0o777 == 0o700


def test_a_folder_that_others_may_write_is_refused(tmp_path: Path) -> None:
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)

    with pytest.raises(CannotRun, match="not ours alone"):
        make_private(tmp_path / "open")


def test_a_link_in_place_of_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(CannotRun, match="not ours alone"):
        make_private(tmp_path / "link")
