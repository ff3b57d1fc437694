"""Decides the paper that a person gets who asked what is held: all of it in Vietnamese, what for, and what may be asked next."""

from datetime import datetime
from html import escape
from typing import Any, Final

from service.reports.official_page import moment, page, section

_NONE: Final = "Không có."
_RIGHTS: Final = (
    "Quý vị có quyền yêu cầu chỉnh sửa, hạn chế xử lý hoặc xóa dữ liệu của mình; cơ quan trả lời trong 10, 15 và 20 ngày (Nghị định"
    " 356/2025/NĐ-CP)."
    " Địa chỉ của ngôi nhà, tọa độ và mã địa chỉ số vẫn được giữ khi xóa, vì không cho biết ai ở đó."
)


def subject_page(held: dict[str, Any]) -> str:
    """Return the page of what `registry.privacy.held.held` gathered, and the `jobs` that name the subject."""
    at = datetime.fromisoformat(held["made_at"])
    door = held["door"]
    facts = [
        ("Mã địa chỉ số", door["code"]), ("Địa chỉ", f"{door['recorded_text']} ({door['commune']})"),
        ("Tọa độ (WGS 84)", f"{door['lat']:.6f}, {door['lon']:.6f}"), ("Số hộ", door["households"]), ("Trạng thái", door["status"]),
        ("Lô đã nhập", door["batch"]), ("Cơ sở pháp lý", held["basis"][0]),
    ]  # fmt: skip
    parts = [
        section(("1. Địa chỉ", "The door"), ("Mục", "Nội dung"), facts, _NONE),
        section(("2. Mã hộ", "Household references"), ("Mã hộ", "Lô", "Đang hạn chế"),
                [(each["ref"], each["batch"], each["restricted"]) for each in held["households"]], _NONE),
        section(("3. Họ tên, điện thoại", "Names and phones"), ("Họ tên", "Điện thoại", "Lô", "Từ"),
                [(each["name"], each["phone"], each["batch"], _said(each["since"])) for each in held["residents"]],
                "Không giữ họ tên và số điện thoại."),
        section(("4. Dòng bàn giao còn giữ", "Rows of hand-over files that are kept"), ("Lô", "Dòng", "Các ô"),
                [(each["batch"], each["row"], each["cells"]) for each in held["kept_rows"]], _NONE),
        section(("5. Thay đổi trước đây", "Earlier states"), ("Lúc", "Việc", "Mã hộ khi đó", "Lý do"),
                [(_said(each["at"]), each["op"], each["ref"], each["reason"]) for each in held["earlier"]], _NONE),
        section(("6. Hạn chế xử lý", "Restrictions"), ("Từ", "Lý do", "Gỡ lúc"),
                [(_said(each["since"]), each["reason"], _said(each["lifted_at"])) for each in held["restrictions"]], _NONE),
        section(("7. Tệp tải lên của tỉnh, có thể nêu hộ này", "Uploads of the province, which may name it"), ("Số", "Tệp"),
                [(each["upload"], each["name"]) for each in held["uploads_of_province"]], _NONE),
        section(("8. Bảng của việc nền có nêu hộ này", "Tables of jobs that name it"), ("Số", "Số dòng"),
                [(each["job"], "không rõ" if each["rows"] is None else each["rows"]) for each in held["jobs"]], _NONE),
        section(("9. Ai đã xem", "Who read it"), ("Lúc", "Ai", "Việc", "Mục đích"),
                [(_said(each["at"]), each["actor"], each["action"], each["purpose"]) for each in held["readings"]], _NONE),
        f"<p>{escape(_RIGHTS)}</p>",
    ]  # fmt: skip
    heading = ("BẢN TRÍCH DỮ LIỆU ĐANG LƯU GIỮ", "Everything that is held, for the data subject")
    return page(f"Trích dữ liệu – {door['code']}", heading, parts, at)


def _said(at: str | None) -> str:
    return moment(datetime.fromisoformat(at)) if at else ""
