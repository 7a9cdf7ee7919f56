"""`manage.py reconcile`: compare what both sides hold (đối soát); `--repair` queues the differing dossiers again."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import orjson
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.db.models import Count
from rich.console import Console

from portal.arguments import seed, whole
from portal.steps import bar
from procedures.models import Application
from sync.pump import national_client
from sync.reconcile import (
    Difference,
    NationalError,
    NotOffered,
    Reconciliation,
    reconcile,
    reconcile_lately,
    reconcile_one_by_one,
)

SHOWN = 20
_number = whole("whole number", 1, 10_000_000)


class Command(BaseCommand):
    """Exit 0: both sides agree; 1: they differ; 2: they could not be compared."""

    help = (
        "Compare what both sides hold of every dossier: by digest (default), only what changed lately (--window), or by"
        " asking for each dossier (--one-by-one, where the national side has no digest). Exit 0: equal, 1: they differ,"
        " 2: they could not be compared."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--repair", action="store_true", help="send what is missing, stale or different again")
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--window", type=_number, metavar="HOURS", help="only what changed in the last HOURS")
        how.add_argument("--one-by-one", action="store_true", help="ask for each dossier by TraCuuHoSo")
        parser.add_argument("--sample", type=_number, metavar="N", help="with --one-by-one: ask for N dossiers only")
        parser.add_argument("--seed", type=seed, default=0, help="which dossiers are in the sample (0)")
        parser.add_argument("--json", type=Path, metavar="FILE", help="write the result there, with every difference")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["sample"] is not None and not options["one_by_one"]:
            raise CommandError("--sample goes with --one-by-one: add it", returncode=2)
        target: Path | None = options["json"]
        if target is not None:
            _require_writable(target)
        try:
            run = _compared(options)
            self._show(run)
        except NotOffered as answer:
            sentence = f"this national side offers no digest ({answer}): use --one-by-one, with --sample N for a part"
            raise CommandError(sentence, returncode=2) from None
        except NationalError as failure:
            raise CommandError(f"the national side could not be asked: {failure}", returncode=2) from None
        except DatabaseError as failure:
            sentence = str(failure).partition("\n")[0]
            raise CommandError(
                f"the database refused ({sentence}): is `manage.py migrate` done?", returncode=2
            ) from None
        if target is not None:
            target.write_bytes(orjson.dumps(_content(run), option=orjson.OPT_INDENT_2))
        if run.differing:
            again = run.differences.filter(queued_again=True).count()
            raise CommandError("the two sides differ" + (f", {again:,} queued again" if again else ""), returncode=1)

    def _show(self, run: Reconciliation) -> None:
        self.stdout.write(f"{run.here:,} dossiers acknowledged here, {run.there:,} there, {run.differing:,} differ")
        kinds = run.differences.values_list("kind").annotate(count=Count("pk")).order_by("-count", "kind")
        for kind, count in kinds:
            self.stdout.write(f"  {count:>9,}  {Difference.Kind(kind).label}")
        for found in run.differences.order_by("pk")[:SHOWN]:
            self.stdout.write(f"  {found.code}  {found.get_kind_display()}  {found.detail}")
        if run.differing > SHOWN:
            self.stdout.write(f"  … {run.differing - SHOWN:,} more: see --json FILE")


def _compared(options: dict[str, Any]) -> Reconciliation:
    repair, total = options["repair"], None if options["window"] else options["sample"] or Application.objects.count()
    with national_client() as client, bar("dossiers", total, Console(stderr=True)) as told:
        if options["one_by_one"]:
            return reconcile_one_by_one(client, options["sample"], options["seed"], repair=repair, told=told)
        if options["window"]:
            return reconcile_lately(client, options["window"], repair=repair, told=told)
        return reconcile(client, repair=repair, told=told)


def _require_writable(target: Path) -> None:
    """Leaves nothing behind where there was nothing: the comparison may fail yet."""
    was_there = target.exists()
    try:
        target.open("ab").close()
        if not was_there:
            target.unlink()
    except OSError as error:
        sentence = f"{target} cannot be written ({error.strerror}): choose another file for --json"
        raise CommandError(sentence, returncode=2) from None


def _content(run: Reconciliation) -> dict[str, Any]:
    columns = ("code", "kind", "detail", "queued_again")
    return {
        "scope": run.scope,
        "here": run.here,
        "there": run.there,
        "differing": run.differing,
        "differences": list(run.differences.order_by("pk").values(*columns)),
    }
