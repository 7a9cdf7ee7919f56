"""Programs that the demo, the load test and the bench start, watch and stop: web server, worker, beat, national system;
and one that a command runs in the foreground.

Each runs in a session of its own, so that Ctrl-C reaches only its supervisor, which then stops them in order. A dead
one is started again within two seconds; one that dies again at once, after longer and longer pauses. On Linux they die
with their supervisor, however it ends.
"""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from portal.embedded import CannotRun

LOOK_SECONDS = 0.5
GRACE_SECONDS = 8
SOUND_SECONDS = 10.0  # who lived so long is started again at once
LONGEST_PAUSE = 30.0
LONGEST_END_SECONDS = 30  # of a program in the foreground, which may have much to finish
LEAVING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Program:
    """What to start: a name for people, the command, its whole environment, and where its output goes.

    One that runs `once` has done its work when it ends, and is not started again.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    once: bool = False


@dataclass
class _Child:
    program: Program
    process: subprocess.Popen[bytes]
    rss: int = 0
    peak_rss: int = 0
    cpu_seconds: float = 0.0  # of this process and its children, those it buried too
    cpu_seconds_before: float = 0.0  # of the processes it took the place of
    begun: float = field(default_factory=time.monotonic)
    pause: float = 0.0  # before it is started again


@dataclass
class Supervisor:
    """Keeps its programs running until `stop`; `say` gets a sentence whenever it had to act."""

    say: Callable[[str], None]
    _children: dict[str, _Child] = field(default_factory=dict)
    _servers: dict[str, Callable[[], bool]] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _ended: threading.Event = field(default_factory=threading.Event)
    _watcher: threading.Thread | None = None

    def start(self, program: Program) -> None:
        """Start one more program and watch it from now on."""
        with self._lock:
            self._children[program.name] = _Child(program, _launch(program))
        self._begin_to_watch()

    def keep(self, name: str, revive: Callable[[], bool]) -> None:
        """Have a server that is nobody's child looked after too: `revive` starts it where it died, and says if so."""
        with self._lock:
            self._servers[name] = revive
        self._begin_to_watch()

    def _begin_to_watch(self) -> None:
        if self._watcher is None:
            self._watcher = threading.Thread(target=self._watch, name="supervisor", daemon=True)
            self._watcher.start()

    def kill(self, name: str) -> None:
        """`kill -9` its main process, as an accident would."""
        self._children[name].process.kill()

    def pid(self, name: str) -> int:
        """Of its main process."""
        return self._children[name].process.pid

    def peak_rss_mb(self, name: str) -> float:
        """The most memory the program and its children held together, each page counted once (PSS), in MB."""
        return self._children[name].peak_rss / 1e6

    def rss_mb(self, name: str) -> float:
        """What the program and its children held when it was looked at last, in MB."""
        return self._children[name].rss / 1e6

    def cpu_seconds(self, name: str) -> float:
        """What the program has worked so far, with its children; what a killed one did last is not known."""
        child = self._children[name]
        return child.cpu_seconds_before + child.cpu_seconds

    def is_alive(self, name: str) -> bool:
        return self._children[name].process.poll() is None

    def has_failed(self, name: str) -> bool:
        """Has a program that runs once ended otherwise than well?"""
        return self._children[name].process.poll() not in (None, 0)

    def stop(self, *names: str) -> None:
        """End these programs, or all: politely first, by force after some seconds. With all, no server is looked
        after any more."""
        with self._lock:
            if not names:
                self._servers.clear()
            ending = [self._children.pop(name) for name in reversed(names or tuple(self._children))]
        if not self._children and not self._servers:
            self._ended.set()
        for child in ending:
            _signal(child.process, signal.SIGTERM)
        deadline = time.monotonic() + GRACE_SECONDS
        for child in ending:
            _wait(child.process, deadline)

    def _watch(self) -> None:
        while not self._ended.wait(LOOK_SECONDS):
            with self._lock:
                for child in self._children.values():
                    self._look_at(child)
                for name, revive in self._servers.items():
                    self._look_after(name, revive)

    def _look_at(self, child: _Child) -> None:
        if child.process.poll() is None:
            child.rss = memory(child.process.pid)
            child.peak_rss = max(child.peak_rss, child.rss)
            child.cpu_seconds = max(child.cpu_seconds, worked(child.process.pid))
            return
        if not child.program.once and time.monotonic() - child.begun >= child.pause:
            self._start_again(child)

    def _start_again(self, child: _Child) -> None:
        _signal(child.process, signal.SIGKILL)  # children of a killed worker live on without it
        lived = time.monotonic() - child.begun - child.pause
        child.pause = 0.0 if lived >= SOUND_SECONDS else min(max(2 * child.pause, LOOK_SECONDS), LONGEST_PAUSE)
        child.begun = time.monotonic()
        try:
            child.process = _launch(child.program)
        except OSError as error:
            self.say(f"{child.program.name} had ended and cannot be started again: {error}")
            return
        child.cpu_seconds_before, child.cpu_seconds = child.cpu_seconds_before + child.cpu_seconds, 0.0
        self.say(f"{child.program.name} had ended; started again (its output: {child.program.log})")

    def _look_after(self, name: str, revive: Callable[[], bool]) -> None:
        try:
            if revive():
                self.say(f"{name} had ended; started again")
        except CannotRun as refusal:
            self.say(str(refusal))


def require_free_port(port: int, option: str) -> None:
    """Raise `CannotRun` when something listens on this port of the loopback interface already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise CannotRun(f"port {port} is in use: stop what listens there, or choose another by {option}") from None


def memory(pid: int) -> int:
    """Bytes held by a process and its children together, shared pages counted once where the system tells."""
    try:
        main = psutil.Process(pid)
        return sum(_held(process) for process in (main, *main.children(recursive=True)))
    except psutil.NoSuchProcess:
        return 0


def worked(pid: int) -> float:
    """Seconds of processor time of a process, its children, and those of them it has buried."""
    try:
        main = psutil.Process(pid)
        return sum(sum(process.cpu_times()[:4]) for process in (main, *main.children(recursive=True)))
    except psutil.NoSuchProcess:
        return 0.0


def _held(process: psutil.Process) -> int:
    try:
        full = process.memory_full_info()
    except (psutil.AccessDenied, psutil.NoSuchProcess):
        return 0
    return int(getattr(full, "pss", 0) or full.rss)


def run_to_its_end(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run one program in the foreground, and give its exit code. Whoever asks us to end asks it: it ends in its own
    way, and by force where that takes too long."""
    asked: list[float] = []
    process: subprocess.Popen[bytes] | None = None

    def pass_on(number: int, _frame: object) -> None:
        asked.append(time.monotonic())
        if process is not None:
            _signal(process, signal.Signals(number))

    before = {number: signal.signal(number, pass_on) for number in LEAVING}
    try:
        process = _popen(command, environment)
        if asked:
            _signal(process, signal.SIGTERM)
        return _outcome(process, asked)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _outcome(process: subprocess.Popen[bytes], asked: Sequence[float]) -> int:
    """Its exit code, as a shell has it."""
    while True:
        try:
            code = process.wait(LOOK_SECONDS)
        except subprocess.TimeoutExpired:
            if asked and time.monotonic() - asked[0] > LONGEST_END_SECONDS:
                _signal(process, signal.SIGKILL)
        else:
            return code if code >= 0 else 128 - code


def _launch(program: Program) -> subprocess.Popen[bytes]:
    program.log.parent.mkdir(parents=True, exist_ok=True)
    with program.log.open("ab") as log:
        return _popen(program.command, program.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)


def _popen(command: Sequence[str], environment: Mapping[str, str], **streams: Any) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603  our own programs
        list(command),
        env=dict(environment),
        start_new_session=True,
        preexec_fn=_die_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509  it only calls prctl
        **streams,
    )


_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def _die_with_parent() -> None:
    """SIGTERM, so that a worker can take its own children with it."""
    if _LIBC is not None:
        _LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """To the whole session it leads; nothing is left to signal where all of it has ended."""
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        return


def _wait(process: subprocess.Popen[bytes], deadline: float) -> None:
    try:
        process.wait(timeout=max(deadline - time.monotonic(), 0))
    except subprocess.TimeoutExpired:
        pass
    finally:
        _signal(process, signal.SIGKILL)
        process.wait()
