"""Decides what an official report says about its own figures: definitions, sources of the denominators, notes, what is not known."""

from registry.coverage import CoverageReport
from registry.coverage_words import APPROXIMATE, source_words
from service.reports.coverage_table import count
from service.reports.official_document import Points, Words
from service.reports.official_figures import listed


def definitions(figures: CoverageReport) -> Points:
    """Return the three definitions."""
    return Points(tuple(Words(f"({each.letter}) {each.vi}", each.en) for each in figures.definitions))


def sources(figures: CoverageReport) -> Points:
    """Return where the denominators come from and on which map the figures stand."""
    said = [Words(f"Số hộ: {vi}.", f"Households: {en}.") for vi, en in map(source_words, figures.sources)]
    day = figures.on
    said.append(Words(
        f"Địa bàn: đơn vị hành chính có hiệu lực ngày {day:%d/%m/%Y}. Số liệu của sổ: tính đến hết ngày {day:%d/%m/%Y} (giờ Việt Nam).",
        f"Units in force on {day.isoformat()}; figures of the registry at the end of that day, Vietnam time.",
    ))  # fmt: skip
    return Points(tuple(said))


def notes(figures: CoverageReport) -> Points:
    """Return the notes of the figures, then those on what this report does not know."""
    said = [Words(vi, en) for vi, en in figures.notes]
    missing = [line.name for line in figures.lines if line.baseline is None]
    if figures.total.baseline_missing:
        names = f": {listed(missing)}" if missing and figures.province_code else ""
        said.append(Words(
            f"Chưa rõ mẫu số: {figures.total.baseline_missing} xã chưa có số hộ theo thống kê{names}; không tính vào định nghĩa (b).",
            f"{figures.total.baseline_missing} communes have no statistical households; definition (b) leaves them out.",
        ))  # fmt: skip
    if figures.total.unplaced:
        said.append(Words(
            f"{count(figures.total.unplaced)} dòng bàn giao chưa rõ xã: chỉ tính ở dòng tổng số.",
            f"{figures.total.unplaced} rows handed over name no known commune; they count in the total only.",
        ))  # fmt: skip
    if figures.total.approximate_area:
        said.append(Words(*APPROXIMATE))
    return Points(tuple(said))
