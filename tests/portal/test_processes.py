"""The demo's supervisor with real programs: started again, ended whole, gone with the one who started them."""

import os
import queue
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from portal.embedded import CannotRun
from portal.processes import Program, Supervisor, memory, require_free_port

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.processes

# Writes the numbers of itself and of a child of its own, then waits for ever.
PARENT = """
import os, pathlib, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
draft = pathlib.Path(sys.argv[1] + ".new"); draft.write_text(f"{os.getpid()} {child.pid}"); draft.rename(sys.argv[1])
time.sleep(600)
"""


@pytest.fixture
def said() -> queue.Queue[str]:
    return queue.Queue()


@pytest.fixture
def supervisor(said: queue.Queue[str]) -> Iterator[Supervisor]:
    kept = Supervisor(said.put)
    yield kept
    kept.stop()


@pytest.fixture
def program(tmp_path: Path) -> Program:
    command = [sys.executable, "-c", PARENT, str(tmp_path / "pids")]
    return Program("worker", command, {"PATH": os.defpath}, tmp_path / "logs" / "worker.log")


def pids(tmp_path: Path) -> list[psutil.Process]:
    """The program and its child, once they have written who they are."""
    file, deadline = tmp_path / "pids", time.monotonic() + 20
    while not file.exists():
        assert time.monotonic() < deadline, "the program did not start"
        os.sched_yield()
    found = [psutil.Process(int(pid)) for pid in file.read_text().split()]
    file.unlink()
    return found


def gone(processes: list[psutil.Process], seconds: float = 10) -> bool:
    """Have they all ended? A dead process that its parent has not buried yet counts as ended."""
    _gone, left = psutil.wait_procs(processes, timeout=seconds)
    return all(process.status() == psutil.STATUS_ZOMBIE for process in left)


def test_a_killed_program_is_running_again_within_two_seconds_and_it_is_said(
    supervisor: Supervisor, program: Program, said: queue.Queue[str], tmp_path: Path
) -> None:
    supervisor.start(program)
    first = pids(tmp_path)

    supervisor.kill("worker")

    assert "worker had ended; started again" in said.get(timeout=2)
    assert supervisor.is_alive("worker")
    assert gone(first), "children of the killed program live on"
    assert pids(tmp_path)[0].pid != first[0].pid


def test_a_program_that_dies_at_once_is_started_again_after_longer_and_longer_pauses(
    supervisor: Supervisor, said: queue.Queue[str], tmp_path: Path
) -> None:
    supervisor.start(Program("beat", [sys.executable, "-c", ""], {}, tmp_path / "beat.log"))
    moments = []
    for _ in range(4):
        said.get(timeout=10)
        moments.append(time.monotonic())

    assert moments[3] - moments[2] > 1.5 * (moments[1] - moments[0])


def test_a_program_that_cannot_be_started_again_leaves_the_others_looked_after(
    supervisor: Supervisor, program: Program, said: queue.Queue[str], tmp_path: Path
) -> None:
    script = tmp_path / "vanishing"
    script.write_text("#!/bin/sh\nrm $0\n")
    script.chmod(0o700)
    supervisor.start(Program("beat", [str(script)], {"PATH": os.defpath}, tmp_path / "beat.log"))
    assert "beat had ended and cannot be started again" in said.get(timeout=5)
    supervisor.start(program)
    pids(tmp_path)

    supervisor.kill("worker")

    while "worker had ended; started again" not in said.get(timeout=5):
        continue


def test_stopping_ends_the_program_and_its_children(supervisor: Supervisor, program: Program, tmp_path: Path) -> None:
    supervisor.start(program)
    running = pids(tmp_path)

    supervisor.stop()

    assert gone(running)


def test_memory_counts_a_program_with_its_children(supervisor: Supervisor, program: Program, tmp_path: Path) -> None:
    supervisor.start(program)
    main, child = pids(tmp_path)

    assert memory(main.pid) > memory(child.pid) > 1e6


def test_the_programs_die_with_the_demo_also_by_kill_9(program: Program, tmp_path: Path) -> None:
    demo = subprocess.Popen([sys.executable, "-c", DEMO, *program.command[2:], str(program.log)], cwd=ROOT)
    running = pids(tmp_path)

    demo.send_signal(signal.SIGKILL)
    demo.wait()

    assert gone(running[:1])
    for child in running[1:]:  # the program's own to take along: a Celery worker does, this one does not
        child.kill()


DEMO = """
import pathlib, sys, time
from portal.processes import Program, Supervisor
Supervisor(print).start(Program("worker", [sys.executable, "-c", *sys.argv[1:3]], {}, pathlib.Path(sys.argv[3])))
time.sleep(600)
"""


def test_a_port_in_use_is_named_with_the_option_to_change_it() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        with pytest.raises(CannotRun, match=f"port {port} is in use.*--port"):
            require_free_port(port, "--port")

    require_free_port(port, "--port")
