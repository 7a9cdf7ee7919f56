"""One line of a file, and the refusal that names file, line, reason and what to do."""

import csv
import gzip
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

REMEDY = "correct it, or write the files again with `python -m procedures.catalogue`"


class CatalogueError(Exception):
    """A file of the catalogue is missing or broken; nothing of it may be loaded."""


@dataclass(frozen=True)
class Line:
    """The values of one line, asked for by name and type; a value of another type refuses the line."""

    place: str
    values: dict[str, Any]

    def require(self, holds: bool, reason: str) -> None:
        """Raise `CatalogueError` unless `holds`."""
        if not holds:
            raise self.refusal(reason)

    def refusal(self, reason: str) -> CatalogueError:
        """The refusal of this line, to be raised."""
        return CatalogueError(f"{self.place}: {reason}; {REMEDY}")

    def has_keys(self, keys: Sequence[str]) -> None:
        missing = [key for key in keys if key not in self.values]
        unknown = [key for key in self.values if key not in keys]
        self.require(not missing, f"{', '.join(missing)} missing")
        self.require(not unknown, f"unknown {', '.join(unknown)}")

    def text(self, key: str) -> str:
        value = self.values[key]
        if not isinstance(value, str):
            raise self._wrong(key, "text")
        return value

    def filled(self, key: str) -> str:
        self.require(self.text(key).strip() != "", f"{key} is empty")
        return self.text(key)

    def flag(self, key: str) -> bool:
        value = self.values[key]
        if not isinstance(value, bool) and value not in ("0", "1"):
            raise self._wrong(key, "true or false")
        return value in (True, "1")

    def number(self, key: str) -> int:
        value = self.values[key]
        if not isinstance(value, int) or isinstance(value, bool):
            raise self._wrong(key, "a whole number")
        return value

    def optional_number(self, key: str) -> int | None:
        return None if self.values[key] is None else self.number(key)

    def texts(self, key: str) -> tuple[str, ...]:
        return tuple(Line(self.place, {key: item}).filled(key) for item in self._items(key))

    def numbers(self, key: str) -> tuple[int, ...]:
        return tuple(Line(self.place, {key: item}).number(key) for item in self._items(key))

    def below(self, key: str, keys: Sequence[str]) -> Iterator["Line"]:
        """The objects of a list, each with exactly these keys."""
        for item in self._items(key):
            if not isinstance(item, dict):
                raise self._wrong(key, "a list of objects")
            inner = Line(f"{self.place}, {key}", item)
            inner.has_keys(keys)
            yield inner

    def _items(self, key: str) -> list[Any]:
        if not isinstance(self.values[key], list):
            raise self._wrong(key, "a list")
        return list(self.values[key])

    def _wrong(self, key: str, wanted: str) -> CatalogueError:
        return self.refusal(f"{key} must be {wanted}, not {self.values[key]!r}")


def table_lines(path: Path, columns: Sequence[str]) -> Iterator[Line]:
    """The lines of a CSV file with exactly these columns."""
    reader = csv.DictReader(io.StringIO(_content(path), newline=""))
    if reader.fieldnames is None or list(reader.fieldnames) != list(columns):
        raise CatalogueError(f"{path.name} line 1: the columns must be {', '.join(columns)}; {REMEDY}")
    for values in reader:
        line = Line(f"{path.name} line {reader.line_num}", values)
        line.require(None not in values and None not in values.values(), f"{len(columns)} columns are needed")
        yield line


def object_lines(path: Path, keys: Sequence[str]) -> Iterator[Line]:
    """The objects of a file with one JSON object a line, each with exactly these keys."""
    for number, text in enumerate(_content(path).rstrip("\n").split("\n"), start=1):
        place = f"{path.name} line {number}"
        try:
            values = json.loads(text)
        except json.JSONDecodeError as error:
            raise CatalogueError(f"{place}: no JSON ({error.msg}, column {error.colno}); {REMEDY}") from error
        if not isinstance(values, dict):
            raise CatalogueError(f"{place}: no JSON object; {REMEDY}")
        line = Line(place, values)
        line.has_keys(keys)
        yield line


def _content(path: Path) -> str:
    try:
        content = path.read_bytes()
        return (gzip.decompress(content) if path.suffix == ".gz" else content).decode()
    except FileNotFoundError:
        raise CatalogueError(f"{path.name} is missing in {path.parent}; {REMEDY}") from None
    except (OSError, EOFError, UnicodeError) as error:
        raise CatalogueError(f"{path.name} cannot be read ({error}); {REMEDY}") from error
