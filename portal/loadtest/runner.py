"""A load test's run: applications, delivery under faults and kills, reconciliation, verdict."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import orjson
from django.db import InterfaceError, OperationalError, connection
from rich.console import Console

from portal.demo.progress import Advance, Steps
from portal.loadtest.stage import Stage
from portal.processes import Supervisor
from portal.simulation import run as simulation
from procedures.models import Application
from sync import health
from sync.loadtest import checker, outcome
from sync.loadtest.checker import Verdict
from sync.loadtest.nemesis import Nemesis, plan
from sync.loadtest.outcome import Outcome
from sync.loadtest.times import Times
from sync.pump import national_client, wake_up
from sync.reconcile import reconcile

DAY = date(2022, 5, 12)  # an ordinary Thursday
LOOK_SECONDS = 0.2
REPAIRS = 3
SPARE = 1.06  # a day's number varies by some percent: so many more are filed, that at least the number asked for is


@dataclass(frozen=True)
class Options:
    """What the command line says."""

    applications: int
    profile: str
    bug: str
    batch: int
    workers: int
    kill: Sequence[str]
    seed: int
    port: int
    timeout: float
    report: Path


class LoadTest:
    """One run. `supervisor` owns the programs; whoever makes the run stops them."""

    def __init__(self, options: Options, console: Console, supervisor: Supervisor) -> None:
        self.options = options
        self.steps = Steps(console)
        told = ["--profile", options.profile, "--seed", str(options.seed)]
        told += ["--bug", options.bug] if options.bug else []
        self._stage = Stage(supervisor, options.port, options.batch, options.workers, told)
        self._nemesis = Nemesis(plan(options.kill, options.seed), self._strike)

    def run(self) -> Outcome:
        self._stage.require_sound()
        with self.steps.step("stage", "Máy chủ, danh mục / servers, catalogue"):
            self._stage.raise_curtain()
        with self.steps.step("applications", "Tạo hồ sơ / applications", total=1) as advance:
            filed_a_day = round(self.options.applications * SPARE)
            for done, _day in enumerate(simulation.simulate([DAY], self.options.seed, filed_a_day=filed_a_day), 1):
                advance(done)
        total = Application.objects.count()
        with self.steps.step("deliver", "Gửi / delivery", total=total) as advance:
            drained = self._deliver(total, advance)
        return self._judge(total, drained=drained)

    def write(self, found: Outcome) -> Path:
        """result.json, with how to run it again."""
        run = {name: getattr(self.options, name) for name in ("profile", "bug", "batch", "workers", "kill", "seed")}
        kills = [{"victim": kill.victim, "share": kill.share} for kill in self._nemesis.done]
        content = {**found.to_json(), "run": run, "kills": kills, "steps": self.steps.seconds}
        path = self.options.report / "result.json"
        path.write_bytes(orjson.dumps(content, option=orjson.OPT_INDENT_2))
        return path

    def _deliver(self, total: int, advance: Advance) -> bool:
        """True when nothing waits any more, false when the time is up."""
        self._stage.start_job()
        wake_up()
        ends = time.monotonic() + self.options.timeout
        while (waiting := _waiting()) != 0:
            if time.monotonic() > ends:
                return False
            if waiting is not None:
                advance(total - waiting)
                self._nemesis.watch(1 - waiting / total)
            time.sleep(LOOK_SECONDS)
        return True

    def _strike(self, victim: str) -> None:
        self.steps.say(f"kill -9 {victim}")
        self._stage.strike(victim)

    def _judge(self, total: int, *, drained: bool) -> Outcome:
        """Checked before anything is repaired; only a backup, which no delivery can foresee, is repaired first."""
        span = health.span_since(0)
        self._stage.heal()
        verdict, times = self._check()
        if verdict.restored:
            self._repair()
            verdict, times = self._check()
        with self.steps.step("reconcile", "Đối soát / reconciliation"), national_client() as client:
            differences = reconcile(client).differing
        return Outcome(
            verdict=verdict,
            drained=drained and not outcome.unacknowledged(),
            differences=differences,
            absorbed=outcome.absorbed(),
            seconds=span.seconds,
            applications=total,
            peak_rss_mb=self._stage.peak_rss_mb(),
            applied_at=sorted(times.applied_at),
            latencies=times.from_commit,
        )

    def _check(self) -> tuple[Verdict, Times]:
        times = Times()
        with self.steps.step("check", "Kiểm tra / check"), national_client() as client:
            return checker.check(client, times), times

    def _repair(self) -> None:
        """Send again what differs, until nothing does."""
        self.steps.say("the national system came back from a backup: reconciling")
        with self.steps.step("repair", "Gửi lại / repair"):
            for _ in range(REPAIRS):
                with national_client() as client:
                    if not reconcile(client, repair=True).differing:
                        return
                wake_up()
                ends = time.monotonic() + self.options.timeout
                while _waiting() and time.monotonic() < ends:
                    time.sleep(LOOK_SECONDS)


def _waiting() -> int | None:
    """Applications that wait; None while the database is away."""
    try:
        return health.backlog()
    except (OperationalError, InterfaceError):
        connection.close()
        return None
