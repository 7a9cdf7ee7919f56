"""Marking, claiming, settling: what the database guarantees the outbox."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from procedures import actions
from procedures.models import Application
from sync import outbox
from sync.models import Delivery
from tests.portal import world as worlds
from tests.portal.world import MORNING, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> World:
    return worlds.build()


def delivery(application: Application) -> Delivery:
    return Delivery.objects.get(pk=application.pk)


def execute(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_every_act_marks_the_outbox_in_its_own_transaction(world: World) -> None:
    application = worlds.file(world)
    actions.accept(application, by=None, at=MORNING)

    assert delivery(application).wanted == 2
    assert delivery(application).sent == 0


def test_an_act_that_is_rolled_back_marks_nothing(world: World) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        worlds.file(world)
        raise RuntimeError("the page failed")

    assert not Delivery.objects.exists()


def test_history_written_by_copy_marks_the_outbox_too(world: World) -> None:
    application = worlds.file(world)
    later = MORNING + timedelta(minutes=1)
    Application.objects.filter(pk=application.pk).update(status=2, version=2, changed_at=later, accepted_at=later)

    with (
        connection.cursor() as cursor,
        cursor.copy(
            "COPY procedures_statuschange (application_id, version, from_status, to_status, at, note) FROM STDIN"
        ) as copy,
    ):
        copy.write_row((application.pk, 2, 1, 2, later, ""))

    assert delivery(application).wanted == 2


def test_a_change_makes_an_idle_row_due_at_once_but_leaves_a_backing_off_row_alone(world: World) -> None:
    idle, busy = worlds.file(world), worlds.file(world)
    execute("UPDATE sync_delivery SET next_attempt_at = now() + interval '1 hour'")
    execute(f"UPDATE sync_delivery SET sent = wanted WHERE application_id = {idle.pk}")

    for application in (idle, busy):
        actions.accept(application, by=None, at=MORNING)

    assert [one.application for one in outbox.claim(uuid4(), 10)] == [idle.pk]


def test_a_claim_is_not_given_twice_and_comes_back_when_its_lease_ends(world: World) -> None:
    application = worlds.file(world)

    first, second = outbox.claim(uuid4(), 10), outbox.claim(uuid4(), 10)
    execute("UPDATE sync_delivery SET next_attempt_at = now()")
    third = outbox.claim(uuid4(), 10)

    assert [one.application for one in first] == [application.pk]
    assert second == []
    assert [(one.application, one.attempts) for one in third] == [(application.pk, 2)]


def test_a_settlement_under_its_lease_ends_the_delivery(world: World) -> None:
    application, owner = worlds.file(world), uuid4()

    late = outbox.settle(owner, outbox.claim(owner, 10))

    assert late == 0
    settled = delivery(application)
    assert (settled.sent, settled.known_nationally, settled.lease_owner, settled.attempts) == (1, True, None, 0)


def test_a_settlement_whose_lease_is_gone_queues_the_application_again(world: World) -> None:
    application, frozen, other = worlds.file(world), uuid4(), uuid4()
    claimed = outbox.claim(frozen, 10)
    execute("UPDATE sync_delivery SET next_attempt_at = now()")
    outbox.settle(other, outbox.claim(other, 10))

    late = outbox.settle(frozen, claimed)

    assert late == 1
    assert delivery(application).sent == 0
    assert outbox.claim(uuid4(), 10) == []  # not before every call under way has ended
    execute("UPDATE sync_delivery SET next_attempt_at = next_attempt_at - interval '9 seconds'")
    assert [one.application for one in outbox.claim(uuid4(), 10)] == [application.pk]


def test_one_lost_lease_does_not_cost_the_next_holder_his(world: World) -> None:
    worlds.file(world)
    frozen = uuid4()
    claimed = outbox.claim(frozen, 10)
    execute("UPDATE sync_delivery SET next_attempt_at = now()")
    late = 0
    for _ in range(5):  # each settles after another has claimed, as long as there is anything to claim
        holder = uuid4()
        held = outbox.claim(holder, 10)
        late += outbox.settle(frozen, claimed)
        if not held:
            break
        frozen, claimed = holder, held

    assert late == 2  # who stood still, and who had claimed meanwhile
    execute("UPDATE sync_delivery SET next_attempt_at = now()")
    assert outbox.claim(uuid4(), 10)[0].attempts == 1


def test_a_change_during_the_delivery_is_sent_next(world: World) -> None:
    application, owner = worlds.file(world), uuid4()
    claimed = outbox.claim(owner, 10)
    actions.accept(application, by=None, at=MORNING)

    outbox.settle(owner, claimed)

    assert [(one.sent, one.wanted) for one in outbox.claim(uuid4(), 10)] == [(1, 2)]


def test_a_parked_application_waits_with_its_later_changes_while_others_flow(world: World) -> None:
    parked, other, owner = worlds.file(world), worlds.file(world), uuid4()
    outbox.claim(owner, 10)
    outbox.park(owner, {parked.pk: "1 Dữ liệu không hợp lệ"})
    actions.accept(parked, by=None, at=MORNING)
    execute("UPDATE sync_delivery SET next_attempt_at = now()")

    assert [one.application for one in outbox.claim(uuid4(), 10)] == [other.pk]
    assert delivery(parked).reason == "1 Dữ liệu không hợp lệ"
    assert Delivery.objects.backlog().count() == 1


@effort(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(attempts=st.integers(1, 40))
def test_the_pause_after_a_failure_is_a_random_part_of_a_doubling_span(world: World, attempts: int) -> None:
    application, owner = Application.objects.first() or worlds.file(world), uuid4()
    execute(f"UPDATE sync_delivery SET attempts = {attempts - 1}, next_attempt_at = now(), lease_owner = NULL, "
            "lease_until = NULL")  # fmt: skip

    outbox.postpone(owner, outbox.claim(owner, 10), kind="timeout", error="no answer")

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT extract(epoch FROM next_attempt_at - now()) FROM sync_delivery WHERE application_id = %s",
            [application.pk],
        )
        (pause,) = cursor.fetchone()
    assert 0 <= pause <= min(2.0 ** min(attempts, 10), outbox.LONGEST_PAUSE_SECONDS)


def test_the_pause_is_the_one_the_national_side_asks_for(world: World) -> None:
    worlds.file(world)
    owner = uuid4()

    outbox.postpone(owner, outbox.claim(owner, 10), kind="throttled", error="429", pause=30.0)

    waiting = Delivery.objects.extra(
        where=["next_attempt_at BETWEEN now() + interval '29 s' AND now() + interval '30 s'"]
    )
    assert waiting.count() == 1


def test_nothing_is_ever_sent_beyond_what_is_wanted(world: World) -> None:
    worlds.file(world)

    with pytest.raises(IntegrityError, match="nothing_is_sent_before_it_is_wanted"), transaction.atomic():
        execute("UPDATE sync_delivery SET sent = wanted + 1")
