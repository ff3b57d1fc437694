"""Decides what a succession table does to the map of a day: which units end, which begin, what comes from what; nothing is written here.

Units are never updated: a unit that only changes its kind ends and begins anew under its code. A unit that takes in another is a new
unit as well, hence a successor of itself; where the table does not say so and the name stays, it is understood.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from registry.reform_facts import DEFAULT_SOURCE, KnownUnit, NewLink, NewUnit, area, carried, centre, is_named, population, postal, said_of
from registry.reform_faults import Fault
from registry.reform_table import Part, ReformRow
from registry.text import fold, toned
from registry.unit_names import squeeze
from registry.vocab import Level

Key = tuple[Level, str]
Groups = dict[Key, list[tuple[ReformRow, NewLink]]]
_UNDERSTOOD: Final = "hiểu ngầm: giữ tên, nhận thêm / understood: keeps its name, takes in others"
_CARRIED: Final = "theo tỉnh / with its province"


@dataclass(frozen=True)
class Plan:
    """One day of a table: the ids of units that end, the units that begin. Empty where the registry knows all of it already."""

    effective: date
    closed: tuple[int, ...] = ()
    units: tuple[NewUnit, ...] = ()


class Planner:
    """Plans one day; `known` are the units in force the day before, `links` the successions that the registry has of that day."""

    def __init__(self, effective: date, known: Iterable[KnownUnit], links: Mapping[int, frozenset[Key]]) -> None:
        """Index the units by level and code."""
        self._effective = effective
        self._units: dict[Key, KnownUnit] = {(unit.level, unit.code): unit for unit in known}
        self._links = links
        self._heirs: dict[str, dict[str, ReformRow]] = defaultdict(dict)
        self.faults: list[Fault] = []

    def plan(self, rows: list[ReformRow]) -> Plan:
        """Return what the rows of the day do; what is wrong with them stands in `faults`, and then the plan is not to be used."""
        found = [(row, unit) for row in rows if (unit := self._predecessor(row)) is not None]
        if self.faults or all(self._is_known(row, unit) for row, unit in found):
            return Plan(self._effective)
        for row, unit in found:
            if unit.ends is not None:
                self._wrong(
                    row, "ma_cu", f"{said_of(unit)} đã kết thúc ngày {unit.ends} theo một bảng khác", f"{unit.code} ended by another table"
                )
        grouped = self._grouped(found)
        self._check_parts(found)
        self._keep_holders(grouped)
        provinces = self._provinces_after(grouped)
        units = [self._unit(key, pairs, provinces) for key, pairs in grouped.items()]
        units += self._carried(grouped)
        closed = {unit.id for _, unit in found} | {link.predecessor.id for unit in units for link in unit.links}
        order: tuple[Level, ...] = ("province", "district", "commune")
        return Plan(self._effective, tuple(sorted(closed)), tuple(sorted(units, key=lambda unit: (order.index(unit.level), unit.code))))

    def _wrong(self, row: ReformRow, column: str, vi: str, en: str, fix: str = "") -> None:
        self.faults.append(Fault(row.line, column, vi, en, fix))

    def _predecessor(self, row: ReformRow) -> KnownUnit | None:
        """Return the unit that a row takes apart; a fault where there is none of that code and name on the day before."""
        unit = self._units.get((row.from_level, row.from_code))
        if unit is not None and (not row.from_name or is_named(unit, row.from_name)):
            return unit
        near_by = (other for other in self._units.values() if row.from_name and other.level == row.from_level)
        named = [other for other in near_by if is_named(other, row.from_name)]
        near = ", ".join(said_of(other) for other in named[:3])
        if unit is None:
            vi = f"ngày {self._effective} trở về trước không có đơn vị đang hiệu lực mang mã {row.from_code}"
            self._wrong(row, "ma_cu", vi, f"no unit in force bears the code {row.from_code} the day before", near)
        else:
            vi = f"mã {row.from_code} là {unit.full_name}, không phải “{row.from_name}”"
            self._wrong(row, "ten_cu", vi, f"{row.from_code} is {unit.full_name}, not “{row.from_name}”", near or unit.full_name)
        return None

    def _is_known(self, row: ReformRow, unit: KnownUnit) -> bool:
        if not row.to_code:
            return unit.ends == self._effective
        return (row.to_level, row.to_code) in self._links.get(unit.id, frozenset())

    def _grouped(self, found: list[tuple[ReformRow, KnownUnit]]) -> Groups:
        """Gather the rows of each new unit; faults where they contradict one another."""
        lines: dict[int, int] = defaultdict(int)
        for _, unit in found:
            lines[unit.id] += 1
        grouped: Groups = defaultdict(list)
        for row, unit in found:
            if not row.to_code:
                continue
            pairs = grouped[row.to_level, row.to_code]
            first = pairs[0][0] if pairs else row
            if (toned(row.to_name), row.to_kind) != (toned(first.to_name), first.to_kind) or (
                row.province and first.province and row.province != first.province
            ):
                self._wrong(
                    row,
                    "ten_moi",
                    f"mã {row.to_code} ở dòng {first.line} mang tên, loại hoặc tỉnh khác",
                    f"{row.to_code} is another unit in line {first.line}",
                )
            if any(link.predecessor.id == unit.id for _, link in pairs):
                self._wrong(
                    row, "ma_moi", f"cặp {row.from_code} → {row.to_code} có hai lần", f"{row.from_code} → {row.to_code} stands twice"
                )
            kind: Part = row.part or ("whole" if lines[unit.id] == 1 else "part")
            pairs.append((row, NewLink(unit, kind, row.all_people, row.places, row.note, row.source or DEFAULT_SOURCE)))
        return grouped

    def _check_parts(self, found: list[tuple[ReformRow, KnownUnit]]) -> None:
        """Refuse a unit that goes whole to two, in part to one only, or with all people to two."""
        rows: dict[int, list[ReformRow]] = defaultdict(list)
        for row, unit in found:
            rows[unit.id].append(row)
        for each in rows.values():
            last = each[-1]
            if len(each) > 1 and any(row.part == "whole" for row in each):
                self._wrong(
                    last,
                    "phan",
                    f"{last.from_code} đi “toàn bộ” mà có {len(each)} dòng",
                    f"{last.from_code} goes whole, but has {len(each)} lines",
                    "một phần",
                )
            if len(each) == 1 and last.part == "part":
                self._wrong(
                    last,
                    "phan",
                    f"{last.from_code} chỉ có một dòng “một phần”: phần còn lại đi đâu?",
                    f"where does the rest of {last.from_code} go?",
                    "thêm dòng cho phần còn lại",
                )
            if sum(row.all_people for row in each) > 1:
                self._wrong(
                    last,
                    "toan_bo_dan",
                    f"toàn bộ dân của {last.from_code} không thể về hai nơi",
                    f"all people of {last.from_code} cannot go to two",
                )

    def _keep_holders(self, grouped: Groups) -> None:
        """Let a unit that takes in others and keeps code and name be its own predecessor; a code held by another unit is a fault."""
        touched = {link.predecessor.id for pairs in grouped.values() for _, link in pairs}
        for key, pairs in grouped.items():
            row, holder = pairs[0][0], self._units.get(key)
            if holder is None or holder.id in touched or holder.ends is not None:
                continue
            if is_named(holder, row.to_name):
                pairs.append((row, NewLink(holder, "whole", note=_UNDERSTOOD, source=row.source or DEFAULT_SOURCE)))
            else:
                self._wrong(
                    row,
                    "ma_moi",
                    f"mã {row.to_code} đang là {holder.full_name}, chưa có dòng nói đơn vị đó về đâu",
                    f"{row.to_code} is {holder.full_name} still",
                    "thêm dòng cho đơn vị đó, hoặc sửa mã mới",
                )

    def _provinces_after(self, grouped: Groups) -> dict[str, str]:
        """Return the code of every province of the day by its code and by its squeezed name; remember what the ending ones become."""
        after = {code: unit.name for (level, code), unit in self._units.items() if level == "province"}
        made = {code: pairs for (level, code), pairs in grouped.items() if level == "province"}
        for code, pairs in made.items():
            for row, link in pairs:
                self._heirs[link.predecessor.code][code] = row
                after.pop(link.predecessor.code, None)
        after |= {code: pairs[0][0].to_name for code, pairs in made.items()}
        return {code: code for code in after} | {squeeze(name): code for code, name in after.items()}

    def _unit(self, key: Key, pairs: list[tuple[ReformRow, NewLink]], provinces: Mapping[str, str]) -> NewUnit:
        level, code = key
        row, links = pairs[0][0], tuple(link for _, link in pairs)
        said = next((each.province for each, _ in pairs if each.province), "")
        province = code if level == "province" else self._province(row, said, links, provinces)
        facts = [each.facts for each, _ in pairs]
        lon, lat = next(((one.lon, one.lat) for one in facts if one.lon is not None), (None, None))
        if lon is None:
            lon, lat = centre(code, links)
        return NewUnit(
            level, code, row.to_name, f"{row.to_kind[:1].upper()}{row.to_kind[1:]} {row.to_name}", row.to_kind, province,
            next((one.postal_code for one in facts if one.postal_code), None) or (postal(code, links) if level == "commune" else None),
            lon, lat, next((one.area_km2 for one in facts if one.area_km2), None) or area(links),
            next((one.population for one in facts if one.population), None) or population(links),
            "; ".join(dict.fromkeys(each.source for each in links)), links,
        )  # fmt: skip

    def _province(self, row: ReformRow, said: str, links: tuple[NewLink, ...], provinces: Mapping[str, str]) -> str:
        """Return the province of a new commune: as stated, by code or name, else the one that its predecessors are in that day."""
        if said:
            name = said.split(" ", 1)[1] if fold(said).startswith(("tinh ", "tp ")) else said
            keys = (said.zfill(2), squeeze(said), squeeze(name), squeeze(name.removeprefix("phố ")))
            found = next((provinces[each] for each in keys if each in provinces), None)
            if found is None:
                self._wrong(row, "ma_tinh", f"ngày {self._effective} không có tỉnh “{said}”", f"no province “{said}” on the day")
            return found or ""
        codes = {heir for link in links for heir in self._heirs.get(link.predecessor.province_code, {link.predecessor.province_code})}
        if len(codes) != 1:
            self._wrong(
                row,
                "ma_tinh",
                f"xã mới {row.to_code} thuộc tỉnh nào trong: {', '.join(sorted(codes))}?",
                f"which province is {row.to_code} in?",
                "ghi ma_tinh",
            )
        return min(codes, default="")

    def _carried(self, grouped: Groups) -> list[NewUnit]:
        """Return the communes that the table does not name and whose province goes on under another code: the same units under it."""
        touched = {link.predecessor.id for pairs in grouped.values() for _, link in pairs}
        found: list[NewUnit] = []
        for unit in self._units.values():
            heirs = self._heirs.get(unit.province_code, {})
            if unit.level != "commune" or unit.id in touched or unit.ends is not None or set(heirs) <= {unit.province_code}:
                continue
            row = next(iter(heirs.values()))
            if len(heirs) > 1:
                vi = f"tỉnh {unit.province_code} bị chia mà {said_of(unit)} không có dòng nào"
                self._wrong(row, "ma_moi", vi, f"the province is split and {unit.code} has no line", "thêm dòng cho từng xã của tỉnh")
            elif ("commune", unit.code) in grouped:
                vi = f"{said_of(unit)} theo tỉnh sang {row.to_code} nhưng mã của xã đã cấp cho xã khác"
                self._wrong(row, "ma_moi", vi, f"the code {unit.code} is given to another commune")
            else:
                found.append(carried(unit, row.to_code, _CARRIED, row.source or DEFAULT_SOURCE))
        return found
