"""The same delivery by dlt: a resource that reads what is due, a custom destination that posts it, then the marks.

python -m tests.bench.dlt_pipeline FOLDER BATCH     prints the seconds of the run, marks included
"""

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dlt
import orjson
import psycopg
import requests

from tests.bench import floor

DUE = "SELECT application_id, sent, wanted FROM sync_delivery WHERE wanted > sent ORDER BY next_attempt_at"
PAGE = 2_000


def post(url: str, content: dict[str, Any]) -> dict[str, Any]:
    response = requests.post(url, data=orjson.dumps(content), headers={"Content-Type": "application/json"}, timeout=60)
    answer: dict[str, Any] = response.json()
    if answer["error_code"] != "0":
        raise SystemExit(f"the national side refused: {answer['message']}")
    return answer


def envelope(url: str) -> dict[str, str]:
    username, password, madonvi = os.environ["NATIONAL_ACCOUNT"].split(":")
    session = post(url + "/mapi/login", {"username": username, "password": password})["session"]
    return {"session": session, "madonvi": madonvi}


def due(connection: psycopg.Connection[Any]) -> Iterator[dict[str, Any]]:
    """One item an application: its record and its steps."""
    claimed = connection.execute(DUE).fetchall()
    for first in range(0, len(claimed), PAGE):
        some = claimed[first : first + PAGE]
        spans = [list(column) for column in zip(*some, strict=True)]
        dossiers = {row[0]: floor.dossier(row) for row in connection.execute(floor.DOSSIERS, [spans[0]]).fetchall()}
        steps: dict[int, list[dict[str, str]]] = {application: [] for application in spans[0]}
        for row in connection.execute(floor.STEPS, spans).fetchall():
            steps[row[0]].append(floor.step(dossiers[row[0]]["MaHoSo"], row))
        for application in spans[0]:
            yield {"record": dossiers[application], "steps": steps[application]}


def run(folder: Path, batch: int) -> float:
    """Seconds from the first read to the last mark."""
    url, own = os.environ["NATIONAL_URL"], envelope(os.environ["NATIONAL_URL"])

    @dlt.destination(batch_size=batch, loader_file_format="typed-jsonl", name="national", max_table_nesting=0)
    def national(items: list[dict[str, Any]], table: dict[str, Any]) -> None:
        if table["name"].startswith("_dlt"):
            return
        records = [item["record"] for item in items]
        steps = [step for item in items for step in item["steps"]]
        post(url + "/mapi/g", {**own, "service": "DongBoHoSoMC", "isUpdating": "False", "data": records})
        post(url + "/mapi/g", {**own, "service": "CapNhatTienDoHoSoMC", "data": steps})

    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        began = time.monotonic()
        pipeline = dlt.pipeline("applications", destination=national, pipelines_dir=str(folder), progress=None)
        resource = dlt.resource(due(connection), name="applications", max_table_nesting=0)
        pipeline.run(resource).raise_on_failed_jobs()
        connection.execute("UPDATE sync_delivery SET sent = wanted, known_nationally = true WHERE wanted > sent")
        return time.monotonic() - began


if __name__ == "__main__":
    print(run(Path(sys.argv[1]), int(sys.argv[2])))
