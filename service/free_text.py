"""Decides which cells of a hand-over row a whole address in one text stands for, so that rows of nothing but text can be imported.

The geocoder reads units, place and number; no door is looked up, so the outcome does not depend on what is registered. What is not sure
stays empty: the checks of the import then find the row incomplete, and an officer fills it in.
"""

import re
from collections.abc import Sequence
from typing import Final

from sqlalchemy.orm import Session

from geocode.chains import Chain
from geocode.gazetteer import Gazetteer, compact
from geocode.gazetteer_load import load_gazetteer
from geocode.pair import addresses_in
from geocode.parse import Reading
from geocode.places import Hit
from geocode.prepare import Prepared, prepare
from geocode.types import Query
from registry.personal import MASK
from registry.place_key import kind_in_street_cell
from registry.recipients import mask_recipients

# A reading of other communes that scores so near to the best one may as well be the true one (points of a chain).
RIVAL: Final = 7.0
# What a writer must not have left open for the commune to be sure; measured on messy texts, each of these made wrong ones.
DOUBTS: Final = frozenset({"tone", "contradiction", "street_like", "after_number", "namesake", "kind"})


# The column of streets holds names without their type word; without marks `duong` may be the name itself (Dương Quảng Hàm).
_STREET_WORD: Final = re.compile(r"^(?:đường phố|đường|phố)\s+(?=\S)", re.IGNORECASE)


# What announces a person or a phone; masked, neither must stand behind the province as words that nobody could read.
_CUE: Final = (
    r"(?:(?:gọi|goi|gặp|gap|alo|call|cho|giao|gửi|gui|ship|chuyển|chuyen|nhắn|nhan|hoặc|hoac|trước khi|truoc khi|khi|tên|ten|chủ hộ|chu ho"
    r"|chủ nhà|chu nha|người nhận|nguoi nhan|người đại diện|khách hàng|khach hang|kh|liên hệ|lien he|liên lạc|lien lac|lh|theo số|qua số"
    r"|số điện thoại|so dien thoai|điện thoại|dien thoai|di động|di dong|đtdđ|dtdd|sđt|sdt|đt|dt|dđ|tel|phone|mobile|hotline|zalo|email)"
    r"(?!\w)[\s:.]{0,3})"
)
_TITLE: Final = r"(?:(?:anh|chị|chi|cô|co|chú|chu|bác|bac|ông|ong|bà|ba|cụ|cu|em|mr|mrs|ms)(?!\w)[\s:.]{0,3})"
_MASKS: Final = rf"{re.escape(MASK)}(?:[\s,;:/(–—-]{{0,5}}(?:{_CUE}|{_TITLE}){{0,5}}{re.escape(MASK)}){{0,9}}"
# Every run is bounded, so that a cell of ten megabytes costs no more than its length. A title counts behind a sign or a cue; elsewhere
# it may end a name: Xã Lưu Nghiệp Anh.
_PERSON: Final = re.compile(
    rf"(?:(?:^|[,;|(/]|\s[-–—])\s?{_CUE}{{0,5}}{_TITLE}?|(?<!\w){_CUE}{{1,5}}{_TITLE}?|(?<!\w)(?:chị|ông)\s)?{_MASKS}"
    rf"(?:\s?{_CUE}{{1,5}}(?=[,;|)]|$))?\)?",
    re.IGNORECASE,
)


class FreeText:
    """Reads texts with the names that one gazetteer knows; callable as the import asks for it."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        """Keep a filled gazetteer."""
        self._gazetteer = gazetteer

    @classmethod
    def open(cls, session: Session) -> "FreeText":
        """Load the gazetteer; a few seconds for the country."""
        return cls(load_gazetteer(session))

    def __call__(self, texts: Sequence[str]) -> list[dict[str, str]]:
        """Return the cells of each text, see `parse_texts`."""
        return parse_texts(self._gazetteer, texts)


class FreeTextLater:
    """The same, with the gazetteer loaded for the first text: most files need none."""

    def __init__(self, session: Session) -> None:
        """Remember where to load it from."""
        self._session = session
        self._ready: FreeText | None = None

    def __call__(self, texts: Sequence[str]) -> list[dict[str, str]]:
        """Return the cells of each text, see `parse_texts`."""
        if self._ready is None:
            self._ready = FreeText.open(self._session)
        return self._ready(texts)


def parse_texts(gazetteer: Gazetteer, texts: Sequence[str]) -> list[dict[str, str]]:
    """Return for each text its canonical cells (so_nha, duong, thon_to, toa_nha, tang, phong, xa, huyen, tinh), those that are sure only.

    Names and phone numbers of people are taken out first. Empty for a text that holds several addresses, or nothing that reads as one.
    """
    return [_cells(gazetteer, text) for text in texts]


def _cells(gazetteer: Gazetteer, text: str) -> dict[str, str]:
    bare = _PERSON.sub(", ", mask_recipients(text)).strip(" ,;:-–—.|/(")
    if not bare or addresses_in(bare):
        return {}
    prepared = prepare(gazetteer, Query(bare))
    if not prepared.readings:
        return {}
    best = prepared.readings[0]
    units = _units(gazetteer, prepared, best)
    return {name: cell for name, cell in {**_door(prepared, best), **units}.items() if cell}


def _units(gazetteer: Gazetteer, prepared: Prepared, best: Reading) -> dict[str, str]:
    """Return the units of the best reading in the words of its own map; without the commune where another reading is as good."""
    chain = best.chain
    if chain is None:
        return {}
    unit = chain.unit
    old = unit.world != "new"
    table = gazetteer.old if old else gazetteer.current
    province, district = table.get(("province", unit.province)), table.get(("district", unit.district)) if old else None
    if unit.level != "commune" or not _sure(gazetteer, prepared, best, chain):
        # A wrong commune may lie in a wrong district; the province is kept where the text names it.
        named = province if any(mention.level == "province" and not mention.fuzzy for mention in chain.mentions) else None
        return {"tinh": named.full_name if named else ""}
    return {
        "xa": unit.full_name,
        "huyen": district.full_name if district else "",
        "tinh": province.full_name if province else "",
    }


def _sure(gazetteer: Gazetteer, prepared: Prepared, best: Reading, chain: Chain) -> bool:
    """Tell whether the commune is beyond doubt: named exactly, alone to fit, and nothing behind it left unexplained."""
    named, flags, text = chain.mentions[0], chain.flags, prepared.text
    if flags & DOUBTS or named.fuzzy or _rivals(chain, prepared.readings):
        return False
    if "bare" in flags and ("no_province" in flags or "segment" not in flags or _like_district(gazetteer, chain)):
        return False
    behind = text.tokens[named.end] if named.end < len(text.tokens) else None
    if behind is not None and behind.numbered and not behind.gap:
        # `Phường Hải Châu 1` was another ward than Phường Hải Châu.
        return False
    return not any(text.original.find(words, text.tokens[named.end - 1].end) >= 0 for words in best.ignored)


def _like_district(gazetteer: Gazetteer, chain: Chain) -> bool:
    """Tell whether a bare name of today may as well be short for an old district around it: Từ Liêm for Nam Từ Liêm."""
    if chain.unit.world != "new":
        return False
    name = compact(chain.unit.name)
    districts = (gazetteer.old.get(("district", code)) for code in gazetteer.old_districts.get(chain.unit.id, ()))
    return any(district is not None and compact(district.name).endswith(name) for district in districts)


def _rivals(chain: Chain, readings: Sequence[Reading]) -> bool:
    """Tell whether another reading leads to other communes and is nearly as good."""
    mine = set(chain.today)
    return any(
        other.chain is not None and other.chain is not chain and chain.score - other.chain.score <= RIVAL and set(other.chain.today) - mine
        for other in readings
    )


def _door(prepared: Prepared, best: Reading) -> dict[str, str]:
    """Return the cells of the door: names as they were written, the number in its one canonical form."""
    block, floor, room = (*best.flat.split("|"), "", "", "")[:3]
    street, hamlet = _written(prepared, best.street) or best.street_text, _written(prepared, best.hamlet)
    if street and not hamlet and kind_in_street_cell(street) == "hamlet":
        # A hamlet that no table knows is read as the words behind the number.
        street, hamlet = "", street
    return {
        "so_nha": best.houses[0].text if best.houses else "",
        "duong": _STREET_WORD.sub("", street),
        "thon_to": hamlet,
        "toa_nha": block.upper(),
        "tang": floor.upper(),
        "phong": room.upper(),
    }


def _written(prepared: Prepared, hit: Hit | None) -> str:
    return prepared.text.raw(hit.start, hit.end) if hit else ""
