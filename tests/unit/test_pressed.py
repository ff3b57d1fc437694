"""Hints of the command line as a page says them."""

import ast
import re
from pathlib import Path

import pytest

from loaders.issues import ISSUES
from service.pressed import pressed

ROOT = Path(__file__).parents[2]
OPTION = re.compile(r"(?<!\w)--[a-z]")


@pytest.mark.parametrize("code", ISSUES)
def test_no_hint_of_an_issue_names_an_option(code: str) -> None:
    """In either language; what names none is the same on the page."""
    for hint, english in ((ISSUES[code].hint, False), (ISSUES[code].hint_en, True)):
        shown = pressed(hint, english=english)
        assert not OPTION.search(shown), shown
        assert OPTION.search(hint) or "diachiso " in hint or shown == hint


def _hints(folder: str) -> list[str]:
    """Return the hints in the code of a folder, whatever is put into them left out."""
    found = []
    for path in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.keyword) and node.arg == "hint":
                parts = node.value.values if isinstance(node.value, ast.JoinedStr) else [node.value]
                found.append("".join(str(part.value) if isinstance(part, ast.Constant) else "1" for part in parts))
    return found


def test_no_hint_that_an_upload_can_meet_names_an_option_or_a_command() -> None:
    """Refusals of files and of imports: what to choose or press is said; what belongs to a terminal alone is not met there."""
    terminal = re.compile(r"diachiso (units|ledger|db|reform)|--(source|counted-on|actor|reason|early|dry-run)")
    left = [shown for hint in _hints("loaders") if (OPTION.search(shown := pressed(hint)) or "diachiso " in shown)]
    assert [hint for hint in left if not terminal.search(hint)] == []


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Bỏ --encoding, hoặc dùng --encoding utf-16.", "Chọn “Tự nhận” ở mục “Bảng mã”, hoặc chọn utf-16 ở mục “Bảng mã”."),
        ("hợp hơn / fits better: --crs EPSG:9205 – múi 3° cho 100 %.", "hợp hơn / fits better: EPSG:9205 – múi 3° cho 100 %."),
        ("fits better: bỏ --crs – WGS 84 cho 99 %.", "fits better: EPSG:4326 – WGS 84 cho 99 %."),
        ("Nếu tệp đúng như vậy, thêm --accept-misplaced; từng dòng vẫn được kiểm tra.",
         "Nếu tệp đúng như vậy, đánh dấu đồng ý ở bước Xác nhận; từng dòng vẫn được kiểm tra."),
        ("Hoàn tác các lô đó trước: diachiso batch rollback 7", "Hoàn tác các lô đó trước, bắt đầu từ lô 7, ở mục Các lô."),
        ("Chạy: diachiso db upgrade", "Chạy: diachiso db upgrade"),
    ],
)  # fmt: skip
def test_options_become_fields_and_buttons(said: str, shown: str) -> None:
    """As the page names them; commands for whoever runs the service stay."""
    assert pressed(said) == shown
