"""Tables of the report. Cells are HTML: whoever gives text escapes it."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from sync.loadtest.report.words import Words


def table(heads: Sequence[Words], rows: Iterable[Sequence[str]]) -> str:
    """It scrolls inside itself where the screen is narrow."""
    head = "".join(f'<th scope="col">{words.html()}</th>' for words in heads)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f'<div class="scroll" tabindex="0"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def named(names: Mapping[str, Words], name: str) -> str:
    """A figure's words with its name in result.json; one without words by its name."""
    code = f"<code>{escape(name)}</code>"
    return f"{names[name].html()} {code}" if name in names else code
