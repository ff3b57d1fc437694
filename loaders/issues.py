"""Here is decided what can be wrong with a row: every issue has a stable code, a scope, an outcome and words in two languages."""

from dataclasses import dataclass
from typing import Final, Literal

Scope = Literal["file", "column", "row", "batch"]
Outcome = Literal["rejected", "incomplete", "duplicate", "accepted"]


@dataclass(frozen=True)
class Issue:
    """One kind of trouble; `outcome` is what it makes of the row, `accepted` for a warning. `hint` is Vietnamese."""

    code: str
    outcome: Outcome
    vi: str
    en: str
    hint: str = ""

    @property
    def scope(self) -> Scope:
        """Where the trouble lies: the first word of the code."""
        scope: Scope = self.code.split(".")[0]  # type: ignore[assignment]
        return scope


_ALL: Final = (
    # The shape of a row.
    Issue("row.columns", "rejected", "Số ô khác số cột tiêu đề", "More or fewer cells than the header", "Kiểm tra dấu phân cách và dấu ngoặc kép trong dòng."),
    Issue("row.cell_too_long", "rejected", "Một ô dài quá 10.000 ký tự", "A cell is longer than 10,000 characters", "Xoá nội dung thừa trong ô đó."),
    # The unit.
    Issue("row.commune_missing", "incomplete", "Thiếu xã, phường", "No commune", "Điền xa hoặc ma_xa."),
    Issue("row.unit_unknown", "rejected", "Không có xã, phường này trong tỉnh đã nêu, cả trước và sau 1/7/2025", "No such commune in either world", "Xem tên gợi ý gần nhất."),
    Issue("row.unit_ambiguous", "incomplete", "Tên này chỉ hai nơi khác nhau (đơn vị cũ và mới)", "The name means different places", "Ghi thêm huyện cũ, loại đơn vị (xã, phường, thị trấn) hoặc ma_xa."),
    Issue("row.unit_code_vintage", "incomplete", "Mã xã có nghĩa khác nhau ở danh mục cũ và mới", "The commune code is of the other vintage", "Ghi tên xã, hoặc huyện nếu là đơn vị cũ."),
    Issue("row.unit_code_conflict", "rejected", "Mã xã không phải của xã đã ghi", "The commune code contradicts the names", "Sửa ma_xa hoặc tên xã."),
    Issue("row.unit_former", "accepted", "Tên xã đã bỏ trước năm 2025, đã chuyển sang đơn vị hiện nay", "A commune name from before 2025"),
    Issue("row.unit_mixed_vintage", "accepted", "Xã mới ghi cùng huyện, tỉnh cũ (hoặc ngược lại)", "Units of both worlds are mixed"),
    Issue("row.unit_spelling", "accepted", "Tên xã khác dấu so với tên chính thức", "The commune name differs from the official one by its marks"),
    Issue("row.commune_part", "accepted", "Xã cũ bị chia; toàn bộ dân về một xã, lấy xã đó", "Split commune: all people went to one part"),
    Issue("row.commune_by_point", "accepted", "Xã hiện nay được chọn theo tọa độ", "The point decided between communes"),
    Issue("row.commune_split", "incomplete", "Xã cũ nay thuộc nhiều xã, tọa độ không quyết định được", "Split commune that the point does not decide", "Chọn một trong các xã gợi ý."),
    Issue("row.no_postal_code", "incomplete", "Xã hiện nay chưa có mã bưu chính nên chưa cấp mã được", "The commune has no postal code yet"),
    Issue("row.outside_province", "rejected", "Dòng thuộc tỉnh khác với tỉnh của lô", "The row lies in another province than the batch", "Nộp dòng này cho tỉnh của nó."),
    # The point.
    Issue("row.point_missing", "incomplete", "Thiếu tọa độ", "No coordinates", "Điền kinh_do và vi_do."),
    Issue("row.point_zero", "incomplete", "Tọa độ bằng 0", "Coordinates are zero", "Đo lại tọa độ."),
    Issue("row.point_not_number", "rejected", "Tọa độ không phải là số", "Coordinates are not numbers", "Ghi dạng 105.85; 21.03."),
    Issue("row.point_comma", "accepted", "Tọa độ dùng dấu phẩy thập phân, đã đọc được", "Decimal comma in coordinates"),
    Issue("row.point_swapped", "rejected", "Kinh độ và vĩ độ bị đổi chỗ", "Longitude and latitude are swapped", "Đổi hai cột cho nhau."),
    Issue("row.point_projected", "rejected", "Tọa độ tính bằng mét (VN-2000?), chưa biết hệ tọa độ", "Coordinates are in metres", "Thêm --crs, ví dụ --crs EPSG:9205 (kinh tuyến trục 103°) hoặc EPSG:5897 (105°)."),
    Issue("row.point_outside", "rejected", "Tọa độ nằm ngoài Việt Nam", "The point is outside Vietnam", "Đo lại tọa độ."),
    Issue("row.point_outside_commune", "rejected", "Tọa độ nằm xa ngoài xã đã ghi", "The point lies far outside the stated commune", "Sửa xã hoặc tọa độ."),
    Issue("row.point_near_commune", "accepted", "Tọa độ lệch ngoài ranh giới xã không quá 500 m", "The point is just outside the commune"),
    # The door.
    Issue("row.place_missing", "incomplete", "Không có đường, cũng không có thôn/tổ", "Neither street nor hamlet", "Điền duong hoặc thon_to."),
    Issue("row.house_date", "incomplete", "Số nhà đã bị bảng tính đổi thành ngày tháng", "A spreadsheet turned the house number into a date", "Định dạng cột là văn bản; xem số gợi ý."),
    Issue("row.house_unclear", "incomplete", "Số nhà không phải là số", "The house number is no number", "Ghi số nhà; phần mô tả chuyển sang ghi_chu."),
    Issue("row.house_missing", "accepted", "Không có số nhà; nhận biết theo mã hộ hoặc tọa độ", "No house number"),
    Issue("row.same_door_in_file", "duplicate", "Trùng với một dòng trước trong tệp", "The same door stands earlier in the file"),
    Issue("row.same_address", "duplicate", "Dòng trước trong tệp đã dùng địa chỉ này", "An earlier row already matched this address"),
    Issue("row.same_door_far", "duplicate", "Địa chỉ này đã có, cách hơn 1 km", "The same door is registered more than 1 km away", "Kiểm tra tọa độ hoặc tên đường."),
    # The household.
    Issue("row.household_repeated", "rejected", "Mã hộ đã dùng ở địa chỉ khác trong tệp", "Household reference repeated on another door", "Mỗi hộ chỉ ở một địa chỉ."),
    Issue("row.household_elsewhere", "rejected", "Mã hộ đã đăng ký ở địa chỉ khác", "The household is registered at another door", "Ghi ma_dia_chi_so nếu là cùng một địa chỉ."),
    # The codes.
    Issue("row.code_check", "rejected", "Mã địa chỉ sai ký tự kiểm tra", "The code fails its check character", "So lại từng ký tự của mã."),
    Issue("row.code_shape", "rejected", "Mã địa chỉ số sai dạng", "The code is misshapen", "NDAS có đúng 10 chữ số; định dạng cột là văn bản."),
    Issue("row.code_taken", "rejected", "Mã đã thuộc về địa chỉ khác", "The code belongs to another door", "Kiểm tra mã hoặc địa chỉ."),
    Issue("row.code_repeated", "rejected", "Mã đã dùng cho địa chỉ khác trong tệp", "The code stands on another door of the file", "Mỗi cửa một mã."),
    Issue("row.code_withdrawn", "rejected", "Mã đã bị thu hồi, không dùng lại", "The code was withdrawn and is never reused", "Để trống ma_dia_chi_so để được cấp mã mới."),
    Issue("row.vpostcode_shape", "accepted", "Vpostcode sai dạng, không lưu", "Misshapen Vpostcode, not stored"),
    # The rest.
    Issue("row.kind_unknown", "accepted", "Loại lạ, ghi là khac (khác)", "Unknown kind, taken as other"),
    Issue("row.status_unknown", "accepted", "Trạng thái lạ, ghi là thu_thap", "Unknown status, taken as collected"),
    Issue("row.status_down", "accepted", "Trạng thái thấp hơn trạng thái đã có, giữ trạng thái cũ", "The status would go down; kept"),
    Issue("row.households_invalid", "rejected", "Số hộ không phải số nguyên từ 0 đến 9999", "Number of households is nonsense", "Sửa so_ho."),
    Issue("row.date_invalid", "accepted", "Ngày thu thập không đọc được, bỏ qua", "Unreadable date"),
    Issue("row.personal_data", "accepted", "Có dữ liệu cá nhân, đã xoá trước khi lưu", "Personal data was removed", "Không gửi tên, số điện thoại, số định danh trong tệp."),
)  # fmt: skip

ISSUES: Final[dict[str, Issue]] = {issue.code: issue for issue in _ALL}
