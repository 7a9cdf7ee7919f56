"""What a load test runs on: databases emptied first, the job's own programs, and a way to kill each of them."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import psutil
import psycopg
import redis
from django.conf import settings
from django.db import connection

from portal.demo import preparation
from portal.demo.programs import BEAT, NATIONAL, WORKER, look_after_redis, programs
from portal.embedded import CannotRun, Places
from portal.embedded.postgres import Postgres
from portal.embedded.redis import Redis
from portal.embedded.users import undisturbed
from portal.processes import Program, Supervisor
from sync.pump import national_client

PUMPS_SECONDS = 30
SECOND_BEAT = "beat-2"
UNUSED_PORT = 0  # of the pages: a load test shows none


class Stage:
    """One run's programs; whoever owns the supervisor stops them."""

    def __init__(self, supervisor: Supervisor, port: int, batch: int, workers: int, national: Sequence[str]) -> None:
        self._supervisor = supervisor
        self._url = f"http://127.0.0.1:{port}"
        known = programs(UNUSED_PORT, port)
        self._national = replace(known[NATIONAL], command=[*known[NATIONAL].command, *national])
        self._worker, self._workers = _with(known[WORKER], batch, workers), workers
        self._beat = known[BEAT]
        self._killed: dict[str, int] = {}  # the process that a victim was
        self._places = Places(settings.LOCAL_DIR)
        self._lasting: psycopg.Connection[Any] | None = None
        self._beats_twice = False

    def require_sound(self) -> None:
        """Raises CannotRun with the national side's own sentence where it cannot run with these options."""
        command, environment = [*self._national.command, "--check"], dict(self._national.environment)
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode:
            raise CannotRun(done.stderr.strip())

    def raise_curtain(self) -> None:
        """Empty databases, the catalogue, and the national side, which this process asks from now on."""
        settings.NATIONAL["adapter_url"] = self._url
        look_after_redis(self._supervisor)
        forget_schedules(Path(settings.LOCAL_DIR))
        preparation.start_over()
        preparation.prepare()
        self._national.log.unlink(missing_ok=True)
        self._supervisor.start(self._national)
        preparation.wait_until_ready(NATIONAL, f"{self._url}/health", self._national.log)

    def start_job(self) -> None:
        self._supervisor.start(self._worker)
        self._supervisor.start(self._beat)

    def await_pumps(self) -> None:
        """Until the worker has its pool: an open model begins with a job that runs. Raises CannotRun if none comes."""
        ends = time.monotonic() + PUMPS_SECONDS
        while not self._pumps():
            if time.monotonic() > ends:
                raise CannotRun(f"the worker has no pumps after {PUMPS_SECONDS} s, see {self._worker.log}")
            time.sleep(0.05)

    def faults(self) -> list[dict[str, Any]]:
        """Those in force, in the words of the national system's admin API: the scenario, to be set again elsewhere."""
        with national_client() as client:
            return list(client.get("/_admin/faults")["faults"])

    def heal(self) -> None:
        """No more faults and no disturbances, so that both sides can be compared. Raises NationalError."""
        if self._lasting is not None:
            self._lasting.close()
        if self._beats_twice:
            self._supervisor.stop(SECOND_BEAT)
        preparation.wait_until_ready(NATIONAL, f"{self._url}/health", self._national.log)
        with national_client() as client:
            client.put("/_admin/profile", {"profile": "healthy"})

    def is_back(self, victim: str) -> bool:
        """Does a killed victim work again? A pump is back when its pool is whole without it, a program when it is
        another, PostgreSQL when the national side, whose database it has too, answers from it.
        """
        match victim:
            case "redis":
                return Redis(self._places).is_running()
            case "postgres":
                return Postgres(self._places).is_running() and preparation.answers(f"{self._url}/_admin/stats")
            case "national":
                return self._is_another(victim) and preparation.answers(f"{self._url}/health")
            case "worker":
                return self._is_another(victim) and bool(self._pumps())
            case _:
                pumps = self._pumps()
                return self._killed[victim] not in pumps and len(pumps) >= self._workers

    def generating(self) -> Mapping[str, str]:
        """The environment of programs that make changes."""
        return self._worker.environment

    def strike(self, victim: str) -> None:
        """`kill -9`; each comes back: programs and Redis by their supervisor, PostgreSQL here."""
        match victim:
            case "pump":
                self._kill_a_pump()
            case "redis":
                Redis(self._places).kill()
            case "postgres":
                with undisturbed():
                    postgres = Postgres(self._places)
                    postgres.kill()
                    postgres.start()
                connection.close()
                if self._lasting is not None:
                    self.disturb("xmin")  # goes on after the database is back
            case _:
                self._killed[victim] = self._supervisor.pid(victim)
                self._supervisor.kill(victim)

    def disturb(self, name: str) -> None:
        """One of the nemesis' disturbances."""
        match name:
            case "flush":
                redis.Redis.from_url(settings.REDIS_URL).flushall()
            case "beat":
                schedule = str(Path(settings.LOCAL_DIR) / SECOND_BEAT)
                command = [*self._beat.command]
                command[command.index("--schedule") + 1] = schedule
                log = self._beat.log.with_name(f"{SECOND_BEAT}.log")
                self._supervisor.start(replace(self._beat, name=SECOND_BEAT, command=command, log=log))
                self._beats_twice = True
            case "xmin":
                self._lasting = psycopg.connect(settings.DATABASE_URL)
                self._lasting.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
                self._lasting.execute("SELECT count(*) FROM sync_gate")

    def _is_another(self, victim: str) -> bool:
        return self._supervisor.pid(victim) != self._killed[victim]

    def _pumps(self) -> list[int]:
        """The processes of the worker's pool."""
        try:
            return [child.pid for child in psutil.Process(self._supervisor.pid(WORKER)).children()]
        except psutil.NoSuchProcess:
            return []

    def _kill_a_pump(self) -> None:
        """A process of the worker's pool; of one that is just being started again, once it has any."""
        self.await_pumps()
        self._killed["pump"] = self._pumps()[0]
        os.kill(self._killed["pump"], signal.SIGKILL)


def _with(worker: Program, batch: int, workers: int) -> Program:
    command = [*worker.command]
    command[command.index("--concurrency") + 1] = str(workers)
    return replace(worker, command=command, environment={**worker.environment, "SYNC_BATCH": str(batch)})


def forget_schedules(local: Path) -> None:
    """What an earlier run's beat has noted: its hourly reconciliation would fall into the middle of this run."""
    for noted in local.glob(f"{BEAT}*"):
        noted.unlink()


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


def read_result(file: Path) -> dict[str, Any]:
    """The result of another run. Raises CannotRun where there is none to read."""
    try:
        content = orjson.loads(file.read_bytes())
    except OSError as error:
        reason = error.strerror or str(error)
        raise CannotRun(f"there is no result to compare with at {file} ({reason}): correct --compare") from None
    except orjson.JSONDecodeError:
        content = None
    if not isinstance(content, dict) or not _is_result(content):
        raise CannotRun(f"{file} is no result of a load test: give --compare the result.json of one")
    return content


def _is_result(content: Mapping[str, Any]) -> bool:
    objects = all(isinstance(content.get(name), dict) for name in ("run", "latency_ms"))
    return objects and content.get("verdict") in {"PASS", "FAIL"}
