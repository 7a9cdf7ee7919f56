"""The list of parked letters as rows for a spreadsheet: what is refused and why, without the person behind it."""

from collections.abc import Iterator

from procedures.working_days import ZONE
from sync import parking
from sync.parking import Filter

COLUMNS = (
    "Mã hồ sơ", "Mã thủ tục", "Thủ tục", "Cơ quan", "Tạm gác lúc", "Lý do", "Đã gửi đến phiên bản",
    "Cần gửi đến phiên bản", "Bỏ qua đến phiên bản",
)  # fmt: skip
READ_AT_ONCE = 2_000


def rows(chosen: Filter) -> Iterator[tuple[object, ...]]:
    """The columns' names, then a row for each letter that fits; times are Vietnam's."""
    yield COLUMNS
    letters = parking.parked(chosen).select_related("application__procedure", "application__agency")
    for letter in letters.iterator(READ_AT_ONCE):
        application, parked_at = letter.application, letter.parked_at
        yield (
            application.code,
            application.procedure.code,
            application.procedure.name,
            application.agency.name,
            f"{parked_at.astimezone(ZONE):%Y-%m-%d %H:%M:%S}" if parked_at else "",
            parking.words_of(letter.reason),
            letter.sent,
            letter.wanted,
            letter.skipped,
        )
