"""Decides how every unit of both worlds is asked about: in full, short, without marks, in capitals and from large to small."""

from collections.abc import Iterator

from geocode.gazetteer import Gazetteer, GazUnit
from service.bench.accuracy import Question
from service.bench.styles import Written, abbreviated, complete, no_accents, reordered, upper

STYLES = {"in full": complete, "short forms": abbreviated, "no marks": no_accents, "capitals": upper, "large to small": reordered}


def every_unit(gazetteer: Gazetteer) -> Iterator[Question]:
    """Yield each commune of today and of the 63-province world in every style, with the communes of today that it may mean.

    A commune that was shared out may be any of its successors; the one that took all its people is the only right one where there is one.
    """
    for world, units in (("today", gazetteer.current), ("before", gazetteer.old)):
        communes = [unit for (level, _), unit in units.items() if level == "commune" and unit.today]
        for style, write in STYLES.items():
            for unit in communes:
                wanted = unit.today[:1] if unit.decided else unit.today
                codes = frozenset(gazetteer.commune(each).code for each in wanted)
                yield Question("units", f"{world}, {style}", write(Written(None, "", "", _names(gazetteer, unit))), "commune", None, codes)


def _names(gazetteer: Gazetteer, unit: GazUnit) -> tuple[str, ...]:
    """Return the full names of a commune and of the units above it in its own world."""
    if unit.world == "new":
        return unit.full_name, gazetteer.current["province", unit.province].full_name
    return unit.full_name, gazetteer.old["district", unit.district].full_name, gazetteer.old["province", unit.province].full_name
