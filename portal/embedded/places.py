"""Where the embedded servers keep their data and sockets, and the URLs that lead there. Nothing is created here."""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from psycopg.conninfo import conninfo_to_dict

ROLE = "portal"
LONGEST_SOCKET = 90  # bytes; the kernel takes 107, and PostgreSQL appends a lock file's name
SOCKET_NAME = ".s.PGSQL.5432"


@dataclass(frozen=True)
class Places:
    """The folders of the servers that belong to one `.local/`."""

    local: Path

    @property
    def mark(self) -> str:
        """Ten characters that stand for this folder and this user."""
        return hashlib.sha256(f"{self.local.resolve()}:{os.getuid()}".encode()).hexdigest()[:10]

    @property
    def as_root(self) -> bool:
        return os.getuid() == 0

    @property
    def postgres_home(self) -> Path:
        """PostgreSQL's own folder: outside the checkout for root, because the server runs as another user then."""
        return Path("/var/tmp") / f"portal-{self.mark}" if self.as_root else self.local.resolve() / "postgres"  # noqa: S108

    @property
    def data(self) -> Path:
        return self.postgres_home / "data"

    @property
    def postgres_sockets(self) -> Path:
        return self._short(self.postgres_home / "s", SOCKET_NAME)

    @property
    def redis_socket(self) -> Path:
        return self._short(self.local.resolve() / "redis", "redis.sock") / "redis.sock"

    def _short(self, wished: Path, name: str) -> Path:
        """`wished`, or a short folder under the temporary one where a socket's path would be too long."""
        if len(os.fsencode(wished / name)) <= LONGEST_SOCKET:
            return wished
        return Path(tempfile.gettempdir()) / f"portal-{self.mark}-s"


def database_url(local: Path, name: str) -> str:
    """The URL of database `name` on the embedded PostgreSQL."""
    return f"postgresql://{ROLE}@/{name}?host={quote(str(Places(local).postgres_sockets), safe='')}"


def redis_url(local: Path) -> str:
    """The URL of the embedded Redis."""
    return f"unix://{Places(local).redis_socket}?db=0"


def celery_broker(url: str) -> str:
    """The same Redis as Celery spells it."""
    if not url.startswith("unix://"):
        return url
    path, _, query = url.removeprefix("unix://").partition("?")
    database = dict(part.split("=", 1) for part in query.split("&") if part).get("db", "0")
    return f"redis+socket://{path}?virtual_host={database}"


def django_database(url: str) -> dict[str, Any]:
    """Django's settings for a `postgresql://` URL."""
    parts = {key: str(value) for key, value in conninfo_to_dict(url).items() if value is not None}
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    return {
        "ENGINE": "django.db.backends.postgresql",
        **{names[key]: value for key, value in parts.items() if key in names},
        "OPTIONS": {key: value for key, value in parts.items() if key not in names},
    }
