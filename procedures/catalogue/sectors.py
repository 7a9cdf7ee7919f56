"""Sectors (lĩnh vực): our own codes in the form Gnn-AAnn, and the agency of 2022 that settles each. An assumption.

The sources give the ministries of 2026. In 2022 the two-tier government and the merged ministries did not exist yet,
so the table below says, from general knowledge, which agency of the province settled a sector then, and which sectors
a district settled. Sectors of one name in two ministries stay apart: their procedures and agencies differ. Only the
three sectors of education whose national code the source shows keep that code; two spellings of one of them are one.
"""

import re
import unicodedata
from dataclasses import dataclass

from procedures.catalogue.sources import SourceProcedure

OURS, FROM_SOURCE = "ours", "source"
ASSUMED = "assumed: general knowledge of 2022"

POLICE, FINANCE, JUSTICE = "Bộ Công an", "Bộ Tài chính", "Bộ Tư pháp"
LAND_AND_FARMING, CONSTRUCTION = "Bộ Nông nghiệp và Môi trường", "Bộ Xây dựng"
BANK, COURTS = "Ngân hàng Nhà nước Việt Nam", "Tòa án nhân dân"
LABOUR, EDUCATION, HOME, CULTURE = (
    "Bộ Lao động - Thương binh và Xã hội", "Bộ Giáo dục và Đào tạo", "Bộ Nội vụ", "Bộ Văn hóa, Thể thao và Du lịch",
)  # fmt: skip

GROUPS = {
    POLICE: "G01", EDUCATION: "G03", LABOUR: "G07", HOME: "G09", LAND_AND_FARMING: "G10", FINANCE: "G12",
    JUSTICE: "G15", CULTURE: "G16", CONSTRUCTION: "G17", BANK: "G19", COURTS: "G98",
}  # fmt: skip
"""Gnn of a ministry as the result codes of the sources show it (KQ.G12.…); the courts' is invented."""

USUAL_AGENCY = {
    POLICE: "CAT", FINANCE: "STC", JUSTICE: "STP", LAND_AND_FARMING: "SNNPTNT", CONSTRUCTION: "SXD",
    BANK: "NHNN", COURTS: "TAND", LABOUR: "SLDTBXH", EDUCATION: "SGDDT", HOME: "SNV", CULTURE: "SVHTT",
}  # fmt: skip
"""Who settles a ministry's sectors where the next table names nobody else."""

AGENCIES_WITHOUT_COMMUNES = frozenset({"CHQ", "CT", "KBNN", "BHXH", "NHNN", "TAND", "CTHADS", "CVHH", "CVHK"})
"""Vertical agencies: no people's committee of a commune settles for them. The police does sit in every commune."""

OTHER_AGENCY: dict[str, dict[str, tuple[str, ...]]] = {
    POLICE: {
        "STP": ("Lý lịch tư pháp",),
        "SGTVT": (
            "Sát hạch, cấp giấy phép lái xe",
            "Kiểm tra kiến thức pháp luật về trật tự, an toàn giao thông đường bộ",
            "Chứng nhận chất lượng an toàn kỹ thuật và bảo vệ môi trường",
        ),
        "SLDTBXH": ("Tổ chức cai nghiên ma túy và quản lý sau cai nghiện",),
        "SNNPTNT": ("Nông nghiệp",),
    },
    LAND_AND_FARMING: {
        "STNMT": (
            "Biến đổi khí hậu", "Biển và hải đảo", "Bảo tồn thiên nhiên và Đa dạng sinh học", "Khí tượng, thủy văn",
            "Môi trường", "Tài nguyên nước", "Tổng hợp", "Đo đạc, bản đồ và thông tin địa lý", "Đất đai",
            "Địa chất và khoáng sản",
        ),
        "SLDTBXH": ("Giảm nghèo",),
    },
    FINANCE: {
        "CHQ": ("Hải quan",),
        "CT": ("Thuế", "Quản lý thuế, phí, lệ phí và thu khác của ngân sách nhà nước"),
        "KBNN": ("Kho bạc Nhà nước",),
        "BHXH": (
            "Chi trả các chế độ BHXH", "Cấp sổ BHXH, thẻ BHYT", "Thu BHXH, BHYT, BHTN, BH tai nạn lao động, BNN",
            "Thực hiện chính sách BHXH", "Thực hiện chính sách BHYT",
        ),
        "TAND": ("Thanh toán chi phí tố tụng",),
        "BQLKKT": ("Quản lý nhà nước về khu công nghiệp, khu kinh tế",),
        "SKHDT": (
            "Chuyển đổi công ty nhà nước được thành lập và hoạt động theo Luật Doanh nghiệp nhà nước thành công ty "
            "trách nhiệm hữu hạn một thành viên tổ chức và hoạt động theo quy định tại Luật Doanh nghiệp",
            "Hỗ trợ doanh nghiệp", "Hỗ trợ doanh nghiệp nhỏ và vừa",
            "Hỗ trợ tổ hợp tác, hợp tác xã, liên hiệp hợp tác xã", "Hỗ trợ đầu tư",
            "Khoa học công nghệ", "Quản lý chương trình mục tiêu quốc gia",
            "Thành lập và hoạt động của doanh nghiệp", "Thành lập và hoạt động của tổ hợp tác",
            "Thành lập và hoạt động của tổ hợp tác, hợp tác xã, liên hiệp hợp tác xã",
            "Thành lập và hoạt động doanh nghiệp (hộ kinh doanh)", "Thành lập và hoạt động doanh nghiệp xã hội",
            "Thành lập và sắp xếp lại doanh nghiệp do Nhà nước nắm giữ 100 phần trăm vốn điều lệ", "Đấu thầu",
            "Đấu thầu lựa chọn nhà đầu tư",
            "Đầu tư bằng vốn hỗ trợ phát triển chính thức (ODA) và viện trợ không hoàn lại không thuộc hỗ trợ phát "
            "triển chính thức",
            "Đầu tư theo phương thức đối tác công tư", "Đầu tư tại Việt nam", "Đầu tư từ Việt nam ra nước ngoài",
            "Đầu tư vào nông nghiệp, nông thôn",
        ),
    },
    JUSTICE: {
        "CTHADS": ("Thi hành án dân sự",),
        "STNMT": ("Đăng ký biện pháp bảo đảm",),
        "SNNPTNT": ("Nông nghiệp",),
    },
    CONSTRUCTION: {
        "SGTVT": (
            "Giao thông vận tải", "Hàng hải và đường thủy nội địa", "Hàng không", "Đăng kiểm", "Đường bộ", "Đường sắt",
        ),
    },
}  # fmt: skip

AT_DISTRICT: dict[str, tuple[str, ...]] = {
    JUSTICE: ("Hộ tịch", "Chứng thực", "Bồi thường nhà nước"),
    FINANCE: (
        "Thành lập và hoạt động doanh nghiệp (hộ kinh doanh)",
        "Thành lập và hoạt động của tổ hợp tác, hợp tác xã, liên hiệp hợp tác xã",
        "Tài chính đất đai",
    ),
    LAND_AND_FARMING: (
        "Đất đai", "Môi trường", "Biển và hải đảo", "Thủy lợi", "Thủy sản", "Lâm nghiệp", "Nông nghiệp",
        "Kinh tế hợp tác và Phát triển nông thôn", "Quản lý chất lượng nông lâm sản và thủy sản",
    ),
    CONSTRUCTION: (
        "Hoạt động xây dựng", "Hạ tầng kỹ thuật", "Quy hoạch đô thị và nông thôn", "Nhà ở và công sở",
        "Quản lý chất lượng công trình xây dựng", "Hàng hải và đường thủy nội địa", "Đường bộ",
    ),
    LABOUR: ("Bảo trợ xã hội", "Người có công"),
    EDUCATION: (
        "Giáo dục Mầm non", "Giáo dục Tiểu học", "Giáo dục Trung học",
        "Giáo dục và Đào tạo thuộc hệ thống giáo dục quốc dân",
    ),
    HOME: ("Quản lý nhà nước về hội, quỹ",),
    CULTURE: ("Văn hóa",),
}  # fmt: skip
"""Sectors in which a district of 2022 settled what the commune of 2026 took over from it (national protocol, 6.3)."""

MINISTRY_OF_THE_COMMUNE_CATALOGUE = {
    "Bảo trợ xã hội": LABOUR,
    "Người có công": LABOUR,
    "Giáo dục Mầm non": EDUCATION,
    "Giáo dục Tiểu học": EDUCATION,
    "Giáo dục Trung học": EDUCATION,
    "Giáo dục và Đào tạo thuộc hệ thống giáo dục quốc dân": EDUCATION,
    "Quản lý nhà nước về hội, quỹ": HOME,
    "Văn hóa": CULTURE,
}
"""That catalogue names no ministry: the one of 2022, assumed."""

_NATIONAL_CODE = re.compile(r"(?P<name>.+?) \((?P<code>G\d{2}-[A-Z]{2}\d{2})\)")
_SAME = {"Giáo dục trung học": "Giáo dục Trung học"}


class SectorError(Exception):
    """A sector of the sources is in none of the tables; the text says which."""


@dataclass(frozen=True)
class Sector:
    """One line of sectors.csv."""

    code: str
    name: str
    ministry: str
    ministry_origin: str
    agency: str
    settled_at_district: bool
    code_origin: str


Key = tuple[str, str]
"""(ministry, name): what makes a sector."""


def key_of(source: SourceProcedure) -> Key:
    """The sector a procedure belongs to, under its tidied name."""
    match = _NATIONAL_CODE.fullmatch(source.sector)
    name = match["name"] if match else _SAME.get(source.sector, source.sector)
    if source.ministry:
        return source.ministry, name
    if name not in MINISTRY_OF_THE_COMMUNE_CATALOGUE:
        raise SectorError(f"sector {name!r} of {source.code} has no ministry: add it to the table in sectors.py")
    return MINISTRY_OF_THE_COMMUNE_CATALOGUE[name], name


def sectors_of(procedures: list[SourceProcedure]) -> dict[Key, Sector]:
    """The sectors of these procedures, by code. Raises `SectorError` for a ministry without a table entry."""
    from_source = {key_of(source): match["code"] for source in procedures if (match := _national(source))}
    keys = {key_of(source): bool(source.ministry) for source in procedures}
    taken, numbered = set(from_source.values()), {}
    for key in sorted(keys, key=lambda key: (key[0], fold(key[1]), key[1])):
        code = from_source.get(key) or _own_code(key, taken)
        taken.add(code)
        numbered[key] = _sector(key, code, code_is_ours=key not in from_source, ministry_is_known=keys[key])
    return dict(sorted(numbered.items(), key=lambda item: item[1].code))


def _sector(key: Key, code: str, *, code_is_ours: bool, ministry_is_known: bool) -> Sector:
    ministry, name = key
    others = OTHER_AGENCY.get(ministry, {}).items()
    return Sector(
        code=code,
        name=name,
        ministry=ministry,
        ministry_origin="source" if ministry_is_known else ASSUMED,
        agency=next((agency for agency, names in others if name in names), USUAL_AGENCY[ministry]),
        settled_at_district=name in AT_DISTRICT.get(ministry, ()),
        code_origin=OURS if code_is_ours else FROM_SOURCE,
    )


def _national(source: SourceProcedure) -> re.Match[str] | None:
    return _NATIONAL_CODE.fullmatch(source.sector)


def _own_code(key: Key, taken: set[str]) -> str:
    """Gnn of the ministry, two letters of the name, the first free number: Hộ tịch → G15-HT01."""
    ministry, name = key
    if ministry not in GROUPS:
        raise SectorError(f"ministry {ministry!r} has no group number: add it to the table in sectors.py")
    words = re.findall(r"[a-z]+", fold(name))
    letters = (words[0][0] + words[1][0] if len(words) > 1 else words[0][:2]).upper()
    numbers = (f"{GROUPS[ministry]}-{letters}{number:02}" for number in range(1, 100))
    return next(code for code in numbers if code not in taken)


def fold(text: str) -> str:
    """Lower case without accents, to build codes and to sort."""
    bare = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(letter for letter in bare if not unicodedata.combining(letter))
