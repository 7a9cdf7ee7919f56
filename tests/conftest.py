"""Fixtures every test may use; the servers behind them are started by `tests.servers`."""

import itertools
import os
from collections.abc import Iterator

import hypothesis
import psycopg
import pytest
import redis
from django.conf import settings
from hypothesis import HealthCheck
from psycopg import sql
from psycopg.conninfo import make_conninfo

# These machines are shared: a slow moment says nothing about a rule. The number of examples stays hypothesis' own.
hypothesis.settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis.settings.load_profile("house")

_numbers = itertools.count(1)


@pytest.fixture
def national_database_url() -> Iterator[str]:
    """A fresh, empty database for the mock national system."""
    name = f"test_national_{os.getpid()}_{next(_numbers)}"
    admin = make_conninfo(settings.DATABASE_URL, dbname="postgres")
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield make_conninfo(settings.DATABASE_URL, dbname=name)
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def redis_client() -> Iterator[redis.Redis]:
    """An empty Redis of this test process's own."""
    client = redis.Redis.from_url(settings.REDIS_URL)
    client.flushdb()
    yield client
    client.close()
