"""Decides which words a succession table may use: the headers of its columns, its levels, whole and part, and how an example looks."""

from typing import Final

from registry.vocab import Level

# Folded headers by column, the one of the template first; whoever writes a table may use any of them.
COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "effective": ("ngay hieu luc", "ngay", "hieu luc", "tu ngay", "effective", "effective date", "date", "day"),
    "from_code": ("ma cu", "ma don vi cu", "tu ma", "ma xa cu", "ma dvhc cu", "from code", "old code", "predecessor code", "from"),
    "from_name": (
        "ten cu",
        "ten don vi cu",
        "tu ten",
        "don vi cu",
        "ten xa cu",
        "from name",
        "old name",
        "predecessor name",
        "predecessor",
    ),
    "from_level": ("cap cu", "from level", "predecessor level", "old level"),
    "to_code": ("ma moi", "ma don vi moi", "den ma", "ma xa moi", "ma dvhc moi", "to code", "new code", "successor code", "to"),
    "to_name": ("ten moi", "ten don vi moi", "den ten", "don vi moi", "ten xa moi", "to name", "new name", "successor name", "successor"),
    "to_kind": ("loai moi", "loai", "loai don vi", "to kind", "new kind", "kind", "type"),
    "to_level": ("cap moi", "cap", "to level", "successor level", "new level", "level", "to level kind"),
    "province": (
        "tinh",
        "ma tinh",
        "tinh moi",
        "ma tinh moi",
        "tinh thanh pho",
        "province",
        "province code",
        "new province",
        "to province",
    ),
    "part": ("phan", "toan bo hay mot phan", "cach chuyen", "toan bo/mot phan", "part", "whole or part", "whole/part", "share", "extent"),
    "all_people": ("toan bo dan", "toan bo dan so", "all people", "whole population"),
    "places": ("gom", "thon duong", "thon", "phan gom", "places", "hamlets", "consists of"),
    "note": ("ghi chu", "note", "notes", "remark"),
    "source": ("can cu", "van ban", "nghi quyet", "nguon", "legal source", "source", "legal basis", "resolution"),
    "postal_code": ("ma buu chinh", "postal code", "postcode", "to postal code"),
    "lon": ("kinh do", "lon", "longitude", "to lon"),
    "lat": ("vi do", "lat", "latitude", "to lat"),
    "area_km2": ("dien tich", "dien tich km2", "area km2", "area", "to area km2"),
    "population": ("dan so", "population", "to population"),
}
NEEDED: Final = ("effective", "from_code", "to_code", "to_name")
LEVEL_WORDS: Final[dict[str, Level]] = {
    "tinh": "province", "province": "province", "thanh pho": "province", "huyen": "district", "quan": "district", "district": "district",
    "xa": "commune", "phuong": "commune", "commune": "commune", "ward": "commune", "dac khu": "commune", "cap xa": "commune",
    "cap tinh": "province", "cap huyen": "district",
}  # fmt: skip
# What a cell may say of how much goes, and whether all people go with it; an empty one leaves it to the number of lines of the unit.
PARTS: Final[dict[str, tuple[str | None, bool]]] = {
    "": (None, False), "whole": ("whole", False), "toan bo": ("whole", False), "ca": ("whole", False), "full": ("whole", False),
    "nguyen trang": ("whole", False), "all": ("whole", False), "part": ("part", False), "mot phan": ("part", False),
    "partial": ("part", False), "phan": ("part", False), "phan con lai": ("part", False), "rest": ("part", False), "split": ("part", False),
    "mot phan toan bo dan": ("part", True), "part all people": ("part", True),
}  # fmt: skip
YES: Final = ("true", "co", "yes", "1", "x", "dung")
NO: Final = ("", "false", "khong", "no", "0", "sai")
# The header of what is written, Vietnamese, in the order of COLUMNS.
HEADER: Final = {
    "effective": "ngay_hieu_luc", "from_code": "ma_cu", "from_name": "ten_cu", "to_code": "ma_moi", "to_name": "ten_moi",
    "province": "ma_tinh",
    "part": "phan", "all_people": "toan_bo_dan", "places": "gom", "postal_code": "ma_buu_chinh", "lon": "kinh_do", "lat": "vi_do",
    "area_km2": "dien_tich_km2", "population": "dan_so", "note": "ghi_chu", "source": "can_cu",
}  # fmt: skip
# An example on real communes of Điện Biên; the reform itself is made up. A merger, a change of kind, a commune split by hamlets and point.
TEMPLATE: Final = """\
ngay_hieu_luc,ma_cu,ten_cu,ma_moi,ten_moi,ma_tinh,phan,gom,kinh_do,vi_do,ghi_chu,can_cu
2026-11-01,03127,Phường Điện Biên Phủ,03127,Phường Điện Biên Phủ,11,toàn bộ,,,,nhận thêm phường Mường Thanh,văn bản (ví dụ)
2026-11-01,03334,Phường Mường Thanh,03127,Phường Điện Biên Phủ,11,toàn bộ,,,,sáp nhập,văn bản (ví dụ)
2026-11-01,03166,Xã Mường Chà,03166,Phường Mường Chà,11,toàn bộ,,,,đổi loại,văn bản (ví dụ)
2026-11-01,03158,Xã Sín Thầu,03158,Xã Sín Thầu,11,một phần,,,,phần còn lại,văn bản (ví dụ)
2026-11-01,03158,Xã Sín Thầu,03999,Xã A Pa Chải,11,một phần,Bản A Pa Chải; Bản Tả Miếu,102.19,22.37,chia ra,văn bản (ví dụ)
"""
