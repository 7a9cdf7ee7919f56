"""What a run of the demo found: `reports/demo.json`, the verdict, and the closing table."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

SHOWN = 20  # dossiers on the terminal
MUST_BE_ZERO = ("lost", "duplicated", "reordered", "differences")


@dataclass(frozen=True)
class Report:
    """The figures of one run; README.md says how to read each."""

    day: str
    procedures: int
    online: int
    nationally_connected: int
    online_share: float
    applications: int
    changed: int
    synchronised: int
    lost: int
    duplicated: int
    reordered: int
    differences: int
    applications_per_second: float
    worker_peak_rss_mb: float
    seconds: dict[str, float] = field(default_factory=dict)
    dossiers: list[str] = field(default_factory=list)

    @property
    def faults(self) -> list[str]:
        """Why the verdict is not met; empty when it is."""
        found = [f"{name} {getattr(self, name)}" for name in MUST_BE_ZERO if getattr(self, name)]
        if self.synchronised < self.changed:
            found.append(f"only {self.synchronised} of {self.changed} applications acknowledged")
        return found

    @property
    def met(self) -> bool:
        return not self.faults

    def write(self, path: Path) -> None:
        """Write the report as JSON, whole or not at all."""
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".new")
        draft.write_text(json.dumps({**asdict(self), "verdict": "met" if self.met else "not met"}, indent=2) + "\n")
        draft.replace(path)


@dataclass(frozen=True)
class ToTry:
    """What a person can do next: links, sign-ins (role, user name, password, agency), codes with their secrets."""

    links: list[tuple[str, str]]
    sign_ins: list[tuple[str, str, str, str]]
    receipts: list[tuple[str, str, str]]


def show(console: Console, report: Report, to_try: ToTry) -> None:
    """The closing table."""
    console.print()
    if report.met:
        console.print("[bold green]ĐẠT / MET[/] – không mất, không trùng, không đảo thứ tự, không khác biệt")
    else:
        console.print(f"[bold red]KHÔNG ĐẠT / NOT MET[/] – {'; '.join(report.faults)}")
        for sentence in report.dossiers[:SHOWN]:
            console.print(f"  {sentence}")
    console.print(_figures(report))
    console.print(_table("Mở / open", ("", ""), to_try.links))
    if to_try.sign_ins:
        console.print(_table("Đăng nhập / sign in", ("vai trò", "tên", "mật khẩu", "cơ quan"), to_try.sign_ins))
    if to_try.receipts:
        console.print(_table("Tra cứu / look up", ("mã hồ sơ", "mã bí mật", "trạng thái"), to_try.receipts))


def _figures(report: Report) -> Table:
    catalogue = f"{report.procedures:,} ({report.online:,} online, {report.nationally_connected:,} QG)"
    seconds = ", ".join(f"{name} {took:.0f} s" for name, took in report.seconds.items())
    rows = [
        ("ngày / day", report.day),
        ("thủ tục / procedures", catalogue),
        ("hồ sơ / applications", f"{report.applications:,} ({report.online_share:.1%} nộp trực tuyến trong ngày)"),
        ("đã đồng bộ / synchronised", f"{report.synchronised:,} / {report.changed:,}"),
        ("tốc độ / rate", f"{report.applications_per_second:,.0f} hồ sơ/giây"),
        ("bộ nhớ worker / memory", f"{report.worker_peak_rss_mb:.0f} MB"),
        ("thời gian / time", seconds),
        *((name, str(getattr(report, name))) for name in MUST_BE_ZERO),
    ]
    return _table("Kết quả / result", ("", ""), rows)


def _table(title: str, heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Table:
    table = Table(title=title, title_justify="left", show_header=any(heads), box=None, padding=(0, 2))
    for head in heads:
        table.add_column(head, overflow="fold")
    for row in rows:
        table.add_row(*row)
    return table
