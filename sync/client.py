"""The way to the national side (variant A): one method per service.

Whatever goes wrong is one of two things: `Unavailable` (send again later) or `Refused` (sending again will not help).
Nobody above this module knows HTTP. The wire follows national protocol 1.2 and 1.3: POST always, the session in the
body, business errors as HTTP 200 with an `error_code`. Deliveries are coroutines on the client's own event loop, so
that many can be under way; questions wait for their answer.

    NationalError
    ├── Unavailable    no answer, an unreadable one, HTTP 5xx or 429
    └── Refused        an answer that says no
        └── TooLarge   HTTP 413: a smaller batch may pass
"""

import asyncio
import time
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any, Protocol, Self, TypeVar

import aiohttp
import orjson

from sync import wire

SKIPPED_HEADERS = frozenset({"Accept-Encoding"})  # not among the headers real clients send
EVIDENCE_TIMEOUT_SECONDS = 120
Value = TypeVar("Value")


class NationalError(Exception):
    """The national side did not do what was asked."""


class Unavailable(NationalError):
    """Send again later; `kind` is the class of the failure, `retry_after` seconds asked for by the other side."""

    def __init__(self, kind: str, detail: str, retry_after: float | None = None) -> None:
        super().__init__(f"{kind}: {detail}")
        self.kind = kind
        self.retry_after = retry_after


class Refused(NationalError):
    """An answer that says no, with the national side's own words."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code} {message}")
        self.code = code
        self.message = message


class TooLarge(Refused):
    """The body is larger than the other side takes."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A readable answer: its code, and one result per record where the other side gives them."""

    code: str
    message: str
    result: list[dict[str, Any]]

    @property
    def is_success(self) -> bool:
        return _is_zero(self.code)

    def per_record(self, sent: int) -> list[dict[str, Any]] | None:
        """One result for each of the `sent` records, or None: the real national side has none (2.4)."""
        if len(self.result) == sent and all(wire.ERROR_CODE in item for item in self.result):
            return self.result
        return None


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
    share_endpoint: str
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

    def look_up_procedure(self, code: str) -> dict[str, Any] | None:
        """LayThuTuc: the national record of a procedure, or None."""
        return self._first(Call(wire.Service.LOOK_UP_PROCEDURE, {wire.MATTHC: code}))

    def look_up_dossier(self, code: str) -> dict[str, Any] | None:
        """TraCuuHoSo: what the national side holds of a dossier, or None."""
        return self._first(Call(wire.Service.LOOK_UP_DOSSIER, {wire.MAHOSO: code}))

    def get(self, path: str, **query: object) -> Any:
        """One of the mock's own pages of evidence (our extension, JSON)."""
        return self.run(self._evidence("GET", path, params={name: str(value) for name, value in query.items()}))

    def put(self, path: str, content: object) -> Any:
        """Tell the mock something by its admin API (our extension, JSON)."""
        headers = {"Content-Type": "application/json"}
        return self.run(self._evidence("PUT", path, data=orjson.dumps(content), headers=headers))

    async def send(self, call: Call, log: CallLog) -> Answer:
        """One call with a session; an expired one is renewed once, however many calls find it expired."""
        session = self._session or await self._sign_in("", log)
        answer = await self._call(call, session, log)
        if answer.code == wire.ErrorCode.SESSION_EXPIRED:
            answer = await self._call(call, await self._sign_in(session, log), log)
        if answer.code == wire.ErrorCode.SESSION_EXPIRED:
            raise Unavailable("session", "a new session was refused at once")
        return answer

    def _first(self, call: Call) -> dict[str, Any] | None:
        answer = self.run(self.send(call, Unlogged()))
        if not answer.is_success:
            raise Refused(answer.code, answer.message)
        return answer.result[0] if answer.result else None

    async def _call(self, call: Call, session: str, log: CallLog) -> Answer:
        own = {wire.SESSION: session, wire.MADONVI: self.destination.madonvi, wire.SERVICE: call.service}
        path = self.destination.integration_endpoint
        return _answer(await self._post(path, {**own, **call.fields}, call.service, call.records, log))

    async def _sign_in(self, refused: str, log: CallLog) -> str:
        """A session other than the one `refused`; who waits for another's sign-in takes that one's session."""
        async with self._signing_in:
            if self._session in {"", refused}:
                credentials = {wire.USERNAME: self.destination.username, wire.PASSWORD: self.destination.password}
                content = await self._post(self.destination.auth_endpoint, credentials, "login", 0, log)
                if not _is_zero(str(content[wire.ERROR_CODE])) or not content.get(wire.SESSION):
                    raise Unavailable("session", f"the sign-in was refused: {content.get(wire.MESSAGE, '')}")
                self._session = str(content[wire.SESSION])
            return self._session

    async def _post(
        self, path: str, content: Mapping[str, object], service: str, records: int, log: CallLog
    ) -> dict[str, Any]:
        """One POST. Every outcome is noted; what is no readable answer is raised."""
        began, status, answer, error = time.monotonic(), None, None, ""
        try:
            status, body, headers = await self._send(path, orjson.dumps(content))
            answer = _readable(status, body, headers)
        except TimeoutError:
            error = "timeout"
            raise Unavailable(error, f"no answer within {self.destination.timeout_seconds:g} s") from None
        except (aiohttp.ClientError, ConnectionError) as failure:
            error = "connection"
            raise Unavailable(error, f"{type(failure).__name__} {failure}") from None
        except NationalError as failure:
            error = failure.kind if isinstance(failure, Unavailable) else "refused"
            raise
        finally:
            code = str(answer[wire.ERROR_CODE]) if answer else ""
            seconds = time.monotonic() - began
            log.note(Outcome(service, records, began, seconds, status, code, error, _effects(answer, records)))
        return answer

    async def _send(self, path: str, body: bytes) -> tuple[int, bytes, Mapping[str, str]]:
        headers = {**wire.REQUEST_HEADERS, wire.HEADER_DSTCODE: self.destination.dstcode}
        async with self._client().post(self.destination.adapter_url + path, data=body, headers=headers) as response:
            return response.status, await response.read(), response.headers

    async def _evidence(self, method: str, path: str, **options: Any) -> Any:
        timeout = aiohttp.ClientTimeout(total=EVIDENCE_TIMEOUT_SECONDS)
        address = self.destination.adapter_url + path
        try:
            async with self._client().request(method, address, timeout=timeout, **options) as response:
                if response.status != 200:
                    raise Unavailable("evidence", f"{path} answers HTTP {response.status}")
                return orjson.loads(await response.read())
        except (aiohttp.ClientError, TimeoutError, orjson.JSONDecodeError) as failure:
            raise Unavailable("evidence", f"{path}: {failure or type(failure).__name__}") from None

    def _client(self) -> aiohttp.ClientSession:
        if self._http is None:
            timeout = aiohttp.ClientTimeout(total=self.destination.timeout_seconds)
            self._http = aiohttp.ClientSession(timeout=timeout, skip_auto_headers=SKIPPED_HEADERS)
        return self._http


def _readable(status: int, body: bytes, headers: Mapping[str, str]) -> dict[str, Any]:
    """The JSON object of an answer; anything else is an outage, whatever its status says."""
    if status == 413:
        raise TooLarge("413", "the body is larger than the national side takes")
    if status == 429 or (status == 503 and "Retry-After" in headers):
        raise Unavailable("throttled", f"HTTP {status}", _pause(headers))
    if status != 200:
        raise Unavailable("http", f"HTTP {status}")
    try:
        content = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise Unavailable("malformed", "the answer is no JSON") from None
    if not isinstance(content, dict) or wire.ERROR_CODE not in content:  # a gateway's own words refuse nothing
        raise Unavailable("malformed", "the answer is no JSON object with an error code")
    return content


def _pause(headers: Mapping[str, str]) -> float | None:
    """Retry-After in seconds; a date is measured against the answer's own Date, whatever our clock says."""
    asked = headers.get("Retry-After", "").strip()
    if asked.isdecimal():
        return float(asked)
    try:
        until, now = parsedate_to_datetime(asked), parsedate_to_datetime(headers.get("Date", ""))
    except ValueError:
        return None
    return max((until.replace(tzinfo=UTC) - now.replace(tzinfo=UTC)).total_seconds(), 0.0)


def _answer(content: Mapping[str, Any]) -> Answer:
    result = content.get(wire.RESULT)
    return Answer(
        code=str(content[wire.ERROR_CODE]),
        message=str(content.get(wire.MESSAGE, "")),
        result=[item for item in result if isinstance(item, dict)] if isinstance(result, list) else [],
    )


def _effects(content: Mapping[str, Any] | None, records: int) -> tuple[int, int, int] | None:
    """How many records the answer says were applied, absorbed, refused; None where it does not say."""
    results = _answer(content).per_record(records) if content and records else None
    if results is None:
        return None
    effects = [item.get(wire.EFFECT) for item in results]
    applied, absorbed = effects.count(wire.APPLIED), effects.count(wire.ABSORBED)
    return applied, absorbed, records - applied - absorbed


def _is_zero(code: str) -> bool:
    """Success is numerically 0: "0" and "00" (national protocol, 2.3)."""
    return code.strip().isdecimal() and int(code) == 0
