"""Here is decided what an import is: a readable file, how it is to be read, whose rows it may hold, what it claims to be."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from loaders.fields import COLUMNS, Columns, identify
from loaders.files import Source, opened
from loaders.kept_rows import raw_keys
from loaders.mapping import Mapping, read_mapping
from loaders.profiles import DEFAULT, outcomes
from loaders.quarantine import Resubmission
from loaders.report import BatchReport
from registry.geo import known_crs
from registry.units import current_province

WGS84 = "EPSG:4326"
# Of checking and writing, for the progress bar.
STEPS = 7
Progress = Callable[[str, int, int], None]
# Given texts of whole addresses, returns for each the cells that it means, by canonical name; nothing where it is not understood.
FreeText = Callable[[Sequence[str]], Sequence[dict[str, str]]]


def _silent(_step: str, _done: int, _total: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Asked:
    """The options of an import; what is None is what the mapping says, else what the file declares, else the usual.

    `complete`: the file lists all doors of its communes, and doors that it leaves out are retired. `wait`: queue behind another import
    of the province. `swapped`: whether the second coordinate is the easting, where that need not be found out. `free_text` reads rows
    that are nothing but a whole address. `also` gets the finished report before anything is committed or, in a dry run, undone. `readers`:
    so many processes read the file (None: as many as pay), which changes nothing but the time.
    """

    province: str | None = None
    mapping: Path | None = None
    crs: str | None = None
    delimiter: str | None = None
    encoding: str | None = None
    sheet: str | None = None
    layer: str | None = None
    profile: str | None = None
    actor: str = ""
    dry_run: bool = False
    accept_misplaced: bool = False
    swapped: bool | None = None
    complete: bool = False
    wait: bool = True
    result: Path | None = None
    resubmission: Resubmission | None = None
    free_text: FreeText | None = None
    readers: int | None = None
    progress: Progress = field(default=_silent)
    also: Callable[[Session, BatchReport], object] | None = None


@dataclass(frozen=True)
class Job:
    """An import that can begin: the file is open, its columns are known."""

    asked: Asked
    source: Source
    columns: Columns
    mapping: Mapping
    province: str | None
    crs: str
    profile: str

    @property
    def file_name(self) -> str:
        """The name of the file that was handed in."""
        return self.asked.resubmission.name if self.asked.resubmission else self.source.path.name

    @property
    def file_sha256(self) -> str:
        """The hash of its bytes."""
        return self.asked.resubmission.sha256 if self.asked.resubmission else self.source.sha256

    @property
    def file_bytes(self) -> int:
        """How many they are."""
        return self.asked.resubmission.size if self.asked.resubmission else self.source.size

    def options(self) -> dict[str, Any]:
        """Return what, besides the bytes, decides how the file is read."""
        said: dict[str, Any] = {
            "province": self.province, "mapping": self.mapping.to_dict(), "crs": self.crs, "profile": self.profile,
            "delimiter": self.source.delimiter, "encoding": self.source.encoding, "header": raw_keys(self.columns),
        }  # fmt: skip
        if self.asked.resubmission:
            said["resubmits"] = self.asked.resubmission.batch_id
        further = {"complete": self.asked.complete, "sheet": self.asked.sheet, "layer": self.asked.layer}
        return said | {name: value for name, value in further.items() if value}


@contextmanager
def prepared(session: Session, path: Path, asked: Asked) -> Iterator[Job]:
    """Open the file and find its columns; UsageError, FileRefused or NotFoundError (no such province) say what is wrong."""
    mapping = read_mapping(asked.mapping, tuple(COLUMNS))
    stated = asked.crs or mapping.crs
    crs = f"EPSG:{known_crs(stated)}" if stated else None
    profile = asked.profile or mapping.profile or DEFAULT
    outcomes(profile)
    with opened(
        path, delimiter=asked.delimiter or mapping.delimiter, encoding=asked.encoding or mapping.encoding,
        sheet=asked.sheet or mapping.sheet, layer=asked.layer, crs=crs, names=tuple(mapping.headers),
    ) as source:  # fmt: skip
        columns = identify(
            source.header, mapping, path.name, province_given=asked.province is not None, free_text=asked.free_text is not None
        )  # fmt: skip
        province = current_province(session, asked.province).code if asked.province is not None else None
        yield Job(asked, source, columns, mapping, province, crs or source.crs or WGS84, profile)
