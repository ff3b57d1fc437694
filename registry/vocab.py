"""Decides which words announce what: the type words of units, places and houses, with their short forms.

All words are in the folded form of `registry.text.fold`. The lists come from usage and from Nominatim's and libpostal's public
notes on Vietnamese addresses; the regional words are explained in registry/README.md. Names and their abbreviations (TPHCM, CMT8) are
data: see `registry/reference/abbreviations.csv`.
"""

from typing import Final, Literal

Level = Literal["province", "district", "commune"]

# Type words of units: folded words -> the kinds they may announce, as spelt in `unit.kind`.
UNIT_WORDS: Final[dict[str, tuple[tuple[Level, str], ...]]] = {
    "tinh": (("province", "tỉnh"),),
    "thanh pho": (("province", "thành phố"), ("district", "thành phố")),
    "tp": (("province", "thành phố"), ("district", "thành phố")),
    "t p": (("province", "thành phố"), ("district", "thành phố")),
    "t pho": (("province", "thành phố"), ("district", "thành phố")),
    "quan": (("district", "quận"),),
    "q": (("district", "quận"),),
    "qu": (("district", "quận"),),
    "huyen": (("district", "huyện"),),
    "h": (("district", "huyện"),),
    "thi xa": (("district", "thị xã"),),
    "tx": (("district", "thị xã"),),
    "t x": (("district", "thị xã"),),
    "phuong": (("commune", "phường"),),
    "p": (("commune", "phường"),),
    "ph": (("commune", "phường"),),
    "f": (("commune", "phường"),),
    "ward": (("commune", "phường"),),
    "xa": (("commune", "xã"),),
    "x": (("commune", "xã"),),
    "thi tran": (("commune", "thị trấn"),),
    "tt": (("commune", "thị trấn"),),
    "t t": (("commune", "thị trấn"),),
    "dac khu": (("commune", "đặc khu"),),
    "dk": (("commune", "đặc khu"),),
    "district": (("district", "quận"), ("district", "huyện")),
    "commune": (("commune", "xã"),),
    "city": (("province", "thành phố"), ("district", "thành phố")),
    "province": (("province", "tỉnh"),),
    "t": (("province", "tỉnh"),),
}

# Words before the name of a street that are no part of it.
STREET_WORDS: Final[tuple[str, ...]] = ("duong pho", "duong", "pho", "dg", "d", "street", "st", "str", "road", "rd")

# Roads whose type is part of the name: short forms -> the form that stands in the key.
ROAD_WORDS: Final[dict[str, str]] = {
    "quoc lo": "quoc lo", "ql": "quoc lo", "q lo": "quoc lo", "q l": "quoc lo", "qlo": "quoc lo",
    "tinh lo": "tinh lo", "tl": "tinh lo", "t lo": "tinh lo", "duong tinh": "tinh lo", "dt": "tinh lo", "tinh": "tinh lo",
    "t l": "tinh lo", "d t": "tinh lo", "tlo": "tinh lo",
    "huong lo": "huong lo", "hl": "huong lo", "duong huyen": "huong lo", "dh": "huong lo", "h lo": "huong lo", "h l": "huong lo",
    "d h": "huong lo",
    "xa lo": "xa lo", "xl": "xa lo", "x lo": "xa lo", "x l": "xa lo",
    "dai lo": "dai lo", "dl": "dai lo",
}  # fmt: skip

# Syllables that are written with i or y (Lý and Lí, Mỹ and Mĩ, Quý and Quí), folded: the rarer form -> the form that stands in the key.
SAME_SOUNDS: Final[dict[str, str]] = {
    "hi": "hy", "ki": "ky", "li": "ly", "mi": "my", "qui": "quy", "si": "sy", "ti": "ty", "vy": "vi",
}  # fmt: skip

# Whole names in two usual spellings, folded; both are official somewhere.
SAME_NAMES: Final[dict[str, str]] = {"phan chau trinh": "phan chu trinh", "2 ba trung": "hai ba trung"}

# Hamlets and groups below the commune: folded words -> the canonical word of the key for numbered ones.
HAMLET_WORDS: Final[dict[str, str]] = {
    "to dan pho": "to", "t d p": "to", "tdp": "to", "to dp": "to", "to": "to", "to nhan dan": "to",
    "khu pho": "khu pho", "kp": "khu pho", "k pho": "khu pho", "k p": "khu pho",
    "khu vuc": "khu vuc", "kv": "khu vuc",
    "khu dan cu": "khu", "kdc": "khu", "khu": "khu", "tieu khu": "tieu khu", "tk": "tieu khu",
    "thon": "thon", "xom": "xom", "ban": "ban", "ap": "ap", "khom": "khom", "lang": "lang", "doi": "doi",
    "buon": "buon", "bon": "buon", "plei": "plei", "kon": "kon", "phum": "phum", "soc": "soc",
    "cum": "cum", "cum dan cu": "cum", "mo": "mo",
}  # fmt: skip

# Housing areas and buildings that bear house or flat numbers.
AREA_WORDS: Final[dict[str, str]] = {
    "khu tap the": "khu tap the", "ktt": "khu tap the", "cu xa": "cu xa", "cx": "cu xa",
    "khu do thi": "khu do thi", "kdt": "khu do thi", "khu cong nghiep": "khu cong nghiep", "kcn": "khu cong nghiep",
    "chung cu": "chung cu", "cc": "chung cu", "c/c": "chung cu", "toa nha": "toa nha", "toa": "toa nha", "nha": "nha",
    "lo": "lo", "block": "block", "khu dan cu": "khu dan cu",
}  # fmt: skip

# Alley words; their rank says which stands nearer to the street in the northern order ngõ > ngách > hẻm.
ALLEY_WORDS: Final[dict[str, int]] = {"ngo": 1, "kiet": 1, "ngach": 2, "hem": 3, "hxh": 3, "alley": 1, "lane": 1}

# Words before a house number.
HOUSE_WORDS: Final[tuple[str, ...]] = ("so nha", "nha so", "sn", "so", "nha", "no", "number")

# Roman numerals of wards, groups and quarters: Phường IV, Khu III.
ROMAN: Final[dict[str, str]] = {
    "i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "viii": "8", "ix": "9", "x": "10",
}  # fmt: skip
