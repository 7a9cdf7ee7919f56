"""Warnings, faults and journal: how the national side runs and what it finds odd."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

import orjson

from sync.national.anomalies import SENTENCES, Kind
from sync.national.faults import bugs
from sync.national.faults.engine import Active
from sync.national.faults.profiles import PROFILES
from sync.national.journal import FILTERS, Entry
from sync.national.pages.frame import Markup, Page, anchor
from sync.national.pages.holdings import dossier_link
from sync.national.warnings import Progress, Warned


def warnings(
    page: Page, progress: Progress, counts: Mapping[Kind, Counter[str]], rows: Sequence[Warned], following: str
) -> str:
    unfinished = (
        f"Đã xem đến dòng {progress.seen} trên {progress.end} của sổ tác động; tải lại để xem tiếp.",
        f"Looked through up to row {progress.seen} of {progress.end} of the ledger; reload to go on.",
    )
    state = "" if progress.is_complete else f'<p class="heed">{page.say(unfinished)}</p>'
    by_kind = page.table(
        [("Loại", "Kind"), ("Tỉnh", "Province"), ("Hồ sơ", "Dossiers")],
        (
            (anchor(page.link("/canh-bao", kind=name, madonvi=own), SENTENCES[name][page.lang == "en"]), own, count)
            for name, provinces in counts.items()
            for own, count in provinces.most_common()
        ),
    )
    found = page.table(
        [("Mã hồ sơ", "Dossier"), ("Cảnh báo", "Warning"), ("Ở đâu", "Where")],
        ((dossier_link(page, row.code, row.root), SENTENCES[row.kind][page.lang == "en"], row.detail) for row in rows),
    )
    about = (
        "Mọi dữ liệu đều được nhận; điều bất thường được ghi thành cảnh báo. Với --strict, trạng thái sai bị từ chối.",
        "Everything is taken; what is odd becomes a warning. With --strict, wrong statuses are refused.",
    )
    dossiers = f"<h2>{page.say(('Hồ sơ', 'Dossiers'))}</h2>{found}{page.next(following)}"
    return f"<p>{page.say(about)}</p>{state}{by_kind}{dossiers}"


def faults(page: Page, state: Mapping[str, Any], active: Iterable[Active], switched: Mapping[str, bool]) -> str:
    options = "".join(
        f'<option value="{name}"{" selected" if name == state["profile"] else ""}>{name}: '
        f"{escape(profile.english if page.lang == 'en' else profile.vietnamese)}</option>"
        for name, profile in PROFILES.items()
    )
    choose = (
        f'<form method="post" action="{page.link("/su-co/profile")}"><label>{page.say(("Kịch bản", "Profile"))}'
        f'<select name="profile">{options}</select></label><label>{page.say(("Hạt giống", "Seed"))}'
        f'<input name="seed" inputmode="numeric" value="{state["seed"]}"></label>'
        f"<button>{page.say(('Áp dụng', 'Apply'))}</button></form>"
    )
    rows = page.table(
        [("Tên", "Name"), ("Luật", "Rule"), ("Khớp", "Matched"), ("Gặp", "Met"), ("", "")],
        ((one.fault.name, _rule(one), one.matched, one.met,
          _remove(page, one.number)) for one in active),
    )  # fmt: skip
    switches = "".join(_switch(page, name, on=switched[name]) for name in bugs.NAMES)
    return (
        f"{choose}<h2>{page.say(('Đang áp dụng', 'In force'))}</h2>{rows}"
        f"<h2>{page.say(('Lỗi cố ý, để thử bộ kiểm tra', 'Deliberate bugs, to test a checker'))}</h2>{switches}"
    )


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
        f'<button class="quiet">{action}</button></form>'
    )


def journal(page: Page, found: Sequence[Entry], chosen: Mapping[str, str], kept: int, limit: int) -> str:
    labels = {
        "service": ("Dịch vụ", "Service"),
        "agency_code": ("Đơn vị", "Agency"),
        "http_status": ("HTTP", "HTTP"),
        "error_code": ("Mã lỗi", "Error code"),
        "fault": ("Sự cố", "Fault"),
        "path": ("Đường dẫn", "Path"),
    }
    inputs = "".join(
        f'<label>{page.say(labels[name])}<input name="{name}" value="{escape(chosen.get(name, ""))}"></label>'
        for name in FILTERS
    )
    count = page.say(
        (f"{len(found)} trong {kept} yêu cầu gần nhất còn giữ.", f"{len(found)} of the last {kept} requests kept.")
    )
    rows = page.table(
        [("Số", "No."), labels["path"], labels["service"], labels["agency_code"], ("Bản ghi", "Records"),
         labels["http_status"], labels["error_code"], ("ms", "ms"), labels["fault"]],
        ((one.number, one.path, one.service, one.agency_code, one.records, str(one.http_status), one.error_code,
          one.milliseconds, one.fault) for one in found[:limit]),
    )  # fmt: skip
    button = page.say(("Lọc", "Filter"))
    return f'<form>{inputs}{page.keep_language()}<button>{button}</button></form><p class="muted">{count}</p>{rows}'
