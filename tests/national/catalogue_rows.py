"""A catalogue of two procedures: one with everything, one with no more than it must have."""

from pathlib import Path
from typing import Any

import orjson

ROWS: list[dict[str, Any]] = [
    {
        "code": "1.004884",
        "name": "Đăng ký khai sinh",
        "sector_code": "G15-HT01",
        "ministry": "Bộ Tư pháp",
        "at_commune": True,
        "duration": {"value": 1, "unit": "working_days"},
        "fee_text": "không",
        "steps": ["Nộp hồ sơ", "Nhận kết quả"],
        "papers": [{"name": "Tờ khai", "originals": 1, "copies": 0, "form": "TK01"}],
        "legal_basis": ["Luật Hộ tịch"],
        "result_name": "Giấy khai sinh",
        "result_code": "KQ.G15.000031",
        "channels": [1, 2],
        "decision": "1872/QĐ-BTP",
        "audience": ["Công dân Việt Nam"],
    },
    {"code": "2.000635", "name": "Cấp bản sao", "sector_code": "G15-HT01"},
]
SECTORS = [{"code": "G15-HT01", "name": "Hộ tịch"}]
AGENCIES = [
    {"code": "000.01.22.H49", "name": "UBND phường Bạch Đằng", "level": "commune"},
    {"code": "000.00.00.H49", "name": "UBND tỉnh Quảng Ninh", "level": "province"},
]


def write_files(folder: Path) -> Path:
    """The catalogue as the mock reads it; gives the file of procedures."""
    (folder / "sectors.csv").write_text("code,name\nG15-HT01,Hộ tịch\n", encoding="utf-8")
    (folder / "agencies.csv").write_text("code,name\n000.00.00.H49,UBND tỉnh\n", encoding="utf-8")
    path = folder / "procedures.jsonl"
    path.write_bytes(b"\n".join(orjson.dumps(row) for row in ROWS))
    return path
