"""The report's statements: the verdict's gates, what happened in short, the ledger, how to run it again."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Final

import orjson

from sync.loadtest.report.compare import asked_otherwise, changes
from sync.loadtest.report.names import ASKED, FIGURES, GATES, LEDGER
from sync.loadtest.report.tables import named, table
from sync.loadtest.report.words import Words, milliseconds, number, percent, same, sentence, told

Result = Mapping[str, Any]
_BURST: Final = Words(", tức từ trước khi việc gửi bắt đầu (burst)", ", which lies before the delivery began (burst)")
_JUDGEMENTS: Final = {
    "better": Words("tốt hơn", "better"),
    "worse": Words("xấu hơn", "worse"),
    "same": Words("như cũ", "no change"),
}


def summary(result: Result) -> str:
    """What happened, for readers who are no engineers."""
    delivered = told(
        "{count} hồ sơ với {changes} thay đổi được gửi lên hệ thống quốc gia trong {seconds} giây ({speed} hồ sơ mỗi "
        "giây).",
        "{count} applications with {changes} changes were delivered to the national system in {seconds} seconds "
        "({speed} a second).",
        count=number(result["applications"]),
        changes=number(result["committed"]),
        seconds=number(result["seconds"]),
        speed=number(result["applications_per_second"]),
    )
    sentences = [delivered, *_hurt(result), _latency(result), _in_short(result)]
    return f'<p class="lead">{" ".join(words.html() for words in sentences)}</p>'


def _hurt(result: Result) -> list[Words]:
    """What was done to the job; nothing of what was not."""
    run = result.get("run", {})
    killed = ", ".join(dict.fromkeys(kill["victim"] for kill in result.get("kills", [])))
    said = (
        ("Kịch bản sự cố: {}.", "Fault profile: {}.", run.get("profile", "")),
        ("Hệ thống quốc gia cố ý làm sai (bug): {}.", "The national system lies (bug): {}.", run.get("bug", "")),
        ("Gây nhiễu (disturb): {}.", "Disturbed (disturb): {}.", ", ".join(run.get("disturb", []))),
        ("Bị tắt đột ngột: {}.", "Killed without warning: {}.", killed),
    )
    return [Words(vi.format(what), en.format(what)) for vi, en, what in said if what]


def _latency(result: Result) -> Words:
    """In a burst it counts from a commit that lies before the job began, so it may be longer than the delivery."""
    return told(
        "99 trong 100 thay đổi đến nơi trong {share} kể từ khi ghi tại tỉnh{burst}.",
        "99 of 100 changes arrived within {share} of their commit{burst}.",
        share=milliseconds(result["latency_ms"]["p99"]),
        burst=same("") if result.get("arrivals") else _BURST,
    )


def _in_short(result: Result) -> Words:
    if result["verdict"] == "PASS":
        return Words(
            "Không thay đổi nào bị mất, ghi hai lần hay sai thứ tự.", "None was lost, applied twice or out of order."
        )
    if not result["lost"]:
        return Words("Các điều kiện không đạt ở bảng dưới.", "The gates that are not met stand below.")
    return told(
        "{lost} thay đổi bị mất; các điều kiện không đạt ở bảng dưới.",
        "{lost} changes were lost; see the gates below.",
        lost=number(result["lost"]),
    )


def gates(result: Result) -> str:
    heads = [
        Words("Điều kiện", "Gate"),
        Words("Kết quả", "Result"),
        Words("Giá trị", "Value"),
        Words("Phải là", "Must be"),
        Words("Chênh", "Off by"),
    ]
    rows = []
    for gate in result["gates"]:
        mark = Words("✓ đạt", "✓ met") if gate["passed"] else Words("✗ không đạt", "✗ not met")
        kind = "good" if gate["passed"] else "late"
        cells = (
            named({**GATES, **FIGURES}, gate["name"]),
            f'<strong class="{kind}">{mark.html()}</strong>',
            number(gate["value"]).html(),
            f"{'≤ ' if gate.get('at_most') else ''}{number(gate['threshold']).html()}",
            number(0 if gate["passed"] else abs(gate["value"] - gate["threshold"])).html(),
        )
        rows.append(cells)
    return table(heads, rows)


def ledger(result: Result) -> str:
    counts = table(
        [Words("Sổ đối chiếu", "Ledger"), Words("Số", "Count")],
        ((named(LEDGER, name), number(result[name]).html()) for name in LEDGER if name in result),
    )
    offending = result.get("dossiers", {})
    if not offending:
        none = Words("Không hồ sơ nào vi phạm.", "No dossier offends.")
        return f"{counts}<p>{none.html()}</p>{_disagreements(result)}"
    lists = "".join(
        f"<h3>{GATES.get(kind, same(kind)).html()}</h3><p><code>{'</code> <code>'.join(map(escape, codes))}</code></p>"
        for kind, codes in offending.items()
    )
    return counts + lists + _disagreements(result)


def _disagreements(result: Result) -> str:
    return "".join(f'<p class="late">{sentence(text).html()}</p>' for text in result.get("disagreements", []))


def reproduce(result: Result) -> str:
    run = result.get("run", {})
    facts = {
        Words("Lệnh", "Command"): run.get("command", ""),
        Words("Phiên bản mã nguồn", "Commit"): run.get("commit", ""),
        Words("Hạt giống", "Seed"): run.get("seed", ""),
        Words("Bắt đầu, kết thúc", "Started, ended"): f"{run.get('started_at', '')} – {run.get('ended_at', '')}",
        Words("Máy", "Hardware"): _pairs(run.get("hardware", {})),
        Words("Phần mềm", "Versions"): _pairs(run.get("versions", {})),
        Words("Cơ sở dữ liệu", "Database"): _pairs(run.get("database", {})),
        Words("Các bước (giây)", "Steps (seconds)"): _pairs(result.get("steps", {})),
    }
    rows = "".join(f"<dt>{name.html()}</dt><dd><code>{escape(str(value))}</code></dd>" for name, value in facts.items())
    return f"<dl>{rows}</dl>{_scenario(run.get('faults', []))}"


def _scenario(faults: Sequence[Mapping[str, Any]]) -> str:
    """As JSON, which the national system's admin API takes again."""
    if not faults:
        return ""
    words = Words(f"{len(faults)} sự cố đã đặt (JSON)", f"{len(faults)} faults that were set (JSON)")
    told = orjson.dumps(faults, option=orjson.OPT_INDENT_2).decode()
    return f"<details><summary>{words.html()}</summary><pre>{escape(told)}</pre></details>"


def _pairs(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in values.items())


def parked(result: Result) -> str:
    reasons = result.get("parked_reasons", {})
    facts = told(
        "Tạm gác: {parked}; người bỏ: {skipped}.",
        "Parked: {parked}; given up by a person: {skipped}.",
        parked=number(result["parked"]),
        skipped=number(result.get("skipped", 0)),
    )
    rows = ((escape(reason), number(count).html()) for reason, count in reasons.items())
    shown = table([Words("Lý do", "Reason"), Words("Hồ sơ", "Applications")], rows) if reasons else ""
    return f"<p>{facts.html()}</p>{shown}"


def comparison(result: Result, other: Result | None) -> str:
    """Better or worse means little where the two runs were asked different things, so that is said first."""
    if other is None:
        words = Words("Không so với lần chạy nào: thêm --compare.", "Compared with no other run: give --compare.")
        return f'<p class="muted">{words.html()}</p>'
    run = other.get("run", {})
    against = Words(
        f"So với lần chạy lúc {run.get('started_at', '–')}.", f"Against the run of {run.get('started_at', '–')}."
    )
    heads = [
        Words("Số đo", "Figure"),
        Words("Nhận xét", "Judgement"),
        Words("Trước", "Before"),
        Words("Nay", "Now"),
        Words("Thay đổi", "Change"),
    ]
    rows = (
        (named(FIGURES, one.name), f'<span class="{one.judgement}">{_JUDGEMENTS[one.judgement].html()}</span>',
         number(one.before).html(), number(one.after).html(), percent(one.share, 1, "+").html())
        for one in changes(result, other)
    )  # fmt: skip
    return f"<p>{against.html()}</p>{_asked_otherwise(result, other)}{table(heads, rows)}"


def _asked(value: Any) -> str:
    if isinstance(value, int | float):
        return number(value).html()
    return escape(", ".join(value) if isinstance(value, list) else str(value or "")) or "–"


def _asked_otherwise(result: Result, other: Result) -> str:
    found = asked_otherwise(result, other)
    if not found:
        return ""
    words = Words(
        "Hai lần chạy có tham số khác nhau; tốt hơn hay xấu hơn có thể chỉ do tham số:",
        "The two runs had different parameters; better or worse may come from these alone:",
    )
    items = (f"<li>{ASKED[name].html()}: {_asked(before)} → {_asked(now)}</li>" for name, before, now in found)
    return f'<p><strong class="soon">{words.html()}</strong></p><ul>{"".join(items)}</ul>'
