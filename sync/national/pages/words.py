"""What the codes of faults and bugs mean, in a few words of both languages."""

from collections.abc import Mapping
from typing import Final

from sync.national.pages.frame import Words

BUGS: Final[Mapping[str, Words]] = {
    "lose": ("báo thành công nhưng không ghi nhận", "answers success and applies nothing"),
    "duplicate": ("ghi một dòng tiến độ hai lần", "applies a progress row twice"),
    "reorder": ("ghi dòng tiến độ sau trước dòng trước", "applies a newer progress row before an older one"),
    "corrupt": ("ghi nội dung khác với nội dung đã gửi", "stores a text otherwise than it was sent"),
}
EFFECTS: Final[Mapping[str, Words]] = {
    "latency": ("trả lời chậm", "answers slowly"),
    "chunked_dribble_delay": ("trả lời nhỏ giọt", "the answer trickles"),
    "degradation_ramp": ("càng lâu càng chậm và lỗi", "slower and worse as time goes by"),
    "error_status": ("trả lời mã lỗi HTTP", "answers an HTTP error"),
    "quota": ("giới hạn số yêu cầu", "takes only so many requests"),
    "malformed_body": ("nội dung trả lời hỏng", "the answer is malformed"),
    "truncate_body_at_fraction": ("câu trả lời bị cắt cụt", "the answer is cut short"),
    "wrong_content_type": ("sai Content-Type", "a wrong Content-Type"),
    "success_status_error_body": ("mã 200 nhưng nội dung báo lỗi", "status 200 with words of an error"),
    "connection_reset_by_peer": ("ngắt kết nối đột ngột", "resets the connection"),
    "empty_response": ("đóng kết nối, không trả lời", "closes without an answer"),
    "malformed_response_chunk": ("câu trả lời có đoạn hỏng", "a broken chunk in the answer"),
    "random_data_then_close": ("trả dữ liệu rác rồi đóng", "answers noise and closes"),
    "hang": ("treo, không trả lời", "hangs"),
    "drop_connection_probability": ("thỉnh thoảng ngắt kết nối", "drops some connections"),
    "slow_close": ("đóng kết nối chậm", "closes slowly"),
    "apply_then_answer": ("đã ghi nhận nhưng trả mã khác", "applied, answered with another code"),
    "apply_then_fail": ("đã ghi nhận nhưng mất câu trả lời", "applied, and the answer is lost"),
    "lose_before_apply": ("mất yêu cầu trước khi ghi nhận", "the request is lost before it is applied"),
    "delayed_apply": ("nhận rồi mới ghi sau", "accepted, applied later"),
    "partial_batch": ("chỉ ghi nhận một phần lô", "applies only part of a batch"),
    "reject_rule": ("từ chối các bản ghi khớp", "refuses the matching records"),
    "expire_token": ("hủy phiên làm việc", "ends the session"),
    "revoke_client": ("hủy mọi phiên, không cho đăng nhập", "ends all sessions and lets nobody sign in"),
    "forget_idempotency_keys": ("quên các dòng tiến độ đã nhận", "forgets the progress rows it has"),
    "rollback_to": ("quay về trạng thái cũ", "goes back to a former state"),
    "schema_drift": ("đổi dạng câu trả lời", "changes the form of its answers"),
    "maintenance_page": ("trả trang bảo trì", "answers a maintenance page"),
    "stale_read": ("tra cứu ra dữ liệu cũ", "look-ups find what was"),
    "duplicate_apply_bug": ("ghi mỗi dòng tiến độ hai lần", "applies every progress row twice"),
}
