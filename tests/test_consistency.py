"""What holds in the whole project, and what no other check sees. Each rule is shown a broken example first."""

import ast
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from celery.schedules import crontab
from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.migrations.loader import MigrationLoader
from django.template import TemplateDoesNotExist
from django.template.loader import get_template

from portal.celery import app as celery

ROOT = Path(settings.BASE_DIR)
PACKAGES = ("procedures", "portal", "sync")
LONGEST = 300  # lines of a module
DRAWERS = {"utils", "util", "helpers", "common", "managers", "misc", "core", "base", "lib"}  # mechanism, not domain
FOUND_BY_DJANGO = {"400.html", "403.html", "403_csrf.html", "404.html", "500.html"}
# A run's differences say nothing without the run.
NOT_PROTECTED = {("sync", "difference", "reconciliation"): models.CASCADE}


def modules(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


CODE = [path for path in modules(*PACKAGES) if "migrations" not in path.parts]
TESTS = modules("tests")
TEXTS = [
    *CODE,
    *TESTS,
    *(ROOT / name for name in ("Makefile", "Dockerfile", ".env.example", "docker-compose.yml", "pyproject.toml")),
    *sorted([*ROOT.glob("*.md"), *ROOT.glob("requirements*"), *(ROOT / "docs").rglob("*.md")]),
    *sorted((ROOT / "portal" / "templates").rglob("*.html")),
]


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def writes_of_status(source: str) -> Iterator[int]:
    """Lines that set a `status`, by assignment, by `setattr`, or in a query."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Attribute(attr="status", ctx=ast.Store()):
                yield node.lineno
            case ast.Call(func=ast.Name(id="setattr")):
                yield node.lineno
            case ast.Call(func=ast.Attribute(attr="update" | "update_or_create"), keywords=given) if any(
                word.arg == "status" for word in given
            ):
                yield node.lineno
            case _:
                pass


def long_functions(source: str) -> list[str]:
    """Functions with more than one statement beside their docstring."""
    return [
        node.name
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef) and len(node.body) - (ast.get_docstring(node) is not None) != 1
    ]


def short_names(source: str) -> list[str]:
    """Tests whose name is no sentence: fewer than three words behind `test`."""
    names = (node.name for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef))
    return [name for name in names if name.startswith("test_") and len(name.split("_")) < 5]


def leads_out(path: Path, text: str) -> list[str]:
    """Places on the machine this was written on, and relative paths out of the project."""
    found = [str(ROOT)] if f"{ROOT}/" in text else []
    depth = len(path.relative_to(ROOT).parts) - 1
    return found + [climb for climb in re.findall(r"(?:\.\./)+\w+", text) if climb.count("../") > depth]


@pytest.mark.parametrize(
    "source",
    ["application.status = 4", "setattr(application, name, 4)", "rows.update(status=4)", "a.status, b = 4, 5"],
)
def test_a_status_set_by_hand_is_seen(source: str) -> None:
    assert list(writes_of_status(source))


def test_a_status_is_set_nowhere_but_in_the_acts() -> None:
    writers = {name_of(path) for path in CODE if list(writes_of_status(path.read_text(encoding="utf-8")))}

    assert writers == {"procedures/actions.py"}


def test_a_status_is_set_in_one_place_of_the_acts() -> None:
    assert len(list(writes_of_status((ROOT / "procedures" / "actions.py").read_text(encoding="utf-8")))) == 1


def test_a_task_that_decides_something_is_seen() -> None:
    assert long_functions('def f():\n    """Why."""\n    a()\n    b()') == ["f"]
    assert long_functions('def f():\n    """Why."""\n    a()') == []


@pytest.mark.parametrize("path", [path for path in CODE if path.name == "tasks.py"], ids=name_of)
def test_a_task_makes_one_call_and_nothing_else(path: Path) -> None:
    assert long_functions(path.read_text(encoding="utf-8")) == []


def test_every_scheduled_task_exists_and_expires() -> None:
    celery.loader.import_default_modules()
    schedule: dict[str, Any] = settings.CELERY_BEAT_SCHEDULE

    for name, entry in schedule.items():
        assert entry["task"] in celery.tasks, name
        assert entry["options"]["expires"] <= _seconds_between(entry["schedule"]), name


def _seconds_between(schedule: timedelta | crontab) -> float:
    """At least; a task of a certain hour runs once a day."""
    return schedule.total_seconds() if isinstance(schedule, timedelta) else timedelta(days=1).total_seconds()


@pytest.mark.parametrize("path", [*CODE, *TESTS], ids=name_of)
def test_a_module_is_short_and_says_what_it_is_for(path: Path) -> None:
    source = path.read_text(encoding="utf-8")

    assert source.count("\n") <= LONGEST
    assert not source or ast.get_docstring(ast.parse(source))


def test_no_file_is_named_after_a_mechanism() -> None:
    assert [name_of(path) for path in [*CODE, *TESTS] if path.stem in DRAWERS or path.parent.name in DRAWERS] == []


def test_a_test_without_a_sentence_is_seen() -> None:
    assert short_names("class A:\n    def test_it_works(self): pass") == ["test_it_works"]


def test_every_test_is_named_by_a_sentence() -> None:
    assert [(name_of(path), name) for path in TESTS for name in short_names(path.read_text(encoding="utf-8"))] == []


def test_a_key_to_another_row_protects_it_unless_there_is_a_reason() -> None:
    rules = {
        (model._meta.app_label, model._meta.model_name, field.name): field.remote_field.on_delete
        for model in apps.get_models()
        if model.__module__.split(".")[0] in PACKAGES
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey)
    }

    assert {key: rule for key, rule in rules.items() if rule is not models.PROTECT} == NOT_PROTECTED


def test_a_migration_is_named_by_its_intent() -> None:
    loader = MigrationLoader(None, ignore_no_migrations=True)
    ours = [name for app, name in loader.disk_migrations if apps.get_app_config(app).name.split(".")[0] in PACKAGES]

    assert ours
    assert [name for name in ours if "_auto_" in name or re.search(r"_\d{8}", name)] == []


def templates() -> list[str]:
    folder = ROOT / "portal" / "templates"
    return [str(path.relative_to(folder)) for path in sorted(folder.rglob("*.html"))]


def test_every_template_is_used() -> None:
    written = "".join(path.read_text(encoding="utf-8") for path in TEXTS if "tests" not in path.parts)

    assert [name for name in templates() if f'"{name}"' not in written and name not in FOUND_BY_DJANGO] == []


@pytest.mark.parametrize("name", templates())
def test_every_template_can_be_read_and_so_can_what_it_names(name: str) -> None:
    source = (ROOT / "portal" / "templates" / name).read_text(encoding="utf-8")

    get_template(name)
    for named in re.findall(r'{% (?:extends|include) "([^"]+)"', source):
        get_template(named)


def test_a_template_that_is_missing_is_seen() -> None:
    with pytest.raises(TemplateDoesNotExist):
        get_template("citizens/moon.html")


def test_a_path_out_of_the_project_is_seen() -> None:
    assert leads_out(ROOT / "docs" / "a.md", "see ../../elsewhere/b.md") == ["../../elsewhere"]
    assert leads_out(ROOT / "docs" / "a.md", f"see ../README.md and {ROOT}/") == [str(ROOT)]


@pytest.mark.parametrize("path", TEXTS, ids=name_of)
def test_a_text_names_no_place_outside_the_project_and_leaves_nothing_to_do(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert path == Path(__file__) or leads_out(path, text) == []
    assert path == Path(__file__) or not re.search(r"\b(?:TODO|FIXME|XXX)\b", text)
