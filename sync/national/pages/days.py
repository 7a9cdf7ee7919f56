"""Provinces and days: received against must-sync, and the lists of a day's missing and late dossiers."""

from collections.abc import Mapping, Sequence
from datetime import date
from html import escape
from typing import Final

from sync.national.pages.frame import Markup, Page, Words, anchor
from sync.national.pages.holdings import PROVINCE, dossier_link, moment
from sync.national.received import POINTS, SIMULATED_AFTER_DAYS, Day, Indicator, Late

DAYS_SHOWN: Final = 366
DAYS_DRAWN: Final = 60
Names = Mapping[str, str]
"""Of level-1 agencies, as far as the catalogue knows them."""

_DAY: Final[Words] = ("Ngày tiếp nhận", "Day received")
_DOSSIER: Final[Words] = ("Mã hồ sơ", "Dossier")
_RECEIVED, _MUST = ("Đã đồng bộ", "Received"), ("Phải đồng bộ", "Must sync")
_RATIO, _POINTS = ("Tỷ lệ", "Ratio"), (f"Điểm 1.4 (tối đa {POINTS})", f"Points of 1.4 (at most {POINTS})")
_NO_DAY: Final[Words] = (
    "Chưa có tỉnh nào gửi hồ sơ hay báo số phải đồng bộ: hãy để một cổng dịch vụ công đồng bộ lên đây.",
    "No province has sent a dossier or told what it must sync: let a portal synchronise to this address.",
)
_NONE_LATE: Final[Words] = ("Không có hồ sơ nào nhận muộn.", "No dossier came late.")


def provinces(page: Page, found: Sequence[Indicator], days: Sequence[Day], names: Names) -> str:
    about = (
        "Chỉ số 1.4 của Bộ chỉ số 766: hồ sơ đã đồng bộ chia cho số lớn hơn giữa báo cáo của tỉnh và số đã nhận.",
        "Item 1.4 of indicator set 766: dossiers synchronised over the larger of reported and received ones.",
    )
    indicators = page.table(
        [PROVINCE, _RECEIVED, _MUST, _RATIO, _POINTS],
        ((named(one.root, names), one.received, one.must_sync, page.percent(one.ratio), one.points) for one in found),
        empty=_NO_DAY,
    )
    by_day = page.table(
        [_DAY, PROVINCE, _RECEIVED, _MUST, _RATIO, ("Danh sách", "Lists")],
        (
            (f"{day.day:%d/%m/%Y}", day.root, day.received, day.must_sync, page.percent(day.ratio), _lists(page, day))
            for day in days[:DAYS_SHOWN]
        ),
    )
    title = page.say(("Theo ngày", "By day"))
    return f"<p>{page.say(about)}</p>{indicators}" + (
        f"{_drawn(page, days, names)}<h2>{title}</h2>{by_day}" if days else ""
    )


def named(root: str, names: Names) -> str:
    """The agency's code with its name, where that is known."""
    return f"{root} · {names[root]}" if root in names else root


def _lists(page: Page, day: Day) -> Markup:
    where = {"madonvi": day.root, "day": day.day.isoformat()}
    missing, late = ("Thiếu", "Missing"), ("Muộn", "Late")
    english = page.lang == "en"
    return Markup(
        f"{anchor(page.link('/tinh/thieu', **where), missing[english])} · "
        f"{anchor(page.link('/tinh/muon', **where), late[english])}"
    )


def missing(page: Page, day: Day | None, told: int, codes: Sequence[str], following: str) -> str:
    """`told` is how many dossiers of the day the province has named; `day` is None where nothing is known of it."""
    rows = page.table([_DOSSIER], ((code,) for code in codes), empty=_nothing_missing(page, day, told))
    if not codes:
        return rows
    about = (
        f"Tỉnh đã nêu {page.number(told)} mã hồ sơ của ngày này; dưới đây là những hồ sơ chưa từng nhận được.",
        f"The province has named {page.number(told)} dossiers of this day; these were never received.",
    )
    return f"<p>{page.say(about)}</p>{rows}{page.next(following)}"


def _nothing_missing(page: Page, day: Day | None, told: int) -> Words:
    """Why the list is empty: everything came, or nobody said what should have come."""
    if day is None or day.must_sync is None:
        return (
            "Tỉnh chưa báo ngày này có bao nhiêu hồ sơ, nên chưa biết có thiếu không. "
            "Hãy chờ lần báo cáo sau của tỉnh.",
            "The province has not told how many dossiers this day had, so nobody knows whether some are missing. "
            "Wait for its next report.",
        )
    must, received = page.number(day.must_sync), page.number(day.received)
    if told:
        return (
            f"Đã nhận đủ {page.number(told)} hồ sơ mà tỉnh nêu mã: không còn thiếu hồ sơ nào.",
            f"All {page.number(told)} dossiers that the province has named were received: none is missing.",
        )
    if day.received < day.must_sync:
        return (
            f"Tỉnh báo {must} hồ sơ, mới nhận {received}, nhưng tỉnh chưa nêu mã của ngày này nên chưa liệt kê được. "
            "Hãy chờ lần báo cáo sau của tỉnh.",
            f"The province reported {must} dossiers and {received} were received, but it has named none of this day, "
            "so they cannot be listed. Wait for its next report.",
        )
    return (
        f"Không thiếu hồ sơ nào: tỉnh báo {must}, đã nhận {received}. Tỉnh chỉ nêu mã hồ sơ của những ngày còn thiếu.",
        f"None is missing: {must} reported, {received} received. The province names dossiers only of lacking days.",
    )


def of_day(words: Words, day: date | None) -> Words:
    """A title that says which day it is about, where one was chosen."""
    return (f"{words[0]} ngày {day:%d/%m/%Y}", f"{words[1]}, day {day:%d/%m/%Y}") if day else words


def late(page: Page, root: str, days: int, found: Sequence[Late], not_judged: int, following: str) -> str:
    about = (
        f"Nhận được muộn hơn ngày tiếp nhận quá {days} ngày, theo đồng hồ của máy.",
        f"Received more than {days} days after the day of receipt, by the machine's clock.",
    )
    simulated = (
        f"Không xét {page.number(not_judged)} hồ sơ: ngày tiếp nhận trước lúc nhận hơn {SIMULATED_AFTER_DAYS} ngày, "
        "tức là ngày của một quá khứ mô phỏng, không so được với đồng hồ của máy.",
        f"{page.number(not_judged)} dossiers are not judged: their day of receipt lies more than "
        f"{SIMULATED_AFTER_DAYS} days before they came. It is a simulated past, which no clock can be held against.",
    )
    rows = page.table(
        [_DOSSIER, _DAY, ("Nhận lần đầu", "First received")],
        ((dossier_link(page, one.code, root), f"{one.received_on:%d/%m/%Y}", moment(one.came_at)) for one in found),
        empty=_NONE_LATE,
    )
    heed = f'<p class="heed">{page.say(simulated)}</p>' if not_judged else ""
    return f"<p>{page.say(about)}</p>{heed}{'' if not_judged and not found else rows}{page.next(following)}"


def _drawn(page: Page, days: Sequence[Day], names: Names) -> str:
    """The last days of the province with most dossiers as bars: received within must-sync."""
    totals: dict[str, int] = {}
    for day in days:
        totals[day.root] = totals.get(day.root, 0) + day.received
    root = max(totals, key=lambda name: totals[name])
    drawn = [day for day in days if day.root == root][:DAYS_DRAWN][::-1]
    highest = max(max(day.received, day.must_sync or 0) for day in drawn) or 1
    bars = "".join(_bar(page, number, len(drawn), day, highest) for number, day in enumerate(drawn))
    whose = named(root, names)
    label = page.say(
        (f"{whose}: đã đồng bộ trong số phải đồng bộ, mỗi cột một ngày", f"{whose}: received of must-sync, a bar a day")
    )
    first, last = f"{drawn[0].day:%d/%m/%Y}", f"{drawn[-1].day:%d/%m/%Y}"
    return (
        f"<h2>{label}</h2>"
        f'<p class="ends"><span>{page.number(highest)}</span></p>'
        '<svg viewBox="0 0 720 130" preserveAspectRatio="none" width="100%" height="160" role="img"'
        f' aria-label="{label}">{bars}</svg><p class="ends"><span>{first}</span><span>{last}</span></p>'
    )


def _bar(page: Page, number: int, count: int, day: Day, highest: int) -> str:
    width = 720 / max(count, 7)
    must, received = (130 * count / highest for count in (max(day.must_sync or 0, day.received), day.received))
    x = number * width
    title = escape(f"{day.day:%d/%m/%Y}: {page.number(day.received)} / ") + page.shown(day.must_sync)
    return (
        f"<g><title>{title}</title>"
        f'<rect class="rest" x="{x:.1f}" y="{130 - must:.1f}" width="{width - 2:.1f}" height="{must:.1f}"/>'
        f'<rect class="bar" x="{x:.1f}" y="{130 - received:.1f}" width="{width - 2:.1f}" height="{received:.1f}"/></g>'
    )
