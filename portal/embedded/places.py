"""Where the embedded servers keep their data and sockets, and the URLs that lead there.

Nothing is created here but one note: the name of root's folder outside the checkout.
"""

import hashlib
import os
import secrets
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg.conninfo import conninfo_to_dict

from portal.embedded.errors import CannotRun

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
        """PostgreSQL's own folder: outside the checkout for root, because the server runs as another user then.

        Its random name is noted in `.local/`, so a new checkout at the same path never finds the data of an old one.
        """
        return Path(_noted_name(self.local)) if self.as_root else self.local.resolve() / "postgres"

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


def make_private(folder: Path, owner: tuple[int, int] | None = None) -> None:
    """A folder that only its owner (uid, gid; by default ourselves) can enter. Somebody else's is refused."""
    uid = owner[0] if owner else os.getuid()
    if not folder.exists():
        folder.mkdir(mode=0o700, parents=owner is None, exist_ok=True)
        if owner:
            os.chown(folder, *owner)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != uid or found.st_mode & 0o022:
        raise CannotRun(f"{folder} is not ours alone: remove it, or set DATABASE_URL and REDIS_URL to your own servers")


def _noted_name(local: Path) -> str:
    """The path noted in `local`, made up at the first question; two processes never note different ones."""
    note = local / "postgres-home"
    if not note.exists():
        local.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = note.with_suffix(f".{secrets.token_hex(8)}")
        draft.write_text(f"/var/tmp/portal-{secrets.token_hex(8)}")  # noqa: S108  the random name is what makes it safe
        try:
            note.hardlink_to(draft)
        except FileExistsError:
            pass  # another process was first: its name counts
        finally:
            draft.unlink()
    return note.read_text()


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


def url_parts(url: str, variable: str) -> dict[str, str]:
    """The parts of a `postgresql://` URL. Raises `CannotRun` without repeating it: a password may be anywhere in it."""
    wrong = f"{variable} is no postgresql:// URL: correct it (in a password write @ as %40), or unset it"
    if url.count("@") > 1:
        raise CannotRun(wrong)
    try:
        return {key: str(value) for key, value in conninfo_to_dict(url).items() if value is not None}
    except psycopg.Error:
        raise CannotRun(wrong) from None


# The job and the pages say the same statements again and again: the server plans each once a connection.
PREPARED: dict[str, Any] = {"server_side_binding": True, "prepare_threshold": 3}


def django_database(url: str, variable: str = "DATABASE_URL") -> dict[str, Any]:
    """Django's settings for a `postgresql://` URL; `variable` is where the URL came from, for the refusal."""
    parts = url_parts(url, variable)
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    return {
        "ENGINE": "django.db.backends.postgresql",
        **{names[key]: value for key, value in parts.items() if key in names},
        "OPTIONS": PREPARED | {key: value for key, value in parts.items() if key not in names},
    }
