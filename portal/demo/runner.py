"""The demo's run, step by step: services, the days before, the day, reconciliation, verdict."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from django.conf import settings
from rich.console import Console

from portal import clock
from portal.accounts.demo import SignIn
from portal.demo import preparation
from portal.demo.delivery import Accident, Stuck, wait_until_delivered
from portal.demo.plan import FIRST_DAY, Plan, Played, plan
from portal.demo.programs import BEAT, NATIONAL, WEB, WORKER, look_after_redis, programs
from portal.demo.report import Report, ToTry, show
from portal.models import DemoDay
from portal.processes import Supervisor, require_free_port
from portal.simulation import run as simulation
from portal.steps import Steps
from procedures import codes
from procedures.importing import Imported
from procedures.lifecycle import PAUSED, Status
from procedures.models import Application, Channel, working_calendar
from procedures.rollups import bounds
from sync import health
from sync.loadtest import checker
from sync.loadtest.checker import Verdict
from sync.pump import national_client, wake_up
from sync.reconcile import Reconciliation, reconcile

NAMED = 100  # dossiers in the report
LAST_HOUR = timedelta(hours=1)  # nobody files after eleven at night; so much of the day is left to look round in


@dataclass(frozen=True)
class Options:
    """What the command line says."""

    port: int
    national_port: int
    seed: int
    fresh: bool
    leave: bool
    kill: str
    report: Path


@dataclass
class Demo:
    """One run. `supervisor` owns the programs; whoever makes the run stops them."""

    options: Options
    console: Console
    supervisor: Supervisor
    steps: Steps = field(init=False)

    def __post_init__(self) -> None:
        self.steps = Steps(self.console)
        self._programs = programs(self.options.port, self.options.national_port)

    def run(self) -> Report:
        """Play the next day and judge it."""
        require_free_port(self.options.port, "--port")
        require_free_port(self.options.national_port, "--national-port")
        look_after_redis(self.supervisor)
        with self.steps.step("services", "Services, schema, catalogue"):
            if self.options.fresh:
                preparation.start_over()
            imported, sign_ins = preparation.prepare()
            self._start_and_wait(NATIONAL, f"{self._national_url}/health")
        today = self._plan()
        self._fill(today.before)
        self._start_job()
        self._deliver("deliver_before", "Delivering the days before", None)
        marker = self._play(today)
        self._deliver("deliver", f"Delivering {today.day:%d/%m/%Y}", self._accident())
        report = self._judge(today.day, imported, health.span_since(marker))
        report.write(self.options.report)
        self._show(today.day, report, sign_ins)
        return report

    @property
    def _national_url(self) -> str:
        return f"http://127.0.0.1:{self.options.national_port}"

    def _start_and_wait(self, name: str, url: str) -> None:
        program = self._programs[name]
        self.supervisor.start(program)
        preparation.wait_until_ready(name, url, program.log)

    def _plan(self) -> Plan:
        calendar = working_calendar()
        played = [Played(row.day, row.judged_at is not None) for row in DemoDay.objects.all()]
        first = simulation.warm_up_start(calendar, FIRST_DAY)
        return plan(calendar, played, simulated_until=simulation.simulated_until(), warm_up_start=first)

    def _fill(self, days: Sequence[date]) -> None:
        if not days:
            return
        title = f"Simulating {days[0]:%d/%m} – {days[-1]:%d/%m/%Y}"
        with self.steps.step("simulate_before", title, total=len(days)) as advance:
            for done, _result in enumerate(simulation.simulate(days, self.options.seed), start=1):
                advance(done)

    def _start_job(self) -> None:
        for name in (WORKER, BEAT):
            self.supervisor.start(self._programs[name])
        self._start_and_wait(WEB, f"http://127.0.0.1:{self.options.port}/health/alive/")

    def _play(self, today: Plan) -> int:
        """Simulate the day; returns the number of the last exchange before it."""
        marker = health.last_exchange()
        if today.simulate_day:
            with self.steps.step("simulate", f"Simulating {today.day:%d/%m/%Y}", total=1) as advance:
                DemoDay.objects.get_or_create(day=today.day)
                for done, _result in enumerate(simulation.simulate([today.day], self.options.seed), start=1):
                    advance(done)
        clock.set_virtual(bounds(today.day)[1] - LAST_HOUR)
        return marker

    def _deliver(self, name: str, title: str, accident: Accident | None) -> None:
        total = health.backlog()
        with self.steps.step(name, title, total=total) as advance:
            wake_up()
            try:
                wait_until_delivered(total, advance, accident)
            except Stuck as stuck:
                self.steps.say(str(stuck))

    def _accident(self) -> Accident | None:
        if not self.options.kill:
            return None

        def happen() -> None:
            self.steps.say(f"kill -9 {self.options.kill}: half of the day is acknowledged")
            self.supervisor.kill(self.options.kill)

        return Accident(happen)

    def _judge(self, day: date, imported: Imported, span: health.Span) -> Report:
        national = self._programs[NATIONAL]
        preparation.wait_until_ready(NATIONAL, f"{self._national_url}/health", national.log)  # it may have been killed
        with self.steps.step("reconcile", "Reconciling both sides"), national_client() as client:
            run = reconcile(client)
            verdict = checker.check(client)
        counts = checker.count_day(*bounds(day))
        DemoDay.objects.filter(day=day).update(judged_at=clock.machine_now())
        return Report(
            day=day.isoformat(),
            procedures=imported.procedures,
            online=imported.online,
            nationally_connected=imported.nationally_connected,
            online_share=_online_share(day),
            applications=Application.objects.count(),
            changed=counts.changed,
            synchronised=counts.synchronised,
            lost=len(verdict.lost),
            duplicated=len(verdict.duplicated),
            reordered=len(verdict.reordered),
            differences=run.differing + len(verdict.unexpected) + len(verdict.corrupted) + len(verdict.disagreements),
            applications_per_second=round(counts.changed / span.seconds, 1) if span.seconds else 0.0,
            worker_peak_rss_mb=round(self.supervisor.peak_rss_mb(WORKER), 1),
            seconds=self.steps.seconds,
            dossiers=_named(verdict, run),
        )

    def _show(self, day: date, report: Report, sign_ins: list[SignIn]) -> None:
        """Where the programs end with the verdict there is nothing to open."""
        if self.options.leave:
            show(self.console, report, ToTry([("Báo cáo / report", str(self.options.report))], [], []))
            return
        portal = f"http://127.0.0.1:{self.options.port}"
        links = [
            ("Công dân / citizens", f"{portal}/"),
            ("Tra cứu / look-up", f"{portal}/lookup/"),
            ("Cán bộ / officials", f"{portal}/officials/"),
            ("Lãnh đạo / leaders", f"{portal}/dashboards/"),
            ("Đồng bộ / sync board", f"{portal}/dashboards/sync/"),
            ("API", f"{portal}/api/schema/"),
            ("Hệ thống quốc gia / national", f"{self._national_url}/"),
            ("Báo cáo / report", str(self.options.report)),
        ]
        people = [(str(one.role.label), one.username, one.password, one.agency) for one in sign_ins]
        show(self.console, report, ToTry(links, people, _receipts(day)))


def _named(verdict: Verdict, run: Reconciliation) -> list[str]:
    """Whom the verdict is about, and why."""
    faults = ("lost", "unexpected", "duplicated", "reordered", "corrupted")
    named = [f"{code}: {fault}" for fault in faults for code in sorted(set(getattr(verdict, fault)))]
    differences = run.differences.order_by("pk")[:NAMED]
    return (named + [f"{one.code}: {one.get_kind_display()}" for one in differences] + verdict.disagreements)[:NAMED]


def _online_share(day: date) -> float:
    start, end = bounds(day)
    filed = Application.objects.filter(submitted_at__gte=start, submitted_at__lt=end)
    count = filed.count()
    return round(filed.filter(channel=Channel.ONLINE).count() / count, 4) if count else 0.0


def _receipts(day: date) -> list[tuple[str, str, str]]:
    """Three applications of the day to look up: one in the office's hands, one waiting for the citizen, one done."""
    start, end = bounds(day)
    of_the_day = Application.objects.filter(changed_at__gte=start, changed_at__lt=end)
    found = [
        of_the_day.filter(status=Status.PROCESSING, due_at__isnull=False).first(),
        of_the_day.filter(status__in=PAUSED, due_at__isnull=False).first(),
        of_the_day.filter(status=Status.RESULT_RETURNED).first(),
    ]
    return [
        (one.code, codes.receipt_secret(one.code, settings.LOOKUP_KEY), str(one.state.label)) for one in found if one
    ]
