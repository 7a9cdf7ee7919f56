"""The national catalogue of procedures (thủ tục hành chính), answered as records of national-protocol 6.1.

Every array is present and LINHVUCTHUCHIEN never empty: real clients look into them without asking. A procedure is
found by its national code, with or without the suffix of a province (`.000.00.00.H49`, `.H49`).
"""

import csv
import gzip
import re
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import orjson

from sync.national.dictionaries import dictionaries
from sync.national.digest import text_of

DEFAULT_FILE = Path(__file__).resolve().parents[2] / "procedures" / "data" / "procedures.jsonl.gz"
SECTORS_FILE = "sectors.csv"
AGENCIES_FILE = "agencies.csv"
_PROCEDURE = re.compile(r"(\d\.\d{6})(?:\.(?:\d{3}\.\d{2}\.\d{2}\.)?[A-Z]\d{2})?", re.ASCII | re.IGNORECASE)
_MINISTRY = re.compile(r"[A-Z]\d{2}", re.ASCII)
_CHARGE, _LEVY = "1", "2"  # MAPHILEPHI: phí, lệ phí
_PUBLIC = "1"
_ONLINE = "2"
_LEVELS = (("at_province", "1", "Cấp tỉnh"), ("at_district", "2", "Cấp huyện"), ("at_commune", "3", "Cấp xã"))
_AGENCY_LEVELS = {"district": "2", "commune": "3"}  # every other agency belongs to the province
_UNITS = {"working_days": "Ngày làm việc", "days": "Ngày", "hours": "Giờ", "months": "Tháng"}
Record = dict[str, Any]
Found = TypeVar("Found")


class CatalogueError(Exception):
    """The catalogue cannot be read; the text says which file and why."""


def is_procedure_code(code: str) -> bool:
    return _PROCEDURE.fullmatch(code.strip()) is not None


def national_code(code: str) -> str:
    """1.004884.000.00.00.H49 and 1.004884.H49 are local names of 1.004884; what is no such code stays as it is."""
    match = _PROCEDURE.fullmatch(code.strip())
    return match[1] if match else code.strip()


def _fee(words: str) -> Record:
    """By its words a fee is a lệ phí or else a phí."""
    kind = _LEVY if "lệ phí" in words.lower() else _CHARGE
    return {"MAPHILEPHI": kind, "SOTIEN": words, "DONVI": "", "MOTA": words, "URL": "", "TENTEP": ""}


def _publisher(sector: str) -> str:
    """The code of the ministry whose sector it is (ours: sectors begin with it, G15-HT01 → 000.00.00.G15)."""
    ministry = sector.partition("-")[0]
    return f"000.00.00.{ministry}" if _MINISTRY.fullmatch(ministry) else ""


def _channels(row: Record) -> list[Record]:
    duration = row.get("duration") or {}
    limit = {
        "THOIGIANGIAIQUYET": text_of(duration.get("value")),
        "DONVITINH": _UNITS.get(text_of(duration.get("unit")), text_of(duration.get("unit"))),
        "MOTA": "",
        "PHILEPHI": [_fee(row["fee_text"])] if row.get("fee_text") else [],
    }
    return [{"KENH": text_of(channel), "THOIGIAN": [limit]} for channel in row.get("channels") or ["1"]]


def _paper(paper: Record) -> Record:
    return {
        "MAGIAYTO": "",
        "TENGIAYTO": paper.get("name") or "",
        "TENMAUDON": paper.get("form") or "",
        "SOBANCHINH": text_of(paper.get("originals")),
        "SOBANSAO": text_of(paper.get("copies")),
        "URL": "",
    }


def _legal_basis(basis: object) -> Record:
    return {
        "SOVANBAN": "",
        "TENVANBAN": text_of(basis),
        "NGAYBANHANH": "",
        "NGAYHIEULUC": "",
        "COQUANBANHANH": "",
        "DIACHITRUYCAP": "",
    }


def _result(row: Record) -> list[Record]:
    if not row.get("result_name"):
        return []
    return [{"MAKETQUA": row.get("result_code") or "", "TENKETQUA": row["result_name"], "TENTEP": "", "URL": ""}]


def to_national(row: Record, sectors: dict[str, str]) -> Record:
    """One row of the catalogue file as a record of LayThuTuc."""
    sector, papers = row["sector_code"], [_paper(paper) for paper in row.get("papers") or []]
    return {
        "ID": row["code"],
        "MATTHC": row["code"],
        "TENTTHC": row["name"],
        "MACOQUANCONGBO": _publisher(sector),
        "LOAITTHC": "",
        "MOTADOITUONGTHUCHIEN": "",
        "DIACHITIEPNHAN": "",
        "QUYETDINH": row.get("decision") or "",
        "IDQUYETDINHCONGBO": row.get("decision") or "",  # by which LayQDCB finds it
        "YEUCAU": "",
        "TUKHOA": "",
        "MOTA": "",
        "MOTACOQUANTHUCHIEN": "",
        "MOTACOQUANTHAMQUYEN": "",
        "TRANGTHAI": _PUBLIC,
        "CAPTHUCHIEN": [{"CAPTHUCHIEN": code, "TENCAP": name} for flag, code, name in _LEVELS if row.get(flag)],
        "LINHVUCTHUCHIEN": [{"MALINHVUC": sector, "TENLINHVUC": sectors.get(sector, sector)}],
        "DOITUONGTHUCHIEN": [{"MADOITUONG": "", "TENDOITUONG": text_of(who)} for who in row.get("audience") or []],
        "TRINHTUTHUCHIEN": [
            {"TRUONGHOP": "", "TRINHTU": [{"TENTRINHTU": step} for step in row.get("steps") or []]},
        ],
        "CACHTHUCTHUCHIEN": _channels(row),
        "THANHPHANHOSO": [{"TRUONGHOP": "", "GIAYTO": papers}],
        "KETQUATHUCHIEN": _result(row),
        "CANCUPHAPLY": [_legal_basis(basis) for basis in row.get("legal_basis") or []],
        "COQUANTHUCHIEN": [],
        "COQUANCOTHAMQUYEN": [],
        "COQUANDUOCUYQUYEN": [],
        "COQUANPHOIHOP": [],
        "TTHCLIENQUAN": [],
        "TTHCLIENTHONG": [],
    }


class Catalogue:
    """Procedures by national code, with the shared lists of sectors and agencies."""

    def __init__(self, rows: Iterable[Record], sectors: Iterable[Record], agencies: Iterable[Record]) -> None:
        names = {row["code"]: row["name"] for row in sectors}
        offices = list(agencies)
        procedures = list(rows)
        self._by_code = {national_code(row["code"]): to_national(row, names) for row in procedures}
        self._publishers = {row["code"]: row.get("ministry") or "" for row in procedures}
        self.sectors = [
            {"MALINHVUC": code, "TENLINHVUC": name, "MANGANH": code.partition("-")[0]} for code, name in names.items()
        ]
        self.agencies = [
            {
                "MADONVI": row["code"],
                "TENDONVI": row["name"],
                "CAPDONVI": _AGENCY_LEVELS.get(row.get("level") or "", "1"),
            }
            for row in offices
        ]
        bases = {basis["TENVANBAN"]: None for row in self._by_code.values() for basis in row["CANCUPHAPLY"]}
        self.dictionaries = dictionaries(offices, [name for name in bases if name])

    def find(self, code: str) -> Record | None:
        return self._by_code.get(national_code(code))

    def online_services(self, code: str, keyword: str) -> list[Record]:
        """Dịch vụ công (LayDVC): what can be filed online, all or of one procedure, or with a word in its name."""
        wanted = national_code(code)
        return [
            {
                "MADVC": row["MATTHC"],
                "TENDVC": row["TENTTHC"],
                "MATTHC": row["MATTHC"],
                "TENTTHC": row["TENTTHC"],
                "TENCOQUANBANHANH": self._publishers[row["ID"]],
                "TENLINHVUC": row["LINHVUCTHUCHIEN"][0]["TENLINHVUC"],
                "APDUNGDVC": [],
            }
            for row in self._by_code.values()
            if any(way["KENH"] == _ONLINE for way in row["CACHTHUCTHUCHIEN"])
            and wanted in ("", row["MATTHC"])
            and keyword.strip().lower() in row["TENTTHC"].lower()
        ]

    def published_by(self, decision: str) -> list[str]:
        """The codes of the procedures that the decision (quyết định công bố) with this number published."""
        return [row["MATTHC"] for row in self._by_code.values() if row["QUYETDINH"] == decision]

    def procedures(self) -> list[Record]:
        return [{"MATTHC": row["MATTHC"], "TENTTHC": row["TENTTHC"]} for row in self._by_code.values()]

    def __len__(self) -> int:
        return len(self._by_code)


def _reading(path: Path, read: Callable[[Path], Found]) -> Found:
    try:
        return read(path)
    except FileNotFoundError as error:
        raise CatalogueError(f"The catalogue file {path} is missing.") from error
    except (OSError, EOFError, zlib.error, UnicodeError, csv.Error, orjson.JSONDecodeError) as error:
        raise CatalogueError(f"The catalogue file {path} cannot be read: {error}.") from error


def _lines(path: Path) -> list[Record]:
    content = path.read_bytes()
    if path.suffix == ".gz":
        content = gzip.decompress(content)
    return [orjson.loads(line) for line in content.splitlines() if line.strip()]


def _table(path: Path) -> list[Record]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def load(path: Path = DEFAULT_FILE) -> Catalogue:
    """Procedures as JSON lines, plain or .gz; sectors.csv and agencies.csv (code, name) beside them."""
    rows = _reading(path, _lines)
    sectors = _reading(path.with_name(SECTORS_FILE), _table)
    agencies = _reading(path.with_name(AGENCIES_FILE), _table)
    if not rows:
        raise CatalogueError(f"The catalogue file {path} holds no procedure.")
    try:
        return Catalogue(rows, sectors, agencies)
    except (KeyError, TypeError, AttributeError) as error:
        raise CatalogueError(f"The catalogue {path} lacks what every row must have: {error}.") from error
