"""A load test's run: applications, delivery under faults and kills, reconciliation, verdict."""

import time
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from rich.console import Console

from portal.demo.programs import WORKER
from portal.embedded import Places
from portal.loadtest.crowd import Crowd
from portal.loadtest.delivery import LOOK_SECONDS, Watch
from portal.loadtest.findings import content
from portal.loadtest.gauges import Gauges
from portal.loadtest.options import Options
from portal.loadtest.stage import Stage
from portal.processes import Supervisor
from portal.simulation import run as simulation
from portal.steps import Steps
from procedures.models import Application
from sync import health
from sync.loadtest import checker, outcome
from sync.loadtest.arrivals import Arrivals
from sync.loadtest.checker import Verdict
from sync.loadtest.lateness import Lateness
from sync.loadtest.mixing import mix, tidy_up
from sync.loadtest.nemesis import DISTURBANCES, Nemesis, plan
from sync.loadtest.outcome import Outcome
from sync.loadtest.samples import Samples
from sync.loadtest.times import Times
from sync.pump import national_client, wake_up
from sync.reconcile import reconcile

DAY = date(2022, 5, 12)  # an ordinary Thursday
REPAIRS = 3
SPARE = 1.06  # a day's number varies by some percent: so many more are filed, that at least the number asked for is


@dataclass
class LoadTest:
    """One run. `supervisor` owns the programs; whoever makes the run stops them."""

    options: Options
    console: Console
    supervisor: Supervisor
    steps: Steps = field(init=False)

    def __post_init__(self) -> None:
        options = self.options
        self.steps = Steps(self.console)
        told = ["--profile", options.profile, "--seed", str(options.seed)]
        told += ["--bug", options.bug] if options.bug else []
        self._stage = Stage(self.supervisor, options.port, options.batch, options.workers, told)
        self._arrivals = Arrivals(options.arrivals)
        self._lateness: Lateness | None = None

    def run(self) -> dict[str, Any]:
        """All of result.json."""
        began = time.time()
        self._stage.require_sound()
        with self.steps.step("stage", "Máy chủ, danh mục / servers, catalogue"):
            self._stage.raise_curtain()
            faults = self._stage.faults()
        drained = self._burst() if self._arrivals is Arrivals.BURST else self._open_model()
        healed_at = time.time()
        found = self._judge(drained=drained)
        told = content(self.options, found, self._watch, began=began, healed_at=healed_at, steps=self.steps.seconds)
        told["run"]["faults"] = faults
        return {**told, "arrivals": self._lateness.to_json()} if self._lateness else told

    def _burst(self) -> bool:
        """Everything is committed before the job starts."""
        with self.steps.step("applications", "Tạo hồ sơ / applications", total=1) as advance:
            filed_a_day = round(self.options.applications * SPARE)
            for done, _day in enumerate(simulation.simulate([DAY], self.options.seed, filed_a_day=filed_a_day), 1):
                advance(done)
            mix(self.options.seed)
            tidy_up()
        total = Application.objects.count()
        with self.steps.step("deliver", "Gửi / delivery", total=total) as advance:
            self._stage.start_job()
            wake_up()
            self._watch = self._watching()
            return self._watch.until_delivered(total, advance, timeout=self.options.timeout)

    def _open_model(self) -> bool:
        """Changes are committed while the job runs, at times that were fixed before."""
        options = self.options
        crowd = Crowd(
            self.supervisor, self._stage.generating(), Path(settings.LOCAL_DIR) / "generators", self._arrivals,
            options.applications, options.rate, options.seed, DAY,
        )  # fmt: skip
        with self.steps.step("generators", "Bộ phát / generators"):
            self._stage.start_job()
            crowd.prepare()
            self._stage.await_pumps()
        with self.steps.step("deliver", "Gửi / delivery", total=options.applications) as advance:
            self._watch = self._watching()
            crowd.begin()
            drained = self._watch.until_delivered(options.applications, advance, timeout=options.timeout, crowd=crowd)
        self._lateness = crowd.finish()
        return drained

    def _watching(self) -> Watch:
        samples = Samples(settings.NATIONAL["adapter_url"], time.time())
        nemesis = Nemesis(plan([*self.options.kill, *self.options.disturb], self.options.seed), self._strike)
        gauges = Gauges(self.supervisor, Places(settings.LOCAL_DIR))
        return Watch(self._stage, gauges, nemesis, samples)

    def _strike(self, name: str) -> None:
        if name in DISTURBANCES:
            self.steps.say(DISTURBANCES[name])
            self._watch.note_disturbance(name)
            self._stage.disturb(name)
        else:
            self.steps.say(f"kill -9 {name}")
            self._watch.note_kill(name)
            self._stage.strike(name)

    def _judge(self, *, drained: bool) -> Outcome:
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
            waiting=health.backlog() or int(not drained),
            differences=differences,
            absorbed=outcome.absorbed(),
            held=outcome.held(),
            seconds=span.seconds,
            applications=Application.objects.count(),
            peak_rss_mb=self.supervisor.peak_rss_mb(WORKER),
            times=times,
        )

    def _check(self) -> tuple[Verdict, Times]:
        times = Times(self._lateness.intended if self._lateness else {})
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
                while health.backlog() and time.monotonic() < ends:
                    time.sleep(LOOK_SECONDS)
