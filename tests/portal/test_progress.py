"""An application told to a person."""

from datetime import timedelta

import pytest
from django.utils import translation

from portal import wording
from portal.progress import span, tell
from procedures import actions
from procedures.bands import Band
from procedures.lifecycle import Status, Turn
from tests.portal.world import MORNING, NOW, World, accepted, file, settled


@pytest.mark.parametrize("status", list(Status))
def test_every_status_has_a_wording_an_icon_and_a_turn(status: Status) -> None:
    words = wording.WORDING[status]

    assert words.headline
    assert words.meaning
    assert words.icon
    assert words.tone in {"info", "soon", "paused", "good", "none"}, "red is for what is late, and for nothing else"
    assert set(wording.TURNS) == set(Turn)


def states(progress: object) -> list[str]:
    return [step.state for step in progress.steps]  # type: ignore[attr-defined]


def test_a_new_application_stands_at_the_first_step(world: World) -> None:
    progress = tell(file(world), NOW)

    assert states(progress) == ["now", "ahead", "ahead", "ahead", "ahead"]
    assert progress.band is Band.NOT_STARTED
    assert progress.ledger == []


def test_a_request_for_papers_holds_the_step_and_names_the_reason(world: World) -> None:
    application = accepted(world)
    actions.ask_supplement(application, by=None, at=MORNING + timedelta(hours=2), note="Thiếu giấy chứng sinh.")

    progress = tell(application, NOW)

    assert states(progress) == ["done", "held", "ahead", "ahead", "ahead"]
    assert progress.reason == "Thiếu giấy chứng sinh."
    assert progress.band is Band.PAUSED
    assert progress.remaining == ""


def test_the_due_date_is_explained_pause_by_pause(world: World) -> None:
    application = accepted(world)
    actions.ask_supplement(application, by=None, at=MORNING + timedelta(hours=2), note="Thiếu giấy.")
    actions.supply(application, by=world.citizen, at=MORNING + timedelta(days=1), note="Tôi xin bổ sung.")

    progress = tell(application, NOW + timedelta(days=1))

    assert progress.summary == "5 ngày làm việc, cộng thời gian tạm dừng chờ người nộp: 1 ngày làm việc"
    assert [line.split(":")[0] for line in progress.ledger] == ["09", "10", "08"]
    assert "hẹn trả 17:00 20/05/2022" in progress.ledger[-1]
    assert progress.events[0].title == "Đã bổ sung giấy tờ"


def test_what_a_citizen_wrote_is_told_to_nobody(world: World) -> None:
    application = accepted(world)
    actions.ask_supplement(application, by=None, at=MORNING + timedelta(hours=2), note="Thiếu giấy.")
    actions.supply(application, by=world.citizen, at=MORNING + timedelta(hours=3), note="Gọi tôi: 0912345678")

    progress = tell(application, NOW)

    assert "0912345678" not in str(progress.events)
    assert progress.reason == ""


def test_a_refused_application_ends_after_the_step_it_reached(world: World) -> None:
    application = file(world)
    actions.refuse(application, by=None, at=MORNING + timedelta(hours=1), note="Không đúng nơi cư trú.")

    progress = tell(application, NOW)

    assert [str(step.label) for step in progress.steps] == ["Đã nộp", "Không được tiếp nhận"]
    assert states(progress) == ["done", "over"]
    assert progress.reason == "Không đúng nơi cư trú."


def test_a_returned_result_has_all_steps_done(world: World) -> None:
    application = settled(world)
    actions.return_result(application, by=None, at=NOW)

    progress = tell(application, NOW)

    assert states(progress) == ["done"] * 5
    assert progress.band is Band.DONE_ON_TIME


def test_the_time_left_and_the_delay_are_counted_in_working_days(world: World) -> None:
    application = accepted(world)  # due Thursday 19/05, 17:00

    assert tell(application, NOW).remaining == "còn 5 ngày làm việc"
    assert tell(application, NOW + timedelta(days=7)).remaining == "đến hạn trong hôm nay"
    assert tell(application, NOW + timedelta(days=7, hours=5)).remaining == "quá hạn trong hôm nay"
    assert tell(application, NOW + timedelta(days=11)).remaining == "quá hạn 2 ngày làm việc"


def test_the_latest_event_comes_first(world: World) -> None:
    moments = [event.at for event in tell(settled(world), NOW).events]

    assert moments == sorted(moments, reverse=True)
    assert len(moments) == 3


def test_an_application_without_duration_has_no_due_date_to_explain(world: World) -> None:
    progress = tell(accepted(world, what=world.unknown), NOW)

    assert progress.application.due_at is None
    assert progress.summary == ""
    assert progress.band is Band.NO_DUE_DATE


@pytest.mark.parametrize(
    ("amount", "unit", "words"),
    [(1, "working_days", "1 working day"), (5, "working_days", "5 working days"), (2, "months", "2 months")],
)
def test_spans_have_a_plural_in_english(amount: int, unit: str, words: str) -> None:
    with translation.override("en"):
        assert span(amount, unit) == words


def test_an_open_application_is_told_how_long_its_like_usually_takes(world: World) -> None:
    for _number in range(20):
        settled(world, at=MORNING - timedelta(days=3), after=timedelta(days=1))

    assert tell(accepted(world), NOW).usual.startswith("Thường xong sau 1 ngày làm việc kể từ khi tiếp nhận (20 hồ sơ")
    assert tell(settled(world), NOW).usual == ""
    assert tell(accepted(world, what=world.unknown), NOW).usual == ""
