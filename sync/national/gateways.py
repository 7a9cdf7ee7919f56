"""Variants B and C: gateways within a province, which take bare arrays and ask for no session (national-protocol 1.5).

Whose dossiers they are: `MaDinhDanhDV` of the address (B), else the agency code in front of each number, else the
agency of the first account. C refuses to add what it knows with 3 "đã tồn tại", even where the rest is lenient: its
clients look for these words and then update. Its answers are UTF-8 unescaped: they are searched as raw text.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

import orjson

from sync import wire
from sync.national.agencies import agency_code, owner_root
from sync.national.answers import Answer, is_true, overall, written
from sync.national.catalogue import Catalogue
from sync.national.digest import root
from sync.national.intake import Intake, Sent
from sync.national.persons import NUMBER, accounts_of
from sync.national.records import code_of
from sync.national.store import Source
from sync.wire import Service

Query = Mapping[str, str]
Take = Callable[[Sequence[Sent]], Awaitable[list[Answer]]]
_KINDS: Final = (
    {"MALOAITHUTUC": "1", "TENLOAITHUTUC": "Thủ tục hành chính được luật giao quy định chi tiết"},
    {"MALOAITHUTUC": "2", "TENLOAITHUTUC": "Thủ tục hành chính không được luật giao quy định chi tiết"},
    {"MALOAITHUTUC": "3", "TENLOAITHUTUC": "Thủ tục hành chính đặc thù của địa phương"},
)
_GROUPS: Final = (
    {"MANHOM": "1", "TENNHOM": "Thủ tục hành chính của công dân"},
    {"MANHOM": "2", "TENNHOM": "Thủ tục hành chính của doanh nghiệp"},
)


def query_of(pairs: Query) -> dict[str, str]:
    """The address's parameters by name in lower case: the gateways' own servers do not mind the case."""
    return {name.lower(): value for name, value in pairs.items()}


class Gateways:
    """What B and C offer; `agency` owns the dossiers whose number names none."""

    def __init__(self, intake: Intake, catalogue: Catalogue, agency: str) -> None:
        self._intake = intake
        self._catalogue = catalogue
        self._agency = agency
        self._catalogues: dict[str, Callable[[Query], Any]] = {
            "LayDanhSachTTHC": lambda _query: catalogue.procedures(),
            "LayThuTuc": self._procedure,
            "LayQDCB": self._decision,
            "LayDanhMucLinhVuc": lambda _query: catalogue.sectors,
            "LayDanhMucLoaiThuTuc": lambda _query: _KINDS,
            "LayDanhMucNhomThuTuc": lambda _query: _GROUPS,
            "LayDanhMucThuTucThuocLoai": self._procedures_of_kind,
            Service.LOOK_UP_PERSON: lambda query: accounts_of(query.get(NUMBER, "")),
        }

    async def deliver(self, service: str, records: Sequence[Any], query: Query) -> Answer:
        """Records or progress rows of any of the delivering services; raises Refused."""
        return await _by_province(service, records, self.owners(records, query), self._taker(service, query))

    def owners(self, records: Sequence[Any], query: Query) -> list[str]:
        """The level-1 agency of each record; raises Refused."""
        agency = agency_code(query.get(wire.QUERY_AGENCY.lower()))
        return [root(agency) if agency else owner_root(code_of(record), self._agency) for record in records]

    def catalogue(self, service: str, query: Query) -> bytes:
        """{"message": "<the national answer as JSON text>"}, as TD's gateway wraps it."""
        answer = Answer(result=self._catalogues[service](query))
        return orjson.dumps({wire.MESSAGE: written(answer.content, ascii_only=False).decode()})

    def _taker(self, service: str, query: Query) -> Take:
        if service in (Service.UPDATE_PROGRESS, wire.SYNC_PROGRESS):
            return self._intake.progress
        adding = service == wire.ADD_DOSSIERS
        updating = service == wire.UPDATE_DOSSIERS or is_true(query.get(wire.IS_UPDATING.lower()))

        return partial(self._intake.dossiers, updating=updating, refuse_known=adding)

    def _procedure(self, query: Query) -> list[Any]:
        found = self._catalogue.find(query.get(wire.MATTHC.lower(), ""))
        return [] if found is None else [found]

    def _decision(self, query: Query) -> list[Any]:
        """The decision (quyết định công bố) with this number, and the procedures it published."""
        wanted = query.get("idqdcb", "").strip()
        codes = self._catalogue.published_by(wanted) if wanted else []
        return [{"ID": wanted, "SOQUYETDINH": wanted, "MATTHC": code} for code in codes]

    def _procedures_of_kind(self, _query: Query) -> list[Any]:
        return self._catalogue.procedures()


async def _by_province(service: str, records: Sequence[Any], owners: Sequence[str], take: Take) -> Answer:
    """Each province's records by themselves, all in one transaction; the results in the order of the request."""
    places: dict[str, list[int]] = {}
    for place, own in enumerate(owners):
        places.setdefault(own, []).append(place)
    provinces = sorted(places.items())
    answers = await take([(Source(name, service), [records[at] for at in some]) for name, some in provinces])
    if len(answers) == 1:
        return answers[0]
    results: list[Any] = [None] * len(records)
    for (_, some), answer in zip(provinces, answers, strict=True):
        for place, result in zip(some, answer.result, strict=True):
            results[place] = result
    return overall(results)
