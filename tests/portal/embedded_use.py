"""A user of the embedded servers, as a program: `python -m tests.portal.embedded_use FOLDER`.

Says `up` once they run, then leaves when its input ends, or as a signal tells it.
"""

import signal
import sys
from pathlib import Path

from portal.embedded import CannotRun, running


def main() -> int:
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may start us with it ignored
    print("starting", flush=True)  # noqa: T201  the test waits for this line
    try:
        with running(Path(sys.argv[1]), databases=["portal"]):
            print("up", flush=True)  # noqa: T201  and for this one
            sys.stdin.read()
    except CannotRun as reason:
        print(reason, file=sys.stderr)  # noqa: T201
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
