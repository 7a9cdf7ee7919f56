"""The tile map of the 13 districts: each where it lies, coloured by its share on time, with the figure in words."""

from dataclasses import dataclass

from portal.dashboards.board import Row

# District code of the General Statistics Office (2022) → column, row; west to east, north to south.
PLACES = {
    "198": (4, 1),  # Bình Liêu
    "201": (5, 1),  # Hải Hà
    "194": (6, 1),  # Móng Cái
    "202": (3, 2),  # Ba Chẽ
    "199": (4, 2),  # Tiên Yên
    "200": (5, 2),  # Đầm Hà
    "205": (1, 3),  # Đông Triều
    "196": (2, 3),  # Uông Bí
    "193": (3, 3),  # Hạ Long
    "195": (4, 3),  # Cẩm Phả
    "203": (5, 3),  # Vân Đồn
    "206": (2, 4),  # Quảng Yên
    "207": (6, 4),  # Cô Tô
}
STEPS = (0.9, 0.95, 0.98)  # the shares at which the colour deepens


@dataclass(frozen=True)
class MapTile:
    """One district."""

    row: Row
    column: int
    line: int
    band: int


def tiles(rows: list[Row]) -> list[MapTile]:
    """The districts among `rows`, in reading order."""
    placed = [(PLACES[row.agency.gso_code], row) for row in rows if row.agency and row.agency.gso_code in PLACES]
    placed.sort(key=lambda one: (one[0][1], one[0][0]))
    return [MapTile(row, column, line, band(row.values["on_time_share"])) for (column, line), row in placed]


def band(share: float | None) -> int:
    """0 without a share, then 1 to 4."""
    return 0 if share is None else 1 + sum(share >= step for step in STEPS)
