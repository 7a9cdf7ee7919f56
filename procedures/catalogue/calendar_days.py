"""Public holidays and make-up days, 2022 to 2026.

2022 comes from its own source file; later years from the `holidays` package, which knows the weekday off and the
Saturday worked for it in 2024, 2025 and the August of 2026, but not the swap of 2 and 10 January 2026.
"""

from dataclasses import dataclass
from datetime import date
from importlib.metadata import version

import holidays

from procedures.catalogue.sources import HOLIDAYS_2022, Sources

FIRST_YEAR, LAST_YEAR = 2022, 2026
HOLIDAY, MAKEUP = "holiday", "makeup"
PACKAGE = f"holidays {version('holidays')}"


@dataclass(frozen=True)
class Day:
    """One line of holidays.csv."""

    day: date
    kind: str
    name: str
    origin: str


_SWAP_OF_2026 = "override: swap of 2 and 10 January 2026, missing in holidays 0.109"
OVERRIDES = (
    Day(date(2026, 1, 2), HOLIDAY, "Ngày nghỉ (thay cho ngày 10/01/2026)", _SWAP_OF_2026),
    Day(date(2026, 1, 10), MAKEUP, "Làm bù cho ngày 02/01/2026", _SWAP_OF_2026),
)


def days(sources: Sources) -> list[Day]:
    """Every exceptional day, by date; an override goes before what the package says."""
    file_origin = f"{HOLIDAYS_2022} (holidays 0.109)"
    found = [Day(date.fromisoformat(day), HOLIDAY, name, file_origin) for day, name in sources.holidays_2022]
    years = range(FIRST_YEAR + 1, LAST_YEAR + 1)
    vietnam = holidays.country_holidays("VN", years=years, language="vi")
    found += [Day(day, HOLIDAY, name, PACKAGE) for day, name in vietnam.items()]
    found += [Day(day, MAKEUP, "Làm bù", PACKAGE) for day in vietnam.weekend_workdays if day.year in years]
    by_day = {day.day: day for day in found} | {day.day: day for day in OVERRIDES}
    return [by_day[day] for day in sorted(by_day)]
