"""Decides how the registry's own words stand in what a command prints: Vietnamese first, the word of the contract beside it.

JSON, CSV and what is handed on keep the word of the contract alone.
"""

from collections.abc import Mapping
from typing import Final

from registry import state_words
from registry.ladder import RUNG_WORDS
from service.reports.batch_rows import OUTCOME_WORDS

BATCH: Final = state_words.BATCH
OUTCOME: Final = {word: vi.lower() for word, (vi, _) in OUTCOME_WORDS.items()}
RUNG: Final = {word: vi.lower() for word, vi, _ in RUNG_WORDS}
KIND: Final = {"household": "hộ gia đình", "office": "cơ quan", "business": "cơ sở kinh doanh", "other": "khác"}
LEVEL: Final = {
    "household": "số nhà", "alley": "ngõ, hẻm", "street": "đường", "hamlet": "thôn, tổ", "commune": "xã, phường", "district": "huyện cũ",
    "province": "tỉnh, thành phố", "none": "không có",
}  # fmt: skip
ROLE: Final = {
    "public": "khách", "courier": "bưu tá", "province_officer": "cán bộ tỉnh", "reporter": "người lập báo cáo", "auditor": "kiểm toán",
    "administrator": "quản trị", "local": "máy này", "owner": "dòng lệnh",
}  # fmt: skip
ACTION: Final = {
    "insert": "thêm", "update": "sửa", "delete": "xóa", "read": "xem", "export": "xuất", "restrict": "hạn chế", "lift": "gỡ hạn chế",
    "erase": "xóa theo yêu cầu", "purge": "xóa theo thời hạn",
}  # fmt: skip


def shown(words: Mapping[str, str], said: str) -> str:
    """Return a word of the contract behind what it means in Vietnamese; one without words as it is."""
    return f"{words[said]} / {said.replace('_', ' ')}" if said in words else said
