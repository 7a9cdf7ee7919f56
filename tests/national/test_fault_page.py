"""What the pages say of the faults and bugs that are in force, and of what their codes mean."""

import re

import pytest

from sync import wire
from sync.national.faults import bugs, rules
from sync.national.pages import words as meanings
from tests.national.fault_client import set_fault
from tests.national.province import Province
from tests.national.test_pages import form, page, words

BOTH = pytest.mark.parametrize("path", ["/", "/su-co"])


@BOTH
def test_a_system_without_faults_says_so_and_a_fault_that_is_set_is_counted(province: Province, path: str) -> None:
    assert "Không có sự cố nào đang áp dụng. Kịch bản healthy: Không có sự cố nào." in words(page(province, path))

    set_fault(province, error_status=503)

    text = words(page(province, path))
    assert "Đang áp dụng 1 sự cố. Danh sách đã thay đổi, không còn là của kịch bản healthy." in text
    assert "1 fault is in force. The list was changed" in words(page(province, f"{path}?lang=en"))


@BOTH
def test_a_profile_is_named_with_its_sentence_until_its_list_is_changed(province: Province, path: str) -> None:
    form(province, "/su-co/profile", "profile=evil&seed=1")
    whole = words(page(province, path))
    number = re.findall(r'name="id" value="(\d+)"', page(province, "/su-co"))[0]
    form(province, "/su-co/remove", f"id={number}")

    changed = words(page(province, path))

    assert "Đang áp dụng 30 sự cố. Kịch bản evil: Gần như mọi sự cố cùng lúc" in whole
    assert "Đang áp dụng 29 sự cố. Danh sách đã thay đổi, không còn là của kịch bản evil." in changed


def test_a_fault_that_is_changed_or_set_without_a_profile_is_no_profiles(province: Province) -> None:
    form(province, "/su-co/profile", "profile=outage&seed=1")
    province.send("PATCH", f"{wire.PATH_FAULTS}/1", b'{"error_status": 500}')
    assert "không còn là của kịch bản outage" in words(page(province, "/"))

    province.send("DELETE", wire.PATH_FAULTS)
    set_fault(province, error_status=503)

    text = words(page(province, "/"))
    assert "Đang áp dụng 1 sự cố." in text
    assert "kịch bản" not in text


def test_a_bug_that_is_switched_on_is_named_on_the_overview(province: Province) -> None:
    form(province, "/su-co/bug", "name=lose&on=1")

    assert "Lỗi cố ý đang bật: lose." in words(page(province, "/"))


def test_faults_and_bugs_are_shown_with_what_they_do(province: Province) -> None:
    set_fault(province, error_status=503, slow_close=0.1)

    text = words(page(province, "/su-co"))

    assert "trả lời mã lỗi HTTP; đóng kết nối chậm" in text
    assert "lose đang tắt Bật báo thành công nhưng không ghi nhận" in text


def test_every_code_of_a_fault_and_of_a_bug_has_its_words() -> None:
    assert set(meanings.EFFECTS) == set(rules.EFFECTS)
    assert set(meanings.BUGS) == set(bugs.NAMES)
