"""Both languages of the report: each text stands twice in the page, and a switch shows one of them.

Numbers too: 9.138 and 12,7 in Vietnamese are 9,138 and 12.7 in English.
"""

from html import escape
from typing import Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import override

_TO_VIETNAMESE: Final = str.maketrans(",.", ".,")


class Words(NamedTuple):
    """A text in Vietnamese and in English."""

    vi: str
    en: str

    def html(self) -> str:
        if self.vi == self.en:
            return escape(self.vi)
        return f'<span lang="vi">{escape(self.vi)}</span><span lang="en">{escape(self.en)}</span>'

    def followed_by(self, unit: str) -> "Words":
        return Words(f"{self.vi} {unit}", f"{self.en} {unit}")

    def both(self) -> str:
        """In one text, for what cannot be switched."""
        return self.vi if self.vi == self.en else f"{self.vi} / {self.en}"


def same(text: str) -> Words:
    """A name that is not translated."""
    return Words(text, text)


def told(vi: str, en: str, **parts: Words) -> Words:
    """A sentence with its parts, each in the sentence's own language."""
    return Words(
        vi.format(**{name: words.vi for name, words in parts.items()}),
        en.format(**{name: words.en for name, words in parts.items()}),
    )


def translated(text: str | Promise) -> Words:
    """A text of the portal's own, in both languages."""
    with override("vi"):
        vi = str(text)
    with override("en"):
        return Words(vi, str(text))


def sentence(text: str) -> Words:
    """Of a text that says it in both languages, "vi / en"; else the same for both."""
    vi, _slash, en = text.partition(" / ")
    return Words(vi, en or vi)


def number(value: float | None, digits: int = 1) -> Words:
    """9.138 and 12,7, or 9,138 and 12.7; nothing behind the point where it is whole, or large; a dash: not measured."""
    if value is None:
        return same("–")
    is_whole = abs(value) >= 1000 or float(value).is_integer()
    return _written(f"{value:,.{0 if is_whole else digits}f}")


def exactly(value: float) -> Words:
    """A round number, as on an axis: 0.25, 20, 1,500."""
    return _written(f"{value:,.9g}")


def percent(share: float, digits: int = 0, sign: str = "") -> Words:
    """0.973 as 97,3 % and 97.3%; with `sign` "+" what is more and what is less."""
    text = f"{share * 100:{sign},.{digits}f}"
    return Words(f"{_written(text).vi} %", f"{text}%")


def milliseconds(value: float) -> Words:
    """A latency as one reads it: 12.3 ms, 4.56 s."""
    return number(value).followed_by("ms") if value < 1000 else number(value / 1000, 2).followed_by("s")


def _written(text: str) -> Words:
    return Words(text.translate(_TO_VIETNAMESE), text)
