"""What a run costs outside the database: memory and processor time of each program, and how busy the machine is."""

from dataclasses import dataclass

import psutil

from portal.demo.programs import NATIONAL, WORKER
from portal.embedded import Places
from portal.embedded.postgres import Postgres
from portal.embedded.redis import Redis
from portal.processes import Supervisor, worked


@dataclass
class Gauges:
    """The meters of one run; each reading is by name, as the samples keep it."""

    supervisor: Supervisor
    places: Places
    _server: int | None = None  # PostgreSQL's main process
    _postgres: float = 0.0  # seconds worked by the server of now
    _postgres_before: float = 0.0  # by those that were killed

    def read(self) -> dict[str, float]:
        """Megabytes, processor seconds so far, and `busy`: the share of all cores' time since the last reading."""
        return {
            "rss_worker_mb": self.supervisor.rss_mb(WORKER),
            "rss_national_mb": self.supervisor.rss_mb(NATIONAL),
            "redis_mb": Redis(self.places).memory_mb(),
            "cpu_worker": self.supervisor.cpu_seconds(WORKER),
            "cpu_national": self.supervisor.cpu_seconds(NATIONAL),
            "cpu_postgres": self._cpu_postgres(),
            "busy": psutil.cpu_percent() / 100,
        }

    def _cpu_postgres(self) -> float:
        """One server has both databases; one that took a killed one's place begins at nothing."""
        server = Postgres(self.places).recorded_pid()
        if server != self._server:
            self._server, self._postgres_before = server, self._postgres_before + self._postgres
        self._postgres = worked(server) if server is not None else 0.0
        return self._postgres_before + self._postgres
