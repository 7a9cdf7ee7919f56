"""The way to the national side (variant A): one method per service.

Whatever goes wrong is one of two things: `Unavailable` (send again later) or `Refused` (sending again will not help).
Nobody above this module knows HTTP. The wire follows national protocol 1.2 and 1.3: POST always, the session in the
body, business errors as HTTP 200 with an `error_code`.

    NationalError
    ├── Unavailable    no answer, an unreadable one, HTTP 5xx or 429
    └── Refused        an answer that says no
        └── TooLarge   HTTP 413: a smaller batch may pass
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, Self

import aiohttp
import orjson

from sync import wire

SKIPPED_HEADERS = frozenset({"Accept-Encoding"})  # not among the headers real clients send


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
class Outcome:
    """What one HTTP call came to. `effects` are (applied, absorbed, refused), None where no readable answer says."""

    seconds: float
    http_status: int | None
    error_code: str
    error: str
    effects: tuple[int, int, int] | None


class CallLog(Protocol):
    """Who remembers the calls; `begin` is told before a byte leaves, so that a killed process has left its trace."""

    def begin(self, service: str, records: int) -> int: ...

    def end(self, call: int, outcome: Outcome) -> None: ...


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
    """A connection to the national side; use it as a context manager. `log` hears of every call, failed ones too."""

    def __init__(self, destination: Destination, log: CallLog) -> None:
        self.destination = destination
        self._log = log
        self._session = ""
        self._loop = asyncio.new_event_loop()
        self._http: aiohttp.ClientSession | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        if self._http is not None:
            self._loop.run_until_complete(self._http.close())
        self._loop.close()

    def look_up_procedure(self, code: str) -> dict[str, Any] | None:
        """LayThuTuc: the national record of a procedure, or None."""
        return _first(self._ask(wire.Service.LOOK_UP_PROCEDURE, {wire.MATTHC: code}))

    def look_up_dossier(self, code: str) -> dict[str, Any] | None:
        """TraCuuHoSo: what the national side holds of a dossier, or None."""
        return _first(self._ask(wire.Service.LOOK_UP_DOSSIER, {wire.MAHOSO: code}))

    def sync_dossiers(self, records: Sequence[wire.DossierRecord], *, updating: bool) -> Answer:
        """DongBoHoSoMC: add or update dossiers."""
        flag = wire.UPDATING if updating else wire.ADDING
        return self._ask(wire.Service.SYNC_DOSSIERS, {wire.IS_UPDATING: flag, wire.DATA: records}, len(records))

    def update_progress(self, rows: Sequence[wire.ProgressRecord]) -> Answer:
        """CapNhatTienDoHoSoMC: progress rows, in order."""
        return self._ask(wire.Service.UPDATE_PROGRESS, {wire.DATA: rows}, len(rows))

    def get(self, path: str, **query: object) -> Any:
        """One of the mock's own pages of evidence (our extension, JSON)."""
        return self._loop.run_until_complete(self._get(path, {name: str(value) for name, value in query.items()}))

    def _ask(self, service: wire.Service, fields: Mapping[str, object], records: int = 0) -> Answer:
        """One call with a session; an expired one is renewed once."""
        if not self._session:
            self._log_in()
        answer = self._call_with_session(service, fields, records)
        if answer.code == wire.ErrorCode.SESSION_EXPIRED:
            self._log_in()
            answer = self._call_with_session(service, fields, records)
        if answer.code == wire.ErrorCode.SESSION_EXPIRED:
            raise Unavailable("session", "a new session was refused at once")
        return answer

    def _call_with_session(self, service: wire.Service, fields: Mapping[str, object], records: int) -> Answer:
        own = {wire.SESSION: self._session, wire.MADONVI: self.destination.madonvi, wire.SERVICE: service}
        content = self._post(self.destination.integration_endpoint, {**own, **fields}, service, records)
        return _answer(content)

    def _log_in(self) -> None:
        credentials = {wire.USERNAME: self.destination.username, wire.PASSWORD: self.destination.password}
        content = self._post(self.destination.auth_endpoint, credentials, "login", 0)
        if not _is_zero(str(content.get(wire.ERROR_CODE, ""))) or not content.get(wire.SESSION):
            raise Unavailable("session", f"the sign-in was refused: {content.get(wire.MESSAGE, '')}")
        self._session = str(content[wire.SESSION])

    def _post(self, path: str, content: Mapping[str, object], service: str, records: int) -> dict[str, Any]:
        """One POST. Every outcome is logged, outside the event loop; what is no readable answer is raised."""
        call = self._log.begin(service, records)
        began, status, answer, error = time.monotonic(), None, None, ""
        try:
            status, body, headers = self._loop.run_until_complete(self._send(path, orjson.dumps(content)))
            answer = _readable(status, body, headers)
        except TimeoutError:
            error = "timeout"
            raise Unavailable(error, f"no answer within {self.destination.timeout_seconds:g} s") from None
        except aiohttp.ClientError as failure:
            error = "connection"
            raise Unavailable(error, f"{type(failure).__name__} {failure}") from None
        except NationalError as failure:
            error = failure.kind if isinstance(failure, Unavailable) else "refused"
            raise
        finally:
            code = str(answer.get(wire.ERROR_CODE, "")) if answer else ""
            seconds = time.monotonic() - began
            self._log.end(call, Outcome(seconds, status, code, error, _effects(answer, records)))
        return answer

    async def _send(self, path: str, body: bytes) -> tuple[int, bytes, Mapping[str, str]]:
        headers = {**wire.REQUEST_HEADERS, wire.HEADER_DSTCODE: self.destination.dstcode}
        async with self._client().post(self.destination.adapter_url + path, data=body, headers=headers) as response:
            return response.status, await response.read(), response.headers

    async def _get(self, path: str, query: Mapping[str, str]) -> Any:
        try:
            async with self._client().get(
                self.destination.adapter_url + path, params=query, timeout=aiohttp.ClientTimeout(total=120)
            ) as response:
                if response.status != 200:
                    raise Unavailable("evidence", f"{path} answers HTTP {response.status}")
                return orjson.loads(await response.read())
        except (aiohttp.ClientError, TimeoutError) as failure:
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
    if status in {429, 503}:
        raise Unavailable("throttled", f"HTTP {status}", _seconds(headers.get("Retry-After", "")))
    if status != 200:
        raise Unavailable("http", f"HTTP {status}")
    try:
        content = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise Unavailable("malformed", "the answer is no JSON") from None
    if not isinstance(content, dict):
        raise Unavailable("malformed", "the answer is no JSON object")
    return content


def _seconds(text: str) -> float | None:
    return float(text) if text.isdigit() else None


def _answer(content: Mapping[str, Any]) -> Answer:
    result = content.get(wire.RESULT)
    return Answer(
        code=str(content.get(wire.ERROR_CODE, "")),
        message=str(content.get(wire.MESSAGE, "")),
        result=[item for item in result if isinstance(item, dict)] if isinstance(result, list) else [],
    )


def _effects(content: Mapping[str, Any] | None, records: int) -> tuple[int, int, int] | None:
    """How many records the answer says were applied, absorbed, refused; None where it does not say."""
    results = _answer(content).per_record(records) if content and records else None
    if results is None:
        return None
    applied = sum(item.get(wire.EFFECT) == wire.APPLIED for item in results)
    absorbed = sum(item.get(wire.EFFECT) == wire.ABSORBED for item in results)
    return applied, absorbed, records - applied - absorbed


def _is_zero(code: str) -> bool:
    """Success is numerically 0: "0" and "00" (national protocol, 2.3)."""
    return code.strip().isdigit() and int(code) == 0


def _first(answer: Answer) -> dict[str, Any] | None:
    if not answer.is_success:
        raise Refused(answer.code, answer.message)
    return answer.result[0] if answer.result else None
