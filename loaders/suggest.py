"""Here is decided what is proposed for a foreign file: a mapping, column by column, with the reason for each, for a human to confirm."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from loaders import values
from loaders.by_name import by_name
from loaders.by_value import PERSONAL_BY_VALUE, by_value, in_metres
from loaders.fields import COLUMNS, JOINED, Columns, missing
from loaders.headers import PERSONAL_MARK, header_key, known, near
from loaders.mapping import Mapping, quoted, written
from registry.personal import MASK, scrub
from registry.recipients import mask_recipients
from registry.text import clean
from registry.unit_words import province_code
from registry.zones import zones_of_province

SHOWN: Final = 3
LONGEST_SHOWN: Final = 40
MOST_VALUES: Final = 30
# Values that contradict the header of these are worth a warning: they shift a column or lose a row.
_TELLING: Final = frozenset({"kinh_do", "vi_do", "toa_do", "ma_dia_chi_so", "ma_xa", "tinh", "ngay_thu_thap", "dia_chi"})
_WORDS: Final = {"loai": values.kind, "trang_thai": values.status}
WHY: Final = {
    "mapping": "tệp ánh xạ / mapping",
    "exact": "đúng tên / exact",
    "synonym": "tên khác / synonym",
    "near": "gần đúng / near",
    "value": "theo giá trị / by its values",
    "personal": "dữ liệu cá nhân, không đọc / personal, not read",
    "twice": "đã có cột khác / another column was taken",
    "ignored": "bỏ qua / ignored",
    "unknown": "",
}


@dataclass(frozen=True)
class Sighting:
    """One column: its header, up to three values (personal data masked), the canonical column, the reason, and a doubt in words."""

    header: str
    samples: tuple[str, ...]
    canonical: str = ""
    why: str = "unknown"
    doubt: str = ""

    @property
    def proposed(self) -> bool:
        """Tell whether the column is read only if the proposal is confirmed."""
        return self.why in {"near", "value"}


@dataclass(frozen=True)
class Proposal:
    """The columns of a file as they would be read, the mapping to be confirmed, and what the file still lacks (two languages)."""

    sightings: tuple[Sighting, ...]
    mapping: Mapping
    lacking: tuple[tuple[str, str], ...]
    metres: bool
    zones: tuple[str, ...]
    unknown_words: dict[str, tuple[str, ...]]


def propose(header: Sequence[str], rows: Sequence[Sequence[str]], given: Mapping, *, province: str | None = None) -> Proposal:
    """Read header and first rows of a file (cells as text) and propose a mapping; what `given` says stands."""
    columns = [[row[at] for row in rows if at < len(row)] for at in range(len(header))]
    sure = [_sure(cell, given) for cell in header]
    taken = {name: [at for at, said in enumerate(sure) if said and said[0] == name] for name in (*COLUMNS, PERSONAL_MARK)}
    # Names without a type word say little: they are asked last, when the columns that are plain have been found.
    plain = [said or _guess(cell, columns[at], taken, at) for at, (said, cell) in enumerate(zip(sure, header, strict=True))]
    sightings: list[Sighting] = []
    for at, cell in enumerate(header):
        name, why = _named(cell, columns[at], taken, at) if plain[at][1] == "unknown" else plain[at]
        if why in {"exact", "synonym"} and name not in JOINED and taken[name][0] != at:
            why = "twice"
        sightings.append(Sighting(cell, _samples(columns[at], name), name, why, _doubt(name, why, columns[at])))
    mapping = _mapping(sightings, given)
    found = Columns(tuple(header), {each.canonical: at for at, each in enumerate(sightings) if each.canonical in COLUMNS}, (), ())
    metres = any(in_metres(columns[at]) for name in ("kinh_do", "vi_do") for at in _places(sightings, name))
    codes = {province} if province else {code for at in _places(sightings, "tinh") for cell in columns[at] if (code := province_code(cell))}
    zones = dict.fromkeys(zone.name for code in sorted(codes) for zone in zones_of_province(code)) if metres and not mapping.crs else {}
    words = {name: _unknown(name, columns, sightings, given) for name in _WORDS}
    lacking = missing(found, mapping, province_given=province is not None, free_text=True)
    return Proposal(tuple(sightings), mapping, tuple(lacking), metres, tuple(zones), {name: said for name, said in words.items() if said})


def as_toml(proposal: Proposal, file_name: str) -> str:
    """Return the mapping file: what is proposed with its reason behind it, and what remains to be filled in as comments."""
    notes = {each.canonical: _note(each) for each in proposal.sightings if each.proposed or each.doubt}
    head = [
        f'Ánh xạ cho {clean(file_name)}: tên cột chuẩn = "tên cột trong tệp". Hãy xem lại các dòng có ĐỀ NGHỊ.',
        f'Mapping of {clean(file_name)}: canonical column = "header of the file". Look at the lines marked ĐỀ NGHỊ (proposed).',
    ]
    if proposal.metres and not proposal.mapping.crs:
        head.append("Tọa độ tính bằng mét: bỏ dấu # ở dòng đúng / metres: uncomment the system that is right:")
        head += [f'crs = "{zone.split()[0]}"  # {zone}' for zone in proposal.zones or ("EPSG:9210 (105°45′)",)]
    return written(proposal.mapping, notes, "\n".join(head), "\n".join(_open_questions(proposal)))


def _sure(cell: str, given: Mapping) -> tuple[str, str] | None:
    """Return what the header of a column says beyond doubt."""
    bare = clean(cell)
    if bare in given.headers:
        return given.headers[bare], "mapping"
    if bare in given.ignore:
        return "", "ignored"
    said = known(cell)
    if said is None or said.canonical in given.columns:
        return None
    if said.canonical == PERSONAL_MARK:
        return PERSONAL_MARK, "personal"
    return said.canonical, "exact" if header_key(cell) == header_key(said.canonical) else "synonym"


def _guess(cell: str, cells: Sequence[str], taken: dict[str, list[int]], at: int) -> tuple[str, str]:
    """Guess a column by a slip in its header, else by its values; a canonical column that has one already is not guessed again."""
    name, why = near(cell), "near"
    if not name or taken[name]:
        name, why = by_value(cells), "value"
    if name == PERSONAL_BY_VALUE:
        return PERSONAL_MARK, "personal"
    # A second statement of what a named column says already may contradict it.
    if not name or taken[name] or (name == "toa_do" and taken["kinh_do"]) or (name == "ma_xa" and why == "value" and taken["xa"]):
        return "", "unknown"
    taken[name].append(at)
    return name, why


def _named(header: str, cells: Sequence[str], taken: dict[str, list[int]], at: int) -> tuple[str, str]:
    """Guess a column by bare names; one that was named or found already is not guessed again."""
    name = by_name(header, cells)
    if not name or taken[name]:
        return "", "unknown"
    taken[name].append(at)
    return name, "value"


def _samples(cells: Sequence[str], name: str) -> tuple[str, ...]:
    distinct = list(dict.fromkeys(clean(cell) for cell in cells if cell.strip()))[:SHOWN]
    if name == PERSONAL_MARK:
        return tuple(MASK for _ in distinct)
    exact = name in {"ma_dia_chi_so", "kinh_do", "vi_do", "toa_do", "ma_xa", "stt"}
    return tuple(
        (cell if exact else scrub(mask_recipients(cell) if name in {"", "dia_chi"} else cell))[:LONGEST_SHOWN] for cell in distinct
    )


def _doubt(name: str, why: str, cells: Sequence[str]) -> str:
    """Say that the values of a column look like another one's."""
    if why not in {"exact", "synonym", "near", "mapping"} or not name:
        return ""
    said = by_value(cells)
    if said is None or said not in _TELLING or said == name or (name not in _TELLING and said not in {"kinh_do", "vi_do", "toa_do"}):
        return ""
    return f"giá trị giống {said} / values look like {said}"


def _mapping(sightings: Sequence[Sighting], given: Mapping) -> Mapping:
    """Return the mapping that names every column read; one that is read from several columns stays with the synonyms."""
    columns = dict(given.columns)
    headers = [clean(each.header) for each in sightings]
    for name in COLUMNS:
        found = [each for each in sightings if each.canonical == name and each.why != "twice"]
        if len(found) == 1 and name not in columns and clean(found[0].header) and headers.count(clean(found[0].header)) == 1:
            columns[name] = clean(found[0].header)
    others = {field: getattr(given, field) for field in given.__dataclass_fields__ if field != "columns"}
    return Mapping(columns, **others)


def _places(sightings: Sequence[Sighting], name: str) -> list[int]:
    return [at for at, each in enumerate(sightings) if each.canonical == name]


def _unknown(name: str, columns: Sequence[Sequence[str]], sightings: Sequence[Sighting], given: Mapping) -> tuple[str, ...]:
    """Return the words of a vocabulary column that nobody knows."""
    said = dict.fromkeys(clean(cell) for at in _places(sightings, name) for cell in columns[at] if cell.strip())
    known_words = given.values.get(name, {})
    return tuple(word for word in said if word not in known_words and _WORDS[name](word) is None)[:MOST_VALUES]


def _note(each: Sighting) -> str:
    asked = f"ĐỀ NGHỊ, {WHY[each.why]}" if each.proposed else ""
    return "; ".join(part for part in (asked, each.doubt) if part)


def _open_questions(proposal: Proposal) -> list[str]:
    """Return what a human must still say, as lines to be uncommented."""
    lines: list[str] = []
    for name, headers in _joined(proposal.sightings).items():
        lines.append(f"{name}: đọc từ nhiều cột, ô đầu tiên có chữ / read from several columns: {', '.join(headers)}")
    twice = [each for each in proposal.sightings if each.why == "twice"]
    lines += [f"“{clean(each.header)}” cũng là {each.canonical}; chọn một / also stands for it: choose one." for each in twice]
    if proposal.lacking:
        lines.append(f"Còn thiếu / missing: {'; '.join(f'{vi} ({en})' for vi, en in proposal.lacking)}")
    for name, words in proposal.unknown_words.items():
        lines += [f"[values.{name}]", *(f'{quoted(word)} = ""' for word in words)]
    return lines


def _joined(sightings: Sequence[Sighting]) -> dict[str, list[str]]:
    names = {each.canonical for each in sightings if each.canonical in JOINED}
    found = {name: [clean(each.header) for each in sightings if each.canonical == name] for name in COLUMNS if name in names}
    return {name: headers for name, headers in found.items() if len(headers) > 1}
