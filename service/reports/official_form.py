"""Decides the outer form of an official report: who issues it, to whom, about what, and by which day it is due.

Layout by Annex I of Nghị định 30/2020/NĐ-CP. Days: the plan of Vĩnh Long (Kế hoạch số 36/KH-STTTT, 27/4/2023) asks for the quarterly
report on the 5th of the month after the quarter and for the yearly one before 15 December; the plan of Điện Biên (Kế hoạch số
2377/KH-UBND, 2021, V.5) has the same day for the year. Quarterly figures go to Vụ Bưu chính (QĐ 689/QĐ-BTTTT, Phụ lục 5, 1).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from registry.coverage import CoverageReport
from registry.periods import Period
from service.reports.official_document import Words

Form = Literal["coverage", "quarter", "year"]
_ROMAN: Final = ("I", "II", "III", "IV")
_QUARTERS: Final = ("first", "second", "third", "fourth")
_CITY_OF_ITS_OWN_NAME: Final = "Thành phố Hồ Chí Minh"
_FIFTH, _DECEMBER, _FIFTEENTH = 5, 12, 15


@dataclass(frozen=True)
class Issuer:
    """The body that signs: the one above it, its own name, the office of the signer, and who receives the report."""

    superior: str
    name: str
    signer: str
    addressee: str
    recipients: tuple[str, ...]


def issuer_of(figures: CoverageReport, name: str | None = None) -> Issuer:
    """Return the body in charge of postal matters: a province's Sở Khoa học và Công nghệ, the country's Vụ Bưu chính; or `name`."""
    if figures.province_code is None:
        return Issuer(
            "BỘ KHOA HỌC VÀ CÔNG NGHỆ", (name or "Vụ Bưu chính").upper(), "VỤ TRƯỞNG" if name is None else "THỦ TRƯỞNG ĐƠN VỊ",
            "Kính gửi: Lãnh đạo Bộ Khoa học và Công nghệ",
            ("Như trên;", "Sở KH&CN các tỉnh, thành phố;", "Các doanh nghiệp bưu chính;", "Lưu: VT, ……"),
        )  # fmt: skip
    return Issuer(
        f"ỦY BAN NHÂN DÂN\n{figures.name}".upper(), (name or "Sở Khoa học và Công nghệ").upper(),
        "GIÁM ĐỐC" if name is None else "THỦ TRƯỞNG ĐƠN VỊ", "Kính gửi: Vụ Bưu chính, Bộ Khoa học và Công nghệ",
        ("Như trên;", f"UBND {in_sentence(figures.name)} (để b/c);", "Các doanh nghiệp bưu chính;", "Lưu: VT, ……"),
    )  # fmt: skip


def in_sentence(name: str) -> str:
    """Return a unit's name as it stands inside a sentence: `tỉnh Điện Biên`, but `Thành phố Hồ Chí Minh`."""
    if name == _CITY_OF_ITS_OWN_NAME or not name:
        return name
    return name[0].lower() + name[1:]


def day_words(day: date) -> str:
    """Write a day as an office does: 05/10/2026."""
    return f"{day:%d/%m/%Y}"


def subject_of(form: Form, figures: CoverageReport, period: Period | None) -> Words:
    """Return what the report is about, in both languages."""
    where = "trên phạm vi cả nước" if figures.province_code is None else f"trên địa bàn {in_sentence(figures.name)}"
    where_en = "the country" if figures.province_code is None else figures.name
    when = period_words(form, figures.on, period)
    return Words(f"Kết quả gắn địa chỉ số cho hộ gia đình {when.vi}\n{where}", f"Digital addresses of households, {when.en}, {where_en}")


def period_words(form: Form, on: date, period: Period | None) -> Words:
    """Return the period in words: `quý III năm 2026`, `năm 2026`, `tính đến ngày 22/11/2026`."""
    if form == "quarter" and period:
        number = (period.first.month - 1) // 3
        return Words(f"quý {_ROMAN[number]} năm {period.first.year}", f"{_QUARTERS[number]} quarter of {period.first.year}")
    if form == "year" and period:
        return Words(f"năm {period.first.year}", f"year {period.first.year}")
    return Words(f"tính đến ngày {day_words(on)}", f"as of {on.isoformat()}")


def due_day(form: Form, period: Period) -> date:
    """Return the last day on which the report may be handed in: the 5th after the quarter, 14 December of the year."""
    if form == "quarter":
        return (period.last + timedelta(days=1)).replace(day=_FIFTH)
    return date(period.first.year, _DECEMBER, _FIFTEENTH) - timedelta(days=1)


def due_words(form: Form, period: Period | None) -> Words:
    """Return the sentence on the due day; a report outside the calendar has none."""
    if period is None or form == "coverage":
        return Words("")
    day = due_day(form, period)
    if form == "quarter":
        return Words(f"Hạn gửi báo cáo quý: ngày {day_words(day)} (ngày 05 của tháng sau quý)", f"Due on {day.isoformat()}")
    return Words(f"Hạn gửi báo cáo năm: trước ngày 15/12/{day.year}", f"Due before {day.year}-12-15")
