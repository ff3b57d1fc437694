"""Decides the notification of a breach: what the register knows, what is to be filled in, and the hours that are left."""

from html import escape
from typing import Final

from registry.privacy.breaches import HOURS, LAW, Case
from service.reports.official_page import moment, page, section

STATES: Final = {
    "open": "chưa thông báo / not notified", "notified": "đã thông báo / notified", "closed": "đã đóng / closed",
}  # fmt: skip
KINDS: Final = {"note": "Ghi chú", "notified": "Đã thông báo cơ quan", "closed": "Đóng vụ việc"}
# What the notification is to say, as far as a registry cannot know it.
_BLANKS: Final = (
    "Đơn vị, người liên hệ", "Loại dữ liệu, số chủ thể bị ảnh hưởng", "Nguyên nhân", "Hậu quả, thiệt hại có thể xảy ra",
    "Biện pháp đã và sẽ làm", "Đã báo cho các chủ thể dữ liệu (ngày, cách báo)",
)  # fmt: skip


def clock(case: Case) -> str:
    """Say in words how much time is left until the authority must know."""
    if case.hours_left is None:
        late = ", MUỘN / late" if case.late else ""
        return f"{STATES[case.state]}{late}"
    if case.hours_left < 0:
        return f"QUÁ HẠN {-case.hours_left:g} giờ / overdue by {-case.hours_left:g} h"
    return f"còn {case.hours_left:g} giờ / {case.hours_left:g} h left"


def breach_page(case: Case) -> str:
    """Return the page, in Vietnamese, to be printed and sent."""
    facts = [
        ("Vụ việc số", case.id), ("Nội dung", case.what), ("Phát hiện lúc", moment(case.detected_at)),
        (f"Hạn thông báo ({HOURS} giờ)", moment(case.deadline)),
        ("Đã thông báo lúc", moment(case.notified_at) if case.notified_at else "chưa"), ("Căn cứ", LAW),
    ]  # fmt: skip
    entries = [(moment(each.at), KINDS[each.kind], each.words, each.actor) for each in case.entries]
    parts = [
        "<p><b>Kính gửi:</b> Bộ Công an (Cục An ninh mạng và phòng, chống tội phạm sử dụng công nghệ cao - A05)</p>",
        f'<p class="clock">{escape(clock(case))}</p>',
        section(("1. Vụ việc", "The breach"), ("Mục", "Nội dung"), facts, ""),
        section(("2. Diễn biến, biện pháp", "What was done"), ("Lúc", "Việc", "Nội dung", "Ai"), entries, "Chưa có ghi chép."),
        '<h2>3. Điền thêm<small lang="en">To be filled in</small></h2>',
        *(f'<div class="line">{escape(blank)}:<span></span></div>' for blank in _BLANKS),
    ]  # fmt: skip
    heading = ("THÔNG BÁO VI PHẠM QUY ĐỊNH VỀ BẢO VỆ DỮ LIỆU CÁ NHÂN", "Notification of a breach of personal data")
    return page(f"Thông báo vi phạm – vụ {case.id}", heading, parts, case.now)
