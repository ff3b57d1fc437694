"""Decides how annex 01 of plan 2377/KH-UBND (Điện Biên, 2021-07-29) becomes service_points_dien_bien.csv, spelling as printed."""

import re
from collections.abc import Iterator

POINT_COLUMNS = (
    "province", "district", "stt", "recorded_name", "code", "building", "internet", "multi_service", "planned", "planned_multi_service",
    "planned_building", "year", "source",
)  # fmt: skip
SOURCE = "Kế hoạch 2377/KH-UBND ngày 29/7/2021 của UBND tỉnh Điện Biên, Phụ lục 01"
PROVINCE = "Tỉnh Điện Biên"
STATE_YEAR, PLAN_YEAR = "2020", "2025"
_ANNEX = re.compile(r"^PHỤ LỤC 01$(.*?)^PHỤ LỤC 02$", re.MULTILINE | re.DOTALL)
_DISTRICT = re.compile(r"[IVX]+")
_CELLS = 9
# The scan reads the tilde of `cố` as a hook on some pages; the word is no name, so it is mended here.
_BUILDINGS = {"Nhà cổ định": "Nhà cố định"}


def annex_points(text: str) -> Iterator[dict[str, str]]:
    """Yield the points of the annex; columns 5-6 are the state of 2020, 7-9 the plan to 2025. A cross is an X in either case."""
    annex = _ANNEX.search(text)
    if annex is None:
        message = "the text holds no annex 01"
        raise ValueError(message)
    district = ""
    for line in annex[1].splitlines():
        cells = [cell.strip() for cell in line.split("\t")]
        cells += [""] * (_CELLS - len(cells))
        if _DISTRICT.fullmatch(cells[0]):
            district = cells[1]
        elif cells[0].isdigit() and cells[1]:
            yield _point(district, cells)


def _point(district: str, cells: list[str]) -> dict[str, str]:
    crosses = ["1" if cell.upper() == "X" else "0" for cell in cells[4:_CELLS]]
    planned = crosses[2] == "1"
    return {
        "province": PROVINCE, "district": district, "stt": cells[0], "recorded_name": cells[1], "code": cells[2],
        "building": _BUILDINGS.get(cells[3], cells[3]), "internet": crosses[0], "multi_service": crosses[1], "planned": crosses[2],
        "planned_multi_service": crosses[3], "planned_building": crosses[4], "year": PLAN_YEAR if planned else STATE_YEAR,
        "source": SOURCE,
    }  # fmt: skip
