"""The real catalogue is loaded whole or not at all, and as often as one likes."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError

from procedures import importing
from procedures.catalogue.reading import Catalogue, read_catalogue
from procedures.models import Agency, Application, CalendarDay, Channel, Citizen, Procedure, Sector
from tests.portal.world import MORNING

DATA = Path(settings.BASE_DIR) / "procedures" / "data"
MODELS = (Agency, Sector, Procedure, CalendarDay)
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return read_catalogue(DATA)


@pytest.fixture(scope="module")
def small(catalogue: Catalogue) -> Catalogue:
    """The same with few procedures: quicker where their number does not matter."""
    return replace(catalogue, procedures=catalogue.procedures[:30])


def rows() -> list[list[Any]]:
    return [list(model._default_manager.order_by("pk").values()) for model in MODELS]


def file_for(procedure: Procedure) -> Application:
    """An application that keeps its procedure from being removed."""
    citizen = Citizen.objects.create(name="Nguyễn Thị Hồng", identity_number="022190000001")
    agency = procedure.agency or Agency.objects.filter(level=Agency.Level.COMMUNE)[0]
    return Application.objects.create(
        code="000.00.16.H49-220512-0001", procedure=procedure, agency=agency, citizen=citizen,
        channel=Channel.ONLINE, status=1, version=1, changed_at=MORNING, submitted_at=MORNING,
    )  # fmt: skip


def test_a_second_time_finds_everything_as_it_was(catalogue: Catalogue) -> None:
    first = importing.load(catalogue)
    stored = rows()

    assert importing.load(catalogue) == first
    assert rows() == stored
    assert (first.procedures, first.online, first.nationally_connected) == (1832, 1712, 1180)


def test_a_row_that_changed_is_brought_up_to_date_under_its_old_key(small: Catalogue) -> None:
    importing.load(small)
    before = Procedure.objects.get(position=1)
    renamed = replace(small.procedures[0], name="Đổi tên thủ tục")

    importing.load(replace(small, procedures=(renamed, *small.procedures[1:])))

    after = Procedure.objects.get(pk=before.pk)
    assert (after.code, after.name, after.name_folded) == (before.code, "Đổi tên thủ tục", "doi ten thu tuc")


def test_a_procedure_left_out_goes_unless_an_application_needs_it(small: Catalogue) -> None:
    importing.load(small)
    needed, gone = Procedure.objects.order_by("-position")[:2]
    file_for(needed)

    importing.load(replace(small, procedures=small.procedures[:-2]))

    assert Procedure.objects.filter(pk=needed.pk).exists()
    assert not Procedure.objects.filter(pk=gone.pk).exists()


def test_a_row_the_database_refuses_leaves_nothing_half_loaded(small: Catalogue) -> None:
    broken = replace(small.procedures[-1], online_level=2)

    with pytest.raises(DatabaseError, match="procedure_online_level_is_known"):
        importing.load(replace(small, procedures=(*small.procedures[:-1], broken)))

    assert rows() == [[], [], [], []]


def test_a_broken_file_is_refused_with_file_and_line_before_anything_is_loaded(tmp_path: Path) -> None:
    for path in DATA.glob("*.*"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    lines = (DATA / "sectors.csv").read_text(encoding="utf-8").splitlines()
    (tmp_path / "sectors.csv").write_text("\n".join([*lines[:4], "nonsense", *lines[5:]]), encoding="utf-8")

    with pytest.raises(CommandError, match=r"nothing was loaded: .*sectors\.csv.*5") as refusal:
        call_command("import_catalogue", folder=tmp_path)

    assert refusal.value.returncode == 2
    assert rows() == [[], [], [], []]


def test_the_command_tells_what_it_loaded(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("import_catalogue")

    assert "1,832 procedures (1,712 online, 1,180 connected)" in capsys.readouterr().out
