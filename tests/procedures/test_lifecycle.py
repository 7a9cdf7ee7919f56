"""The table of moves, walked rather than listed: it has a row for every status, and no way that leads astray."""

import pytest

from procedures import lifecycle
from procedures.lifecycle import (
    ACT_LABELS,
    CLOCK_RUNS,
    FINAL,
    MOVES,
    OPEN,
    PAUSED,
    RESUMABLE,
    RESUMES,
    TURN,
    Act,
    MoveRefused,
    Status,
    Turn,
    acts_from,
    pairs,
    target,
)

NATIONAL_NAMES = {
    1: "Mới đăng ký",
    2: "Được tiếp nhận",
    3: "Không được tiếp nhận",
    4: "Đang xử lý",
    5: "Yêu cầu bổ sung giấy tờ",
    6: "Yêu cầu thực hiện nghĩa vụ tài chính",
    7: "Công dân yêu cầu rút hồ sơ",
    8: "Dừng xử lý",
    9: "Đã xử lý xong",
    10: "Đã trả kết quả",
}
# What the code of a real client shows (national protocol, section 4), beside which ours may only be stricter.
SHOWN_BY_THE_PROTOCOL = {
    (None, 1), (1, 2), (1, 3), (1, 5), (2, 5), (4, 5), (5, 1), (5, 2), (5, 4), (5, 3), (2, 6), (4, 6), (6, 2), (6, 4),
    (2, 9), (4, 9), (9, 10), (2, 4),
}  # fmt: skip


def test_the_ten_statuses_carry_the_numbers_and_names_of_the_wire() -> None:
    assert {status.value: str(status.label) for status in Status} == NATIONAL_NAMES


@pytest.mark.parametrize("facts", [MOVES, TURN], ids=["moves", "turn"])
def test_every_status_has_a_row_in_every_table(facts: dict[Status, object]) -> None:
    assert set(facts) == set(Status)


def test_every_act_has_a_label_for_a_person() -> None:
    assert set(ACT_LABELS) == set(Act)
    assert len({str(label) for label in ACT_LABELS.values()}) == len(Act)


def test_every_status_is_reached_from_the_first() -> None:
    reached, border = {Status.SUBMITTED}, {Status.SUBMITTED}
    while border:
        border = {to for start, to in pairs() if start in border} - reached
        reached |= border

    assert reached == set(Status)


def test_an_end_is_reached_from_every_open_status() -> None:
    ending = set(FINAL)
    for _round in Status:
        ending |= {start for start, to in pairs() if to in ending and start is not None}

    assert ending == set(Status)


@pytest.mark.parametrize("status", sorted(FINAL), ids=lambda status: status.name)
@pytest.mark.parametrize("act", Act)
def test_nothing_leads_out_of_a_final_status(status: Status, act: Act) -> None:
    for paused_from in (None, *Status):
        with pytest.raises(MoveRefused):
            target(status, act, paused_from=paused_from)


def test_the_final_statuses_are_refused_withdrawn_stopped_and_returned() -> None:
    assert {status.value for status in FINAL} == {3, 7, 8, 10}
    assert set(Status) == FINAL | OPEN


def test_every_move_the_protocol_shows_is_in_the_table() -> None:
    ours = {(start and start.value, to.value) for start, to in pairs()}

    assert ours >= SHOWN_BY_THE_PROTOCOL
    assert {to for _start, to in ours - SHOWN_BY_THE_PROTOCOL} == {7, 8}


def test_a_withdrawal_is_possible_until_there_is_a_result() -> None:
    assert {status.value for status in Status if Act.WITHDRAW in acts_from(status)} == {1, 2, 4, 5, 6}


@pytest.mark.parametrize("status", Status, ids=lambda status: status.name)
@pytest.mark.parametrize("act", Act)
def test_the_target_of_an_act_is_in_the_table_or_the_act_is_refused(status: Status, act: Act) -> None:
    for paused_from in (None, *Status):
        try:
            to = target(status, act, paused_from=paused_from)
        except MoveRefused as refusal:
            assert str(status.label) in str(refusal)
        else:
            assert act in acts_from(status)
            assert (status, to) in pairs()


@pytest.mark.parametrize("pause", sorted(PAUSED), ids=lambda status: status.name)
@pytest.mark.parametrize("start", Status, ids=lambda status: status.name)
def test_a_pause_ends_where_it_began_and_nowhere_else(pause: Status, start: Status) -> None:
    if start in RESUMABLE[pause]:
        assert target(pause, RESUMES[pause], paused_from=start) is start
    else:
        with pytest.raises(MoveRefused):
            target(pause, RESUMES[pause], paused_from=start)


def test_a_pause_of_one_kind_is_not_ended_by_the_answer_to_the_other() -> None:
    with pytest.raises(MoveRefused):
        target(Status.SUPPLEMENT_REQUESTED, Act.PAY, paused_from=Status.PROCESSING)
    with pytest.raises(MoveRefused):
        target(Status.PAYMENT_REQUESTED, Act.SUPPLY, paused_from=Status.PROCESSING)


def test_a_pause_begins_wherever_the_table_leads_into_it() -> None:
    assert {pause: {start.value for start in starts} for pause, starts in RESUMABLE.items()} == {
        Status.SUPPLEMENT_REQUESTED: {1, 2, 4},
        Status.PAYMENT_REQUESTED: {2, 4},
    }
    assert set(RESUMES) == PAUSED


def test_the_clock_runs_only_while_the_office_has_the_turn() -> None:
    assert all(TURN[status] is Turn.OFFICE for status in CLOCK_RUNS)
    assert all(TURN[status] is Turn.CITIZEN for status in PAUSED)
    assert not CLOCK_RUNS & (PAUSED | FINAL | {Status.SUBMITTED, Status.COMPLETED})


def test_no_move_leaves_a_status_for_itself() -> None:
    assert all(start != to for start, to in pairs())


def test_the_diagram_shows_every_pair_once() -> None:
    arrows = [line.strip().split(":")[0] for line in lifecycle.diagram().splitlines() if "-->" in line]

    between = [arrow for arrow in arrows if "[*]" not in arrow]
    assert sorted(between) == sorted(f"{start.name} --> {to.name}" for start, to in pairs() if start is not None)
    assert sum(arrow.endswith("[*]") for arrow in arrows) == len(FINAL)
