"""What every competitor runs on: the same applications, due again before each run, and proof that all arrived."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Final

import orjson
import psycopg
from django.conf import settings
from django.db import connection
from django.db.models import Sum

from portal.demo import preparation
from portal.demo.programs import NATIONAL, WORKER, programs
from portal.processes import Program, Supervisor
from portal.simulation import run as simulation
from procedures.models import Application
from sync import health, reading, wake, wire
from sync.models import Delivery, Exchange, Gate
from sync.outbox import Claimed
from sync.pump import national_client, wake_up

PORT: Final = 8145
DAY: Final = date(2022, 5, 12)
LOOK_SECONDS: Final = 0.02
LONGEST_RUN: Final = 120
NAIVE: Final = "naive"
_DUE = """
UPDATE sync_delivery SET sent = 0, known_nationally = false, next_attempt_at = now()
WHERE application_id IN (SELECT application_id FROM sync_delivery ORDER BY application_id LIMIT %s)
"""


class Wrong(Exception):
    """A run that was fast and wrong is no figure."""


class BenchStage:
    """Servers, programs and applications; `supervisor` owns the programs."""

    def __init__(self, supervisor: Supervisor) -> None:
        self._supervisor = supervisor
        self._programs = programs(0, PORT)
        self._url = f"http://127.0.0.1:{PORT}"
        settings.NATIONAL["adapter_url"] = self._url
        self._environment = {
            **self._programs[NATIONAL].environment,
            "NATIONAL_URL": self._url,
            "NATIONAL_ACCOUNT": settings.NATIONAL_ACCOUNT,
        }

    def raise_curtain(self, applications: int) -> None:
        """Empty databases, the catalogue, a simulated day of so many applications, the national system."""
        preparation.start_over()
        preparation.prepare()
        for _day in simulation.simulate([DAY], 1, filed_a_day=round(applications * 1.06)):
            pass
        if Application.objects.count() < applications:
            raise Wrong(f"the day has only {Application.objects.count()} applications, {applications} are wanted")
        self._supervisor.start(self._programs[NATIONAL])
        preparation.wait_until_ready(NATIONAL, f"{self._url}/health", self._programs[NATIONAL].log)

    def make_due(self, applications: int) -> None:
        """So many are due again, and the national side knows nothing; both databases are at rest."""
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE sync_delivery SET sent = wanted, parked_at = NULL, attempts = 0, lease_owner = NULL,"
                " lease_until = NULL"
            )
            cursor.execute(_DUE, [applications])
            cursor.execute("VACUUM ANALYZE sync_delivery")
            cursor.execute("CHECKPOINT")
        Exchange.objects.all().delete()
        Gate.objects.all().delete()
        with psycopg.connect(settings.NATIONAL_DATABASE_URL, autocommit=True) as national:
            national.execute("TRUNCATE dossier, record, progress, ledger")
            national.execute("CHECKPOINT")

    def require_all_arrived(self, applications: int) -> None:
        """Raises Wrong unless the national side holds each due application with each of its changes, once."""
        with national_client() as client:
            stats = client.get(wire.PATH_STATS)
        first = Delivery.objects.order_by("pk")[:applications]
        wanted = Delivery.objects.filter(pk__in=first).aggregate(steps=Sum("wanted"))["steps"]
        found = (stats["dossiers"], stats["progress_rows"], stats["effects"].get(wire.LEDGER_PROGRESS))
        if found != (applications, wanted, wanted) or Delivery.objects.backlog().exists():
            raise Wrong(
                f"the national side holds {found} dossiers, steps and effects: {applications}, {wanted} are right"
            )

    def ours(self, batch: int) -> float:
        """The real job: a worker with two processes, woken once."""
        worker = self._programs[WORKER]
        environment = {**worker.environment, "SYNC_BATCH": str(batch)}
        self._supervisor.start(Program(WORKER, worker.command, environment, worker.log))
        try:
            wake.begun()  # what woke nobody before there was a worker
            wake_up()
            self._wait_until_sent()
            return health.span_since(0).seconds
        finally:
            self._supervisor.stop(WORKER)

    def naive_celery(self, applications: int) -> float:
        """One task an application, two processes, enqueued one by one."""
        log = Path(settings.LOCAL_DIR) / "logs" / "naive.log"
        command = [sys.executable, "-m", "celery", "-A", "tests.bench.naive", "worker", "--concurrency", "2",
                   "--queues", NAIVE, "--loglevel", "WARNING", "--without-gossip", "--without-mingle"]  # fmt: skip
        self._supervisor.start(Program(NAIVE, command, self._environment | {"DEBUG": "0"} | _secrets(), log))
        from tests.bench.naive import app, synchronise  # noqa: PLC0415  it needs Django set up

        try:
            while not app.control.ping(timeout=0.5):
                continue
            began = time.monotonic()
            for application in Delivery.objects.order_by("pk").values_list("pk", flat=True)[:applications]:
                synchronise.delay(application)
            self._wait_until_sent()
            return time.monotonic() - began
        finally:
            self._supervisor.stop(NAIVE)

    def serial(self, applications: int) -> float:
        """One dossier after another with four calls each, as OpenCPS does (national protocol 2.2)."""
        from tests.bench.serial import run  # noqa: PLC0415  it needs Django set up

        return run(applications)

    def script(self, module: str, *arguments: object) -> float:
        """A competitor that is a process of its own and prints its seconds."""
        command = [sys.executable, "-m", f"tests.bench.{module}", *map(str, arguments)]
        done = subprocess.run(command, env=self._environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Wrong(f"{module}: {done.stderr.strip().splitlines()[-1] if done.stderr.strip() else 'it failed'}")
        return float(done.stdout.splitlines()[-1])

    def dlt(self, batch: int) -> float:
        with tempfile.TemporaryDirectory() as folder:
            return self.script("dlt_pipeline", folder, batch)

    def bare_client(self, applications: int, lanes: int) -> float:
        """The bodies are made before, and marked as sent after: only the calls count."""
        with tempfile.NamedTemporaryFile(suffix=".jsonl") as file:
            Path(file.name).write_bytes(b"\n".join(map(orjson.dumps, self._bodies(applications))))
            seconds = self.script("bare", file.name, lanes)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE sync_delivery SET sent = wanted WHERE wanted > sent")
        return seconds

    def _bodies(self, applications: int) -> Sequence[list[str]]:
        rows = Delivery.objects.order_by("pk").values_list("pk", "sent", "wanted")[:applications]
        parcels = reading.parcels([Claimed(pk, sent, wanted, False, 1) for pk, sent, wanted in rows])
        with national_client() as client:
            credentials = {"username": settings.NATIONAL["username"], "password": settings.NATIONAL["password"]}
            session = client.ask(wire.PATH_LOGIN, credentials)["session"]
        own = {"session": session, "madonvi": settings.NATIONAL["madonvi"]}
        adding = {**own, "service": "DongBoHoSoMC", "isUpdating": "False"}
        telling = {**own, "service": "CapNhatTienDoHoSoMC"}
        return [
            [
                orjson.dumps({**adding, "data": [one.record]}).decode(),
                orjson.dumps({**telling, "data": one.progress}).decode(),
            ]
            for one in parcels
        ]

    def _wait_until_sent(self) -> None:
        ends = time.monotonic() + LONGEST_RUN
        while Delivery.objects.backlog().exists():
            if time.monotonic() > ends:
                raise Wrong(f"not everything was sent within {LONGEST_RUN} s")
            time.sleep(LOOK_SECONDS)


def _secrets() -> dict[str, str]:
    return {
        "SECRET_KEY": settings.SECRET_KEY,
        "LOOKUP_KEY": settings.LOOKUP_KEY,
        "NATIONAL_USERNAME": settings.NATIONAL["username"],
        "NATIONAL_PASSWORD": settings.NATIONAL["password"],
    }
