"""The tables of the domain, one module a subject."""

from procedures.models.agencies import Agency
from procedures.models.applications import Application, Channel
from procedures.models.calendar import CalendarDay, working_calendar
from procedures.models.catalogue import Procedure, Sector
from procedures.models.history import CodeCounter, DeadlineEntry, StatusChange
from procedures.models.people import Citizen, Official
from procedures.models.rollups import DailyCount

__all__ = [
    "Agency",
    "Application",
    "CalendarDay",
    "Channel",
    "Citizen",
    "CodeCounter",
    "DailyCount",
    "DeadlineEntry",
    "Official",
    "Procedure",
    "Sector",
    "StatusChange",
    "working_calendar",
]
