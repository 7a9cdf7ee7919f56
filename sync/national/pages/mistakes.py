"""What a person sees of a request that cannot be answered: a page with one sentence and a way on.

Who says what is wrong notes it with the request (`because`), as an HTTP error's own words are in one language only.
"""

from collections.abc import Mapping
from typing import Final, TypeVar

from aiohttp import web

from sync import wire
from sync.national.journal import NOTE
from sync.national.pages.frame import Page, Words

Failure = TypeVar("Failure", bound=web.HTTPException)
_OURS: Final = ("/_admin/", wire.PATH_METRICS, wire.PATH_HEALTH)  # what programs ask for
_SAID: Final = web.RequestKey("said", tuple)
_TITLE: Final[Words] = ("Không làm được điều bạn yêu cầu", "This cannot be done")
_TITLES: Final[Mapping[int, Words]] = {
    404: ("Không tìm thấy", "Not found"),
    503: ("Tạm thời không dùng được", "Out of order for the moment"),
}
_SENTENCE: Final[Words] = (
    "Địa chỉ hoặc nội dung gửi lên không đọc được. Hãy chọn lại từ một mục ở trên.",
    "The address, or what was sent, cannot be read. Choose again from the entries above.",
)
_SENTENCES: Final[Mapping[int, Words]] = {
    403: (
        "Biểu mẫu này chỉ nhận được khi gửi từ chính trang của hệ thống. Hãy mở lại trang rồi gửi lại.",
        "This form is taken only from the system's own page. Open that page and send it again.",
    ),
    404: (
        "Không có trang nào ở địa chỉ này. Hãy kiểm tra địa chỉ, hoặc chọn một mục ở trên.",
        "There is no page at this address. Look at it again, or choose one of the entries above.",
    ),
    413: ("Nội dung gửi lên quá lớn.", "What was sent is too large."),
    503: (
        "Cơ sở dữ liệu của hệ thống không trả lời. Hãy thử lại sau ít phút.",
        "The system's database does not answer. Try again in some minutes.",
    ),
}


def because(request: web.Request, words: Words, failure: Failure) -> Failure:
    """The failure, with its reason for a reader in both languages."""
    request[_SAID] = words
    return failure


def is_for_a_person(request: web.Request) -> bool:
    """Who asks for a page; never a service, nor what is noted in the journal as one at a wrong address: some real
    clients say that they accept pages, and must be answered as ever."""
    asks_for_pages = "text/html" in request.headers.get("Accept", "")
    return asks_for_pages and NOTE not in request and not request.path.startswith(_OURS)


def page(request: web.Request, status: int) -> web.Response:
    """The reason that was noted, else what the status means."""
    shown = Page(request)
    vietnamese, english = request.get(_SAID) or _SENTENCES.get(status, _SENTENCE)
    content = f'<p>{shown.say((vietnamese, english))}</p><p class="muted">HTTP {status}</p>'
    return shown.respond(_TITLES.get(status, _TITLE), content, status)
