"""What a load test runs on: databases emptied first, the job's own programs, and a way to kill each of them."""

import subprocess
import urllib.request
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import psutil
from django.conf import settings
from django.db import connection

from portal.demo import preparation
from portal.demo.programs import BEAT, NATIONAL, WORKER, look_after_redis, programs
from portal.embedded import CannotRun, Places
from portal.embedded.postgres import Postgres
from portal.embedded.redis import Redis
from portal.processes import Program, Supervisor

UNUSED_PORT = 0  # of the pages: a load test shows none


class Stage:
    """One run's programs; whoever makes it ends it with `stop`."""

    def __init__(self, supervisor: Supervisor, port: int, batch: int, workers: int, national: Sequence[str]) -> None:
        self._supervisor = supervisor
        self._url = f"http://127.0.0.1:{port}"
        known = programs(UNUSED_PORT, port)
        self._national = replace(known[NATIONAL], command=[*known[NATIONAL].command, *national])
        self._worker = _with(known[WORKER], batch, workers)
        self._beat = known[BEAT]
        self._places = Places(settings.LOCAL_DIR)
        settings.NATIONAL["adapter_url"] = self._url

    def require_sound(self) -> None:
        """Raises CannotRun with the national side's own sentence where it cannot run with these options."""
        command, environment = [*self._national.command, "--check"], dict(self._national.environment)
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode:
            raise CannotRun(done.stderr.strip())

    def raise_curtain(self) -> None:
        """Empty databases, the catalogue, and the national side."""
        look_after_redis(self._supervisor)
        preparation.start_over()
        preparation.prepare()
        self._national.log.unlink(missing_ok=True)
        self._supervisor.start(self._national)
        preparation.wait_until_ready(NATIONAL, f"{self._url}/health", self._national.log)

    def start_job(self) -> None:
        self._supervisor.start(self._worker)
        self._supervisor.start(self._beat)

    def heal(self) -> None:
        """No more faults, so that both sides can be compared."""
        request = urllib.request.Request(  # noqa: S310  our own address
            f"{self._url}/_admin/profile",
            data=b'{"profile": "healthy"}',
            headers={"Content-Type": "application/json"},
            method="PUT",
        )
        urllib.request.urlopen(request, timeout=30).close()  # noqa: S310

    def peak_rss_mb(self) -> float:
        """Of the worker with its pumps."""
        return self._supervisor.peak_rss_mb(WORKER)

    def strike(self, victim: str) -> None:
        """`kill -9`; each comes back: programs and Redis by their supervisor, PostgreSQL here."""
        match victim:
            case "pump":
                self._kill_a_pump()
            case "redis":
                Redis(self._places).kill()
            case "postgres":
                postgres = Postgres(self._places)
                postgres.kill()
                postgres.start()
                connection.close()
            case _:
                self._supervisor.kill(victim)

    def _kill_a_pump(self) -> None:
        """A process of the worker's pool, if it has any just now."""
        for child in psutil.Process(self._supervisor.pid(WORKER)).children()[:1]:
            child.kill()


def _with(worker: Program, batch: int, workers: int) -> Program:
    command = [*worker.command]
    command[command.index("--concurrency") + 1] = str(workers)
    return replace(worker, command=command, environment={**worker.environment, "SYNC_BATCH": str(batch)})


def require_writable(folder: Path) -> None:
    """Raises CannotRun where no report can be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".probe"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        reason = error.strerror or str(error)
        raise CannotRun(f"no report can be written to {folder} ({reason}): choose another by --report") from None
