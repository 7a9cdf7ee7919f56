"""`manage.py parked`: the letters that the national side refused (hồ sơ tạm gác): seen, sent again, given up."""

from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from rich.console import Console

from portal import sheets
from portal.parked_sheet import rows
from portal.steps import bar
from procedures.models import Agency, Application, Procedure
from procedures.working_days import ZONE
from sync import parking
from sync.parking import BATCH, Filter, NothingChosen, Replay, Told

ACTS = {"retry": parking.replay, "skip": parking.skip}
SHOWN = 50
CONDITIONS = ("reason", "procedure", "agency", "since", "until", "code", "held")


def _moment(text: str) -> datetime:
    """A date is its beginning in Vietnam, and so is a time without a zone."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no date or time: write 2022-05-12 or 2022-05-12T08:30") from None
    return read if read.tzinfo else read.replace(tzinfo=ZONE)


class Command(BaseCommand):
    """Exit 0: done; 1: nothing fits, or letters were left alone; 2: it cannot be done so."""

    help = (
        "Letters that the national side refused: list, count, retry, skip (give up with a justification), resume an"
        " interrupted order, export. Exit 0: done, 1: nothing fits or letters were left alone, 2: it cannot be done so."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        does = ("list", "count", "retry", "skip", "resume", "export")
        parser.add_argument("do", choices=does, nargs="?", default="list", help="what to do (list)")
        parser.add_argument("--reason", default="", help="an error code, or words of the refusal")
        parser.add_argument("--procedure", default="", metavar="CODE", help="of this procedure")
        parser.add_argument("--agency", default="", metavar="CODE", help="of this agency and those below it")
        parser.add_argument("--since", type=_moment, metavar="TIME", help="parked at TIME or later")
        parser.add_argument("--until", type=_moment, metavar="TIME", help="parked before TIME")
        parser.add_argument("--code", nargs="+", default=[], metavar="CODE", help="these applications")
        parser.add_argument("--held", action="store_true", help="with later changes waiting behind the refused one")
        parser.add_argument("--skipped", action="store_true", help="given up before, instead of waiting for a decision")
        parser.add_argument("--all", action="store_true", help="retry or skip all of them, without any condition")
        parser.add_argument("--why", default="", metavar="TEXT", help="the justification, kept in the audit")
        parser.add_argument("--by", default="", metavar="NAME", help="who decides, kept in the audit")
        parser.add_argument("--dry-run", action="store_true", help="only say how many letters it would be")
        parser.add_argument("--output", type=Path, metavar="FILE", help="export to FILE.csv or FILE.xlsx")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            self._do(options)
        except DatabaseError as error:
            sentence = str(error).partition("\n")[0]
            raise CommandError(
                f"the database refused ({sentence}): is `manage.py migrate` done?", returncode=2
            ) from None

    def _do(self, options: dict[str, Any]) -> None:
        _check_times(options)
        chosen = _filter(options)
        match options["do"]:
            case "count":
                self.stdout.write(str(parking.count(chosen)))
            case "export":
                self._export(chosen, options["output"])
            case "resume":
                self._resume(dry_run=options["dry_run"])
            case "retry" | "skip":
                self._act(options["do"], chosen, options)
            case _:
                self._list(chosen)

    def _list(self, chosen: Filter) -> None:
        total = parking.count(chosen)
        self.stdout.write(f"{total:,} letters {'skipped' if chosen.skipped else 'parked'}")
        for group in parking.groups(chosen):
            self.stdout.write(f"  {group.count:>9,}  {group.words}")
        letters = list(parking.parked(chosen).select_related("application")[:SHOWN])
        waiting = parking.waiting(letters)
        for letter in letters:
            held = sum(change.is_held for change in waiting[letter.pk])
            behind = f"  (+{held} held behind)" if held else ""
            parked_at = f"{letter.parked_at.astimezone(ZONE):%Y-%m-%d %H:%M}" if letter.parked_at else ""
            self.stdout.write(f"  {letter.application.code}  {parked_at}  {parking.words_of(letter.reason)}{behind}")
        if total > SHOWN:
            self.stdout.write(f"  … {total - SHOWN:,} more: see export")

    def _act(self, name: str, chosen: Filter, options: dict[str, Any]) -> None:
        if not (options["all"] or any(options[condition] for condition in CONDITIONS)):
            raise CommandError(f"{name} which letters? Give a condition, or --all", returncode=2)
        total = parking.count(chosen)
        if options["dry_run"]:
            self.stdout.write(f"{total:,} letters would be {'sent again' if name == 'retry' else 'skipped'}")
            return
        missing = [option for option in ("by", "why") if not options[option].strip()]
        if missing:
            raise CommandError(f"{name} is audited: add --{' and --'.join(missing)}", returncode=2)
        try:
            with _bar(total) as told:
                order = ACTS[name](chosen, by=options["by"].strip(), why=options["why"].strip(), told=told)
        except NothingChosen as refusal:
            raise CommandError(f"nothing done: {refusal}", returncode=1) from None
        except KeyboardInterrupt:
            self.stderr.write("interrupted; go on with: manage.py parked resume")
            raise
        self._tell([order])

    def _resume(self, *, dry_run: bool) -> None:
        orders = list(parking.unfinished())
        if dry_run:
            left = sum(order.items.filter(outcome="").count() for order in orders)
            self.stdout.write(f"{len(orders):,} interrupted orders, {left:,} letters")
            return
        if not orders:
            self.stdout.write("no order was interrupted")
        carried_out = []
        for order in orders:
            with _bar(order.total) as told:
                carried_out.append(parking.resume(order, told))
        self._tell(carried_out)

    def _tell(self, orders: Sequence[Replay]) -> None:
        for order in orders:
            word = "sent again" if order.kind == Replay.Kind.RETRY else "skipped"
            self.stdout.write(f"order {order.pk}: {order.done:,} of {order.total:,} letters {word}")
        if left := sum(order.total - order.done for order in orders):
            raise CommandError(f"{left:,} letters had changed since the order and were left alone", returncode=1)

    def _export(self, chosen: Filter, target: Path | None) -> None:
        if target is None:
            text = StringIO(newline="")
            sheets.write_csv(text, rows(chosen))
            self.stdout.write(text.getvalue(), ending="")
            return
        if target.suffix not in (".csv", ".xlsx"):
            raise CommandError(f"{target} is neither .csv nor .xlsx: choose one of them for --output", returncode=2)
        try:
            if target.suffix == ".csv":
                with target.open("w", encoding="utf-8", newline="") as file:
                    sheets.write_csv(file, rows(chosen))
            else:
                with target.open("wb") as binary:
                    sheets.write_xlsx(binary, rows(chosen))
        except OSError as error:
            sentence = f"{target} cannot be written ({error.strerror}): choose another file for --output"
            raise CommandError(sentence, returncode=2) from None
        self.stdout.write(f"{parking.count(chosen):,} letters written to {target}")


def _check_times(options: dict[str, Any]) -> None:
    since, until = options["since"], options["until"]
    if since and until and since >= until:
        raise CommandError("--since is not before --until: no letter can be between them", returncode=2)
    if options["skipped"] and options["do"] == "skip":
        raise CommandError("--skipped letters are skipped already: leave it out, or use retry", returncode=2)


def _filter(options: dict[str, Any]) -> Filter:
    """The conditions; a code that nothing has is told, instead of finding nothing."""
    _require(Procedure, "procedure", [options["procedure"]] if options["procedure"] else [])
    _require(Agency, "agency", [options["agency"]] if options["agency"] else [])
    _require(Application, "code", options["code"])
    names = ("reason", "procedure", "agency", "since", "until", "held", "skipped")
    return Filter(**{name: options[name] for name in names}, codes=tuple(options["code"]))


def _require(model: type[Procedure | Agency | Application], option: str, codes: list[str]) -> None:
    known = set(model._default_manager.filter(code__in=codes).values_list("code", flat=True))
    unknown = [code for code in codes if code not in known]
    if unknown:
        kind = model._meta.model_name
        raise CommandError(f"--{option}: there is no {kind} {unknown[0]!r}; check its code", returncode=2)


def _bar(total: int) -> AbstractContextManager[Told]:
    """Shown only where there is more than one batch."""
    return bar("letters", total, Console(stderr=True), shown=total > BATCH)
