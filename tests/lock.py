"""Is the lock current? `python -m tests.lock`: each line of the .in files is met by the version in its lock file.

It asks no registry, so a newer release elsewhere does not make yesterday's checkout fail.
"""

import re
import sys
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
PAIRS = tuple((f"requirements{kind}.in", f"requirements{kind}.txt") for kind in ("", "-dev", "-bench"))
PINNED = re.compile(r"^([A-Za-z0-9_.-]+)(?:\[[^\]]*\])?==([^ ;\\]+)", re.MULTILINE)
FOREIGN = re.compile(r"--(index-url|extra-index-url|find-links|trusted-host)|https?://|file:", re.MULTILINE)


def faults(wanted: str, locked: str) -> list[str]:
    """What in `locked` does not answer `wanted`, one sentence each."""
    versions = {_plain(name): version for name, version in PINNED.findall(locked)}
    found = [f"{word} does not belong in a lock file" for word in FOREIGN.findall(locked)]
    for requirement in _requirements(wanted):
        version = versions.get(_plain(requirement.name))
        if version is None:
            found.append(f"{requirement.name} is not locked")
        elif not requirement.specifier.contains(version, prereleases=True):
            found.append(f"{requirement.name} is locked at {version}, wanted {requirement.specifier}")
    return found


def _requirements(text: str) -> list[Requirement]:
    lines = (line.split(" #")[0].strip() for line in text.splitlines())
    return [Requirement(line) for line in lines if line and not line.startswith(("#", "-r", "-c"))]


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def main() -> int:
    found = [
        f"{lock}: {fault}"
        for source, lock in PAIRS
        for fault in faults((ROOT / source).read_text(), (ROOT / lock).read_text())
    ]
    sys.stderr.writelines(f"{line}; run `make lock`\n" for line in found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
