"""Warnings, faults and journal: how the national side runs and what it finds odd."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Final

import orjson

from sync.national.anomalies import SENTENCES, Kind
from sync.national.faults import bugs
from sync.national.faults.engine import Active, Faults
from sync.national.faults.layer import Layer
from sync.national.faults.profiles import PROFILES
from sync.national.journal import FILTERS, Entry
from sync.national.pages import words
from sync.national.pages.frame import Markup, Page, Words, anchor
from sync.national.pages.holdings import dossier_link, http_answer, moment
from sync.national.warnings import Progress, Warned

_NO_FAULT: Final[Words] = (
    "Không có sự cố nào đang áp dụng: mọi yêu cầu được trả lời bình thường. Muốn thử, hãy chọn một kịch bản.",
    "No fault is in force: every request is answered as it should be. To try some, choose a profile.",
)
_NO_WARNING: Final[Words] = (
    "Không có cảnh báo nào: mọi hồ sơ đã nhận đều hợp lệ.",
    "No warning: nothing is odd in what was received.",
)
_NOTHING_CHOSEN: Final[Words] = (
    "Không có hồ sơ nào bị cảnh báo như vậy.",
    "No dossier has such a warning.",
)
_NO_REQUEST: Final[Words] = (
    "Không có yêu cầu nào như vậy. Hãy bỏ bớt điều kiện lọc, hoặc để một cổng dịch vụ công gửi hồ sơ đến đây.",
    "There is no such request. Filter by less, or let a portal send its dossiers here.",
)


def warnings(
    page: Page, progress: Progress, counts: Mapping[Kind, Counter[str]], rows: Sequence[Warned], following: str
) -> str:
    seen, end = page.number(progress.seen), page.number(progress.end)
    unfinished = (
        f"Đã xem đến dòng {seen} trên {end} của sổ tác động; tải lại để xem tiếp.",
        f"Looked through up to row {seen} of {end} of the ledger; reload to go on.",
    )
    state = "" if progress.is_complete else f'<p class="heed">{page.say(unfinished)}</p>'
    by_kind = page.table(
        [("Loại", "Kind"), ("Tỉnh", "Province"), ("Hồ sơ", "Dossiers")],
        (
            (anchor(page.link("/canh-bao", kind=name, madonvi=own), SENTENCES[name][page.lang == "en"]), own, count)
            for name, provinces in counts.items()
            for own, count in provinces.most_common()
        ),
        empty=_NO_WARNING,
    )
    found = page.table(
        [("Mã hồ sơ", "Dossier"), ("Cảnh báo", "Warning"), ("Ở đâu", "Where")],
        ((dossier_link(page, row.code, row.root), SENTENCES[row.kind][page.lang == "en"], row.detail) for row in rows),
        empty=_NOTHING_CHOSEN,
    )
    about = (
        "Mọi dữ liệu đều được nhận; điều bất thường được ghi thành cảnh báo. Với --strict, trạng thái sai bị từ chối.",
        "Everything is taken; what is odd becomes a warning. With --strict, wrong statuses are refused.",
    )
    title = page.say(("Hồ sơ", "Dossiers"))
    dossiers = f"<h2>{title}</h2>{found}{page.next(following)}" if any(counts.values()) else ""
    return f"<p>{page.say(about)}</p>{state}{by_kind}{dossiers}"


def in_force(page: Page, layer: Layer) -> str:
    """What is wrong with this national system on purpose: how many faults, of which profile, which bugs."""
    count = len(layer.faults.all())
    number = page.number(count)
    switched = [name for name, on in layer.bugs.to_json().items() if on]
    said: list[Words] = [
        (f"Đang áp dụng {number} sự cố.", f"{number} {'fault is' if count == 1 else 'faults are'} in force.")
        if count
        else ("Không có sự cố nào đang áp dụng.", "No fault is in force."),
        *_of_profile(layer.faults),
    ]
    if switched:
        names = ", ".join(switched)
        said.append((f"Lỗi cố ý đang bật: {names}.", f"Deliberate bugs switched on: {names}."))
    kind = "heed" if count or switched else "muted"
    return f'<p class="{kind}">{" ".join(map(page.say, said))}</p>'


def _of_profile(faults: Faults) -> Iterable[Words]:
    """The profile that was set last, as long as its list is still its own."""
    profile = PROFILES.get(faults.profile)
    if profile is None:
        return
    own = {fault["name"]: fault for fault in profile.faults}
    if {one.fault.name: one.fault.document for one in faults.all()} == own:
        yield f"Kịch bản {profile.name}: {profile.vietnamese}", f"Profile {profile.name}: {profile.english}"
    else:
        yield (
            f"Danh sách đã thay đổi, không còn là của kịch bản {profile.name}.",
            f"The list was changed: it is no longer that of the profile {profile.name}.",
        )


def faults(page: Page, layer: Layer) -> str:
    state = layer.faults
    options = "".join(
        f'<option value="{name}"{" selected" if name == state.profile else ""}>{name}: '
        f"{escape(profile.english if page.lang == 'en' else profile.vietnamese)}</option>"
        for name, profile in PROFILES.items()
    )
    choose = (
        f'<form method="post" action="{page.link("/su-co/profile")}"><label>{page.say(("Kịch bản", "Profile"))}'
        f'<select name="profile">{options}</select></label><label>{page.say(("Hạt giống", "Seed"))}'
        f'<input name="seed" inputmode="numeric" value="{state.seed}"></label>'
        f"<button>{page.say(('Áp dụng', 'Apply'))}</button></form>"
    )
    rows = page.table(
        [("Tên", "Name"), ("Tác động", "Effect"), ("Luật", "Rule"), ("Khớp", "Matched"), ("Gặp", "Met"), ("", "")],
        ((one.fault.name, _effects(page, one), _rule(one), one.matched, one.met,
          _remove(page, one.number)) for one in state.all()),
        empty=_NO_FAULT,
    )  # fmt: skip
    switched = layer.bugs.to_json()
    switches = "".join(_switch(page, name, on=switched[name]) for name in bugs.NAMES)
    return (
        f"{in_force(page, layer)}{choose}<h2>{page.say(('Đang áp dụng', 'In force'))}</h2>{rows}"
        f"<h2>{page.say(('Lỗi cố ý, để thử bộ kiểm tra', 'Deliberate bugs, to test a checker'))}</h2>{switches}"
    )


def _effects(page: Page, active: Active) -> str:
    return "; ".join(words.EFFECTS[name][page.lang == "en"] for name in active.fault.effects)


def _rule(active: Active) -> Markup:
    document = {name: value for name, value in active.fault.document.items() if name != "name"}
    return Markup(f"<code>{escape(orjson.dumps(document).decode())}</code>")


def _remove(page: Page, number: int) -> Markup:
    return Markup(
        f'<form method="post" action="{page.link("/su-co/remove")}"><input type="hidden" name="id" value="{number}">'
        f'<button class="quiet">{page.say(("Bỏ", "Remove"))}</button></form>'
    )


def _switch(page: Page, name: str, *, on: bool) -> str:
    action = page.say(("Tắt", "Switch off") if on else ("Bật", "Switch on"))
    state = (
        f'<strong class="heed">{page.say(("đang bật", "on"))}</strong>'
        if on
        else f"<span>{page.say(('đang tắt', 'off'))}</span>"
    )
    return (
        f'<form method="post" action="{page.link("/su-co/bug")}"><input type="hidden" name="name" value="{name}">'
        f'<input type="hidden" name="on" value="{"" if on else "1"}"><code>{name}</code> {state}'
        f'<button class="quiet">{action}</button><span class="muted">{page.say(words.BUGS[name])}</span></form>'
    )


def journal(page: Page, found: Sequence[Entry], chosen: Mapping[str, str], kept: int, shown: Sequence[Entry]) -> str:
    """`shown` are some of the found ones: from a number downwards."""
    labels = {
        "service": ("Dịch vụ", "Service"),
        "agency_code": ("Đơn vị", "Agency"),
        "http_status": ("HTTP", "HTTP"),
        "error_code": ("Mã lỗi", "Error code"),
        "fault": ("Sự cố", "Fault"),
        "path": ("Đường dẫn", "Path"),
    }
    hints = {"http_status": ("0: không trả lời", "0: no answer")}
    inputs = "".join(
        f'<label>{page.say(labels[name])}<input name="{name}" value="{escape(chosen.get(name, ""))}"'
        f' placeholder="{page.say(hints.get(name, ("", "")))}"></label>'
        for name in FILTERS
    )
    rows = page.table(
        [("Số", "No."), ("Nhận lúc", "Arrived"), labels["path"], labels["service"], labels["agency_code"],
         ("Bản ghi", "Records"), labels["http_status"], labels["error_code"], ("ms", "ms"), labels["fault"]],
        ((one.number, moment(one.at), one.path, one.service, one.agency_code, one.records,
          http_answer(page, one.http_status), one.error_code, one.milliseconds, one.fault) for one in shown),
        empty=_NO_REQUEST,
    )  # fmt: skip
    button = page.say(("Lọc", "Filter"))
    return (
        f"<form>{inputs}{page.keep_language()}<button>{button}</button></form>"
        f'<p class="muted">{page.say(_counted(page, found, chosen, kept, shown))}</p>{rows}{_older(page, found, shown)}'
    )


def _counted(page: Page, found: Sequence[Entry], chosen: Mapping[str, str], kept: int, shown: Sequence[Entry]) -> Words:
    count, total, all_kept = (page.number(len(some)) for some in (shown, found, range(kept)))
    which = ("mới nhất", "the newest") if shown[:1] == found[:1] else ("cũ hơn", "older ones")
    if not chosen:
        return f"{count} {which[0]} trong {total} yêu cầu còn giữ.", f"{count} {which[1]} of {total} requests kept."
    return (
        f"{count} {which[0]} trong {total} yêu cầu khớp điều kiện lọc, của {all_kept} yêu cầu còn giữ.",
        f"{count} {which[1]} of {total} requests that match, of {all_kept} kept.",
    )


def _older(page: Page, found: Sequence[Entry], shown: Sequence[Entry]) -> str:
    if not shown or shown[-1] == found[-1]:
        return ""
    words_of_it = page.say(("Xem các yêu cầu cũ hơn", "Older requests"))
    return f'<p><a href="{page.here(before=str(shown[-1].number))}">{words_of_it}</a></p>'
