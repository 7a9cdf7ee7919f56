"""Chance that can be replayed: every number comes from (seed, request number, rule, purpose) and from nothing else.

So a rule that is added or removed does not shift what the others draw, and the same seed with the same requests in the
same order meets the same faults.
"""

from dataclasses import dataclass
from hashlib import blake2b

_STEPS = 1 << 52  # so that a step and a half is exact in a float


@dataclass(frozen=True)
class Draw:
    """The numbers of one request."""

    seed: int
    request: int

    def uniform(self, rule: str, purpose: str) -> float:
        """Strictly between 0 and 1, so that it may go through any inverse distribution."""
        return (int.from_bytes(self._digest(rule, purpose, 8), "big") % _STEPS + 0.5) / _STEPS

    def octets(self, rule: str, length: int) -> bytes:
        """Bytes that mean nothing."""
        blocks = range(-(-length // 64))
        return b"".join(self._digest(rule, f"bytes {block}", 64) for block in blocks)[:length]

    def _digest(self, rule: str, purpose: str, size: int) -> bytes:
        return blake2b(f"{self.seed}\0{self.request}\0{rule}\0{purpose}".encode(), digest_size=size).digest()
