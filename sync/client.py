"""The way to the national side (variant A): a call of any of its services, and our questions to the mock.

Nobody above this module knows HTTP. The wire follows national protocol 1.2 and 1.3: POST always, the session in the
body, business errors as HTTP 200 with an `error_code`. Deliveries are coroutines on the client's own event loop, so
that many can be under way; questions wait for their answer.
"""

import asyncio
import math
import time
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, Self, TypeVar

import aiohttp
import orjson

from sync import answers, classes, wire
from sync.answers import Answer, NationalError, NotOffered, Refused, TooLarge, Unavailable
from sync.classes import Fault, Said

__all__ = [
    "Answer", "Call", "CallLog", "Destination", "NationalClient", "NationalError", "NotOffered", "Outcome", "Refused",
    "TooLarge", "Unavailable", "Unlogged",
]  # fmt: skip
SKIPPED_HEADERS = frozenset({"Accept-Encoding"})  # not among the headers real clients send
EVIDENCE_TIMEOUT_SECONDS = 120
EVIDENCE_PAUSES = (0.2, 0.4, 0.8, 1.6, 3.2)  # seconds between two attempts: six in all
OUTAGE = 503
JSON = {"Content-Type": "application/json"}
NOT_OFFERED = frozenset({404, 405, 501})
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Call:
    """What is to be asked: a service with its own fields; `records` of them are deliveries."""

    service: wire.Service
    fields: Mapping[str, object]
    records: int = 0

    @classmethod
    def dossiers(cls, records: Sequence[wire.DossierRecord], *, updating: bool) -> "Call":
        """DongBoHoSoMC: add or update dossiers."""
        flag = wire.UPDATING if updating else wire.ADDING
        return cls(wire.Service.SYNC_DOSSIERS, {wire.IS_UPDATING: flag, wire.DATA: records}, len(records))

    @classmethod
    def progress(cls, rows: Sequence[wire.ProgressRecord]) -> "Call":
        """CapNhatTienDoHoSoMC: progress rows, in order."""
        return cls(wire.Service.UPDATE_PROGRESS, {wire.DATA: rows}, len(rows))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one HTTP call came to. `effects` are (applied, absorbed, refused), None where no readable answer says."""

    service: str
    records: int
    began: float  # time.monotonic()
    seconds: float
    http_status: int | None
    error_code: str
    error: str
    effects: tuple[int, int, int] | None


class CallLog(Protocol):
    """Who remembers the calls; hears of every one, failed ones too."""

    def note(self, outcome: Outcome) -> None: ...


class Unlogged:
    """For questions that are no deliveries: reconciliation, evidence."""

    def note(self, outcome: Outcome) -> None:
        """Nothing to remember."""


@dataclass(frozen=True)
class Destination:
    """Where the national side is and who we are there; the keys of `settings.NATIONAL`."""

    adapter_url: str
    auth_endpoint: str
    integration_endpoint: str
    dstcode: str
    madonvi: str
    username: str
    password: str = field(repr=False)
    timeout_seconds: float = wire.READ_TIMEOUT_SECONDS


class NationalClient:
    """A connection to the national side; use it as a context manager."""

    def __init__(self, destination: Destination) -> None:
        self.destination = destination
        self.loop = asyncio.new_event_loop()
        self._session = ""
        self._signing_in = asyncio.Lock()
        self._failure: Unavailable | None = None  # of the last sign-in that failed
        self._http: aiohttp.ClientSession | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        if self._http is not None:
            self.run(self._http.close())
        self.loop.close()

    def run(self, work: Coroutine[Any, Any, Value]) -> Value:
        """Let the loop turn until `work` is done."""
        return self.loop.run_until_complete(work)

    def get(self, path: str, **query: object) -> Any:
        """One of the mock's own pages of evidence (our extension, JSON)."""
        return self.run(self._evidence("GET", path, params={name: str(value) for name, value in query.items()}))

    def put(self, path: str, content: object) -> Any:
        """Tell the mock something by its admin API (our extension, JSON)."""
        return self.run(self._evidence("PUT", path, data=orjson.dumps(content), headers=JSON))

    def ask(self, path: str, content: object) -> Any:
        """A question to the mock too long for an address (our extension, JSON)."""
        return self.run(self._evidence("POST", path, data=orjson.dumps(content), headers=JSON))

    async def send(self, call: Call, log: CallLog, until: float = math.inf) -> Answer:
        """One call with a session; an expired one is renewed once, however many calls find it expired.

        Nothing leaves later than `until` (time.monotonic()).
        """
        session = self._session or await self._sign_in("", log)
        answer = await self._call(call, session, log, until)
        if answer.said is Said.SESSION:
            answer = await self._call(call, await self._sign_in(session, log), log, until)
        if answer.said is Said.SESSION:
            raise Unavailable(Fault.SESSION, "a new session was refused at once")
        return answer

    async def first(self, call: Call) -> dict[str, Any] | None:
        """The first of what a look-up found, None where nothing is known there. Raises Refused for any other no."""
        answer = await self.send(call, Unlogged())
        if answer.said is Said.UNKNOWN:
            return None
        if answer.said is not Said.DELIVERED:
            raise Refused(answer.code, answer.message)
        return answer.result[0] if answer.result else None

    async def _call(self, call: Call, session: str, log: CallLog, until: float) -> Answer:
        if time.monotonic() > until:
            raise Unavailable(Fault.LEASE, "the lease would end before the answer comes", 0.0)
        own = {wire.SESSION: session, wire.MADONVI: self.destination.madonvi, wire.SERVICE: call.service}
        path = self.destination.integration_endpoint
        return answers.answer(await self._post(path, {**own, **call.fields}, call.service, call.records, log))

    async def _sign_in(self, refused: str, log: CallLog) -> str:
        """A session other than the one `refused`. Who waits for another's sign-in shares what comes of it."""
        failure = self._failure
        async with self._signing_in:
            if self._session in {"", refused}:
                if self._failure is not None and self._failure is not failure:
                    raise self._failure
                try:
                    self._session = await self._new_session(log)
                except Unavailable as failed:
                    self._failure = failed
                    raise
            return self._session

    async def _new_session(self, log: CallLog) -> str:
        credentials = {wire.USERNAME: self.destination.username, wire.PASSWORD: self.destination.password}
        try:
            content = await self._post(self.destination.auth_endpoint, credentials, "login", 0, log)
        except TooLarge as refusal:  # no word about the batch that waits for the session
            raise Unavailable(Fault.SESSION, f"the sign-in was refused: {refusal}") from None
        answer = answers.answer(content)
        if answer.said is not Said.DELIVERED or not content.get(wire.SESSION):
            raise Unavailable(Fault.SESSION, f"the sign-in was refused: {answer.code} {answer.message}")
        return str(content[wire.SESSION])

    async def _post(
        self, path: str, content: Mapping[str, object], service: str, records: int, log: CallLog
    ) -> dict[str, Any]:
        """One POST. Every outcome is noted; what is no readable answer is raised."""
        began, status, answer, error = time.monotonic(), None, None, None
        try:
            status, body, headers = await self._send(path, orjson.dumps(content))
            answer = answers.readable(status, body, headers, records)
        except TimeoutError:
            error = Fault.TIMEOUT
            raise Unavailable(error, f"no answer within {self.destination.timeout_seconds:g} s") from None
        except (aiohttp.ClientError, ConnectionError) as failure:
            error = Fault.CONNECTION
            raise Unavailable(error, f"{type(failure).__name__} {failure}") from None
        except NationalError as failure:
            error = failure.kind if isinstance(failure, Unavailable) else Fault.TOO_LARGE
            raise
        finally:
            code = classes.code_of(answer[wire.ERROR_CODE]) if answer else ""
            seconds, effects = time.monotonic() - began, answers.effects(answer, records)
            log.note(Outcome(service, records, began, seconds, status, code, error or "", effects))
        return answer

    async def _send(self, path: str, body: bytes) -> tuple[int, bytes, Mapping[str, str]]:
        headers = {**wire.REQUEST_HEADERS, wire.HEADER_DSTCODE: self.destination.dstcode}
        async with self._client().post(self.destination.adapter_url + path, data=body, headers=headers) as response:
            return response.status, await response.read(), response.headers

    async def _evidence(self, method: str, path: str, **options: Any) -> Any:
        """Asked again for some seconds where the mock's own database has just been started again."""
        timeout = aiohttp.ClientTimeout(total=EVIDENCE_TIMEOUT_SECONDS)
        address = self.destination.adapter_url + path
        try:
            for pause in (*EVIDENCE_PAUSES, None):
                async with self._client().request(method, address, timeout=timeout, **options) as response:
                    status, body = response.status, await response.read()
                if status != OUTAGE or pause is None:
                    break
                await asyncio.sleep(pause)
        except (aiohttp.ClientError, TimeoutError) as failure:
            raise Unavailable(Fault.EVIDENCE, f"{path}: {failure or type(failure).__name__}") from None
        return _evidence(path, status, body)

    def _client(self) -> aiohttp.ClientSession:
        if self._http is None:
            timeout = aiohttp.ClientTimeout(total=self.destination.timeout_seconds)
            self._http = aiohttp.ClientSession(timeout=timeout, skip_auto_headers=SKIPPED_HEADERS)
        return self._http


def _evidence(path: str, status: int, body: bytes) -> Any:
    """What one of the mock's own pages says. Raises NotOffered and Unavailable."""
    if status in NOT_OFFERED:
        raise NotOffered(f"{path} answers HTTP {status}")
    if not 200 <= status < 300:
        raise Unavailable(Fault.EVIDENCE, f"{path} answers HTTP {status}")
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as failure:
        raise Unavailable(Fault.EVIDENCE, f"{path}: {failure}") from None
