"""The published sources as they stand, one frozen row each; nothing is judged here."""

import csv
import gzip
import io
import json
from dataclasses import dataclass
from pathlib import Path

PROCEDURES = "procedures.csv.gz"
DETAILS = "procedures_detail_province_commune.jsonl.gz"
COMMUNE_CATALOGUE = "procedures_commune_catalogue.csv"
UNITS = "admin_units_quangninh_2022.csv"
ORGANISATION = "organisation_quangninh.json"
HOLIDAYS_2022 = "holidays_vn_2022.csv"

NATIONAL_ORIGIN = "chatbot-tthc/chatbot_tthc@5322948, national portal, July 2026"


class SourceError(Exception):
    """A source file is missing or cannot be read; the text says which one and what to do."""


@dataclass(frozen=True)
class Detail:
    """The running texts of one procedure's page (level tỉnh or xã)."""

    steps: str
    ways: str
    papers: str
    legal_basis: str
    result: str


@dataclass(frozen=True)
class SourceProcedure:
    """One procedure as published; an empty text where the source says nothing."""

    code: str
    name: str
    sector: str
    ministry: str
    levels: tuple[str, ...]
    agencies: tuple[str, ...]
    decision: str
    audience: tuple[str, ...]
    channels: tuple[int, ...]
    duration: str
    duration_unit: str
    fee_text: str
    result_code: str
    result_name: str
    existed_2022: bool
    url: str
    origin: str
    detail: Detail | None = None


@dataclass(frozen=True)
class Unit:
    """A commune of 2022 with the district it lies in (General Statistics Office)."""

    district_code: str
    district: str
    code: str
    name: str
    kind: str


@dataclass(frozen=True)
class Body:
    """An agency of the province as the organisation file names it; `code` is empty for vertical agencies."""

    short: str
    name: str
    name_en: str
    code: str


@dataclass(frozen=True)
class Organisation:
    departments: tuple[Body, ...]
    vertical: tuple[Body, ...]
    districts: tuple[tuple[str, str], ...]
    """(statistics code, agency code) of each district."""


@dataclass(frozen=True)
class Sources:
    """Everything the catalogue is derived from."""

    procedures: tuple[SourceProcedure, ...]
    commune_catalogue: tuple[SourceProcedure, ...]
    units: tuple[Unit, ...]
    organisation: Organisation
    holidays_2022: tuple[tuple[str, str], ...]


def read_sources(folder: Path) -> Sources:
    """Read the six files. Raises `SourceError` naming the file."""
    details = _details(folder / DETAILS)
    return Sources(
        procedures=tuple(_procedure(row, details) for row in _table(folder / PROCEDURES)),
        commune_catalogue=tuple(_of_commune_catalogue(row) for row in _table(folder / COMMUNE_CATALOGUE)),
        units=tuple(_unit(row) for row in _table(folder / UNITS)),
        organisation=_organisation(folder / ORGANISATION),
        holidays_2022=tuple((row["date"], row["name"]) for row in _table(folder / HOLIDAYS_2022)),
    )


def text_of(path: Path) -> str:
    """The text of a file, unpacked when it is a .gz. Raises `SourceError`."""
    try:
        content = path.read_bytes()
        return (gzip.decompress(content) if path.suffix == ".gz" else content).decode("utf-8-sig")
    except FileNotFoundError:
        raise SourceError(f"{path.name} is missing in {path.parent}: restore it from the repository") from None
    except (OSError, EOFError, UnicodeError) as error:
        raise SourceError(f"{path.name} cannot be read ({error}): restore it from the repository") from error


def _table(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text_of(path), newline="")))


def _details(path: Path) -> dict[str, Detail]:
    rows = [json.loads(line) for line in text_of(path).split("\n") if line]
    return {
        row["ma_thu_tuc"]: Detail(
            steps=row["trinh_tu_thuc_hien"],
            ways=row["cach_thuc_thuc_hien"],
            papers=row["thanh_phan_ho_so"],
            legal_basis=row["can_cu_phap_ly"],
            result=row["ket_qua_xu_ly"],
        )
        for row in rows
    }


def _split(text: str, separator: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in text.split(separator) if part.strip()))


def _audience(text: str) -> tuple[str, ...]:
    """The kinds of applicant; two of the kinds hold a comma in their own name."""
    for kind in ("Tổ chức (không bao gồm doanh nghiệp, HTX)", "Cán bộ, công chức, viên chức"):
        text = text.replace(kind, kind.replace(",", "\0"))
    return tuple(kind.replace("\0", ",") for kind in _split(text, ","))


def _procedure(row: dict[str, str], details: dict[str, Detail]) -> SourceProcedure:
    return SourceProcedure(
        code=row["code"],
        name=row["name"].strip(),
        sector=row["sector"].strip(),
        ministry=row["ministry"].strip(),
        levels=_split(row["levels"], "|"),
        agencies=_split(row["implementing_agency"], ";"),
        decision=row["decision"].strip(),
        audience=_audience(row["audience"]),
        channels=tuple(sorted(int(channel) for channel in _split(row["channels"], "|"))),
        duration=row["duration"].strip(),
        duration_unit=row["duration_unit"].strip(),
        fee_text=row["fee_text"].strip(),
        result_code=row["result_code"].strip(),
        result_name=row["result_name"].strip(),
        existed_2022=row["probably_existed_2022"] == "1",
        url=row["source_url"].strip(),
        origin=NATIONAL_ORIGIN,
        detail=details.get(row["code"]),
    )


def _of_commune_catalogue(row: dict[str, str]) -> SourceProcedure:
    """A row of the commune catalogue knows a code, a sector and, for about half, a name: nothing else."""
    return SourceProcedure(
        code=row["code"],
        name=row["name"].strip(),
        sector=row["sector"].strip(),
        ministry="",
        levels=("Cấp xã",),
        agencies=(),
        decision="",
        audience=(),
        channels=(),
        duration="",
        duration_unit="",
        fee_text="",
        result_code="",
        result_name="",
        existed_2022=False,
        url="",
        origin=f"code: {row['code_source']}; name: {row['name_source']}",
    )


def _unit(row: dict[str, str]) -> Unit:
    return Unit(
        district_code=row["district_code"],
        district=row["district"],
        code=row["commune_code"],
        name=row["commune"],
        kind=row["commune_type"],
    )


def _organisation(path: Path) -> Organisation:
    content = json.loads(text_of(path))

    def bodies(key: str) -> tuple[Body, ...]:
        return tuple(Body(row["short"], row["name"], row["en"], row.get("mock_code", "")) for row in content[key])

    return Organisation(
        departments=bodies("departments"),
        vertical=bodies("vertical_agencies"),
        districts=tuple((row["district_code"], row["mock_code"]) for row in content["districts"]),
    )
