"""Questions and answers (hỏi đáp) between citizens, provinces and ministries (national-protocol 2.1).

A province finds some synthetic questions that citizens asked it by the national portal, answers them, and publishes its
own.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

import orjson

from sync import wire
from sync.national.answers import Answer, Envelope, Refused, listed
from sync.national.digest import as_hex, hash64, root, text_of
from sync.national.notices import Notices
from sync.national.store import Pool
from sync.wire import ErrorCode, Service

Reply = dict[str, str]
FROM_CITIZENS: Final = "citizens"
FROM_AGENCIES: Final = "agencies"
WAITING, ANSWERED = "1", "2"  # TRANGTHAI; real clients skip 0
_SYNTHETIC: Final = (
    ("G15-HT01", "Đăng ký khai sinh cho con tại nơi tạm trú cần giấy tờ gì?"),
    ("G15-HT01", "Tôi làm mất bản chính giấy khai sinh thì xin cấp lại ở đâu?"),
    ("G10-DD01", "Hồ sơ cấp đổi giấy chứng nhận quyền sử dụng đất giải quyết trong bao nhiêu ngày?"),
    ("G17-DB01", "Đổi giấy phép lái xe trực tuyến có phải nộp bản giấy khám sức khỏe không?"),
    ("G12-TL04", "Hộ kinh doanh đổi địa điểm thì nộp hồ sơ cho cơ quan nào?"),
)
_PUBLISHER: Final = "G22"  # Văn phòng Chính phủ, whose portal it is
_PUBLISHED: Final = (
    ("G15", "Bộ Tư pháp", "G15-HT01", "Đăng ký khai tử trong thời hạn nào?", "Trong 15 ngày kể từ ngày có người chết."),
    ("G10", "Bộ Tài nguyên và Môi trường", "G10-DD01", "Nộp hồ sơ đất đai trực tuyến có phải mang bản chính không?",
     "Mang bản chính để đối chiếu khi đến nhận kết quả."),
    ("G12", "Bộ Tài chính", "G12-TL04", "Thanh toán trực tuyến xong thì lấy biên lai ở đâu?",
     "Biên lai điện tử nằm trong hồ sơ trên Cổng Dịch vụ công quốc gia."),
)  # fmt: skip
_QUESTIONS = "SELECT content, answers FROM question WHERE kind = %s AND (%s = '' OR root = %s) ORDER BY id"
_KEEP = """
    INSERT INTO question (id, root, kind, content) SELECT id, %s, %s, content
    FROM unnest(%s::text[], %s::bytea[]) AS sent (id, content)
    ON CONFLICT (id) DO UPDATE SET content = excluded.content
"""
_ANSWERED = "SELECT id, answers FROM question WHERE id = ANY(%s) AND root = %s ORDER BY id FOR UPDATE"
_ANSWER = """
    UPDATE question SET answers = sent.answers
    FROM unnest(%s::text[], %s::jsonb[]) AS sent (id, answers) WHERE question.id = sent.id
"""


class Questions:
    """The five services of questions and answers."""

    def __init__(self, pool: Pool, notices: Notices) -> None:
        self._pool = pool
        self._notices = notices

    def services(self) -> dict[str, Callable[[Envelope], Awaitable[Answer]]]:
        return {
            Service.LIST_CITIZENS_QUESTIONS: self._from_citizens,
            Service.LIST_AGENCIES_QUESTIONS: self._from_agencies,
            Service.LIST_ANSWERS: self._answers_of,
            Service.SYNC_QUESTIONS: self._sync_questions,
            Service.SYNC_ANSWERS: self._sync_answers,
        }

    async def _from_citizens(self, envelope: Envelope) -> Answer:
        agency = root(text_of(envelope[wire.MADONVI]))
        await self._keep(agency, FROM_CITIZENS, synthetic(agency), again=False)
        return Answer(result=await self._find(FROM_CITIZENS, agency))

    async def _from_agencies(self, _envelope: Envelope) -> Answer:
        await self._keep(_PUBLISHER, FROM_AGENCIES, published(), again=False)
        return Answer(result=await self._find(FROM_AGENCIES, ""))

    async def _answers_of(self, envelope: Envelope) -> Answer:
        wanted = _stored(envelope.get("cauhoiid"))
        async with self._pool.connection() as connection:
            cursor = await connection.execute("SELECT content, answers FROM question WHERE id = %s", [wanted])
            rows = await cursor.fetchall()
        return Answer(result=[reply for content, answers in rows for reply in (*_own_reply(content), *answers)])

    async def _sync_questions(self, envelope: Envelope) -> Answer:
        """DongBoHoiDap: what a province publishes; the same id again replaces it."""
        sent = listed(envelope.get(wire.DATA))
        questions = [
            {**_EMPTY, **{name.upper(): text_of(value) for name, value in one.items()}}
            for one in sent
            if isinstance(one, dict)
        ]
        if len(questions) != len(sent) or not all(one["HOIDAPID"].strip() for one in questions):
            raise Refused(ErrorCode.INVALID_DATA, "mỗi câu hỏi cần HOIDAPID")
        agency = root(text_of(envelope[wire.MADONVI]))
        named = [{**one, "HOIDAPID": f"{agency}.{one['HOIDAPID']}", "TRANGTHAI": WAITING} for one in questions]
        await self._keep(agency, FROM_AGENCIES, named, again=True)
        return Answer()

    async def _sync_answers(self, envelope: Envelope) -> Answer:
        """DongBoKetQuaHoiDapGuiTuDVCQG: answers to the citizens' questions; resent every day, kept once each."""
        sent = listed(envelope.get(wire.DATA))
        if not all(isinstance(one, dict) for one in sent):
            raise Refused(ErrorCode.INVALID_DATA, "mỗi câu trả lời phải là một đối tượng JSON")
        await self._notices.keep(envelope, sent, "HOIDAPID")
        answers: dict[str, list[Reply]] = {}
        for one in sent:
            question = _stored(one.get("HOIDAPID"))
            answers.setdefault(question, []).append(_reply(question, one))
        async with self._pool.connection() as connection:
            cursor = await connection.execute(_ANSWERED, [list(answers), root(text_of(envelope[wire.MADONVI]))])
            found = {question: with_answers(held, answers[question]) for question, held in await cursor.fetchall()}
            contents = [orjson.dumps(replies).decode() for replies in found.values()]
            await connection.execute(_ANSWER, [list(found), contents])
        return Answer()

    async def _keep(self, agency: str, kind: str, questions: list[dict[str, str]], *, again: bool) -> None:
        """The last of those with one id counts."""
        statement = _KEEP if again else _KEEP.replace("DO UPDATE SET content = excluded.content", "DO NOTHING")
        contents = {_stored(one["HOIDAPID"]): orjson.dumps(one) for one in questions}
        async with self._pool.connection() as connection:
            await connection.execute(statement, [agency, kind, list(contents), list(contents.values())])

    async def _find(self, kind: str, agency: str) -> list[dict[str, Any]]:
        async with self._pool.connection() as connection:
            rows = await (await connection.execute(_QUESTIONS, [kind, agency, agency])).fetchall()
        return [_told(orjson.loads(content), answers) for content, answers in rows]


_EMPTY: Final[dict[str, str]] = dict.fromkeys(
    ("HOIDAPID", "MALINHVUC", "NOIDUNG", "MADONVI", "TENDONVI", "NOIDUNGTRALOI", "TRALOIID", "HOVATEN", "THUDIENTU",
     "DIACHI", "SODIENTHOAI", "MATTHCDP", "TRANGTHAI"), ""
)  # fmt: skip


def _stored(leaf: object) -> str:
    return text_of(leaf).replace("\0", "")


def _reply(question: str, sent: dict[str, Any]) -> Reply:
    """One answer. Real clients send no TRALOIID: it is made from the text, so that a resent answer stays one."""
    text = _stored(sent.get("NOIDUNGTRALOI"))
    own = f"{question}-{as_hex(hash64(text.encode()))}"
    return {"TRALOIID": _stored(sent.get("TRALOIID")) or own, "NOIDUNGTRALOI": text}


def _own_reply(content: bytes) -> list[Reply]:
    """The answer that a question was published with."""
    question = orjson.loads(content)
    return [{name: question[name] for name in ("TRALOIID", "NOIDUNGTRALOI")}] if question["NOIDUNGTRALOI"] else []


def with_answers(held: Sequence[Reply], sent: Sequence[Reply]) -> list[Reply]:
    """One for each TRALOIID, the latest of all at the end."""
    found: dict[str, Reply] = {}
    for reply in (*held, *sent):
        found.pop(reply["TRALOIID"], None)
        found[reply["TRALOIID"]] = reply
    return list(found.values())


def synthetic(agency: str) -> list[dict[str, str]]:
    """Questions that nobody asked: no name, no address, the same ones at every start."""
    return [
        {**_EMPTY, "HOIDAPID": f"DVCQG.{agency}.{number}", "MALINHVUC": sector, "NOIDUNG": text,
         "MADONVI": f"000.00.00.{agency}", "HOVATEN": f"Công dân {number}", "TRANGTHAI": WAITING}
        for number, (sector, text) in enumerate(_SYNTHETIC, 1)
    ]  # fmt: skip


def published() -> list[dict[str, str]]:
    """Questions that ministries answer for everybody, invented like those of the citizens."""
    return [
        {**_EMPTY, "HOIDAPID": f"DVCQG.{ministry}.{number}", "MALINHVUC": sector, "NOIDUNG": text,
         "MADONVI": f"000.00.00.{ministry}", "TENDONVI": name, "TRALOIID": f"DVCQG.{ministry}.{number}-1",
         "NOIDUNGTRALOI": answer, "TRANGTHAI": ANSWERED}
        for number, (ministry, name, sector, text, answer) in enumerate(_PUBLISHED, 1)
    ]  # fmt: skip


def _told(question: dict[str, Any], answers: list[dict[str, str]]) -> dict[str, Any]:
    return {**question, **answers[-1], "TRANGTHAI": ANSWERED} if answers else question
