"""What the bare HTTP client reaches with one record a call: bodies made before, two calls a dossier, nothing else.

python -m tests.bench.bare FILE LANES     FILE has a line of two bodies for each dossier; prints the seconds
"""

import asyncio
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import orjson

from sync import wire


async def lane(http: aiohttp.ClientSession, url: str, bodies: Iterator[list[str]]) -> None:
    for pair in bodies:
        for body in pair:
            async with http.post(url, data=body.encode(), headers=wire.REQUEST_HEADERS) as response:
                if orjson.loads(await response.read())["error_code"] != "0":
                    raise SystemExit("the national side refused")


async def run(file: Path, lanes: int) -> float:
    """Seconds from the first call to the last answer."""
    bodies = iter([orjson.loads(line) for line in file.read_bytes().splitlines()])
    url = os.environ["NATIONAL_URL"] + wire.PATH_INTEGRATION
    async with aiohttp.ClientSession() as http:
        began = time.monotonic()
        await asyncio.gather(*(lane(http, url, bodies) for _ in range(lanes)))
        return time.monotonic() - began


if __name__ == "__main__":
    print(asyncio.run(run(Path(sys.argv[1]), int(sys.argv[2]))))
