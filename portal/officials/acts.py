"""The acts an official may do from the page: one small form each, one domain call each."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from procedures import actions
from procedures.lifecycle import ACT_LABELS, Act
from procedures.models import Application, Official, StatusChange
from procedures.moves import NEEDS_A_REASON
from procedures.working_days import closing

LONGEST_NOTE = 1000  # as long as the history keeps
DOERS: dict[Act, Callable[..., StatusChange]] = {
    Act.ACCEPT: actions.accept,
    Act.REFUSE: actions.refuse,
    Act.PROCESS: actions.process,
    Act.ASK_SUPPLEMENT: actions.ask_supplement,
    Act.SUPPLY: actions.supply,
    Act.ASK_PAYMENT: actions.ask_payment,
    Act.PAY: actions.pay,
    Act.COMPLETE: actions.complete,
    Act.RETURN_RESULT: actions.return_result,
    Act.WITHDRAW: actions.withdraw,
    Act.STOP: actions.stop,
}
ONWARD = (Act.ACCEPT, Act.PROCESS, Act.COMPLETE, Act.RETURN_RESULT)  # the ordinary way: the page's one primary button
HINTS: dict[Act, str | Promise] = {
    Act.ACCEPT: _("Hồ sơ đầy đủ, hợp lệ: thời hạn bắt đầu tính."),
    Act.REFUSE: _("Hồ sơ không hợp lệ và không bổ sung được: hồ sơ kết thúc."),
    Act.PROCESS: _("Bắt đầu giải quyết; bạn thành người thụ lý."),
    Act.ASK_SUPPLEMENT: _("Thời hạn tạm dừng cho đến khi công dân bổ sung."),
    Act.SUPPLY: _("Công dân đã nộp đủ giấy tờ còn thiếu: hồ sơ đi tiếp."),
    Act.ASK_PAYMENT: _("Thời hạn tạm dừng cho đến khi công dân nộp phí."),
    Act.PAY: _("Đã thu phí tại quầy: hồ sơ đi tiếp."),
    Act.COMPLETE: _("Đã có kết quả; công dân được mời đến nhận."),
    Act.RETURN_RESULT: _("Công dân đã nhận kết quả: hồ sơ kết thúc."),
    Act.WITHDRAW: _("Công dân yêu cầu rút: hồ sơ kết thúc."),
    Act.STOP: _("Dừng giải quyết: hồ sơ kết thúc mà không có kết quả."),
}


class ActForm(forms.Form):
    """What any act may carry: a note, which the citizen reads."""

    note = forms.CharField(
        label=_("Nội dung gửi công dân"),
        max_length=LONGEST_NOTE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
    )


class ReasonForm(ActForm):
    """An act the citizen must be given a reason for."""

    note = forms.CharField(
        label=_("Lý do (công dân sẽ đọc)"),
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
        error_messages={"required": _("Hãy ghi rõ lý do: công dân sẽ đọc lý do này.")},
    )


class SupplementForm(ReasonForm):
    """What is missing, and until when it may be supplied."""

    note = forms.CharField(
        label=_("Giấy tờ còn thiếu (công dân sẽ đọc)"),
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
        error_messages={"required": _("Hãy ghi rõ giấy tờ còn thiếu: công dân sẽ đọc.")},
    )
    answer_by = forms.DateField(
        label=_("Bổ sung chậm nhất ngày"),
        required=False,
        help_text=_("Để trống: mười ngày làm việc."),
        widget=forms.DateInput(attrs={"type": "date", "class": "form-control"}),
    )


class PaymentForm(ActForm):
    """How much is to be paid, in đồng."""

    fee_vnd = forms.IntegerField(
        label=_("Số tiền phải nộp (đồng)"),
        min_value=1,
        max_value=2_000_000_000,
        widget=forms.NumberInput(attrs={"class": "form-control", "inputmode": "numeric"}),
        error_messages={"required": _("Hãy ghi số tiền phải nộp, lớn hơn 0 đồng.")},
    )


@dataclass(frozen=True)
class Offer:
    """One act on the page: its button, its hint, its form."""

    act: Act
    label: str | Promise
    hint: str | Promise
    form: ActForm
    primary: bool
    opened: bool


def form_class(act: Act) -> type[ActForm]:
    """The form of an act."""
    if act is Act.ASK_SUPPLEMENT:
        return SupplementForm
    if act is Act.ASK_PAYMENT:
        return PaymentForm
    return ReasonForm if act in NEEDS_A_REASON else ActForm


def form_of(act: Act, application: Application, data: Any = None) -> ActForm:
    """The form of an act, each field with an id of its own on the page; the procedure's fee is offered."""
    initial = {"fee_vnd": application.procedure.fee_vnd or None}
    return form_class(act)(data, initial=initial, auto_id=f"{act.value}_%s")


def offers(
    acts: list[Act], application: Application, refused: Act | None = None, tried: ActForm | None = None
) -> list[Offer]:
    """The acts as buttons; the one just refused stays open with what was typed."""
    primary = next((act for act in acts if act in ONWARD), None)
    return [
        Offer(
            act,
            ACT_LABELS[act],
            HINTS[act],
            tried if act is refused and tried is not None else form_of(act, application),
            primary=act is primary,
            opened=act is refused,
        )
        for act in acts
        if act in DOERS
    ]


def perform(act: Act, application: Application, *, by: Official, at: datetime, data: dict[str, Any]) -> StatusChange:
    """Do `act` with the cleaned data of its form. Raises what the domain raises."""
    given = {name: value for name, value in data.items() if value is not None}
    if "answer_by" in given:
        given["answer_by"] = closing(given["answer_by"])
    return DOERS[act](application, by=by, at=at, **given)
