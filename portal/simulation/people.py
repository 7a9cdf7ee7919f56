"""Synthetic people: Vietnamese names in Vietnamese order, identity numbers and phones of the right form.

Shares of family names after the usual counts, given names a hand-made list; nobody real is meant. Identity numbers
begin with 022, the province's prefix (national protocol, section 5).
"""

from itertools import accumulate
from random import Random
from typing import NamedTuple

FAMILY_NAMES = {
    "Nguyễn": 31.5, "Trần": 10.9, "Lê": 8.9, "Phạm": 5.9, "Hoàng": 5.1, "Vũ": 4.9, "Phan": 2.8, "Bùi": 3.5,
    "Đặng": 2.8, "Đỗ": 3.2, "Ngô": 2.0, "Hồ": 1.2, "Dương": 1.9, "Đinh": 1.6, "Đoàn": 1.4, "Lương": 1.3, "Mai": 1.0,
    "Trịnh": 1.1, "Cao": 0.9, "Lưu": 0.6, "Hà": 0.8, "Tạ": 0.6, "Chu": 0.5, "Triệu": 0.4, "Lý": 0.8, "Vương": 0.4,
}  # fmt: skip
MIDDLE_MALE = ("Văn", "Đức", "Minh", "Quang", "Hữu", "Công", "Xuân", "Ngọc", "Thành", "Đình", "Mạnh", "Tuấn")
MIDDLE_FEMALE = ("Thị", "Thị", "Thị", "Ngọc", "Thu", "Thanh", "Hồng", "Minh", "Phương", "Kim", "Bích", "Khánh")
GIVEN_MALE = (
    "Hùng", "Cường", "Dũng", "Tuấn", "Nam", "Sơn", "Hải", "Long", "Thắng", "Kiên", "Hiếu", "Trung", "Khánh", "Duy",
    "Phong", "Bình", "Quân", "Đạt", "Thành", "Việt", "Hoàng", "Tùng", "Toàn", "Phúc", "Vinh", "An", "Khoa", "Lâm",
)  # fmt: skip
GIVEN_FEMALE = (
    "Hoa", "Lan", "Hương", "Hằng", "Nga", "Thảo", "Trang", "Linh", "Hà", "Thủy", "Mai", "Ngân", "Yến", "Dung", "Loan",
    "Nhung", "Oanh", "Quỳnh", "Anh", "Hiền", "Huyền", "Vân", "Tâm", "Giang", "Chi", "My", "Phượng", "Diệp",
)  # fmt: skip
TRADES = ("Thương mại", "Vận tải", "Xây dựng", "Du lịch", "Thủy sản", "Dịch vụ", "Cơ khí", "Sản xuất")
PREFIXES = (
    "032",
    "034",
    "036",
    "038",
    "039",
    "070",
    "079",
    "081",
    "083",
    "086",
    "090",
    "091",
    "093",
    "096",
    "097",
    "098",
)
_FAMILIES, _FAMILY_WEIGHTS = list(FAMILY_NAMES), list(accumulate(FAMILY_NAMES.values()))


class Person(NamedTuple):
    """The columns of a citizen, in the writer's order; `kind` 1 a person, 2 a business."""

    kind: int
    name: str
    identity_number: str
    phone: str
    email: str


def name(random: Random, *, female: bool) -> str:
    """Family name, middle name, given name: the order in which they are written."""
    (family,) = random.choices(_FAMILIES, cum_weights=_FAMILY_WEIGHTS)
    middle, given = (MIDDLE_FEMALE, GIVEN_FEMALE) if female else (MIDDLE_MALE, GIVEN_MALE)
    return f"{family} {random.choice(middle)} {random.choice(given)}"


def citizen(random: Random, *, business: bool) -> Person:
    """Who files one application."""
    phone = random.choice(PREFIXES) + f"{random.randrange(10**7):07}"
    if business:
        firm = f"Công ty TNHH {random.choice(TRADES)} {random.choice(GIVEN_FEMALE)} {random.choice(GIVEN_MALE)}"
        return Person(2, firm, f"57{random.randrange(10**8):08}", phone, "")
    female = random.random() < 0.5
    born = random.randrange(1950, 2004)
    sex = (1 if female else 0) + (2 if born >= 2000 else 0)
    return Person(1, name(random, female=female), f"022{sex}{born % 100:02}{random.randrange(10**6):06}", phone, "")
