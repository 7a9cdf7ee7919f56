"""The report's statements: the verdict's gates, what happened in short, the ledger, how to run it again."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any, Final

import orjson

from sync.loadtest.report.compare import Change
from sync.loadtest.report.words import FIGURES, GATES, Words, milliseconds, number, same

Result = Mapping[str, Any]
_JUDGEMENTS: Final = {
    "better": Words("tốt hơn", "better"),
    "worse": Words("xấu hơn", "worse"),
    "same": Words("như cũ", "no change"),
}


def table(heads: Sequence[Words], rows: Iterable[Sequence[str]]) -> str:
    """Cells are HTML: whoever gives text escapes it."""
    head = "".join(f'<th scope="col">{words.html()}</th>' for words in heads)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def summary(result: Result) -> str:
    """What happened, for readers who are no engineers."""
    run = result.get("run", {})
    kills = ", ".join(kill["victim"] for kill in result.get("kills", [])) or "–"
    count, changes, seconds = (number(result[name]) for name in ("applications", "committed", "seconds"))
    speed, share = number(result["applications_per_second"]), milliseconds(result["latency_ms"]["p99"])
    end = _in_short(result)
    told = Words(
        f"{count} hồ sơ với {changes} thay đổi được gửi lên hệ thống quốc gia trong {seconds} giây ({speed} hồ sơ mỗi "
        f"giây), kịch bản sự cố “{run.get('profile', '–')}”, bị tắt đột ngột: {kills}. 99 trong 100 thay đổi đến nơi "
        f"trong {share} kể từ khi ghi tại tỉnh. {end.vi}",
        f"{count} applications with {changes} changes were delivered to the national system in {seconds} seconds "
        f"({speed} a second), fault profile “{run.get('profile', '–')}”, killed without warning: {kills}. 99 of 100 "
        f"changes arrived within {share} of their commit. {end.en}",
    )
    return f'<p class="lead">{told.html()}</p>'


def _in_short(result: Result) -> Words:
    if result["verdict"] == "PASS":
        return Words(
            "Không thay đổi nào bị mất, ghi hai lần hay sai thứ tự.", "None was lost, applied twice or out of order."
        )
    lost = number(result["lost"])
    return Words(
        f"{lost} thay đổi bị mất; các điều kiện không đạt ở bảng dưới.",
        f"{lost} changes were lost; see the gates below.",
    )


def gates(result: Result) -> str:
    heads = [
        Words("Điều kiện", "Gate"),
        Words("Giá trị", "Value"),
        Words("Phải là", "Must be"),
        Words("Chênh", "Off by"),
        Words("Kết quả", "Result"),
    ]
    rows = []
    for gate in result["gates"]:
        mark = Words("✓ đạt", "✓ met") if gate["passed"] else Words("✗ không đạt", "✗ not met")
        kind = "good" if gate["passed"] else "late"
        name = GATES.get(gate["name"], same(gate["name"])).html()
        cells = (
            name,
            number(gate["value"]),
            f"{'≤ ' if gate.get('at_most') else ''}{number(gate['threshold'])}",
            number(0 if gate["passed"] else abs(gate["value"] - gate["threshold"])),
            f'<strong class="{kind}">{mark.html()}</strong>',
        )
        rows.append(cells)
    return table(heads, rows)


def ledger(result: Result) -> str:
    counts = table(
        [Words("Sổ đối chiếu", "Ledger"), Words("Số", "Count")],
        ((words.html(), number(result[name])) for name, words in FIGURES.items() if name in result),
    )
    named = result.get("dossiers", {})
    if not named:
        none = Words("Không hồ sơ nào vi phạm.", "No dossier offends.")
        return f"{counts}<p>{none.html()}</p>{_disagreements(result)}"
    lists = "".join(
        f"<h3>{GATES.get(kind, same(kind)).html()}</h3><p><code>{'</code> <code>'.join(map(escape, codes))}</code></p>"
        for kind, codes in named.items()
    )
    return counts + lists + _disagreements(result)


def _disagreements(result: Result) -> str:
    return "".join(f'<p class="late">{escape(sentence)}</p>' for sentence in result.get("disagreements", []))


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
    facts = Words(
        f"Tạm gác: {number(result['parked'])}; người bỏ: {number(result.get('skipped', 0))}.",
        f"Parked: {number(result['parked'])}; given up by a person: {number(result.get('skipped', 0))}.",
    )
    rows = ((escape(reason), number(count)) for reason, count in reasons.items())
    shown = table([Words("Lý do", "Reason"), Words("Hồ sơ", "Applications")], rows) if reasons else ""
    return f"<p>{facts.html()}</p>{shown}"


def comparison(found: Sequence[Change], other: Result | None) -> str:
    if other is None:
        words = Words("Không so với lần chạy nào: thêm --compare.", "Compared with no other run: give --compare.")
        return f'<p class="muted">{words.html()}</p>'
    run = other.get("run", {})
    against = Words(
        f"So với lần chạy lúc {run.get('started_at', '–')}.", f"Against the run of {run.get('started_at', '–')}."
    )
    heads = [
        Words("Số đo", "Figure"),
        Words("Trước", "Before"),
        Words("Nay", "Now"),
        Words("Thay đổi", "Change"),
        same(""),
    ]
    rows = (
        (f"<code>{escape(one.name)}</code>", number(one.before), number(one.after), f"{one.share:+.1%}",
         f'<span class="{one.judgement}">{_JUDGEMENTS[one.judgement].html()}</span>')
        for one in found
    )  # fmt: skip
    return f"<p>{against.html()}</p>{table(heads, rows)}"
