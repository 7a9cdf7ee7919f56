"""`manage.py translations`: gather the Vietnamese texts of code and templates, keep the English ones, compile.

Texts are read by Python and Django themselves, so that no gettext program is needed. `--check` changes nothing and
exits 1 where a text has no English, or the compiled file is not that of the written one.
"""

import ast
import re
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polib  # type: ignore[import-untyped]  # the package has no types
from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation.template import templatize

PACKAGES = ("portal", "procedures", "sync")
CALLS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy"}
WITH_CONTEXT = {"pgettext", "pgettext_lazy"}
STRING = r"""u?(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")"""
IN_TEMPLATE = re.compile(rf"\b(?:n?gettext|_)\(({STRING})(?:\s*,\s*({STRING}))?")
HEADER = {
    "Content-Type": "text/plain; charset=utf-8",
    "Content-Transfer-Encoding": "8bit",
    "Language": "en",
    "Plural-Forms": "nplurals=2; plural=(n != 1);",
}
Text = tuple[str, str, str]
"""A text, its plural and its context; the last two are empty where there is none."""


class Command(BaseCommand):
    """Bring `locale/en` up to date, or tell what is missing."""

    help = "Gather texts to translate and compile the English ones; --check only tells what is missing."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing; exit 1 when something is missing")

    def handle(self, *_args: Any, check: bool, **_options: Any) -> None:
        written = Path(settings.LOCALE_PATHS[0]) / "en" / "LC_MESSAGES" / "django.po"
        merged = merge(gather(settings.BASE_DIR), written)
        if not check:
            written.parent.mkdir(parents=True, exist_ok=True)
            merged.save(str(written))
            merged.save_as_mofile(str(written.with_suffix(".mo")))
        faults = problems(merged, written)
        for fault in faults:
            self.stderr.write(fault)
        if check and faults:
            sys.exit(1)


def gather(root: Path) -> dict[Text, list[str]]:
    """Every text to translate, with the files it occurs in."""
    found: dict[Text, list[str]] = {}
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*")):
            for text in _texts(path):
                places = found.setdefault(text, [])
                places.extend([name] if (name := str(path.relative_to(root))) not in places else [])
    return found


def merge(found: dict[Text, list[str]], written: Path) -> polib.POFile:
    """The texts found, with what has been translated already; what is found no more is dropped."""
    entries = polib.pofile(str(written)) if written.exists() else []
    known = {(entry.msgid, entry.msgid_plural, entry.msgctxt or ""): entry for entry in entries}
    merged = polib.POFile(wrapwidth=120)
    merged.metadata = HEADER
    for text, places in sorted(found.items(), key=lambda one: (one[1][0], one[0])):
        singular, plural, context = text
        entry = known.get(text) or polib.POEntry(msgid=singular, msgid_plural=plural, msgctxt=context or None)
        entry.occurrences = [(place, "") for place in places]
        entry.flags = ["python-format"] if "%(" in singular else []
        if plural and not entry.msgstr_plural:
            entry.msgstr_plural = {0: "", 1: ""}
        merged.append(entry)
    return merged


def problems(merged: polib.POFile, written: Path) -> list[str]:
    """What is missing, one sentence each."""
    faults = [f"not translated: {entry.msgid!r} ({entry.occurrences[0][0]})" for entry in merged.untranslated_entries()]
    faults += [
        f"translated with other placeholders: {entry.msgid!r}" for entry in merged if not _same_placeholders(entry)
    ]
    compiled = written.with_suffix(".mo")
    if not compiled.exists() or polib.pofile(str(written)).to_binary() != compiled.read_bytes():
        faults.append(f"{compiled.name} is not compiled from {written.name}: run `manage.py translations`")
    if not written.exists() or str(polib.pofile(str(written), wrapwidth=120)) != str(merged):
        faults.append(f"{written.name} does not hold the texts of the code: run `manage.py translations`")
    return faults


def _same_placeholders(entry: polib.POEntry) -> bool:
    texts = [entry.msgstr, *entry.msgstr_plural.values()]
    wanted = set(re.findall(r"%\(\w+\)s", entry.msgid))
    return all(set(re.findall(r"%\(\w+\)s", text)) == wanted for text in texts if text)


def _texts(path: Path) -> Iterator[Text]:
    if path.suffix == ".py" and "migrations" not in path.parts:
        yield from _of_python(path.read_text(encoding="utf-8"))
    elif path.suffix == ".html":
        yield from _of_template(path.read_text(encoding="utf-8"), str(path))


def _of_python(source: str) -> Iterator[Text]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            values = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
            if values and node.func.id in CALLS:
                yield values[0], values[1] if len(values) > 1 else "", ""
            elif len(values) > 1 and node.func.id in WITH_CONTEXT:
                yield values[1], "", values[0]


def _of_template(source: str, origin: str) -> Iterator[Text]:
    for singular, plural in IN_TEMPLATE.findall(templatize(source, origin=origin)):
        yield ast.literal_eval(singular), ast.literal_eval(plural) if plural else "", ""
