"""Where a run happened: commit, machine, versions, the database's settings; so that it can be compared and repeated."""

import os
import platform
import shutil
import subprocess
from importlib.metadata import version
from typing import Any, Final

import psutil
from django.conf import settings
from django.db import connection

SETTINGS: Final = (
    *("server_version", "fsync", "synchronous_commit", "shared_buffers", "max_wal_size", "work_mem"),
    *("max_connections", "random_page_cost", "jit"),
)
PACKAGES: Final = ("Django", "celery", "redis", "psycopg", "aiohttp", "orjson")


def surroundings() -> dict[str, Any]:
    """`commit`, `hardware`, `versions` and `database` of result.json's `run`."""
    return {"commit": _commit(), "hardware": _hardware(), "versions": _versions(), "database": _database()}


def _commit() -> str:
    """Empty where this is no checkout, or git is missing."""
    git = shutil.which("git")
    if git is None:
        return ""
    command = [git, "-C", str(settings.BASE_DIR), "rev-parse", "HEAD"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  no shell, our own folder
    return done.stdout.strip()


def _hardware() -> dict[str, Any]:
    return {
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        "memory_mb": psutil.virtual_memory().total // 1_000_000,
        "machine": platform.machine(),
        "system": f"{platform.system()} {platform.release()}",
    }


def _versions() -> dict[str, str]:
    return {"Python": platform.python_version(), **{name: version(name) for name in PACKAGES}}


def _database() -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, setting || coalesce(unit, '') FROM pg_settings WHERE name = ANY(%s)", [[*SETTINGS]]
        )
        return dict(cursor.fetchall())
