"""How long reconciling many dossiers takes, and how much memory: `python -m tests.bench.reconcile --dossiers N`.

On servers of its own under .local/bench-reconcile; the result is printed and written to reports/reconcile.json.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import django
import orjson

from portal.embedded import running

ROOT = Path(__file__).resolve().parents[2]
LEAST = 20_000


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.reconcile", description=__doc__)
    parser.add_argument("--dossiers", type=int, default=1_000_000, help=f"at least {LEAST:,} (1,000,000)")
    dossiers = parser.parse_args(arguments).dossiers
    if dossiers < LEAST:
        parser.error(f"--dossiers is {dossiers}: {LEAST:,} or more are wanted")
    local = ROOT / ".local" / "bench-reconcile"
    os.environ.update(
        LOCAL_DIR=str(local),
        DJANGO_SETTINGS_MODULE="portal.settings",
        DEBUG="0",
        SECRET_KEY="bench",
        LOOKUP_KEY="bench",
        NATIONAL_USERNAME="bench",
        NATIONAL_PASSWORD="bench",
    )
    with running(local, databases=("portal", "national")):
        django.setup()
        from tests.bench.reconcile_stage import measure  # noqa: PLC0415  it needs Django set up

        found = orjson.dumps(measure(dossiers), option=orjson.OPT_INDENT_2)
    (ROOT / "reports").mkdir(exist_ok=True)
    (ROOT / "reports" / "reconcile.json").write_bytes(found)
    sys.stdout.write(found.decode() + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
