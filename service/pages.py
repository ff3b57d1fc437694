"""Decides which pages there are, and joins each with the frame that all share: head, menu, foot."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Template
from typing import Final

WEB: Final = Path(__file__).parent / "web"


@dataclass(frozen=True)
class Page:
    """A page: its path, the name of its files under `web/`, its name in the menu, its title, its styles, whether every menu leads there."""

    path: str
    name: str
    menu: str
    title: str
    description: str
    styles: tuple[str, ...] = ()
    # One that few may use stands in the menu of none but itself.
    listed: bool = True


PAGES: Final = (
    Page(
        "/", "courier", "Tra cứu", "Địa chỉ số", "Tra cứu địa chỉ số của Việt Nam: gõ địa chỉ, nhận mã và vị trí trên bản đồ.",
        ("map.css", "courier.css"),
    ),
    Page(
        "/do-phu", "coverage", "Độ phủ", "Độ phủ địa chỉ số", "Bao nhiêu hộ đã có mã địa chỉ số: theo xã, theo tỉnh, qua các kỳ.",
        ("map.css", "coverage.css"),
    ),
    Page(
        "/tinh", "province", "Cho tỉnh", "Việc của tỉnh", "Cán bộ tỉnh nộp tệp địa chỉ, sửa lỗi, xem các lô, duyệt đề nghị sửa.",
        ("province.css", "rows.css"),
    ),
    Page("/du-lieu", "data", "Dữ liệu mở", "Dữ liệu mở", "Đơn vị hành chính, sáp nhập, độ phủ, số hộ: tải về dùng lại.", ("data.css",)),
    Page(
        "/vi-pham", "breaches", "Vi phạm dữ liệu", "Sổ vi phạm dữ liệu", "Sổ vi phạm dữ liệu cá nhân và đồng hồ 72 giờ, cho quản trị.",
        ("province.css", "rows.css", "breaches.css"), listed=False,
    ),
    Page(
        "/giay", "paper", "Giấy để in", "Giấy để in", "Biên bản bàn giao của một lô, thông báo của một vụ vi phạm: để in và ký.",
        ("province.css", "paper.css"), listed=False,
    ),
)  # fmt: skip


@cache
def html_of(page: Page) -> str:
    """Return the whole HTML of a page; the words are Vietnamese, scripts change them."""
    menu = "\n".join(_entry(each, here=each is page) for each in PAGES if each.listed or each is page)
    styles = "\n".join(f'  <link rel="stylesheet" href="/static/{name}">' for name in page.styles)
    return Template(_text("frame")).substitute(
        title=page.title, description=page.description, script=f"{page.name}_page.js", styles=styles, menu=menu,
        content=_text(page.name).rstrip(),
    )  # fmt: skip


def _entry(page: Page, *, here: bool) -> str:
    current = ' aria-current="page"' if here else ""
    return f'        <li><a href="{page.path}"{current} data-i18n="menu_{page.name}">{page.menu}</a></li>'


def _text(name: str) -> str:
    return (WEB / f"{name}.html").read_text(encoding="utf-8")
