"""The programs of the demo and how each is called; docker-compose.yml calls the same."""

import os
import sys
from pathlib import Path

from django.conf import settings

from portal.embedded import Places, redis_url
from portal.embedded.redis import Redis
from portal.processes import Program, Supervisor
from portal.settings import environment

WEB, WORKER, BEAT, NATIONAL = "web", "worker", "beat", "national"
REDIS = "redis"


def programs(port: int, national_port: int) -> dict[str, Program]:
    """Every program by name; all find the same servers through their environment."""
    shared = environment(
        DATABASE_URL=settings.DATABASE_URL,
        REDIS_URL=settings.REDIS_URL,
        NATIONAL_URL=f"http://127.0.0.1:{national_port}",
        LOCAL_DIR=str(settings.LOCAL_DIR),
        PYTHONUNBUFFERED="1",
    )
    national = shared | {
        "NATIONAL_DATABASE_URL": settings.NATIONAL_DATABASE_URL,
        "NATIONAL_ACCOUNTS": settings.NATIONAL_ACCOUNT,
    }
    job = shared | _undebugged()
    logs = Path(settings.LOCAL_DIR) / "logs"
    bin_folder = Path(sys.executable).parent
    celery = [sys.executable, "-m", "celery", "-A", "portal"]
    beat_file = Path(settings.LOCAL_DIR) / "beat"
    web = [str(bin_folder / "granian"), "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    return {
        NATIONAL: Program(
            NATIONAL,
            [sys.executable, "-m", "sync.national", "--port", str(national_port), *_asking(port)],
            national,
            logs / "national.log",
        ),
        WEB: Program(WEB, [*web, "--workers", "2", "portal.wsgi:application"], shared, logs / "web.log"),
        WORKER: Program(WORKER, [*celery, "worker", "--concurrency", "2", *_quiet()], job, logs / "worker.log"),
        BEAT: Program(BEAT, [*celery, "beat", "--schedule", str(beat_file), "--pidfile", ""], job, logs / "beat.log"),
    }


def _asking(port: int) -> list[str]:
    """The national side asks the portal when a citizen looks a dossier up there; where no portal runs, nobody."""
    return ["--province-url", f"http://127.0.0.1:{port}"] if port else []


def look_after_redis(supervisor: Supervisor) -> None:
    """Have a Redis that died started again, where it is the embedded one; a configured one is left alone."""
    if redis_url(settings.LOCAL_DIR) == settings.REDIS_URL:
        supervisor.keep(REDIS, Redis(Places(settings.LOCAL_DIR)).revive)


def _quiet() -> list[str]:
    """One worker needs no gossip with others; as root Celery warns, which is ours to decide here."""
    return ["--without-gossip", "--without-mingle", "--hostname", f"demo{os.getpid()}@%h", "--loglevel", "INFO"]


def _undebugged() -> dict[str, str]:
    """What a program needs without DEBUG, under which Django keeps the text of every statement in memory."""
    return {
        "DEBUG": "0",
        "SECRET_KEY": settings.SECRET_KEY,
        "LOOKUP_KEY": settings.LOOKUP_KEY,
        "NATIONAL_USERNAME": settings.NATIONAL["username"],
        "NATIONAL_PASSWORD": settings.NATIONAL["password"],
    }
