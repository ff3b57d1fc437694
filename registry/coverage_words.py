"""Decides the wording of the three definitions and of what a reader of coverage must know, Vietnamese first."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


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
        "“Đã thông báo” gồm cả địa chỉ đã gắn biển. Tỷ lệ trên 100 % được giữ nguyên và đánh dấu ▲; “–” là chưa có mẫu số.",
        "“Notified” includes plated addresses. Ratios above 100 % are kept and marked ▲; “–” means there is no denominator.",
    ),
    (
        "“~” trước số hộ: ước tính, do một phần xã được chia theo diện tích.",
        "“~” before households: an estimate, because part of a commune was shared out by area.",
    ),
)

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
