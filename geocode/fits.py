"""Decides how a district or province that a text names fits a unit: in its own world, or across the reform of 2025-07-01."""

from geocode.gazetteer import Gazetteer, GazUnit
from geocode.mentions import Mention
from geocode.score import CHAIN


def district_fits(gazetteer: Gazetteer, unit: GazUnit, other: Mention) -> tuple[float, GazUnit] | None:
    """Tell how a district named elsewhere fits a commune: 1 in its own world, less across worlds, None not at all."""
    for district in other.units:
        if unit.district == district.code and unit.world != "new":
            return 1.0, district
    if unit.world == "new":
        for district in other.units:
            if district.code in gazetteer.old_districts.get(unit.id, frozenset()):
                return CHAIN.mixed_district, district
    return None


def province_fits(gazetteer: Gazetteer, unit: GazUnit, other: Mention) -> tuple[float, GazUnit] | None:
    """Tell how a province named elsewhere fits a unit: 1 in its own world, less across worlds, None not at all."""
    new = unit.world == "new"
    crossed: GazUnit | None = None
    for province in other.units:
        if (province.world == "new") is new:
            # A province that a later reform ended stands under the code of the one it became.
            if province.province == unit.province:
                return 1.0, province
        elif crossed is None:
            over = gazetteer.old_provinces.get(unit.id) if new else gazetteer.province_today.get(("old", unit.province))
            if over and province.code in over:
                crossed = province
    return (CHAIN.mixed_share, crossed) if crossed else None
