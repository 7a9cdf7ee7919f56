"""Who makes changes while the job runs: files applications and moves them on, by the acts every page uses.

An arrival in three files a new application, as in a day's history; the others take the next step of one that this
author filed. Everything drawn is a function of the seed and the arrival's number.
"""

from datetime import date, datetime, time, timedelta
from functools import cache
from random import Random
from typing import Final

from portal.simulation import people
from portal.simulation.province import Province, read_province
from procedures import actions
from procedures.lifecycle import Status
from procedures.models import Agency, Application, Channel, Citizen, Procedure
from procedures.working_days import ZONE

FILED_SHARE: Final = 1 / 3
ASKED_SHARE: Final = 0.1  # of the applications in hand: papers are asked for first
OPENING: Final = time(8)
WHY: Final = "Bổ sung giấy tờ còn thiếu"
ACTS: Final = {
    Status.SUBMITTED: actions.accept,
    Status.ACCEPTED: actions.process,
    Status.PROCESSING: actions.complete,
    Status.SUPPLEMENT_REQUESTED: actions.supply,
    Status.COMPLETED: actions.return_result,
}
"""The next step of an application where nothing is asked for."""


class Author:
    """One generator's applications; the domain's time is `day`, one second an arrival."""

    def __init__(self, seed: int, day: date) -> None:
        self._seed = seed
        self._opening = datetime.combine(day, OPENING, ZONE)
        self._province: Province = read_province(seed)
        self._open: list[Application] = []

    def change(self, number: int) -> tuple[str, int]:
        """Commit the arrival with this number; returns the code and version of what was changed."""
        random = Random(f"author {self._seed} {number}")
        at = self._opening + timedelta(seconds=number)
        if not self._open or random.random() < FILED_SHARE:
            application = self._file(random, at)
            self._open.append(application)
        else:
            application = self._move(random, at)
        return application.code, application.version

    def _file(self, random: Random, at: datetime) -> Application:
        service, office = self._province.draw(random)
        person = people.citizen(random, business=service.for_business)
        return actions.submit(
            _procedure(service.procedure),
            _agency(office.agency),
            citizen=Citizen.objects.create(**person._asdict()),
            by=None,
            at=at,
            channel=Channel.ONLINE if service.is_online else Channel.DIRECT,
        )

    def _move(self, random: Random, at: datetime) -> Application:
        """The next step of one that is under way; one whose answer was lost may have taken it already."""
        place = random.randrange(len(self._open))
        application = self._open[place]
        known = application.version
        application.refresh_from_db()
        if application.version == known:
            self._step(application, at, asks=random.random() < ASKED_SHARE)
        if application.status == Status.RESULT_RETURNED:
            self._open[place] = self._open[-1]
            self._open.pop()
        return application

    @staticmethod
    def _step(application: Application, at: datetime, *, asks: bool) -> None:
        if asks and application.status == Status.PROCESSING:
            actions.ask_supplement(application, by=None, at=at, note=WHY)
        else:
            ACTS[application.state](application, by=None, at=at)


@cache
def _procedure(key: int) -> Procedure:
    return Procedure.objects.get(pk=key)


@cache
def _agency(key: int) -> Agency:
    return Agency.objects.select_related("parent").get(pk=key)
