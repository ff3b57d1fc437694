"""Here is decided how states are said within a Vietnamese sentence: of batches, of uploads and jobs, and how a proposal was decided."""

from collections.abc import Mapping
from typing import Final

BATCH: Final[Mapping[str, str]] = {
    "received": "mới nhận, chưa nhập", "staged": "đang đọc", "checked": "mới kiểm tra, chưa nhập", "committed": "đã nhập",
    "rejected": "không nhập được", "rolled_back": "đã hoàn tác",
}  # fmt: skip
UPLOAD: Final[Mapping[str, str]] = {
    "received": "đang chờ kiểm tra", "checking": "đang được kiểm tra", "checked": "đã kiểm tra", "importing": "đang được nhập",
    "imported": "đã nhập", "refused": "chưa nhập được", "expired": "đã quá hạn",
}  # fmt: skip
JOB: Final[Mapping[str, str]] = {
    "queued": "đang đợi", "running": "đang làm", "done": "đã xong", "failed": "không làm được", "expired": "đã quá hạn",
    "cancelled": "đã dừng",
}  # fmt: skip
# Of reports of wrong doors and of proposed corrections.
DECISION: Final[Mapping[str, str]] = {"open": "chờ xem", "waiting": "chờ duyệt", "accepted": "nhận", "refused": "không nhận"}
