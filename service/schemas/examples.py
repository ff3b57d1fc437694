"""Decides which questions and answers the description of the interface shows; the doors in them are made up."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any, Final

_DOOR: Final = "12 ngõ 5 đường Trần Phú, phường Điện Biên Phủ, Điện Biên"
_CSV: Final = "ma,dia_chi\n1,12 đường Trần Phú, phường Điện Biên Phủ, Điện Biên\n"
_HAND_OVER: Final = "so_nha,duong,xa,tinh,kinh_do,vi_do\n12,Võ Nguyên Giáp,Phường Điện Biên Phủ,Tỉnh Điện Biên,103.0162,21.3856\n"
_REPORT: Final = "batch,row_no,outcome,issues,labels,fix,so_nha,xa,kinh_do,vi_do\nchạy thử / dry run,3,Thiếu,,,,3,,103.0162,21.3856\n"
# By path and name; under "" what a name means everywhere else.
PARAMETERS: Final[dict[str, dict[str, Any]]] = {
    "": {
        "q": _DOOR, "lat": 21.39, "lon": 103.02, "limit": 5, "type": "housenumber", "postcode": "32120", "citycode": "03127",
        "autocomplete": False, "lang": "vi", "on": "2026-09-20", "explain": False, "province": "11", "year": 2025, "code": "32120-K7Q4B",
        "bbox": "102.9,21.3,103.1,21.5", "datetime": "2026-09-20", "next": 0, "state": "waiting", "period": "2025", "format": "json",
        "map": "today", "kind": "year", "since": "0", "wait": 0, "at": 0, "layer": "communes", "z": 5, "x": 25, "y": 14, "by": "commune",
        "resolution": 8, "baseline": "2019-04-01", "write": False, "actor": "local", "number": 3,
        "purpose": "đối chiếu biên bản số 12",
    },
    "/v1/open-data/{name}.{form}": {"name": "units", "form": "csv"},
    "/v1/open-data/{name}.{form}.sha256": {"name": "units", "form": "csv"},
    "/v1/batches": {"province": "11", "state": "committed", "before": 10, "limit": 50},
    "/v1/batches/{number}/report": {"format": "csv", "purpose": "báo cáo kiểm tra"},
    "/v1/batches/{number}/quarantine": {"purpose": "bổ sung toạ độ", "after": 0, "limit": 100},
    "/v1/batches/{number}/quarantine/export": {"format": "csv", "purpose": "sửa để nộp lại"},
    "/v1/uploads/{number}/report": {"format": "csv", "purpose": "chuẩn bị nhập lô"},
    "/v1/uploads/{number}/rows": {
        "issue": "row.point_missing", "outcome": "incomplete", "after": 0, "limit": 100, "purpose": "chuẩn bị nhập lô",
    },
    "/v1/audit": {"since": "2026-09-20", "limit": 5},
    "/v1/corrections/{number}": {"number": 1},
    "/v1/units/{code}": {"code": "03127", "on": "2026-09-20"},
    "/v1/coverage": {"province": "11", "on": "2026-09-20", "by": "h3", "resolution": 8, "baseline": "2019-04-01"},
}  # fmt: skip
BODIES: Final[dict[str, Any]] = {
    "/search/csv": {"data": _CSV, "columns": ["dia_chi"], "result_columns": ["latitude", "longitude", "result_code", "result_status"]},
    "/reverse/csv": {"data": "ma,latitude,longitude\n1,21.39,103.02\n", "result_columns": ["result_label", "result_status"]},
    "/v1/jobs": {"data": _CSV, "columns": ["dia_chi"], "format": "csv"},
    "/v1/uploads": {"data": _HAND_OVER, "province": "11", "profile": "default"},
    "/v1/uploads/{number}/mapping": {"columns": {"Số nhà": "so_nha", "Ghi chú nội bộ": None}},
    "/v1/uploads/{number}/fixes": {"rows": [{"row": 12, "cells": {"Số nhà": "12A"}}]},
    "/v1/uploads/{number}/mended": {"data": _REPORT},
    "/v1/uploads/{number}/confirm": {"accept_misplaced": False},
    "/v1/batches/{number}/rollback": {"reason": "Nộp nhầm tệp.", "dry_run": True},
    "/v1/breaches": {"what": "Máy tính xách tay có bản xuất dòng giữ lại bị mất", "detected_at": "2026-11-20 08:00:00"},
    "/v1/breaches/{number}/entries": {"kind": "notified", "words": "Gửi A05 công văn số 12"},
    "/v1/corrections/{number}/decide": {"decision": "accept", "reason": "Đã xác minh tại chỗ."},
    "/v1/resolve": {"queries": [_DOOR, "xã Thanh Nưa, huyện Điện Biên"], "limit": 1},
    "/v1/feedback": {"query": _DOOR, "kind": "wrong_door", "right_lat": 21.39, "right_lon": 103.02, "note": "Biển số nhà là 12A."},
    "/v1/corrections": {"code": "32120-K7Q4B", "fields": {"so_nha": "12A"}, "reason": "Biển số nhà là 12A.", "proposed_by": "NV-07"},
}
PROBLEM: Final[dict[str, Any]] = {
    "type": "about:blank", "title": "Yêu cầu chưa đúng", "title_en": "Bad Request", "status": 400,
    "detail": "Không có tham số nào tên là colour.", "detail_en": "There is no parameter named colour.",
}  # fmt: skip
_ANSWER: Final = re.compile(r"^## (\w+ \S+)\n\n```(\S+)\n(.*?)\n```$", re.MULTILINE | re.DOTALL)


@cache
def answers() -> dict[str, Any]:
    """Return the answers of `answers.md` by method and path."""
    text = (Path(__file__).parent / "answers.md").read_text(encoding="utf-8")
    return {name: json.loads(body) if kind == "json" else body for name, kind, body in _ANSWER.findall(text)}
