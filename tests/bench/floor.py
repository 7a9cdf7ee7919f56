"""The floor: the same bytes through the same database, HTTP and national system by the shortest honest script.

No Django, no Celery: asyncio, psycopg in binary, claim 200, read, encode, POST the records, POST the progress,
acknowledge; `fsync` and `synchronous_commit` stay on. What it leaves out is what the job is for: leases, retries, the
gate, parking, the log of calls. Faster than this nothing gets over this wire on this machine.

    python -m tests.bench.floor BATCH LANES     prints the seconds from the first claim to the last acknowledgement
"""

import asyncio
import os
import sys
import time
from collections import deque
from typing import Any

import aiohttp
import orjson
import psycopg
from psycopg.types.numeric import Int8BinaryDumper

from sync import wire

CLAIMED_AT_ONCE = 200
LABELS = {int(status): label for status, label in wire.STATUS_LABELS.items()}


def _moment(column: str) -> str:
    return f"coalesce(to_char({column} AT TIME ZONE 'Asia/Ho_Chi_Minh', 'YYYYMMDDHH24MISS'), '')"


CLAIM = """
WITH due AS (
    SELECT application_id FROM sync_delivery
    WHERE wanted > sent AND parked_at IS NULL AND next_attempt_at <= now()
    ORDER BY next_attempt_at LIMIT %b FOR UPDATE SKIP LOCKED
)
UPDATE sync_delivery AS delivery SET next_attempt_at = now() + interval '60 seconds', attempts = attempts + 1
FROM due WHERE delivery.application_id = due.application_id
RETURNING delivery.application_id, delivery.sent, delivery.wanted
"""
DOSSIERS = f"""
SELECT a.id, a.code, p.code, p.name, s.code, s.name, c.name, c.kind::text, c.email, c.phone,
    {_moment("a.submitted_at")}, {_moment("a.due_at")}, a.status::text, {_moment("a.ended_at")}, a.result_by_post,
    {_moment("a.completed_at")}, g.name
FROM procedures_application a
JOIN procedures_procedure p ON p.id = a.procedure_id
JOIN procedures_sector s ON s.id = p.sector_id
JOIN procedures_agency g ON g.id = a.agency_id
JOIN procedures_citizen c ON c.id = a.citizen_id
WHERE a.id = ANY(%b::bigint[])
"""
STEPS = f"""
SELECT h.application_id,
    coalesce(o.name, CASE WHEN h.by_citizen_id IS NULL THEN 'Hệ thống' ELSE 'Công dân' END),
    {_moment("h.at")}, h.to_status, h.note
FROM unnest(%b::bigint[], %b::bigint[], %b::bigint[]) AS span (application, sent, wanted)
JOIN procedures_statuschange h ON h.application_id = span.application
    AND h.version > span.sent AND h.version <= span.wanted
LEFT JOIN procedures_official o ON o.id = h.by_official_id
ORDER BY h.application_id, h.version
"""
ACKNOWLEDGE = """
UPDATE sync_delivery AS delivery SET sent = done.wanted, known_nationally = true, attempts = 0, next_attempt_at = now()
FROM unnest(%b::bigint[], %b::bigint[]) AS done (application, wanted) WHERE delivery.application_id = done.application
"""
Row = tuple[Any, ...]
Batch = tuple[list[int], list[int], list[dict[str, Any]], list[dict[str, str]]]


def dossier(row: Row) -> dict[str, Any]:
    (_id, code, procedure, name, sector, sector_name, citizen, kind, email, phone, submitted, due, status, ended,
     by_post, completed, agency) = row  # fmt: skip
    return {
        "MaHoSo": code, "MaTTHC": procedure, "TenTTHC": name, "MaLinhVuc": sector, "TenLinhVuc": sector_name,
        "ChuHoSo": citizen, "LoaiDoiTuong": kind, "MaDoiTuong": "", "ThongTinKhac": "", "Email": email, "Fax": phone,
        "SoDienThoai": phone, "TrichYeuHoSo": name if len(name) <= 1000 else name[:997] + "...",
        "NgayTiepNhan": submitted, "NgayHenTra": due, "TrangThaiHoSo": status,
        "NgayTra": ended if status == "10" else "", "ThongTinTra": "", "HinhThuc": "1" if by_post else "0",
        "NgayKetThucXuLy": completed, "DonViXuLy": agency, "DanhSachLePhi": [], "DanhSachTepDinhKemKhac": [],
        "DanhSachHoSoBoSung": [], "DanhSachGiayToKetQua": [], "TaiLieuNop": [],
    }  # fmt: skip


def step(code: str, row: Row) -> dict[str, str]:
    _id, handler, moment, status, note = row
    text = f"{LABELS[status]}-{note}" if note else LABELS[status]
    return {
        "MaHoSo": code, "NguoiXuLy": handler, "ChucDanh": "", "ThoiDiemXuLy": moment, "PhongBanXuLy": "",
        "NoiDungXuLy": text, "TrangThai": str(status), "NgayBatDau": "", "NgayKetThucTheoQuyDinh": "",
    }  # fmt: skip


class Floor:
    """One connection to the database, some lanes to the national system."""

    def __init__(self, connection: psycopg.AsyncConnection[Row], http: aiohttp.ClientSession, batch: int) -> None:
        self._connection = connection
        self._http = http
        self._batch = batch
        self._database = asyncio.Lock()
        self._ready: deque[Batch] = deque()
        self._dry = False
        self._url = os.environ["NATIONAL_URL"]
        self._envelope: dict[str, str] = {}

    async def sign_in(self) -> None:
        username, password, madonvi = os.environ["NATIONAL_ACCOUNT"].split(":")
        login = orjson.dumps({"username": username, "password": password})
        async with self._http.post(self._url + wire.PATH_LOGIN, data=login) as response:
            session = orjson.loads(await response.read())["session"]
        self._envelope = {"session": session, "madonvi": madonvi}

    async def lane(self) -> None:
        while (batch := await self._next()) is not None:
            applications, wanted, records, steps = batch
            await self._post(service="DongBoHoSoMC", isUpdating="False", data=records)
            await self._post(service="CapNhatTienDoHoSoMC", data=steps)
            async with self._database:
                await self._execute(ACKNOWLEDGE, applications, wanted)
                await self._connection.commit()

    async def _next(self) -> Batch | None:
        async with self._database:
            if not self._ready and not self._dry:
                await self._claim()
            return self._ready.popleft() if self._ready else None

    async def _claim(self) -> None:
        claimed = await self._execute(CLAIM, CLAIMED_AT_ONCE)
        applications = [row[0] for row in claimed]
        dossiers = {row[0]: dossier(row) for row in await self._execute(DOSSIERS, applications)}
        spans = [applications, [row[1] for row in claimed], [row[2] for row in claimed]]
        steps: dict[int, list[dict[str, str]]] = {application: [] for application in applications}
        for row in await self._execute(STEPS, *spans):
            steps[row[0]].append(step(dossiers[row[0]]["MaHoSo"], row))
        await self._connection.commit()
        self._dry = not claimed
        for first in range(0, len(claimed), self._batch):
            some = claimed[first : first + self._batch]
            ids = [row[0] for row in some]
            rows = [row for application in ids for row in steps[application]]
            self._ready.append((ids, [row[2] for row in some], [dossiers[application] for application in ids], rows))

    async def _execute(self, statement: Any, *values: object) -> list[Row]:
        async with self._connection.cursor(binary=True) as cursor:
            await cursor.execute(statement, values)
            return await cursor.fetchall() if cursor.description else []

    async def _post(self, **fields: object) -> None:
        body = orjson.dumps({**self._envelope, **fields})
        async with self._http.post(
            self._url + wire.PATH_INTEGRATION, data=body, headers=wire.REQUEST_HEADERS
        ) as response:
            answer = orjson.loads(await response.read())
        if answer["error_code"] != "0":
            raise SystemExit(f"the national side refused: {answer['message']}")


async def run(batch: int, lanes: int) -> float:
    """Seconds from the first claim to the last acknowledgement."""
    connection = await psycopg.AsyncConnection.connect(os.environ["DATABASE_URL"])
    connection.prepare_threshold = 1
    connection.adapters.register_dumper(int, Int8BinaryDumper)
    async with connection, aiohttp.ClientSession() as http:
        floor = Floor(connection, http, batch)
        await floor.sign_in()
        began = time.monotonic()
        await asyncio.gather(*(floor.lane() for _ in range(lanes)))
        return time.monotonic() - began


if __name__ == "__main__":
    print(asyncio.run(run(int(sys.argv[1]), int(sys.argv[2]))))
