"""Ways of filing (cách thức thực hiện): channels, duration and fee, out of a table whose cells run together.

A row of that table begins with one of three channels, directly followed by the time and the fee, both of a fixed
vocabulary; only such a beginning counts as a border. Where the rows differ from one another, the duration or the
amount is ambiguous and stays empty. A unit is never supplied: "5" without "Ngày" is no duration.
"""

import re
from dataclasses import dataclass

from procedures.catalogue.sources import SourceProcedure

CHANNELS = {"Trực tiếp": 1, "Trực tuyến": 2, "Dịch vụ bưu chính": 3}
UNITS = {"Ngày làm việc": "working_days", "Ngày": "days", "Giờ": "hours", "Tháng": "months"}
NOT_SAID = "Không có thông tin"
FREE = "Miễn phí"
SMALLEST_FEE = 1000
"""Dong. The source dropped the thousands of many amounts ("50 VNĐ"); no fee of 2022 is below a thousand."""

_ROW = re.compile(
    r"(?P<channel>Trực tuyến|Trực tiếp|Dịch vụ bưu chính)"
    r"(?:(?P<value>\d{1,4})(?: (?P<unit>Ngày làm việc|Ngày|Giờ|Tháng))?|Không có thông tin|Không quy định)?"
    r"(?P<fee>Miễn phí|Không có thông tin|\d[\d,]* (?:VNĐ|Việt Nam Đồng|USD))"
)
_AMOUNT = re.compile(r"(?P<dong>\d{1,3}(?:,\d{3})*) (?:VNĐ|Việt Nam Đồng)")
_AMOUNT_IN_WORDS = re.compile(r"(\d{1,3}(?:\.\d{3})+|\d+)\s*(?:đồng|đ\b|VNĐ|VND)", re.IGNORECASE)
_NOTHING_TO_ADD = re.compile(
    r"\W*(?:không|không có|không quy định|không thu phí|miễn phí|chưa quy định)?\W*", re.IGNORECASE
)


@dataclass(frozen=True)
class Way:
    """One row of the table; `remark` is the bracket that follows the fee."""

    channel: int
    value: int | None
    unit: str
    fee: str
    remark: str


@dataclass(frozen=True)
class Filing:
    """How, how fast and for how much; what the source does not say, or says in two ways, is empty."""

    channels: tuple[int, ...]
    duration: tuple[int, str] | None
    fee_text: str
    fee_vnd: int | None


def filing(source: SourceProcedure) -> Filing:
    """Read one procedure. The page's own table goes before the columns that were once parsed out of it."""
    ways = read_ways(source.detail.ways) if source.detail else []
    if not ways:
        return Filing(
            channels=source.channels,
            duration=_duration({(source.duration, source.duration_unit)}),
            fee_text="" if source.fee_text == NOT_SAID else source.fee_text,
            fee_vnd=amount([Way(0, None, "", source.fee_text, "")]),
        )
    return Filing(
        channels=tuple(sorted({way.channel for way in ways} | set(source.channels))),
        duration=_duration({(str(way.value), way.unit) for way in ways if way.value is not None}),
        fee_text=_fee_text(ways),
        fee_vnd=amount(ways),
    )


def read_ways(text: str) -> list[Way]:
    """The rows which show their border; none when the text does not begin like the table."""
    ways = []
    matches = list(_ROW.finditer(text))
    ends = [match.start() for match in matches[1:]] + [len(text)]
    for match, end in zip(matches, ends, strict=False):
        value = int(match["value"]) if match["value"] else None
        fee = match["fee"]
        if value is not None and not match["unit"] and fee[0].isdigit():
            continue  # "1500,000 VNĐ": nobody can tell where the time ends and the fee begins
        ways.append(Way(CHANNELS[match["channel"]], value, match["unit"] or "", fee, _bracket(text[match.end() : end])))
    return ways


def _bracket(cell: str) -> str:
    """The bracket that opens `cell`, without its brackets: up to where it closes, else all of the cell."""
    if not cell.startswith("("):
        return ""
    depth = 0
    for position, letter in enumerate(cell):
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if depth == 0:
            return cell[1:position].strip()
    return cell[1:].strip()


def _duration(stated: set[tuple[str, str]]) -> tuple[int, str] | None:
    """The one duration with a unit, or None where none or several are stated."""
    if len(stated) != 1:
        return None
    value, unit = next(iter(stated))
    if unit not in UNITS or not value.isdigit() or int(value) == 0:
        return None
    return int(value), UNITS[unit]


def _fee_text(ways: list[Way]) -> str:
    """What the source says of the fee, each statement once, its remark in brackets."""
    stated = dict.fromkeys((way.fee, "" if _NOTHING_TO_ADD.fullmatch(way.remark) else way.remark) for way in ways)
    said = [(fee, remark) for fee, remark in stated if fee != NOT_SAID or remark]
    return "; ".join(
        " ".join(filter(None, ("" if fee == NOT_SAID else fee, remark and f"({remark})"))) for fee, remark in said
    )


def amount(ways: list[Way]) -> int | None:
    """The fee in dong where every row states the same one and no remark speaks against it; else None."""
    fees = {way.fee for way in ways} - {NOT_SAID}
    if len(fees) != 1:
        return None
    fee = fees.pop()
    remarks = [way.remark for way in ways if not _NOTHING_TO_ADD.fullmatch(way.remark)]
    if fee == FREE:
        return None if remarks else 0
    match = _AMOUNT.fullmatch(fee)
    dong = int(match["dong"].replace(",", "")) if match else 0
    if dong < SMALLEST_FEE or any(_names_another_amount(remark, dong) for remark in remarks):
        return None
    return dong


def _names_another_amount(remark: str, dong: int) -> bool:
    named = {int(text.replace(".", "")) for text in _AMOUNT_IN_WORDS.findall(remark)}
    return bool(named - {dong}) or "USD" in remark or "%" in remark
