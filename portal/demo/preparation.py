"""The first step: schema, catalogue, sign-ins; and starting over."""

import time
import urllib.error
import urllib.request
from pathlib import Path

import psycopg
import redis
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from portal import secrets
from portal.accounts.demo import SignIn, ensure_accounts
from portal.embedded import CannotRun
from procedures import importing
from procedures.catalogue.reading import CatalogueError, read_catalogue
from procedures.importing import Imported
from procedures.models import Agency

READY_SECONDS = 30
OFFICIALS_COMMUNE = "phường Hồng Gai"
EMPTY = "DROP SCHEMA public CASCADE; CREATE SCHEMA public"


def prepare() -> tuple[Imported, list[SignIn]]:
    """Bring the schema, the catalogue and the accounts up to date; a second time it changes nothing."""
    call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
    try:
        imported = importing.load(read_catalogue(Path(settings.BASE_DIR) / "procedures" / "data"))
    except CatalogueError as refusal:
        raise CannotRun(f"the catalogue was refused: {refusal}") from None
    province = Agency.objects.get(level=Agency.Level.PROVINCE)
    communes = Agency.objects.filter(level=Agency.Level.COMMUNE).order_by("sort_key")
    commune = communes.filter(name__endswith=OFFICIALS_COMMUNE).first() or communes[0]
    return imported, ensure_accounts(secrets.sign_ins(settings.LOCAL_DIR), commune=commune, province=province)


def start_over() -> None:
    """Empty both databases and the broker: as if this had never run."""
    connection.close()
    for url in (settings.DATABASE_URL, settings.NATIONAL_DATABASE_URL):
        with psycopg.connect(url, autocommit=True) as database:
            database.execute(EMPTY)
    redis.Redis.from_url(settings.REDIS_URL).flushdb()


def wait_until_ready(name: str, url: str, log: Path) -> None:
    """Until `url` answers 200. Raises `CannotRun` with the program's own last words when it does not."""
    ends = time.monotonic() + READY_SECONDS
    while not answers(url):
        if time.monotonic() > ends:
            said = log.read_text(errors="replace").strip().splitlines()[-1:] if log.exists() else []
            raise CannotRun(
                f"{name} did not get ready within {READY_SECONDS} s: {' '.join(said) or 'it said nothing'} ({log})"
            )
        time.sleep(0.1)


def answers(url: str) -> bool:
    """Does `url` answer 200?"""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310  our own server on the loopback interface
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
