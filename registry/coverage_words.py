"""Decides the wording of the three definitions and of what a reader of coverage must know, Vietnamese first."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

# What a cell says where the denominator is missing, and where a small figure is hidden in a public table.
UNKNOWN: Final = "chưa rõ"
HIDDEN: Final = "‡"


@dataclass(frozen=True)
class Definition:
    """One definition of coverage: its letter and both wordings."""

    letter: str
    vi: str
    en: str


DEFINITIONS: Final = (
    Definition(
        "a",
        "Số hộ có địa chỉ số / số hộ có địa chỉ vật lý đã ghi trong sổ (chỉ tiêu theo QĐ 689/QĐ-BTTTT, hiểu theo mặt chữ).",
        "Households with a code / households with a physical address recorded in the registry (the ministry's indicator, read literally).",
    ),
    Definition(
        "b",
        "Số hộ có địa chỉ số / số hộ theo nguồn thống kê; xã chưa có số liệu thống kê không tính vào cả tử lẫn mẫu.",
        "Households with a code / households by the statistical baseline; communes without a baseline are left out of both.",
    ),
    Definition(
        "c",
        "Số địa chỉ có mã / số địa chỉ dự kiến từ các lô bàn giao đã ghi sổ = địa chỉ đã nhận + dòng còn thiếu + dòng bị từ chối; "
        "dòng trùng và dòng của tỉnh khác không tính; dòng không rõ xã chỉ tính ở dòng tổng của tỉnh; "
        "dòng bị giữ lại được sửa rồi nhận (quarantine resubmit) chỉ tính một lần.",
        "Coded addresses / addresses expected from the committed hand-overs = accepted doors + incomplete rows + rejected rows; duplicates "
        "and rows of another province do not count; rows of unknown commune count on the province's line only; "
        "a kept row that was mended and accepted (quarantine resubmit) counts once.",
    ),
)

NOTES: Final = (
    (
        "Số hộ của một địa chỉ là số lớn hơn giữa số hộ khai và số mã hộ đã ghi.",
        "The households of an address are the larger of the number stated and the household references recorded.",
    ),
    (
        "Số liệu như trong sổ vào lúc hết ngày đó (giờ Việt Nam): tính theo ngày ghi sổ, không theo ngày thu thập.",
        "As the registry stood at the end of that day (Vietnam time): by the day of entry, not of collection.",
    ),
    (
        "“Đã thông báo” gồm cả địa chỉ đã gắn biển. Tỷ lệ trên 100 % được giữ nguyên và đánh dấu ▲; “chưa rõ” là chưa có mẫu số.",
        "“Notified” includes plated addresses. Ratios above 100 % are kept and marked ▲; “chưa rõ” (unknown) is a missing denominator.",
    ),
    (
        "“~” trước số hộ: ước tính, do một phần xã được chia theo diện tích, theo địa chỉ đã biết hoặc chia đều; cách tính ghi ở từng số.",
        "“~” before households: an estimate, because part of a commune was shared out; each figure says how.",
    ),
)

LADDER_NOTE: Final = (
    "Các bậc: đã thu thập, đủ thông tin, đã gắn mã, đã xác minh, đã thông báo, đã gắn biển; bậc dưới gồm bậc trên.",
    "Rungs: collected, complete, coded, verified, notified, plated; each counts the doors that reached it and every rung below.",
)
PUBLIC_NOTES: Final = (
    (
        "“‡”: không công bố, vì đơn vị có từ 1 đến 4 hộ, hoặc để không tính ngược được số của đơn vị như thế từ tổng.",
        "“‡”: not published, because the unit has 1 to 4 households, or lest such a unit be computed back from totals.",
    ),
    (
        "Số theo bậc và “đã thông báo” được làm tròn xuống bội số của 5; tổng theo bậc là tổng các số đã công bố của xã.",
        "Figures by rung and “notified” are rounded down to multiples of 5; their totals are sums of what is published of communes.",
    ),
)
DISTRICT_NOTES: Final = (
    (
        "Địa chỉ ghi theo đơn vị trước 01/7/2025 thuộc huyện cũ của đơn vị ấy; ghi theo xã mới thì chỉ xếp được khi cả xã từ một huyện.",
        "A door recorded in a unit of before 2025-07-01 belongs to its district; in a commune of today only where all of it came from one.",
    ),
    (
        "Phần còn lại ở dòng “chưa rõ huyện cũ”, nên tỷ lệ (b) của từng huyện có thể thấp hơn thực tế.",
        "The rest stands on the line “not known”, so (b) of a former district may be too low.",
    ),
)
DISTRICT_UNKNOWN: Final = "Chưa rõ huyện cũ / not known"

APPROXIMATE: Final = (
    "Ranh giới của một số xã chỉ là gần đúng (ô Voronoi quanh tâm xã); xã ghi trong hồ sơ được ưu tiên hơn tọa độ.",
    "The areas of some communes are only approximate (Voronoi cells around known centres); the recorded commune wins over the point.",
)

# By the text of a source as the reference tables give it; {day} is the day on which it counted.
SOURCES: Final[Mapping[str, tuple[str, str]]] = {
    "2019 census, GSO cubes": ("Tổng điều tra dân số 2019 ({day})", "census of 2019 ({day})"),
    "2019 census carried to the units of 2025": (
        "Tổng điều tra dân số 2019 ({day}), chuyển sang đơn vị 2025",
        "census of 2019 ({day}), carried to the units of 2025",
    ),
    "2019 census, sum of communes": ("Tổng điều tra dân số 2019 ({day}), cộng từ các xã", "census of 2019 ({day}), summed over communes"),
}
_DATED: Final = re.compile(r"(?P<text>.*) \((?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)\)")


def source_words(source: str) -> tuple[str, str]:
    """Return a report's source, `text (2019-04-01)`, in Vietnamese and English; one without a wording of its own as it stands."""
    found = _DATED.fullmatch(source)
    if found is None or found["text"] not in SOURCES:
        return source, source
    vi, en = SOURCES[found["text"]]
    year, month, day = found["year"], found["month"], found["day"]
    return vi.format(day=f"{day}/{int(month)}/{year}"), en.format(day=f"{year}-{month}-{day}")


def over_words(letter: str, counted_on: date | None, *, estimated: bool) -> tuple[str, str]:
    """Return the sentence that explains a ratio above 100 %: what makes the numerator larger, or the denominator too small."""
    if letter == "b" and counted_on:
        vi = f"Trên 100 %: số hộ thống kê tính đến {counted_on:%d/%m/%Y}, trong khi địa chỉ được ghi sau đó"
        en = f"Above 100 %: the baseline counts households on {counted_on.isoformat()}, the doors were entered later"
        if estimated:
            vi, en = vi + ", và số của xã này là ước tính do chia tách", en + ", and this figure is an estimate after a split"
        return vi + "; cũng có thể một hộ được ghi hai lần.", en + "; households may also have been entered twice."
    if letter == "c":
        return (
            "Trên 100 %: có địa chỉ mang mã không đến từ lô bàn giao nào.",
            "Above 100 %: doors with a code are there that no hand-over brought.",
        )
    return (
        "Trên 100 %: số hộ có mã lớn hơn số hộ đã ghi, cần kiểm tra dữ liệu.",
        "Above 100 %: more households have a code than are recorded; the data must be looked at.",
    )


_UNKNOWN: Final[Mapping[str, tuple[str, str]]] = {
    "a": ("Chưa rõ: chưa ghi hộ nào có địa chỉ vật lý.", "Unknown: no household with a physical address is recorded."),
    "b": ("Chưa rõ: chưa có số hộ theo thống kê.", "Unknown: there is no baseline of households."),
    "c": ("Chưa rõ: chưa có lô bàn giao nào.", "Unknown: nothing was handed over."),
}


def unknown_words(letter: str) -> tuple[str, str]:
    """Return the sentence that says why a ratio has no denominator."""
    return _UNKNOWN[letter]
