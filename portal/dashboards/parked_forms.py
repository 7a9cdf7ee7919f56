"""What a page may ask about parked letters, and what a decision on them must say."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from procedures.models import Agency
from procedures.working_days import ZONE
from sync.parking import Filter

VIEWS = {"": _("Chờ quyết định"), "held": _("Có thay đổi chờ phía sau"), "skipped": _("Đã bỏ qua")}
ONE_DAY = timedelta(days=1)
FIRST_YEAR, LAST_YEAR = 2000, 2999


class LetterForm(forms.Form):
    """The conditions of the list, read from its address; days are the machine's, in Vietnam, both included."""

    reason = forms.CharField(label=_("Mã lỗi, hoặc lời từ chối"), required=False, max_length=500)
    procedure = forms.CharField(label=_("Mã thủ tục"), required=False, max_length=40)
    agency = forms.ModelChoiceField(
        label=_("Cơ quan, gồm cấp dưới"),
        queryset=Agency.objects.in_order(),
        to_field_name="code",
        required=False,
        empty_label=_("Mọi cơ quan"),
    )
    since = forms.DateField(label=_("Tạm gác từ ngày"), required=False)
    until = forms.DateField(label=_("đến hết ngày"), required=False)
    code = forms.CharField(label=_("Mã hồ sơ"), required=False, max_length=40)
    group = forms.CharField(required=False, max_length=600, widget=forms.HiddenInput)
    view = forms.ChoiceField(choices=list(VIEWS.items()), required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any) -> None:
        super().__init__(data, auto_id="parked-%s")
        for name, field in self.fields.items():
            field.widget.attrs["class"] = "form-select" if name == "agency" else "form-control"
        for name in ("since", "until"):
            self.fields[name].widget = forms.DateInput(
                attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d"
            )
        self.fields["code"].widget.attrs |= {"class": "form-control code", "autocomplete": "off"}

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        since, until = given.get("since"), given.get("until")
        if since and until and since > until:
            self.add_error("until", _("Ngày cuối ở trước ngày đầu; hãy đổi một trong hai."))
        for name in ("since", "until"):
            if (day := given.get(name)) and not FIRST_YEAR <= day.year <= LAST_YEAR:
                self.add_error(name, _("Năm phải từ 2000 đến 2999; hãy chọn ngày khác."))
        return given

    def chosen(self) -> Filter:
        """The filter of a valid form."""
        given = self.cleaned_data
        until = given["until"]
        return Filter(
            reason=given["reason"],
            group=given["group"],
            procedure=given["procedure"],
            agency=given["agency"].code if given["agency"] else "",
            since=_midnight(given["since"]) if given["since"] else None,
            until=_midnight(until + ONE_DAY) if until else None,
            codes=(given["code"],) if given["code"] else (),
            held=given["view"] == "held",
            skipped=given["view"] == "skipped",
        )


class DecisionForm(forms.Form):
    """Why; and that the number which the page told is still the number that will be done."""

    why = forms.CharField(
        label=_("Lý do, ghi vào nhật ký"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
        error_messages={"required": _("Hãy ghi lý do: người sau cần biết vì sao.")},
    )
    expected = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    sure = forms.BooleanField(
        label=_("Tôi đã xem các hồ sơ này"),
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
        error_messages={"required": _("Hãy xem danh sách, rồi đánh dấu vào ô này.")},
    )

    def __init__(self, data: Any = None, *, total: int) -> None:
        super().__init__(data, auto_id="decision-%s", initial={"expected": total})
        self._total = total

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        expected = given.get("expected")
        if expected is not None and expected != self._total:
            raise forms.ValidationError(
                _("Số hồ sơ đã đổi từ %(then)s thành %(now)s trong lúc bạn xem. Hãy xem lại rồi xác nhận."),
                params={"then": expected, "now": self._total},
            )
        return given


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), ZONE)
