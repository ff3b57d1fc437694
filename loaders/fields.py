"""Here is decided which column of a file is which column of the hand-over: canonical names, synonyms, what must not be missing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from loaders.mapping import Mapping
from registry.errors import FileRefused
from registry.text import fold

# Canonical column -> other headers, folded; handover.md's "also seen as" and the obvious ones.
COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "stt": ("stt", "id", "placeid", "so thu tu", "tt"),
    "ma_dia_chi_so": ("ndascode", "ndas", "ma dia chi so", "dia chi so", "ma dcs", "madiachiso"),
    "vpostcode": ("vpostcode", "smartcode", "ma vpostcode"),
    "loai": ("type", "loai", "loai doi tuong", "loai dia chi"),
    "so_nha": ("hsnum", "so nha", "house number", "housenumber", "sonha"),
    "ngo": ("alleylv1", "ngo", "hem", "kiet", "ngo hem"),
    "ngach": ("alleylv2", "ngach"),
    "duong": ("stname", "duong", "pho", "duong pho", "ten duong", "street", "duongpho"),
    "thon_to": ("subvillage", "village", "thon to", "to dan pho", "to", "thon", "ban", "ap", "khom", "xom", "thon xom", "thon ban"),
    "toa_nha": ("namebuilding", "toa nha", "chung cu", "building"),
    "tang": ("numberfloorbulding", "numberfloorbuilding", "tang", "lau", "floor"),
    "phong": ("numberroombulding", "numberroombuilding", "phong", "can ho", "so phong", "room"),
    "xa": ("ward", "xa", "phuong", "phuong xa", "xa phuong", "xa phuong thi tran", "phuong xa thi tran", "commune"),
    "huyen": ("district", "huyen", "quan", "quan huyen", "huyen quan", "quan huyen thi xa", "quan huyen thi xa thanh pho"),
    "tinh": ("city", "province", "tinh", "tinh thanh", "tinh tp", "tinh thanh pho", "thanh pho"),
    "ma_xa": ("ma xa", "ma phuong xa", "ward code", "commune code", "maxa", "ma dvhc"),
    "kinh_do": ("longitude", "kinh do", "lon", "lng", "long", "x", "kinhdo"),
    "vi_do": ("latitude", "vi do", "lat", "y", "vido"),
    "ma_ho": ("ma ho", "household", "ma ho gia dinh", "maho"),
    "so_ho": ("so ho", "so ho gia dinh", "households", "soho"),
    "trang_thai": ("verify", "trang thai", "status", "trangthai"),
    "ngay_thu_thap": ("ngay thu thap", "ngay", "collected", "ngaythuthap"),
    "ghi_chu": ("info", "ghi chu", "note", "ghichu"),
    "dia_chi": ("dia chi", "dia chi day du", "fulladdress", "formattedaddress", "address"),
}
# Columns that name or reach a person: they are never stored, not even in the quarantine.
PERSONAL: Final = (
    "ho ten", "ho va ten", "ten chu ho", "chu ho", "ten chu nha", "nguoi dai dien", "nguoi lien he", "so dien thoai", "dien thoai", "sdt",
    "phone", "mobile", "email", "e mail", "cccd", "cmnd", "so cccd", "so cmnd", "can cuoc", "ngay sinh", "name", "full name",
)  # fmt: skip
# Of several columns for one of these the first one that is filled in counts, in the order of the synonyms: the group or hamlet
# (subVillage) tells more of a door than the village around it. Of several row numbers any one will do.
JOINED: Final = ("ngo", "duong", "thon_to")
ANY_ONE: Final = ("stt",)
# Columns of codes and numbers, in which ten digits are no phone.
EXACT: Final = ("stt", "ma_dia_chi_so", "vpostcode", "kinh_do", "vi_do", "ma_xa", "ma_ho", "so_ho", "ngay_thu_thap")


@dataclass(frozen=True)
class Columns:
    """Where each canonical column stands in the file (position from 0), and what was found besides.

    `further` are the columns to read where the first one for a canonical column is empty.
    """

    header: tuple[str, ...]
    position: dict[str, int]
    unknown: tuple[int, ...]
    personal: tuple[int, ...]
    further: dict[str, tuple[int, ...]] = field(default_factory=dict)

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


def identify(header: Sequence[str], mapping: Mapping, file_name: str, *, province_given: bool) -> Columns:
    """Find the canonical columns; FileRefused when a header stands twice for one column or a needed column is missing."""
    position: dict[str, int] = {}
    further: dict[str, tuple[int, ...]] = {}
    for name, found_at in _found(header, mapping).items():
        first, *others = found_at
        keys = [_key(header[at]) for at in found_at]
        if others and (name not in (*JOINED, *ANY_ONE) or len(set(keys)) < len(keys)):
            raise _twice(header[first], header[others[0]], name, file_name)
        position[name] = first
        if others and name in JOINED:
            further[name] = tuple(others)
    _refuse_missing_mapped(header, mapping, file_name)
    read = {*position.values(), *(at for others in further.values() for at in others)}
    unknown = tuple(at for at in range(len(header)) if at not in read)
    personal = tuple(at for at in unknown if _key(header[at]) in PERSONAL)
    found = Columns(tuple(header), position, unknown, personal, further)
    _refuse_missing(found, mapping, file_name, province_given=province_given)
    return found


def _found(header: Sequence[str], mapping: Mapping) -> dict[str, list[int]]:
    """Return the columns that stand for each canonical one, the most telling first."""
    found: dict[str, list[tuple[int, int]]] = {}
    for at, cell in enumerate(header):
        if said := _canonical(cell, mapping):
            found.setdefault(said[0], []).append((said[1], at))
    return {name: [at for _, at in sorted(places)] for name, places in found.items()}


def _canonical(cell: str, mapping: Mapping) -> tuple[str, int] | None:
    """Return the canonical name of a header and its rank: what the mapping says, else the name itself, else a synonym."""
    bare = cell.strip()
    if bare in mapping.headers:
        return mapping.headers[bare], 0
    key = _key(bare)
    for name, synonyms in COLUMNS.items():
        known = (_key(name), *synonyms)
        if name not in mapping.columns and key in known:
            return name, known.index(key)
    return None


def _key(cell: str) -> str:
    """Return a header as headers are compared: `Tỉnh/Thành phố` and `tinh_thanh_pho` are one."""
    return " ".join(fold(cell.replace("_", " ").replace("/", " ")).split())


def _twice(first: str, second: str, name: str, file_name: str) -> FileRefused:
    return FileRefused(
        f"Tệp {file_name}: hai cột “{first}” và “{second}” cùng là {name}.",
        f"{file_name}: two columns, “{first}” and “{second}”, both stand for {name}.",
        hint="Bỏ bớt hoặc đổi tên một cột, hoặc chỉ rõ bằng --mapping.",
    )


def _refuse_missing_mapped(header: Sequence[str], mapping: Mapping, file_name: str) -> None:
    present = {cell.strip() for cell in header}
    for name, wanted in mapping.columns.items():
        if wanted not in present:
            raise FileRefused(
                f"Tệp {file_name} không có cột “{wanted}” mà tệp ánh xạ dùng cho {name}.",
                f"{file_name} has no column “{wanted}”, which the mapping uses for {name}.",
                hint=f"Các cột có trong tệp: {', '.join(header)}",
            )


def _refuse_missing(found: Columns, mapping: Mapping, file_name: str, *, province_given: bool) -> None:
    def has(*names: str) -> bool:
        return any(found.has(name) or mapping.defaults.get(name) for name in names)

    needed = [
        (has("kinh_do"), "kinh_do", "longitude or easting"),
        (has("vi_do"), "vi_do", "latitude or northing"),
        (has("duong", "thon_to"), "duong hoặc thon_to", "street or hamlet"),
        (has("xa", "ma_xa"), "xa hoặc ma_xa", "commune or its code"),
        (province_given or has("tinh"), "tinh (hoặc --province)", "province (or --province)"),
    ]
    missing = [(vi, en) for present, vi, en in needed if not present]
    if missing:
        raise FileRefused(
            f"Tệp {file_name} thiếu cột: {', '.join(vi for vi, _ in missing)}.",
            f"{file_name} lacks a needed column: {', '.join(en for _, en in missing)}.",
            hint=f"Các cột có trong tệp: {', '.join(found.header) or '(không có)'}. Đổi tên cột theo mẫu bàn giao hoặc dùng --mapping.",
        )
