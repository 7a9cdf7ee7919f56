"""Questions and answers (hỏi đáp) between citizens, provinces and ministries (national-protocol 2.1).

A province finds some synthetic questions that citizens asked it by the national portal, answers them, and publishes its
own.
"""

from collections.abc import Awaitable, Callable
from typing import Any, Final

import orjson

from sync import wire
from sync.national.answers import Answer, Envelope, Refused, listed
from sync.national.digest import root, text_of
from sync.national.notices import Notices
from sync.national.store import Pool
from sync.wire import ErrorCode, Service

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
_QUESTIONS = "SELECT content, answers FROM question WHERE kind = %s AND (%s = '' OR root = %s) ORDER BY id"
_KEEP = """
    INSERT INTO question (id, root, kind, content) SELECT id, %s, %s, content
    FROM unnest(%s::text[], %s::bytea[]) AS sent (id, content)
    ON CONFLICT (id) DO UPDATE SET content = excluded.content
"""
_ANSWER = """
    UPDATE question SET answers = answers || sent.answer
    FROM unnest(%s::text[], %s::jsonb[]) AS sent (id, answer) WHERE question.id = sent.id AND root = %s
    AND NOT answers @> jsonb_build_array(sent.answer)
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
        return Answer(result=await self._find(FROM_AGENCIES, ""))

    async def _answers_of(self, envelope: Envelope) -> Answer:
        wanted = text_of(envelope.get("cauhoiid")).replace("\0", "")
        async with self._pool.connection() as connection:
            cursor = await connection.execute("SELECT answers FROM question WHERE id = %s", [wanted])
            row = await cursor.fetchone()
        answers = row[0] if row else []
        return Answer(result=[{name: answer[name] for name in ("TRALOIID", "NOIDUNGTRALOI")} for answer in answers])

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
        sent = [one for one in listed(envelope.get(wire.DATA)) if isinstance(one, dict)]
        ids = [text_of(one.get("HOIDAPID")).replace("\0", "") for one in sent]
        answers = [
            orjson.dumps(
                {"TRALOIID": f"{question}-1", "NOIDUNGTRALOI": text_of(one.get("NOIDUNGTRALOI")).replace("\0", "")}
            ).decode()
            for question, one in zip(ids, sent, strict=True)
        ]
        async with self._pool.connection() as connection:
            await connection.execute(_ANSWER, [ids, answers, root(text_of(envelope[wire.MADONVI]))])
        await self._notices.keep(envelope, sent, "HOIDAPID")
        return Answer()

    async def _keep(self, agency: str, kind: str, questions: list[dict[str, str]], *, again: bool) -> None:
        statement = _KEEP if again else _KEEP.replace("DO UPDATE SET content = excluded.content", "DO NOTHING")
        ids = [one["HOIDAPID"].replace("\0", "") for one in questions]
        async with self._pool.connection() as connection:
            await connection.execute(statement, [agency, kind, ids, [orjson.dumps(one) for one in questions]])

    async def _find(self, kind: str, agency: str) -> list[dict[str, Any]]:
        async with self._pool.connection() as connection:
            rows = await (await connection.execute(_QUESTIONS, [kind, agency, agency])).fetchall()
        return [_told(orjson.loads(content), answers) for content, answers in rows]


_EMPTY: Final[dict[str, str]] = dict.fromkeys(
    ("HOIDAPID", "MALINHVUC", "NOIDUNG", "MADONVI", "TENDONVI", "NOIDUNGTRALOI", "TRALOIID", "HOVATEN", "THUDIENTU",
     "DIACHI", "SODIENTHOAI", "MATTHCDP", "TRANGTHAI"), ""
)  # fmt: skip


def synthetic(agency: str) -> list[dict[str, str]]:
    """Questions that nobody asked: no name, no address, the same ones at every start."""
    return [
        {**_EMPTY, "HOIDAPID": f"DVCQG.{agency}.{number}", "MALINHVUC": sector, "NOIDUNG": text, "MADONVI": agency,
         "HOVATEN": f"Công dân {number}", "TRANGTHAI": WAITING}
        for number, (sector, text) in enumerate(_SYNTHETIC, 1)
    ]  # fmt: skip


def _told(question: dict[str, Any], answers: list[dict[str, str]]) -> dict[str, Any]:
    return {**question, **answers[-1], "TRANGTHAI": ANSWERED} if answers else question
