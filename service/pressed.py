"""Decides what a hint says to whoever has a page before him: which field or button, where the command line has an option or a command."""

import re
from functools import partial
from typing import Final

# Option of the command line -> the field of the page, Vietnamese and English, as `web/words_upload.js` names them.
_FIELDS: Final = {
    "encoding": ("Bảng mã", "Encoding"), "delimiter": ("Dấu phân cách", "Delimiter"), "sheet": ("Trang tính hoặc lớp", "Sheet or layer"),
    "layer": ("Trang tính hoặc lớp", "Sheet or layer"), "crs": ("Hệ tọa độ", "Coordinate system"),
    "profile": ("Bộ quy tắc kiểm tra", "Profile of checks"), "mapping": ("Cột nào là gì?", "Which column is what?"),
    "province": ("Tỉnh, thành phố", "Province or city"), "complete": ("Đây là danh sách đầy đủ", "This is the complete list"),
}  # fmt: skip
_OPTION: Final = rf"--({'|'.join(_FIELDS)})\b"
_VALUE: Final = r"(EPSG:\d+|utf-\d+|windows-\d+|tcvn3|vni|tab\b|'.')"
# What no word for word exchange would say well; the first ones are whole sentences.
_SENTENCES: Final = tuple((re.compile(said), shown) for said, shown in (
    (r"Xuất bằng: diachiso quarantine export .*",
     "Tải các dòng chờ ở trang của lô rồi sửa trong tệp đó. Tệp khác thì nộp ở mục Nộp tệp."),
    (r" \(gợi ý: diachiso mapping suggest [^)]*\)", ""),
    (r"Đổi tên cột theo mẫu bàn giao hoặc dùng --mapping", "Đổi tên cột theo mẫu bàn giao, hoặc chọn lại ở mục “Cột nào là gì?”"),
    (r"Nhập (?:lại )?cả tệp gốc: diachiso import TỆP", "Nộp lại cả tệp gốc ở mục Nộp tệp."),
    (r"Xem danh sách: diachiso batches", "Xem mục Các lô."),
    (r"Hoàn tác các lô đó trước: diachiso batch rollback (\d+)", r"Hoàn tác các lô đó trước, bắt đầu từ lô \1, ở mục Các lô."),
    (r"Xem: diachiso reform list\. ", ""),
    (r"Xem ai đã sửa gì: diachiso address history (\S+)", r"Hỏi người quản trị xem ai đã sửa địa chỉ \1."),
    (r"Xem: diachiso code show (\S+)", r"Tra mã \1 ở trang Tra cứu."),
    (r"đề nghị lại: diachiso correction propose .*", "hãy đề nghị lại."),
    (r"không nhận \(diachiso correction refuse [^)]*\)", "bấm Không nhận"),
    (r"hãy gộp: diachiso address merge .*", "hãy nhờ người quản trị gộp hai địa chỉ ấy."),
    (r"^diachiso correction list$", "Xem mục Đề nghị sửa."),
    (r"^diachiso breach list$", "Xem danh sách các vụ ở trang này."),
    (r"Mở vụ mới: diachiso breach open", "Ghi một vụ mới ở trang này."),
    (r"Chia tệp, hoặc dùng: diachiso resolve --input", "Chia tệp, hoặc gửi ở mục Đang chạy: Tìm mã cho một bảng lớn."),
    (r"^--reason .*", "Hãy ghi lý do."),
    (r"Trong tệp ánh xạ \(--mapping\).*", "Chọn lại cột ở bước Xem trước, mục “Cột nào là gì?”."),
    (r"chỉ rõ bằng --mapping, mục \[columns\]: .*", "chọn lại ở bước Xem trước, mục “Cột nào là gì?”."),
    (r"Thêm dòng ánh xạ được gợi ý vào tệp --mapping", "Chọn lại cột ấy ở mục “Cột nào là gì?”"),
    (r"Put the suggested line into the --mapping file", "Choose again for that column under “Which column is what?”"),
    (r"Ánh xạ cột bằng --mapping nếu cần dùng", "Chọn lại ở mục “Cột nào là gì?” nếu cần dùng"),
    (r"hoặc ánh xạ giá trị bằng --mapping", "hoặc sửa các ô ấy ở bước Sửa lỗi"),
    (r"or map its values by --mapping", "or mend these cells in the second step"),
    (r"sửa tệp hoặc dùng --mapping", "sửa tệp hoặc chọn lại ở mục “Cột nào là gì?”"),
    (r"mend the file or use --mapping", "mend the file or choose again under “Which column is what?”"),
    (r"thêm --accept-misplaced", "đánh dấu đồng ý ở bước Xác nhận"), (r"nhập với --accept-misplaced", "đánh dấu đồng ý ở bước Xác nhận"),
    (r"import it with --accept-misplaced", "tick the question in the last step"),
    (r"nhập không có --complete", "nộp lại mà không chọn “Đây là danh sách đầy đủ”"),
    (r", chạy lại với --dry-run", " rồi đọc lại tệp"), (r", try again with --dry-run", ", then read the file again"),
    (r"Thêm --crs, ví dụ --crs (EPSG:\d+)", r"Chọn ở mục “Hệ tọa độ”, ví dụ \1"),
    (r"Add --crs, for example --crs (EPSG:\d+)", r"Choose the “Coordinate system”, for example \1"),
    (r"Thêm --crs với mã EPSG đúng, ví dụ --crs (EPSG:\d+)", r"Chọn hệ đúng ở mục “Hệ tọa độ”, ví dụ \1"),
    # As loaders.axes says that WGS 84 fits.
    (r"bỏ --crs", "EPSG:4326"), (r"--crs (EPSG:\d+) – ", r"\1 – "), (r"chọn bằng --crs", "chọn ở mục “Hệ tọa độ”"),
    (r"hoặc bỏ --no-wait để xếp hàng", "hoặc nộp lại sau"),
))  # fmt: skip
_WORDS: Final = (
    (re.compile(rf"\bBỏ {_OPTION}"), 0, "Chọn “Tự nhận” ở mục “{}”"), (re.compile(rf"\bbỏ {_OPTION}"), 0, "chọn “Tự nhận” ở mục “{}”"),
    (re.compile(rf"\b(?:thêm|dùng|chọn) {_OPTION} {_VALUE}"), 0, "chọn {1} ở mục “{0}”"),
    (re.compile(rf"\b(?:Thêm|Dùng|Chọn) {_OPTION} {_VALUE}"), 0, "Chọn {1} ở mục “{0}”"),
    (re.compile(rf"\bbằng {_OPTION}"), 0, "ở mục “{}”"), (re.compile(rf"\bby {_OPTION}"), 1, "under “{}”"),
)  # fmt: skip
_REST: Final = re.compile(rf"{_OPTION}(?: {_VALUE})?")


def pressed(text: str, *, english: bool = False) -> str:
    """Return a hint of the command line as a page says it; what names nothing of the command line stays as it is.

    Commands that no page stands for (`diachiso db upgrade`) stay too: they are for whoever runs the service.
    """
    if "--" not in text and "diachiso " not in text:
        return text
    for said, shown in _SENTENCES:
        text = said.sub(shown, text)
    for said, language, words in _WORDS:
        text = said.sub(partial(_worded, words, language), text)
    return _REST.sub(lambda found: f"“{_FIELDS[found[1]][english]}”" + (f" {found[2]}" if found[2] else ""), text)


def _worded(words: str, language: int, found: re.Match[str]) -> str:
    return words.format(_FIELDS[found[1]][language], *found.groups()[1:])
