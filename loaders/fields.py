"""Here is decided which column of a file is which column of the hand-over, and that none that is needed is missing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from loaders.headers import PERSONAL_MARK, header_key, known, near, synonyms
from loaders.mapping import Mapping, quoted
from registry.errors import FileRefused
from registry.text import clean

# Canonical column -> other headers, folded; the table is synonyms.csv.
COLUMNS: Final[dict[str, tuple[str, ...]]] = {name: words for name, words in synonyms().items() if name != PERSONAL_MARK}
# Of several columns for one of these the first one that is filled in counts, in the order of the synonyms: the group or hamlet
# (subVillage) tells more of a door than the village around it. Of several row numbers any one will do.
JOINED: Final = ("ngo", "duong", "thon_to", "dia_chi")
ANY_ONE: Final = ("stt",)
# Columns of codes and numbers, in which ten digits are no phone.
EXACT: Final = ("stt", "ma_dia_chi_so", "vpostcode", "kinh_do", "vi_do", "toa_do", "ma_xa", "ma_ho", "so_ho", "ngay_thu_thap")
# Without one of these a row would be another door: a slip in the header must be settled before anything is read.
DECISIVE: Final = (
    "ma_dia_chi_so", "so_nha", "ngo", "ngach", "duong", "thon_to", "toa_nha", "tang", "phong", "xa", "huyen", "tinh", "ma_xa", "kinh_do",
    "vi_do", "toa_do", "ma_ho", "dia_chi",
)  # fmt: skip


@dataclass(frozen=True)
class Columns:
    """Where each canonical column stands in the file (position from 0), and what was found besides.

    `further` are the columns to read where the first one for a canonical column is empty; `near` are columns whose header has a slip,
    with the canonical column that it probably means: they are not read.
    """

    header: tuple[str, ...]
    position: dict[str, int]
    unknown: tuple[int, ...]
    personal: tuple[int, ...]
    further: dict[str, tuple[int, ...]] = field(default_factory=dict)
    near: tuple[tuple[int, str], ...] = ()

    def has(self, name: str) -> bool:
        """Say whether the file has that canonical column."""
        return name in self.position

    @property
    def joined(self) -> dict[str, tuple[int, ...]]:
        """Return the canonical columns that are read from several columns of the file, with these in their order."""
        return {name: (self.position[name], *others) for name, others in self.further.items()}

    def exact(self) -> set[int]:
        """Return the positions of the columns that hold codes and numbers."""
        return {self.position[name] for name in EXACT if name in self.position}


def is_known_header(cell: str) -> bool:
    """Tell whether a cell reads as the header of a column, whatever its case, accents, numbering, brackets and units."""
    return bool(cell.strip()) and known(cell) is not None


def identify(header: Sequence[str], mapping: Mapping, file_name: str, *, province_given: bool, free_text: bool = False) -> Columns:
    """Find the canonical columns; FileRefused when a header stands twice for one column or a needed column is missing.

    With `free_text` a column of whole addresses (`dia_chi`) stands in for those of street, commune and province.
    """
    found = sight(header, mapping, file_name)
    _refuse_missing(found, mapping, file_name, province_given=province_given, free_text=free_text)
    _refuse_near(found, file_name)
    return found


def sight(header: Sequence[str], mapping: Mapping, file_name: str) -> Columns:
    """Find the columns as `identify` does, but leave missing and near ones to whoever asks."""
    position: dict[str, int] = {}
    further: dict[str, tuple[int, ...]] = {}
    for name, found_at in _found(header, mapping).items():
        first, *others = found_at
        keys = [header_key(header[at]) for at in found_at]
        if others and (name not in (*JOINED, *ANY_ONE) or len(set(keys)) < len(keys)):
            raise _twice(header[first], header[others[0]], name, file_name)
        position[name] = first
        if others and name in JOINED:
            further[name] = tuple(others)
    _refuse_missing_mapped(header, mapping, file_name)
    read = {*position.values(), *(at for others in further.values() for at in others)}
    unknown = tuple(at for at in range(len(header)) if at not in read)
    personal = tuple(at for at in unknown if (said := known(header[at])) and said.canonical == PERSONAL_MARK)
    return Columns(tuple(header), position, unknown, personal, further, _near(header, unknown, position, mapping))


def unread(header: Sequence[str], mapping: Mapping) -> frozenset[str]:
    """Return the headers of columns that nobody reads."""
    return frozenset(header[at] for at in sight(header, mapping, "").unknown)


def near_words(columns: Columns) -> str:
    """Say which headers look like slips, with the line of a mapping that settles each; empty when there are none."""
    return "; ".join(f"“{columns.header[at]}” ~ {name}: {_line(columns.header[at], name)}" for at, name in columns.near)


def _found(header: Sequence[str], mapping: Mapping) -> dict[str, list[int]]:
    """Return the columns that stand for each canonical one, the most telling first."""
    found: dict[str, list[tuple[int, int]]] = {}
    for at, cell in enumerate(header):
        if said := _canonical(cell, mapping):
            found.setdefault(said[0], []).append((said[1], at))
    return {name: [at for _, at in sorted(places)] for name, places in found.items()}


def _canonical(cell: str, mapping: Mapping) -> tuple[str, int] | None:
    """Return the canonical name of a header and its rank: what the mapping says, else the table of synonyms."""
    bare = clean(cell)
    if bare in mapping.headers:
        return mapping.headers[bare], 0
    said = None if bare in mapping.ignore else known(cell)
    return None if said is None or said.canonical == PERSONAL_MARK or said.canonical in mapping.columns else said


def _near(header: Sequence[str], unknown: tuple[int, ...], position: dict[str, int], mapping: Mapping) -> tuple[tuple[int, str], ...]:
    """Return the columns that nobody reads although their header is but a slip away from a column that the file lacks."""
    guesses = ((at, near(header[at])) for at in unknown if clean(header[at]) not in mapping.ignore)
    return tuple((at, name) for at, name in guesses if name and name not in position and name not in mapping.defaults)


def _line(header: str, name: str) -> str:
    """Return the line of a mapping file that reads a header as a column."""
    return f"{name} = {quoted(clean(header))}"


def _twice(first: str, second: str, name: str, file_name: str) -> FileRefused:
    return FileRefused(
        f"Tệp {file_name}: hai cột “{first}” và “{second}” cùng là {name}.",
        f"{file_name}: two columns, “{first}” and “{second}”, both stand for {name}.",
        hint=f"Bỏ bớt hoặc đổi tên một cột, hoặc chỉ rõ bằng --mapping, mục [columns]: {_line(first, name)}",
        page="Bỏ bớt hoặc đổi tên một cột, hoặc chọn lại ở bước Xem trước, mục “Cột nào là gì?”.",
    )


def _refuse_missing_mapped(header: Sequence[str], mapping: Mapping, file_name: str) -> None:
    present = {clean(cell) for cell in header}
    for name, wanted in mapping.columns.items():
        if clean(wanted) not in present:
            raise FileRefused(
                f"Tệp {file_name} không có cột “{wanted}” mà tệp ánh xạ dùng cho {name}.",
                f"{file_name} has no column “{wanted}”, which the mapping uses for {name}.",
                hint=f"Các cột có trong tệp: {', '.join(header)}",
            )


def missing(found: Columns, mapping: Mapping, *, province_given: bool, free_text: bool = False) -> list[tuple[str, str]]:
    """Return the needed columns that a file lacks, in Vietnamese and English each."""

    def has(*names: str) -> bool:
        return any(found.has(name) or mapping.defaults.get(name) for name in names)

    told = free_text and has("dia_chi")
    needed = [
        (has("kinh_do", "toa_do"), "kinh_do", "longitude or easting"),
        (has("vi_do", "toa_do"), "vi_do", "latitude or northing"),
        (told or has("duong", "thon_to"), "duong hoặc thon_to", "street or hamlet"),
        (told or has("xa", "ma_xa"), "xa hoặc ma_xa", "commune or its code"),
        (told or province_given or has("tinh"), "tinh (hoặc nói rõ tỉnh khi nộp)", "province (or say it with the file)"),
    ]
    return [(vi, en) for present, vi, en in needed if not present]


def _refuse_missing(found: Columns, mapping: Mapping, file_name: str, *, province_given: bool, free_text: bool) -> None:
    lacking = missing(found, mapping, province_given=province_given, free_text=free_text)
    if lacking:
        slips = f" Có thể là: {near_words(found)}." if found.near else ""
        there = f"Các cột có trong tệp: {', '.join(found.header) or '(không có)'}.{slips}"
        raise FileRefused(
            f"Tệp {file_name} thiếu cột: {', '.join(vi for vi, _ in lacking)}.",
            f"{file_name} lacks a needed column: {', '.join(en for _, en in lacking)}.",
            hint=f"{there} Đổi tên cột theo mẫu bàn giao hoặc dùng --mapping (gợi ý: diachiso mapping suggest {file_name}).",
            page=f"{there} Đổi tên cột theo mẫu bàn giao, hoặc chọn lại ở mục “Cột nào là gì?”.",
        )


def _refuse_near(found: Columns, file_name: str) -> None:
    """Refuse a header with a slip where it may hold a part of the address: read or not, the doors would be others."""
    doubtful = [(at, name) for at, name in found.near if name in DECISIVE]
    if doubtful:
        at, name = doubtful[0]
        lines = "; ".join(_line(found.header[place], meant) for place, meant in doubtful)
        raise FileRefused(
            f"Tệp {file_name}: cột “{found.header[at]}” có lẽ là {name} viết sai; chưa xác nhận nên không đọc.",
            f"{file_name}: the column “{found.header[at]}” is probably a misspelt {name}; it is not read unconfirmed.",
            hint=f"Trong tệp ánh xạ (--mapping), mục [columns], ghi: {lines}; nếu không phải, ghi ở đầu tệp: ignore ="
            f" [{', '.join(quoted(clean(found.header[place])) for place, _ in doubtful)}].",
            page="Chọn lại cột ở bước Xem trước, mục “Cột nào là gì?”.",
        )
