"""The life of an application (hồ sơ): ten national statuses, the table of moves, whose turn it is, does the clock run.

The statuses are those of `TrangThaiHoSo` on the wire (national protocol, section 4). Pure: no database, no clock.
"""

from enum import StrEnum

from django.db.models import IntegerChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Status(IntegerChoices):
    """The ten national statuses, with their official names."""

    SUBMITTED = 1, _("Mới đăng ký")
    ACCEPTED = 2, _("Được tiếp nhận")
    REFUSED = 3, _("Không được tiếp nhận")
    PROCESSING = 4, _("Đang xử lý")
    SUPPLEMENT_REQUESTED = 5, _("Yêu cầu bổ sung giấy tờ")
    PAYMENT_REQUESTED = 6, _("Yêu cầu thực hiện nghĩa vụ tài chính")
    WITHDRAWN = 7, _("Công dân yêu cầu rút hồ sơ")
    STOPPED = 8, _("Dừng xử lý")
    COMPLETED = 9, _("Đã xử lý xong")
    RESULT_RETURNED = 10, _("Đã trả kết quả")


class Act(StrEnum):
    """What a person, or the system, does to an application; each but `rate` moves its status."""

    SUBMIT = "submit"
    ACCEPT = "accept"
    REFUSE = "refuse"
    PROCESS = "process"
    ASK_SUPPLEMENT = "ask_supplement"
    SUPPLY = "supply"
    ASK_PAYMENT = "ask_payment"
    PAY = "pay"
    COMPLETE = "complete"
    RETURN_RESULT = "return_result"
    WITHDRAW = "withdraw"
    STOP = "stop"
    RATE = "rate"


ACT_LABELS = {
    Act.SUBMIT: _("Nộp hồ sơ"),
    Act.ACCEPT: pgettext_lazy("act", "Tiếp nhận"),
    Act.REFUSE: _("Không tiếp nhận"),
    Act.PROCESS: _("Giải quyết"),
    Act.ASK_SUPPLEMENT: _("Yêu cầu bổ sung"),
    Act.SUPPLY: _("Bổ sung giấy tờ"),
    Act.ASK_PAYMENT: _("Yêu cầu nộp phí"),
    Act.PAY: _("Nộp phí"),
    Act.COMPLETE: _("Xử lý xong"),
    Act.RETURN_RESULT: _("Trả kết quả"),
    Act.WITHDRAW: _("Rút hồ sơ"),
    Act.STOP: _("Dừng xử lý"),
    Act.RATE: _("Đánh giá"),
}

PAUSED = frozenset({Status.SUPPLEMENT_REQUESTED, Status.PAYMENT_REQUESTED})

# Which act leads from where to where. Supplying and paying lead back to where the pause began: one of `RESUMABLE`.
MOVES: dict[Status, dict[Act, Status]] = {
    Status.SUBMITTED: {
        Act.ACCEPT: Status.ACCEPTED,
        Act.REFUSE: Status.REFUSED,
        Act.ASK_SUPPLEMENT: Status.SUPPLEMENT_REQUESTED,
        Act.WITHDRAW: Status.WITHDRAWN,
    },
    Status.ACCEPTED: {
        Act.PROCESS: Status.PROCESSING,
        Act.ASK_SUPPLEMENT: Status.SUPPLEMENT_REQUESTED,
        Act.ASK_PAYMENT: Status.PAYMENT_REQUESTED,
        Act.COMPLETE: Status.COMPLETED,
        Act.WITHDRAW: Status.WITHDRAWN,
        Act.STOP: Status.STOPPED,
    },
    Status.REFUSED: {},
    Status.PROCESSING: {
        Act.ASK_SUPPLEMENT: Status.SUPPLEMENT_REQUESTED,
        Act.ASK_PAYMENT: Status.PAYMENT_REQUESTED,
        Act.COMPLETE: Status.COMPLETED,
        Act.WITHDRAW: Status.WITHDRAWN,
        Act.STOP: Status.STOPPED,
    },
    Status.SUPPLEMENT_REQUESTED: {
        Act.REFUSE: Status.REFUSED,  # the time to supply ran out before the application was accepted
        Act.WITHDRAW: Status.WITHDRAWN,
        Act.STOP: Status.STOPPED,
    },
    Status.PAYMENT_REQUESTED: {
        Act.WITHDRAW: Status.WITHDRAWN,
        Act.STOP: Status.STOPPED,
    },
    Status.WITHDRAWN: {},
    Status.STOPPED: {},
    Status.COMPLETED: {Act.RETURN_RESULT: Status.RESULT_RETURNED},
    Status.RESULT_RETURNED: {},
}

RESUMES: dict[Status, Act] = {Status.SUPPLEMENT_REQUESTED: Act.SUPPLY, Status.PAYMENT_REQUESTED: Act.PAY}
RESUMABLE: dict[Status, frozenset[Status]] = {
    pause: frozenset(status for status, acts in MOVES.items() if pause in acts.values()) for pause in RESUMES
}
FINAL = frozenset(status for status, acts in MOVES.items() if not acts)
OPEN = frozenset(Status) - FINAL
CLOCK_RUNS = frozenset({Status.ACCEPTED, Status.PROCESSING})
NOT_ACCEPTED = frozenset({Status.SUBMITTED, Status.REFUSED})  # while paused, withdrawn or stopped it may be either
ACCEPTED = CLOCK_RUNS | {Status.PAYMENT_REQUESTED, Status.COMPLETED, Status.RESULT_RETURNED}


class Turn(StrEnum):
    """Who has to act next."""

    OFFICE = "office"
    CITIZEN = "citizen"
    NOBODY = "nobody"


TURN: dict[Status, Turn] = {
    Status.SUBMITTED: Turn.OFFICE,
    Status.ACCEPTED: Turn.OFFICE,
    Status.REFUSED: Turn.CITIZEN,
    Status.PROCESSING: Turn.OFFICE,
    Status.SUPPLEMENT_REQUESTED: Turn.CITIZEN,
    Status.PAYMENT_REQUESTED: Turn.CITIZEN,
    Status.WITHDRAWN: Turn.NOBODY,
    Status.STOPPED: Turn.CITIZEN,
    Status.COMPLETED: Turn.CITIZEN,
    Status.RESULT_RETURNED: Turn.NOBODY,
}


class MoveRefused(ValueError):
    """The table of moves does not allow this act in this status."""


def target(status: Status, act: Act, *, paused_from: Status | None = None) -> Status:
    """Where `act` leads from `status`.

    `paused_from` is the status in which the present pause began; only `supply` and `pay` need it.
    Raises `MoveRefused` with a sentence for a person.
    """
    if RESUMES.get(status) is act and paused_from in RESUMABLE[status]:
        return Status(paused_from)
    if act in MOVES[status]:
        return MOVES[status][act]
    raise MoveRefused(
        _("Hồ sơ đang ở trạng thái “%(status)s”, không thể thực hiện “%(act)s”.")
        % {"status": status.label, "act": ACT_LABELS[act]}
    )


def acts_from(status: Status) -> frozenset[Act]:
    """Every act the table allows in `status`, the resuming one included."""
    return frozenset(MOVES[status]) | ({RESUMES[status]} if status in RESUMES else frozenset())


def pairs() -> frozenset[tuple[Status | None, Status]]:
    """Every (from, to) a history row may hold; `None` is before the application existed."""
    first: set[tuple[Status | None, Status]] = {(None, Status.SUBMITTED)}
    moves = {(status, to) for status, acts in MOVES.items() for to in acts.values()}
    resumed = {(pause, back) for pause, starts in RESUMABLE.items() for back in starts}
    return frozenset(first | moves | resumed)


def diagram() -> str:
    """The table as a Mermaid state diagram, for `docs/lifecycle.md`."""
    lines = ["stateDiagram-v2", "    [*] --> SUBMITTED: submit"]
    for status, acts in MOVES.items():
        lines += [f"    {status.name} --> {to.name}: {act}" for act, to in acts.items()]
        lines += [f"    {status.name} --> {back.name}: {RESUMES[status]}" for back in sorted(RESUMABLE.get(status, ()))]
        lines += [f"    {status.name} --> [*]"] if status in FINAL else []
    return "\n".join(lines) + "\n"
