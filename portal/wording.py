"""The national statuses in a citizen's words: what it means, whose turn it is, which of five steps it is."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from procedures.lifecycle import Status, Turn
from procedures.models import Channel

Text = str | Promise


@dataclass(frozen=True)
class Wording:
    """A status in plain words; `tone` and `icon` go together with the word, never alone."""

    headline: Text
    meaning: Text
    tone: str
    icon: str


WORDING: dict[Status, Wording] = {
    Status.SUBMITTED: Wording(
        _("Hồ sơ đã gửi, chờ cán bộ kiểm tra"),
        _("Bạn chưa phải làm gì. Thời hạn bắt đầu tính khi hồ sơ được tiếp nhận."),
        "info",
        "inbox",
    ),
    Status.ACCEPTED: Wording(
        _("Hồ sơ hợp lệ, đã bắt đầu tính thời hạn"),
        _("Bạn chưa phải làm gì. Hồ sơ đang được chuyển cho cán bộ giải quyết."),
        "info",
        "check-circle-fill",
    ),
    Status.REFUSED: Wording(
        _("Hồ sơ chưa được tiếp nhận"),
        _("Hãy đọc lý do, sửa hồ sơ và nộp lại; hồ sơ mới có mã mới."),
        "soon",
        "x-circle-fill",
    ),
    Status.PROCESSING: Wording(
        _("Cán bộ đang giải quyết hồ sơ"),
        _("Bạn chưa phải làm gì."),
        "info",
        "hourglass-split",
    ),
    Status.SUPPLEMENT_REQUESTED: Wording(
        _("Cần bạn bổ sung giấy tờ"),
        _("Thời hạn giải quyết tạm dừng cho đến khi bạn bổ sung tại nơi nộp hồ sơ."),
        "paused",
        "exclamation-circle-fill",
    ),
    Status.PAYMENT_REQUESTED: Wording(
        _("Cần bạn nộp phí, lệ phí"),
        _("Thời hạn giải quyết tạm dừng cho đến khi bạn nộp đủ."),
        "paused",
        "cash-coin",
    ),
    Status.WITHDRAWN: Wording(
        _("Hồ sơ đã được rút"),
        _("Hồ sơ kết thúc theo yêu cầu của bạn. Khi cần, bạn nộp hồ sơ mới."),
        "none",
        "slash-circle",
    ),
    Status.STOPPED: Wording(
        _("Cơ quan đã dừng giải quyết hồ sơ"),
        _("Nếu không đồng ý với lý do nêu dưới đây, bạn có quyền khiếu nại với chính cơ quan này."),
        "none",
        "slash-circle",
    ),
    Status.COMPLETED: Wording(
        _("Đã có kết quả, mời bạn đến nhận"),
        _("Mang theo giấy hẹn khi đến nhận kết quả."),
        "good",
        "check-circle-fill",
    ),
    Status.RESULT_RETURNED: Wording(_("Đã trả kết quả"), _("Hồ sơ hoàn thành."), "good", "check2-all"),
}
TURNS = {
    Turn.OFFICE: _("Lượt của cơ quan"),
    Turn.CITIZEN: _("Lượt của bạn"),
    Turn.NOBODY: _("Không ai phải làm gì thêm"),
}
STEPS = (
    _("Đã nộp"),
    _("Đã tiếp nhận"),
    _("Đang giải quyết"),
    _("Có kết quả"),
    _("Đã trả"),
)
STEP_OF = {
    Status.SUBMITTED: 0,
    Status.ACCEPTED: 1,
    Status.PROCESSING: 2,
    Status.COMPLETED: 3,
    Status.RESULT_RETURNED: 4,
}
FILED = {
    Channel.ONLINE: _("Nộp trực tuyến"),
    Channel.DIRECT: _("Nộp trực tiếp"),
    Channel.POSTAL: _("Nộp qua bưu chính"),
}
