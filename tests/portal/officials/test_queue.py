"""The work queue: whose it is, what is in which tab, and in which order."""

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from portal.accounts.models import User
from portal.officials import queue
from procedures import actions, permissions
from procedures.lifecycle import ACCEPTED, Status
from procedures.models import Application
from tests.portal.world import HOUR, MORNING, NOW, World, accepted, file, settled, user

QUEUE = "/officials/"


def codes_in(answer: object) -> list[str]:
    return [application.code for application, _band in answer.context["rows"]]  # type: ignore[attr-defined]


def test_an_official_sees_only_what_lies_with_the_own_agency(official: Client, world: World) -> None:
    own = file(world)
    file(world, where=world.other_commune)

    assert codes_in(official.get(QUEUE)) == [own.code]


def test_the_service_centre_sees_what_is_filed_with_the_departments(receptionist: Client, world: World) -> None:
    file(world)
    theirs = file(world, what=world.land, where=world.department)

    assert codes_in(receptionist.get(QUEUE)) == [theirs.code]


@pytest.mark.parametrize("status", list(Status))
def test_every_status_lies_in_one_of_the_tabs_of_work_or_has_ended(world: World, status: Status) -> None:
    file(world)
    Application.objects.update(**_columns(status))
    tabs = ("to_accept", "in_progress", "waiting", "to_return", "done")

    found = [key for key in tabs if Application.objects.filter(queue.condition(key, NOW)).exists()]

    assert len(found) == 1


def _columns(status: Status) -> dict[str, object]:
    done = status in {Status.COMPLETED, Status.RESULT_RETURNED}
    ended = status in {Status.REFUSED, Status.WITHDRAWN, Status.STOPPED, Status.RESULT_RETURNED}
    paused = status in {Status.SUPPLEMENT_REQUESTED, Status.PAYMENT_REQUESTED}
    return {
        "status": status,
        "accepted_at": NOW if status in ACCEPTED else None,
        "completed_at": NOW if done else None,
        "ended_at": NOW if ended else None,
        "paused_from": Status.ACCEPTED if paused else None,
        "answer_by": NOW if paused else None,
    }


def test_the_counts_on_the_tabs_are_the_lengths_of_their_lists(official: Client, world: World) -> None:
    file(world)
    for _number in range(3):
        accepted(world)
    settled(world)
    actions.ask_supplement(accepted(world), by=None, at=MORNING + 2 * HOUR, note="Thiếu giấy.")
    accepted(world, at=MORNING - timedelta(days=20))

    tabs = official.get(QUEUE).context["tabs"]

    counts = {one.tab.key: one.count for one in tabs}
    lists = {key: official.get(QUEUE, {"tab": key}).context["page"].paginator.count for key in counts}
    assert counts == lists
    assert counts == {
        "to_accept": 1, "in_progress": 4, "overdue": 1, "due_soon": 0, "waiting": 1, "to_return": 1, "done": 0,
    }  # fmt: skip


def test_what_is_due_first_comes_first_and_says_how_urgent_it_is(official: Client, world: World) -> None:
    fresh = accepted(world)
    late = accepted(world, at=MORNING - timedelta(days=20))
    without = accepted(world, what=world.unknown)
    soon = accepted(world, at=MORNING - timedelta(days=7))

    answer = official.get(QUEUE, {"tab": "in_progress"})

    assert codes_in(answer) == [late.code, soon.code, fresh.code, without.code]
    page = answer.content.decode()
    bands = ("Quá hạn", "Sắp đến hạn", "Trong hạn", "Không có hẹn trả")
    places = [page.index(f"</svg>{words}") for words in bands]
    assert places == sorted(places)


@pytest.mark.parametrize("text", ["Hồng", "nguyễn", "-220512-"])
def test_the_queue_is_searched_by_code_and_by_name(official: Client, world: World, text: str) -> None:
    wanted = file(world)

    assert codes_in(official.get(QUEUE, {"q": text})) == [wanted.code]


def test_a_search_without_hits_says_what_to_do(official: Client, world: World) -> None:
    assert "hoặc tìm ở nhóm khác" in official.get(QUEUE, {"q": "Trần"}).content.decode()


@pytest.mark.parametrize("tab", [one.key for one in queue.TABS])
def test_an_empty_tab_says_so(official: Client, world: World, tab: str) -> None:
    page = official.get(QUEUE, {"tab": tab}).content.decode()

    assert str(queue.KEYS[tab].empty) in page


def test_an_unknown_tab_gives_the_first(official: Client, world: World) -> None:
    assert official.get(QUEUE, {"tab": "nonsense"}).context["here"] == queue.TABS[0]


@pytest.mark.parametrize("rows", [1, 20])
def test_the_queue_asks_as_few_queries_for_twenty_rows_as_for_one(
    official: Client, world: World, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _number in range(rows):
        file(world)

    with django_assert_num_queries(8):  # session, account, official, agency, clock, tabs, count, page
        official.get(QUEUE)


def test_a_long_queue_has_pages(official: Client, world: World) -> None:
    for _number in range(21):
        file(world)

    assert len(codes_in(official.get(QUEUE))) == 20
    assert len(codes_in(official.get(QUEUE, {"page": "2"}))) == 1


def test_who_is_not_signed_in_is_led_to_the_sign_in(client: Client, world: World) -> None:
    assert client.get(QUEUE).headers["Location"] == "/accounts/sign-in/?next=/officials/"


def test_an_engineer_has_no_queue(engineer: Client) -> None:
    answer = engineer.get(QUEUE)

    assert answer.status_code == 403
    assert "Trang này dành cho vai trò khác." in answer.content.decode()


def test_an_account_without_an_official_is_told_so(world: World) -> None:
    client = Client()
    client.force_login(user(User.Role.OFFICIAL, world.official))
    User.objects.update(official=None, is_superuser=True)

    assert client.get(QUEUE).status_code == 403


def test_the_queue_and_the_permissions_agree_on_what_one_may_see(world: World) -> None:
    for where, what in (
        (world.commune, world.birth),
        (world.other_commune, world.birth),
        (world.district, world.land),
        (world.department, world.land),
    ):
        file(world, where=where, what=what)

    for person in (world.official, world.leader, world.receptionist):
        seen = {one.code for one in Application.objects.all() if permissions.may_see(person, one)}
        assert {one.code for one in Application.objects.visible_to(person)} == seen
