"""`python -m procedures.catalogue [--check]`: write procedures/data/ from its sources, or say what is out of date.

Exit codes: 0 done, 1 the committed files are not what the sources give, 2 the sources cannot be used.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from procedures.catalogue.assignment import AssignmentError
from procedures.catalogue.files import build, differing
from procedures.catalogue.sectors import SectorError
from procedures.catalogue.selection import SelectionError
from procedures.catalogue.sources import SourceError, read_sources

DATA = Path(__file__).resolve().parents[1] / "data"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m procedures.catalogue", description="Derive the catalogue's files.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a file is out of date")
    parser.add_argument("--folder", type=Path, default=DATA, help="where the files are; sources/ lies below it")
    chosen = parser.parse_args(arguments)
    try:
        built = build(read_sources(chosen.folder / "sources"))
        stale = differing(chosen.folder, built)
        if not chosen.check:
            for name in stale:
                (chosen.folder / name).write_bytes(built[name])
    except (SourceError, SelectionError, SectorError, AssignmentError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    if chosen.check and stale:
        sys.stderr.write(f"{', '.join(stale)}: not what the sources give; run python -m procedures.catalogue\n")
        return 1
    sys.stdout.write(f"{', '.join(stale) or 'nothing'} {'differs' if chosen.check else 'written'}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
