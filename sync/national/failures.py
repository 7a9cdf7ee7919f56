"""What goes wrong while a request is answered: whose fault it is, what the sender is told, what is written down."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

import psycopg
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from sync import wire
from sync.national.answers import Answer, Refused, refusal
from sync.national.faults.endings import NoAnswer
from sync.national.pages import mistakes
from sync.national.reception import respond
from sync.national.store import UNSTORABLE, Pool
from sync.wire import ErrorCode

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_AWAY: Final = ("08", "53", "57", "58")  # SQLSTATE classes: no connection, no resources, shut down, no disk


def _is_away(error: psycopg.Error) -> bool:
    """Whether this is an outage; where no connection is left, or broke, there is no SQLSTATE."""
    return error.sqlstate is None or error.sqlstate[:2] in _AWAY


class Renewal:
    """After a restart of the database every connection of the pool is dead: one failure has all of them looked at.

    Else each would cost a province one failed call, long after the database is back.
    """

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._task: asyncio.Task[None] | None = None

    def begin_after(self, error: psycopg.Error) -> None:
        if _is_away(error) and (self._task is None or self._task.done()):
            self._task = asyncio.create_task(self._pool.check())


RENEWAL = web.AppKey("renewal", Renewal)


def _told(request: web.Request, answer: Answer, status: int) -> web.Response:
    """A person is told on a page, everybody else as the services answer."""
    return mistakes.page(request, status) if mistakes.is_for_a_person(request) else respond(request, answer, status)


def _refused(request: web.Request, detail: str, status: int) -> web.Response:
    return _told(request, refusal(Refused(ErrorCode.INVALID_DATA, detail)), status)


@web.middleware
async def answer_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A database that is away is an outage (503); everything else that goes wrong is the sender's."""
    try:
        return await handler(request)
    except web.HTTPRequestEntityTooLarge:
        return _refused(request, f"yêu cầu lớn hơn {request.client_max_size} byte", 413)
    except web.HTTPRedirection:
        raise
    except web.HTTPException as error:
        refused = Answer(ErrorCode.INVALID_DATA, f"Yêu cầu không được hỗ trợ: {error.reason}")
        return _told(request, refused, error.status)
    except web.RequestPayloadError:
        return _refused(request, "không đọc được nội dung yêu cầu", 400)
    except ConnectionError:  # the client has gone, while it sent or while it was answered
        return NoAnswer()
    except UNSTORABLE:
        return _refused(request, "có giá trị không thể lưu trữ hay tìm kiếm", 400)
    except (psycopg.OperationalError, psycopg.InterfaceError) as error:
        request.app[RENEWAL].begin_after(error)
        return _told(request, Answer(ErrorCode.SYSTEM_ERROR, wire.MESSAGES[ErrorCode.SYSTEM_ERROR]), 503)


def _in_one_line(record: logging.LogRecord) -> bool:
    """What no client of ours sends is said without a traceback, which would only show the HTTP library's inside."""
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, HttpProcessingError | ConnectionError):
        said = " ".join(str(error).split())[:200]
        record.msg, record.args = f"{record.getMessage()}: {said}", None
        record.exc_info = record.exc_text = None
    return True


def http_log() -> logging.Logger:
    """For the HTTP library's own words."""
    log = logging.getLogger("sync.national.http")
    if _in_one_line not in log.filters:
        log.addFilter(_in_one_line)
    return log
