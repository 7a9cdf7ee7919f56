"""A national side without our digest is asked dossier by dossier."""

from collections.abc import Iterator

import pytest
from django.conf import LazySettings

from sync.client import NationalClient, NotOffered, Unavailable
from sync.models import Delivery, Reconciliation
from sync.pump import national_client, pump
from sync.reconcile import reconcile, reconcile_all, reconcile_one_by_one, reconcile_window
from tests.portal import world as worlds
from tests.portal.world import HOUR, MORNING, World
from tests.sync.damage import National, cause
from tests.sync.interference import Line, fail, say, throttle


@pytest.fixture
def client(delivered: World) -> Iterator[NationalClient]:
    with national_client() as client:
        yield client


def test_equal_sides_have_no_difference_when_each_dossier_is_asked_for(client: NationalClient) -> None:
    run = reconcile_one_by_one(client)

    assert (run.scope, run.here, run.there, run.differing) == (Reconciliation.Scope.ONE_BY_ONE, 5, 5, 0)


def test_what_is_missing_or_different_there_is_found_by_asking_and_repaired(
    client: NationalClient, national: National
) -> None:
    cause(national, "missing", dossiers=1)
    cause(national, "different", dossiers=1, offset=1)

    run = reconcile_one_by_one(client, repair=True)
    pump()

    assert (run.here, run.there) == (5, 4)
    assert sorted(run.differences.values_list("kind", flat=True)) == ["different", "missing"]
    assert reconcile_one_by_one(client).differing == 0


def test_the_members_that_differ_are_named_and_their_values_are_not(
    delivered: World, client: NationalClient, national: National
) -> None:
    body = b"""{"MaHoSo": "x"}"""
    national.execute("UPDATE record SET body = %s WHERE dossier = (SELECT min(key) FROM dossier)", [body])

    [difference] = reconcile_one_by_one(client).differences.all()

    assert difference.detail.startswith("khác ở ")
    assert "ChuHoSo" in difference.detail
    assert delivered.citizen.name not in difference.detail


def test_a_sample_is_the_same_for_the_same_seed_and_another_for_another(client: NationalClient, line: Line) -> None:
    def asked(seed: int) -> list[str]:
        line.heard.clear()
        reconcile_one_by_one(client, sample=2, seed=seed)
        return sorted(heard.content["mahoso"] for heard in line.heard if heard.service == "TraCuuHoSo")

    draws = {seed: asked(seed) for seed in range(6)}

    assert asked(3) == draws[3]
    assert all(len(codes) == 2 for codes in draws.values())
    assert len({tuple(codes) for codes in draws.values()}) > 1


def test_what_is_on_its_way_is_not_asked_for(delivered: World, client: NationalClient) -> None:
    worlds.file(delivered, at=MORNING + 9 * HOUR)

    assert reconcile_one_by_one(client).here == 5


@pytest.fixture
def paused(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that would have been made between questions, in seconds."""
    made: list[float] = []

    async def pause(seconds: float) -> None:
        made.append(seconds)

    monkeypatch.setattr("sync.inquiry.pause", pause)
    return made


def test_a_failure_or_two_of_a_question_are_lived_through_and_a_third_is_told(
    client: NationalClient, line: Line, paused: list[float]
) -> None:
    line.script = [fail, fail]
    assert reconcile_one_by_one(client, sample=1).differing == 0
    assert paused == [0.5, 2.0]

    line.script = [fail, fail, fail]
    with pytest.raises(Unavailable):
        reconcile_one_by_one(client, sample=1)


def test_a_side_that_asks_for_a_pause_is_not_asked_again_before_it_is_over(
    client: NationalClient, line: Line, paused: list[float]
) -> None:
    line.script = [throttle]

    assert reconcile_one_by_one(client, sample=1).differing == 0
    assert paused == [30.0]


@pytest.mark.parametrize(("code", "words"), [("2", "Không tìm thấy"), ("99", "Hồ sơ không tồn tại")])
def test_a_side_that_says_unknown_instead_of_nothing_lacks_the_dossier(
    client: NationalClient, line: Line, code: str, words: str
) -> None:
    line.script = [say(code, words)]

    run = reconcile_one_by_one(client, sample=1)

    assert (run.here, run.there, run.differing) == (1, 0, 1)
    assert run.differences.get().kind == "missing"


@pytest.fixture
def no_digest(line: Line) -> None:
    line.unknown_paths = ("/_admin",)


@pytest.mark.usefixtures("no_digest")
def test_a_side_without_a_digest_says_so_and_the_nightly_task_asks_for_a_sample(
    client: NationalClient, settings: LazySettings
) -> None:
    settings.SYNC_RECONCILE_SAMPLE = 3

    with pytest.raises(NotOffered):
        reconcile(client)
    reconcile_window()
    reconcile_all()

    assert list(Reconciliation.objects.values_list("scope", "here", "there")) == [("one_by_one", 3, 3)]
    assert not Delivery.objects.waiting().exists()
