"""Decides which faults the Vĩnh Long file carries, on how many rows, and what must become of each of those rows."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from random import Random

from pyproj import Transformer

from registry.codes import ALPHABET, build, serial_of
from sample_data.maker.doors import Door, DoorMaker, Row, old_names
from sample_data.maker.facts import Facts

CHINA = ("113.264400", "23.129100")
TOO_FAR = ("105.834200", "21.027800")
NO_SUCH_COMMUNES = ("Xã Thạnh Quới Thượng Hải", "Phường Sông Dài Vô Danh", "Xã Bình Tân Nghĩa Trung Hạ")
VN2000_VINH_LONG = "EPSG:9209"
_CODE_CELLS = ("12-Mar", "2024-05-03 00:00:00", "06/07/2024", "9-Jan")


@dataclass(frozen=True)
class Expected:
    """A row of the file, the door behind it, and what the import must say about it: outcome and issue code."""

    door: Door
    outcome: str = "accepted"
    issue: str = ""
    note: str = ""
    extra_cells: tuple[str, ...] = ()
    without_boundaries: str = ""

    def with_row(self, changed: Row) -> "Expected":
        """Return the same with some cells changed."""
        return replace(self, door=replace(self.door, row=self.door.row | changed))


@dataclass(frozen=True)
class Fault:
    """One kind of fault: the issue code, how many rows carry it, the outcome that must follow, and what spoils a row."""

    issue: str
    rows: int
    outcome: str
    note: str
    spoil: Callable[[Door, Random], Row]
    needs: Callable[[Door], bool] = lambda _: True


def _numbered(door: Door) -> bool:
    return bool(door.row["so_nha"]) and not door.row["ngo"] and not door.row["phong"]


def _swapped(door: Door, _: Random) -> Row:
    return {"kinh_do": door.row["vi_do"], "vi_do": door.row["kinh_do"]}


def _metres(door: Door, _: Random) -> Row:
    to_metres = Transformer.from_crs("EPSG:4326", VN2000_VINH_LONG, always_xy=True)
    x, y = to_metres.transform(float(door.row["kinh_do"]), float(door.row["vi_do"]))
    return {"kinh_do": f"{x:.2f}", "vi_do": f"{y:.2f}"}


def _unknown(_: Door, rng: Random) -> Row:
    return {"xa": rng.choice(NO_SUCH_COMMUNES), "ma_xa": ""}


def _wrong_check(door: Door, rng: Random) -> Row:
    code = build(door.today.postal_code, serial_of(rng.randrange(600_000)))
    return {"ma_dia_chi_so": code[:-1] + ALPHABET[(ALPHABET.index(code[-1]) + 7) % len(ALPHABET)]}


def _phone(_: Door, rng: Random) -> Row:
    return {"ghi_chu": f"gọi trước khi đến, ĐT 0900 000 {rng.randrange(100, 999)}"}


FAULTS = (
    Fault("row.point_missing", 60, "incomplete", "no coordinates", lambda _door, _rng: {"kinh_do": "", "vi_do": ""}),
    Fault("row.point_zero", 25, "incomplete", "coordinates 0, 0", lambda _door, _rng: {"kinh_do": "0", "vi_do": "0"}),
    Fault("row.point_swapped", 30, "rejected", "longitude and latitude swapped", _swapped),
    Fault("row.point_projected", 20, "rejected", "VN-2000 metres, zone 105°30′, in the degree columns", _metres),
    Fault("row.point_outside", 10, "rejected", "a point in China", lambda _door, _rng: {"kinh_do": CHINA[0], "vi_do": CHINA[1]}),
    Fault("row.point_outside_commune", 15, "rejected", "a point in Hà Nội", lambda _, _rng: {"kinh_do": TOO_FAR[0], "vi_do": TOO_FAR[1]}),
    Fault(
        "row.place_missing", 40, "incomplete", "neither street nor hamlet", lambda _door, _rng: {"duong": "", "thon_to": ""}, _numbered
    ),
    Fault("row.unit_unknown", 20, "rejected", "a commune of neither world", _unknown),
    Fault("row.code_check", 10, "rejected", "one of the registry's own codes with a wrong check character", _wrong_check),
    Fault("row.personal_data", 15, "accepted", "a phone number in the note, which is stripped", _phone),
    Fault(
        "row.house_date", 15, "incomplete", "a house number that a spreadsheet turned into a date",
        lambda _door, rng: {"so_nha": rng.choice(_CODE_CELLS)}, lambda door: _numbered(door) and bool(door.row["duong"]),
    ),
)  # fmt: skip


def spoil(maker: DoorMaker, doors: list[Door], split: list[Door]) -> list[Expected]:
    """Return the rows of the file: most of them good if untidy, then the faults, each on its declared number of rows."""
    rng = maker.rng
    rows = [_untidy(Expected(_in_old_units(door, rng)), rng) for door in doors]
    order = rng.sample(range(len(rows)), len(rows))
    for fault in FAULTS:
        chosen = [index for index in order if not rows[index].issue and fault.needs(rows[index].door)][: fault.rows]
        for index in chosen:
            spoilt = replace(Expected(doors[index]), outcome=fault.outcome, issue=fault.issue, note=fault.note)
            rows[index] = spoilt.with_row(fault.spoil(doors[index], rng))
    good = [index for index in order if not rows[index].issue]
    _wrong_codes(rows, doors, good, maker.facts)
    _ragged(rows, good)
    _repeated_codes(rows, good)
    rows += [Expected(door, "accepted", "row.commune_by_point", "a commune that was split", (), "incomplete") for door in split]
    return [*rows, *_repeats(rows, good, maker)]


def _in_old_units(door: Door, rng: Random) -> Door:
    """Every third row still names the units of before 2025-07-01, with the old code on half of those."""
    if rng.random() < 0.66 or not door.site.part.whole:
        return door
    return replace(door, row=door.row | old_names(door.before, code=rng.random() < 0.5))


def _untidy(row: Expected, rng: Random) -> Expected:
    """Write some cells as officers do; all of it must be read without an issue that blocks."""
    cells = row.door.row
    match rng.randrange(12):
        case 0:
            day = cells["ngay_thu_thap"]
            return row.with_row({"ngay_thu_thap": f"{day[8:]}/{day[5:7]}/{day[:4]}"})
        case 1:
            return row.with_row({name: cells[name].replace(".", ",") for name in ("kinh_do", "vi_do")})
        case 2:
            return row.with_row({"xa": cells["xa"].upper(), "duong": cells["duong"].lower()})
        case 3:
            return row.with_row({"xa": f"  {cells['xa'].replace(' ', '  ')} ", "duong": f" {cells['duong']} " if cells["duong"] else ""})
        case _:
            return row


def _wrong_codes(rows: list[Expected], doors: list[Door], good: list[int], facts: Facts) -> None:
    """Fifteen codes of a strange commune, fifteen of the old world beside today's name."""
    new_world = [index for index in good if rows[index].door.row["ma_xa"] and not rows[index].door.row["huyen"]]
    conflicts = new_world[:15]
    vintages = [index for index in new_world[15:] if doors[index].before.code != doors[index].today.code][:15]
    for index in conflicts:
        found = Expected(doors[index], "rejected", "row.unit_code_conflict", "the code of another commune")
        rows[index] = found.with_row({"ma_xa": _strange_code(doors[index], facts)})
    for index in vintages:
        found = Expected(doors[index], "accepted", "row.unit_code_other_vintage", "the code of before the reform beside the name of today")
        rows[index] = found.with_row({"ma_xa": doors[index].before.code})
    for index in (*conflicts, *vintages):
        good.remove(index)


def _strange_code(door: Door, facts: Facts) -> str:
    """Return the code of a commune of the same province that has, in neither world, to do with the door's."""
    for code, commune in facts.today.items():
        went = {part.new.code for part in facts.parts.get(code, ())}
        if commune.province_code == door.today.province_code and door.today.code not in {code, *went}:
            return code
    raise LookupError(door.today.code)


def _ragged(rows: list[Expected], good: list[int]) -> None:
    for _ in range(2):
        index = good.pop()
        rows[index] = Expected(rows[index].door, "rejected", "row.columns", "three cells too many", ("", "x", "y"))


def _repeated_codes(rows: list[Expected], good: list[int]) -> None:
    """Eight codes of the post, each on two doors: the first keeps it, the second is refused."""
    numbered = [index for index in good if _numbered(rows[index].door)][:16]
    good[:] = [index for index in good if index not in numbered]
    for number in range(8):
        first, second = sorted(numbered[2 * number : 2 * number + 2])
        code = {"ma_dia_chi_so": f"{rows[first].door.today.postal_code}{90_001 + number}"}
        rows[first] = Expected(rows[first].door).with_row(code)
        rows[second] = Expected(rows[second].door, "rejected", "row.code_repeated", "the code of another row").with_row(code)


def _repeats(rows: list[Expected], good: list[int], maker: DoorMaker) -> Iterator[Expected]:
    """Forty doors written again, fifteen more households of earlier doors, twelve household references behind a second door."""
    written = [index for index in good if _numbered(rows[index].door) and not rows[index].door.row["ma_ho"]]
    for index in written[:40]:
        yield Expected(rows[index].door, "duplicate", "row.same_door_in_file", "a door of an earlier row")
    owners = [index for index in good if rows[index].door.row["ma_ho"] and rows[index].door.row["so_nha"]]
    for index in owners[12:27]:
        yield Expected(rows[index].door, note="another household of an earlier door").with_row({"ma_ho": maker.reference()})
    for index in owners[:12]:
        door = maker.door(rows[index].door.site, [rows[index].door.site])
        found = Expected(door, "rejected", "row.household_repeated", "the household reference of another door")
        yield found.with_row({"ma_ho": rows[index].door.row["ma_ho"]})
