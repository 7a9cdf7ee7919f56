"""What a load test is asked to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Options:
    """What the command line says."""

    applications: int
    arrivals: str
    rate: float
    profile: str
    bug: str
    batch: int
    workers: int
    kill: Sequence[str]
    disturb: Sequence[str]
    scaling: Sequence[int]
    limits: bool
    seed: int
    port: int
    timeout: float
    report: Path
