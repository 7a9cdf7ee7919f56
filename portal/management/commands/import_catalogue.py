"""`manage.py import_catalogue`: load the catalogue's files; a broken row is refused and nothing is half loaded."""

from argparse import ArgumentParser
from pathlib import Path
from time import monotonic
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from procedures import importing
from procedures.catalogue.reading import CatalogueError, read_catalogue


class Command(BaseCommand):
    """Load procedures/data, or another folder of the same form."""

    help = "Load agencies, sectors, procedures and holidays from procedures/data; may run again without harm."

    def add_arguments(self, parser: ArgumentParser) -> None:
        default = Path(settings.BASE_DIR) / "procedures" / "data"
        parser.add_argument("--folder", type=Path, default=default, help="a folder with the same files")

    def handle(self, *_args: Any, folder: Path, **_options: Any) -> None:
        began = monotonic()
        try:
            found = importing.load(read_catalogue(folder))
        except CatalogueError as refusal:
            raise CommandError(f"nothing was loaded: {refusal}", returncode=2) from None
        counts = f"{found.procedures:,} procedures ({found.online:,} online, {found.nationally_connected:,} connected)"
        others = f"{found.sectors} sectors, {found.agencies} agencies, {found.calendar_days} calendar days"
        self.stdout.write(f"{counts}, {others} in {monotonic() - began:.1f} s")
