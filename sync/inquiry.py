"""Asking the national side dossier by dossier (TraCuuHoSo): for a side that offers no digest."""

import asyncio
from asyncio import sleep as pause
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from sync import holdings, records, wire
from sync.answers import Unavailable
from sync.client import Call, NationalClient
from sync.comparison import Found, difference_of_records
from sync.holdings import Selection
from sync.watching import Told

AT_ONCE: Final = 8
PAUSES: Final = (0.5, 2.0)  # seconds before a question is put again: one failure in a hundred ends no sample
LONGEST_PAUSE: Final = 60.0  # whatever is asked for: who asks for more is asked another day

Record = dict[str, Any]


@dataclass
class Inquiry:
    """The selected dossiers, asked for one by one; counts how many were asked for and how many are known there."""

    client: NationalClient
    selection: Selection
    told: Told
    here: int = 0
    there: int = 0

    def differences(self) -> Iterator[Found]:
        """What the national side lacks or holds otherwise; what is on its way is not asked for."""
        rows = holdings.pages(self.selection, self.told)
        settled = ((row, steps) for row, steps in rows if steps is not None)
        while some := list(islice(settled, AT_ONCE)):
            answers = self.client.run(self._ask([row.code for row, _steps in some]))
            self.here += len(some)
            self.there += sum(theirs is not None for theirs in answers)
            for (row, steps), theirs in zip(some, answers, strict=True):
                found = difference_of_records(records.dossier(row), theirs)
                if found:
                    yield Found(found[0], row.application, steps=steps, detail=found[1])

    async def _ask(self, codes: Sequence[str]) -> list[Record | None]:
        return await asyncio.gather(*(self._look_up(code) for code in codes))

    async def _look_up(self, code: str) -> Record | None:
        question = Call(wire.Service.LOOK_UP_DOSSIER, {wire.MAHOSO: code})
        for seconds in PAUSES:
            try:
                return await self.client.first(question)
            except Unavailable as failure:
                await pause(min(failure.retry_after or seconds, LONGEST_PAUSE))
        return await self.client.first(question)
