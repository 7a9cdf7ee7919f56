"""The admin shows the domain to who may see it, and changes neither applications nor the catalogue."""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from portal.accounts.models import User
from procedures import actions
from procedures.models import Agency, Application, CalendarDay, Citizen, Official, Procedure, Sector
from tests.portal.world import MORNING, World, file, user

READ_ONLY = (Agency, Sector, Procedure, Application)
WRITTEN = (Citizen, Official, CalendarDay)


@pytest.fixture
def superuser(world: World) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("quantri", password="long-enough-1"))
    return client


def address(model: type, page: str, *args: object) -> str:
    return reverse(f"admin:procedures_{model.__name__.lower()}_{page}", args=args)


def test_every_model_with_a_key_of_one_column_is_there() -> None:
    registered = {model for model in admin.site._registry if model.__module__.startswith("procedures.")}

    assert registered == {*READ_ONLY, *WRITTEN}


@pytest.mark.parametrize("model", [*READ_ONLY, *WRITTEN])
def test_a_list_and_each_of_its_rows_are_shown(superuser: Client, world: World, model: type) -> None:
    file(world)
    CalendarDay.objects.create(day=MORNING.date(), kind=1, name="Nghỉ")

    assert superuser.get(address(model, "changelist"), {"q": "khai"}).status_code == 200
    row = model.objects.first()  # type: ignore[attr-defined]
    assert superuser.get(address(model, "change", row.pk)).status_code == 200


@pytest.mark.parametrize("model", READ_ONLY)
def test_neither_applications_nor_the_catalogue_are_written(superuser: Client, world: World, model: type) -> None:
    file(world)
    row = model.objects.first()  # type: ignore[attr-defined]

    assert superuser.get(address(model, "add")).status_code == 403
    assert superuser.post(address(model, "change", row.pk), {"status": 9}).status_code == 403
    assert superuser.post(address(model, "delete", row.pk), {"post": "yes"}).status_code == 403


def test_an_application_is_shown_with_its_history_and_its_ledger(superuser: Client, application: Application) -> None:
    actions.accept(application, by=None, at=MORNING)

    page = superuser.get(address(Application, "change", application.pk)).content.decode()

    assert '<li value="1">12/05/2022 08:00:00 · Mới đăng ký · Nguyễn Thị Hồng</li>' in page
    assert '<li value="2">12/05/2022 08:00:01 · Được tiếp nhận · –</li>' in page
    assert '<li value="2">12/05/2022 08:00:01 · Bắt đầu tính · 19/05/2022 17:00:00</li>' in page


@pytest.mark.parametrize("text", ["khai sinh", "KHAI SINH", "đăng ký khai"])
def test_names_are_searched_with_or_without_accents(superuser: Client, world: World, text: str) -> None:
    page = superuser.get(address(Procedure, "changelist"), {"q": text}).content.decode()

    assert world.birth.code in page
    assert world.land.code not in page


@pytest.mark.parametrize("rows", [1, 20])
def test_a_list_asks_as_few_queries_for_many_rows_as_for_one(
    superuser: Client, world: World, rows: int, django_assert_num_queries: object
) -> None:
    for _ in range(rows):
        file(world)

    with django_assert_num_queries(4):  # type: ignore[operator]
        superuser.get(address(Application, "changelist"))


def test_officials_do_not_enter_the_admin(world: World, client: Client) -> None:
    client.force_login(user(User.Role.OFFICIAL, world.official))

    assert client.get(address(Application, "changelist")).status_code == 302
