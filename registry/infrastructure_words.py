"""Decides the wording of the infrastructure indicators: units of measure, formulas, and what is missing, Vietnamese first."""

from collections.abc import Mapping
from typing import Final

Words = tuple[str, str]

MEASURES: Final[Mapping[str, str]] = {
    "points": "điểm", "people_per_point": "người/điểm", "communes_manned_share": "%", "communes_with_point_share": "%",
    "internet_share": "%", "multi_service_share": "%", "service_radius_km": "km/điểm",
}  # fmt: skip
FORMULAS: Final[Mapping[str, Words]] = {
    "service_radius_km": (
        "Bán kính phục vụ bình quân = √(diện tích km² / (π × số điểm)).",
        "Mean service radius = sqrt(area in km2 / (pi x points)).",
    ),
    "people_per_point": ("Số dân phục vụ bình quân = dân số / số điểm.", "People per point = people / points."),
    "communes_manned_share": (
        "Tỷ lệ xã tính trên số xã (không kể phường, thị trấn, đặc khu), như kế hoạch của tỉnh Điện Biên.",
        "Shares of communes are of xã only (no wards, townships, special zones), as in the plan of Điện Biên.",
    ),
    "internet_share": (
        "Tỷ lệ có Internet tính trên điểm có người phục vụ; danh sách không ghi thì tính trên mọi điểm và có ghi chú.",
        "With Internet: of manned points; where a list does not say who serves there, of all points, and that is said.",
    ),
}
NO_LIST: Final[Words] = ("chưa nạp danh sách điểm phục vụ", "no list of service points is loaded")
NO_PEOPLE: Final[Words] = ("chưa có dân số", "no population is known")
NO_AREA: Final[Words] = ("chưa có diện tích", "no area is known")
NO_POINTS: Final[Words] = ("không có điểm nào trong danh sách", "the list has no point here")
NO_RURAL: Final[Words] = ("không có xã", "no xã here")
MANNED_UNKNOWN: Final[Words] = ("danh sách không ghi điểm có người phục vụ hay không", "the list does not say whether points are manned")
OF_ALL_POINTS: Final[Words] = ("tính trên mọi điểm", "of all points")
PARTIAL: Final[Words] = ("theo danh sách chưa đủ loại điểm", "by a list that lacks kinds of points")
PARTIAL_NOTE: Final[Words] = (
    "Danh sách đã nạp chỉ gồm điểm bưu điện - văn hóa xã, chưa có bưu cục, đại lý, thùng thư: chưa so được với chỉ tiêu.",
    "The lists loaded hold commune post and culture points only, no post offices or mailboxes: right for the list, not yet to be judged.",
)
