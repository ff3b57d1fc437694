"""Decides what is handed out to everybody: which tables, in which formats, under which version; never a door, never a household.

Files are made when somebody asks for one and kept, on the disk, until something that they hold may have changed.
"""

import hashlib
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy.orm import Session

from geocode.gazetteer_load import data_version
from loaders.formats.private import private_folder
from registry.errors import NotFoundError
from registry.periods import today
from service import open_data_rows as rows
from service.held_file import HeldFile
from service.open_data_files import GEO, MEDIA, Table, written
from service.statements import statement

TERMS: Final = (
    "Dùng lại tự do, kể cả để kinh doanh; ghi nguồn và phiên bản. Nguồn của từng dòng đứng ở cột nguồn.",
    "Free to use again, also commercially; name the source and the version. The source of each row stands in its source column.",
)
FLAT: Final = ("csv", "parquet")
MAPPED: Final = ("csv", "geojson", "gpkg", "parquet")


@dataclass(frozen=True)
class DataSet:
    """A table that is handed out: its name in paths, what it is in both languages, its formats, and what reads its rows."""

    name: str
    vi: str
    en: str
    about_vi: str
    about_en: str
    formats: tuple[str, ...]
    read: Callable[[Session], Table]


SETS: Final = (
    DataSet(
        "units", "Đơn vị hành chính", "Administrative units",
        "Tỉnh, huyện, xã của mọi thời kỳ, kèm ngày hiệu lực, mã bưu chính, điểm giữa. GeoJSON và GeoPackage: xã hôm nay, kèm ranh giới.",
        "Units of every day: validity, postal code, centre. GeoJSON and GeoPackage: today's communes with their areas.",
        MAPPED, rows.units,
    ),
    DataSet(
        "successions", "Sáp nhập, chia tách", "Successions",
        "Đơn vị nào thành đơn vị nào, ngày nào, toàn bộ hay một phần, theo văn bản nào.",
        "Which unit became which, on which day, whole or in part, by which document.", FLAT, rows.successions,
    ),
    DataSet(
        "coverage", "Độ phủ theo xã", "Coverage by commune",
        "Ba tỷ lệ (a), (b), (c) và các bậc thang của từng xã hôm nay; đơn vị nhỏ được ẩn.",
        "The three ratios (a), (b), (c) and the ladder of every commune today; small units are hidden.", MAPPED, rows.coverage_by_commune,
    ),
    DataSet(
        "baselines", "Số hộ theo thống kê", "Households by statistics",
        "Số hộ và số dân của từng đơn vị theo từng nguồn, ngày đếm và cách chuyển đổi.",
        "Households and people of every unit by source, day of counting and method.", FLAT, rows.baselines,
    ),
    DataSet(
        "indicators", "Chỉ tiêu hạ tầng bưu chính", "Postal infrastructure indicators",
        "Điểm phục vụ, số dân một điểm, bán kính phục vụ của cả nước và từng tỉnh năm nay, cạnh chỉ tiêu.",
        "Points, people per point and service radius of the country and provinces this year, beside their targets.",
        FLAT, rows.indicators_of_year,
    ),
)  # fmt: skip
_BY_NAME: Final[Mapping[str, DataSet]] = {each.name: each for each in SETS}


@dataclass(frozen=True)
class Edition:
    """What the files of a moment are called: the version of the data, and a mark that is another one when any file may differ."""

    data_version: str
    mark: str
    day: date


@dataclass(frozen=True)
class OpenFile:
    """A file that was made."""

    file: HeldFile
    sha256: str
    media: str
    name: str


class OpenDataCache:
    """Keeps the files of one edition; thread-safe, and one file is made at a time."""

    def __init__(self) -> None:
        """Start empty."""
        self._mark = ""
        self._files: dict[tuple[str, str], OpenFile] = {}
        self._lock = threading.Lock()

    def known(self, edition: Edition, name: str, form: str) -> OpenFile | None:
        """Return the file where it was made already."""
        return self._files.get((name, form)) if self._mark == edition.mark else None

    def get(self, session: Session, edition: Edition, name: str, form: str) -> OpenFile:
        """Return the file, made now if need be; NotFoundError for a table or a format that there is not."""
        found = _BY_NAME.get(name)
        if found is None or form not in found.formats:
            raise NotFoundError(f"Không có tệp “{name}.{form}”.", f"There is no file {name}.{form}.", hint="Xem /v1/open-data")
        with self._lock:
            if self._mark != edition.mark:
                self._mark, self._files = edition.mark, {}
            key = (name, form)
            if key not in self._files:
                self._files[key] = _made(session, edition, found, form)
            return self._files[key]


def edition(session: Session) -> Edition:
    """Return what the files of this moment are called."""
    version, day = data_version(session), today()
    state = f"{version} {session.scalar(statement('open_data', 'edition'), {'day': day})}"
    return Edition(version, hashlib.sha256(state.encode()).hexdigest()[:16], day)


def catalogue(now: Edition, cache: OpenDataCache) -> dict[str, Any]:
    """Return what there is; size and checksum of a file are null until somebody asked for it."""
    return {
        "data_version": now.data_version, "edition": now.mark, "on": now.day.isoformat(),
        "terms": {"vi": TERMS[0], "en": TERMS[1]}, "sets": [_described(each, now, cache) for each in SETS],
    }  # fmt: skip


def _described(each: DataSet, now: Edition, cache: OpenDataCache) -> dict[str, Any]:
    files = []
    for form in each.formats:
        made = cache.known(now, each.name, form)
        files.append({
            "format": form, "media_type": MEDIA[form], "path": f"/v1/open-data/{each.name}.{form}",
            "bytes": made and made.file.size, "sha256": made and made.sha256,
        })  # fmt: skip
    about = {"vi": each.about_vi, "en": each.about_en}
    return {"name": each.name, "title": {"vi": each.vi, "en": each.en}, "about": about, "files": files}


def _made(session: Session, now: Edition, wanted: DataSet, form: str) -> OpenFile:
    table = rows.areas(session) if wanted.name == "units" and form in GEO else wanted.read(session)
    if form in GEO and table.geometry is None:
        table = table.with_areas(rows.areas(session))
    name = f"diachiso_{wanted.name}_{now.day.isoformat()}_{now.mark[:8]}.{form}"
    with private_folder() as folder:
        file = HeldFile(written(table, folder / f"{wanted.name}.{form}", now.day))
    return OpenFile(file, file.sha256(), MEDIA[form], name)
