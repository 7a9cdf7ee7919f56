"""The browser of the browser tests: found, or installed, or a failure saying what to install; never a silent skip."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-quic",
]  # fmt: skip


class NoBrowser(RuntimeError):
    """There is no Chromium, and none could be installed."""


def find() -> str | None:
    """The path of an installed Chromium; None means Playwright's own build."""
    installed = _on_path()
    if installed is None and os.getuid() == 0 and shutil.which("apt-get"):
        _run("apt-get", "-qq", "update")
        _run("apt-get", "-qq", "install", "-y", "--no-install-recommends", "chromium")
        installed = _on_path()
    if installed is None and not _run(sys.executable, "-m", "playwright", "install", "chromium"):
        raise NoBrowser("the browser tests need Chromium: `apt-get install chromium`, or `playwright install chromium`")
    return installed


def _on_path() -> str | None:
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def _run(*command: str) -> bool:
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}  # noqa: TID251  apt must not ask
    done = subprocess.run(command, check=False, env=quiet, cwd=Path("/"), stdout=subprocess.DEVNULL)
    return done.returncode == 0
