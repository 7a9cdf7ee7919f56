"""`manage.py pump`: the job without Celery and Redis, what it says and how it ends."""

import signal
import subprocess
import sys

import pytest

from sync.models import Delivery
from tests.portal import world as worlds
from tests.portal.world import World
from tests.sync.interference import Line


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "Ctrl-C"])
def test_the_command_delivers_without_redis_until_it_is_told_to_stop(
    world: World, line: Line, job_environment: dict[str, str], ending: signal.Signals
) -> None:
    application = worlds.file(world)
    command = [sys.executable, "manage.py", "pump", "--forever"]
    with subprocess.Popen(command, env=job_environment, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "sent: 1\n"
        running.send_signal(ending)
        assert running.wait(30) == 0

    assert Delivery.objects.get(pk=application.pk).sent == 1


def test_the_command_says_what_still_waits_and_why(world: World, job_environment: dict[str, str]) -> None:
    worlds.file(world)
    nobody = {**job_environment, "NATIONAL_URL": "http://127.0.0.1:9"}
    command = [sys.executable, "manage.py", "pump"]

    done = subprocess.run(command, env=nobody, capture_output=True, text=True, check=False, timeout=60)

    assert done.returncode == 1
    assert done.stderr.startswith("CommandError: still waiting: 1 (connection: ClientConnectorError")


def test_a_command_stopped_before_its_end_says_what_still_waits(
    world: World, line: Line, job_environment: dict[str, str]
) -> None:
    for _ in range(12):
        worlds.file(world)
    command = [sys.executable, "manage.py", "pump"]
    slow = {**job_environment, "SYNC_BATCH": "1"}
    with subprocess.Popen(command, env=slow, stderr=subprocess.PIPE, text=True) as running:
        line.delays = [lambda: running.send_signal(signal.SIGINT)]
        _out, said = running.communicate(timeout=60)

    waiting = Delivery.objects.backlog().count()
    assert 0 < waiting < 12
    assert running.returncode == 1
    assert f"still waiting: {waiting}" in said


@pytest.mark.parametrize("address", ["x", "http://[", "http://127.0.0.1:99999", "ftp://127.0.0.1", "http://"])
def test_an_address_that_is_none_is_told_before_anything_is_claimed(
    job_environment: dict[str, str], address: str
) -> None:
    command = [sys.executable, "manage.py", "pump"]
    nowhere = {**job_environment, "NATIONAL_URL": address}

    done = subprocess.run(command, env=nowhere, capture_output=True, text=True, check=False, timeout=60)

    assert done.returncode == 2
    assert (
        done.stderr == f"manage.py: NATIONAL_URL is {address!r}: an address such as http://127.0.0.1:8100 is wanted\n"
    )


def test_without_a_database_the_command_says_so(job_environment: dict[str, str]) -> None:
    nowhere = {**job_environment, "DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none"}
    command = [sys.executable, "manage.py", "pump"]

    done = subprocess.run(command, env=nowhere, capture_output=True, text=True, check=False, timeout=60)

    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "PostgreSQL does not answer" in done.stderr
