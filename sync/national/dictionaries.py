"""The shared lists (danh mục dùng chung) besides procedures, sectors and agencies (national-protocol 2.1).

Their services are known by name only; that a row is {MA, TEN} is ours. The lists are those of 2022: 63 provinces with
their codes of the General Statistics Office, 54 peoples, religions recognised by the state; the districts and communes
are those of the province whose agencies the catalogue holds.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

Row = dict[str, str]

_PROVINCES: Final = (
    "01 Hà Nội|02 Hà Giang|04 Cao Bằng|06 Bắc Kạn|08 Tuyên Quang|10 Lào Cai|11 Điện Biên|12 Lai Châu|14 Sơn La|"
    "15 Yên Bái|17 Hòa Bình|19 Thái Nguyên|20 Lạng Sơn|22 Quảng Ninh|24 Bắc Giang|25 Phú Thọ|26 Vĩnh Phúc|27 Bắc Ninh|"
    "30 Hải Dương|31 Hải Phòng|33 Hưng Yên|34 Thái Bình|35 Hà Nam|36 Nam Định|37 Ninh Bình|38 Thanh Hóa|40 Nghệ An|"
    "42 Hà Tĩnh|44 Quảng Bình|45 Quảng Trị|46 Thừa Thiên Huế|48 Đà Nẵng|49 Quảng Nam|51 Quảng Ngãi|52 Bình Định|"
    "54 Phú Yên|56 Khánh Hòa|58 Ninh Thuận|60 Bình Thuận|62 Kon Tum|64 Gia Lai|66 Đắk Lắk|67 Đắk Nông|68 Lâm Đồng|"
    "70 Bình Phước|72 Tây Ninh|74 Bình Dương|75 Đồng Nai|77 Bà Rịa - Vũng Tàu|79 Hồ Chí Minh|80 Long An|82 Tiền Giang|"
    "83 Bến Tre|84 Trà Vinh|86 Vĩnh Long|87 Đồng Tháp|89 An Giang|91 Kiên Giang|92 Cần Thơ|93 Hậu Giang|94 Sóc Trăng|"
    "95 Bạc Liêu|96 Cà Mau"
)
_PEOPLES: Final = (
    "Kinh, Tày, Thái, Hoa, Khmer, Mường, Nùng, Mông, Dao, Gia Rai, Ngái, Ê Đê, Ba Na, Xơ Đăng, Sán Chay, Cơ Ho, Chăm, "
    "Sán Dìu, Hrê, Mnông, Ra Glai, Xtiêng, Bru - Vân Kiều, Thổ, Giáy, Cơ Tu, Gié Triêng, Mạ, Khơ Mú, Co, Tà Ôi, "
    "Chơ Ro, Kháng, Xinh Mun, Hà Nhì, Chu Ru, Lào, La Chí, La Ha, Phù Lá, La Hủ, Lự, Lô Lô, Chứt, Mảng, Pà Thẻn, "
    "Cơ Lao, Cống, Bố Y, Si La, Pu Péo, Brâu, Ơ Đu, Rơ Măm"
)
_RELIGIONS: Final = (
    "Không, Phật giáo, Công giáo, Tin lành, Cao Đài, Phật giáo Hòa Hảo, Hồi giáo, Tôn giáo Baha'i, "
    "Tịnh độ Cư sĩ Phật hội, Tứ Ân Hiếu nghĩa, Bửu Sơn Kỳ hương, Minh Sư đạo, Minh Lý đạo, Bà-la-môn"
)
_COUNTRIES: Final = (
    "VN Việt Nam|LA Lào|KH Campuchia|CN Trung Quốc|TW Đài Loan|JP Nhật Bản|KR Hàn Quốc|TH Thái Lan|SG Singapore|"
    "MY Malaysia|ID Indonesia|PH Philippines|IN Ấn Độ|RU Nga|UA Ukraina|PL Ba Lan|CZ Cộng hòa Séc|DE Đức|FR Pháp|"
    "GB Vương quốc Anh|US Hoa Kỳ|CA Canada|AU Úc|NZ New Zealand"
)


def _coded(text: str) -> list[Row]:
    """ "01 Hà Nội|02 …"."""
    pairs = (part.split(" ", 1) for part in text.split("|"))
    return [{"MA": code, "TEN": name} for code, name in pairs]


def _numbered(text: str) -> list[Row]:
    """Names without codes of their own: numbered from 1."""
    return [{"MA": str(number), "TEN": name} for number, name in enumerate(text.split(", "), 1)]


_FIXED: Final[Mapping[str, list[Row]]] = {
    "LayDanhMucGioiTinh": _coded("1 Nam|2 Nữ|3 Chưa xác định"),
    "LayDanhMucTinhThanh": _coded(_PROVINCES),
    "LayDanhMucQuocGia": _coded(_COUNTRIES),
    "LayDanhMucDanToc": _numbered(_PEOPLES),
    "LayDanhMucTonGiao": _numbered(_RELIGIONS),
    "LayDanhMucTinhTrangHonNhan": _coded("1 Chưa kết hôn|2 Đã kết hôn|3 Đã ly hôn|4 Góa"),
    "LayDanhMucDoiTuong": _coded("1 Công dân|2 Doanh nghiệp|3 Cơ quan nhà nước|4 Tổ chức khác"),
    "LayDanhMucCapThucHien": _coded("0 Cấp bộ|1 Cấp tỉnh|2 Cấp huyện|3 Cấp xã"),
    "LayDanhMucLePhi": _coded("1 Phí|2 Lệ phí"),
}


def dictionaries(agencies: Iterable[Mapping[str, Any]], legal_bases: Sequence[str]) -> dict[str, list[Row]]:
    """Every list by the name of its service; `agencies` are the rows of agencies.csv."""
    rows = list(agencies)
    codes = {row["code"]: row.get("gso_code") or "" for row in rows}
    return {
        **_FIXED,
        "LayDanhMucQuanHuyen": [_area(row, codes) for row in rows if row.get("level") == "district"],
        "LayDanhMucPhuongXa": [_area(row, codes) for row in rows if row.get("level") == "commune"],
        "LayDanhMucCanCuPhapLy": [{"MA": str(number), "TEN": name} for number, name in enumerate(legal_bases, 1)],
    }


def _area(row: Mapping[str, Any], codes: Mapping[str, str]) -> Row:
    above = codes.get(row.get("parent_code") or "", "")
    return {"MA": row.get("gso_code") or "", "TEN": row.get("area") or row["name"], "MACHA": above}
