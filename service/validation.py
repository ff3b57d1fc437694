"""Decides how a wrong parameter or field is told: one Vietnamese and one English sentence for each kind of mistake."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

# Kind of mistake (pydantic's error type) -> what is said of the named parameter; `{}` are the limits of the rule.
MISTAKES: Final[Mapping[str, tuple[str, str]]] = {
    "missing": ("Thiếu {name}.", "{name} is missing."),
    "extra_forbidden": ("Không có tham số nào tên là {name}.", "There is no parameter named {name}."),
    "int_parsing": ("{name} phải là số nguyên.", "{name} must be a whole number."),
    "int_type": ("{name} phải là số nguyên.", "{name} must be a whole number."),
    "int_from_float": ("{name} phải là số nguyên.", "{name} must be a whole number."),
    "float_parsing": ("{name} phải là một số.", "{name} must be a number."),
    "float_type": ("{name} phải là một số.", "{name} must be a number."),
    "finite_number": ("{name} phải là một số hữu hạn.", "{name} must be a finite number."),
    "bool_parsing": ("{name} phải là 0 hoặc 1.", "{name} must be 0 or 1."),
    "greater_than_equal": ("{name} phải từ {ge} trở lên.", "{name} must be at least {ge}."),
    "less_than_equal": ("{name} chỉ được đến {le}.", "{name} must be at most {le}."),
    "string_too_short": ("{name} đang trống.", "{name} is empty."),
    "string_too_long": ("{name} dài quá {max_length} ký tự.", "{name} is longer than {max_length} characters."),
    "string_pattern_mismatch": ("{name} không đúng dạng.", "{name} does not have the right shape."),
    "string_type": ("{name} phải là chữ.", "{name} must be text."),
    "string_unicode": ("{name} có ký tự Unicode hỏng.", "{name} holds broken Unicode."),
    "too_long": ("{name} có quá {max_length} dòng.", "{name} has more than {max_length} items."),
    "too_short": ("{name} đang trống.", "{name} is empty."),
    "list_type": ("{name} phải là một danh sách.", "{name} must be a list."),
    "literal_error": ("{name} chỉ nhận: {expected}.", "{name} must be one of {expected}."),
    "date_from_datetime_parsing": (
        "{name} phải là ngày dạng năm-tháng-ngày, ví dụ 2024-01-31.",
        "{name} must be a date such as 2024-01-31.",
    ),
    "date_parsing": ("{name} phải là ngày dạng năm-tháng-ngày, ví dụ 2024-01-31.", "{name} must be a date such as 2024-01-31."),
    "json_invalid": ("Nội dung gửi lên không phải JSON đúng cú pháp.", "The body is not well-formed JSON."),
    "model_attributes_type": ("Nội dung gửi lên phải là một đối tượng JSON.", "The body must be a JSON object."),
    "repeated": ("{name} được ghi nhiều lần.", "{name} is given more than once."),
    "lonely_coordinate": ("lat và lon phải đi cùng nhau.", "lat and lon must come together."),
    "lonely_right_point": ("right_lat và right_lon phải đi cùng nhau.", "right_lat and right_lon must come together."),
    "box": (
        "bbox phải là tây,nam,đông,bắc theo độ WGS 84, ví dụ 102.9,21.3,103.1,21.5.",
        "bbox must be west,south,east,north in degrees WGS 84, such as 102.9,21.3,103.1,21.5.",
    ),
    "moment": (
        "datetime phải là một thời điểm hoặc một khoảng, ví dụ 2026-09-20 hoặc 2026-01-01/2026-06-30.",
        "datetime must be an instant or an interval, such as 2026-09-20 or 2026-01-01/2026-06-30.",
    ),
    "cells_need_a_province": ("by=h3 cần có province.", "by=h3 needs a province."),
    "cells_are_of_today": ("by=h3 không nhận on và baseline.", "by=h3 takes neither on nor baseline."),
    "lonely_resolution": ("resolution chỉ đi cùng by=h3.", "resolution belongs to by=h3."),
    "no_right_place": (
        "Thiếu vị trí đúng: cần right_code, right_text, hoặc right_lat và right_lon.",
        "The right place is missing: give right_code, right_text, or right_lat and right_lon.",
    ),
    "enum": ("{name} chỉ nhận: {expected}.", "{name} must be one of {expected}."),
    "control_character": ("{name} có ký tự điều khiển.", "{name} holds a control character."),
}
_OTHERWISE: Final = ("{name} không hợp lệ.", "{name} is not valid.")


def explain(mistake: Mapping[str, Any]) -> dict[str, str]:
    """Return one member of a problem's `errors`: the parameter, or the JSON pointer into the body, and two sentences.

    The value that was sent is not repeated: it may be an address.
    """
    where, *path = mistake["loc"]
    vi, en = MISTAKES.get(mistake["type"], _OTHERWISE)
    limits = {"name": _name(where, path), **{key: _plain(value) for key, value in (mistake.get("ctx") or {}).items()}}
    place = {"pointer": "/" + "/".join(map(str, path))} if where == "body" else {"parameter": ".".join(map(str, path))}
    return place | {"code": mistake["type"], "detail": vi.format_map(limits), "detail_en": en.format_map(limits)}


def _name(where: str, path: Sequence[Any]) -> str:
    if not path or mistake_of_whole_body(where, path):
        return "body" if where == "body" else "query"
    return ".".join(map(str, path))


def mistake_of_whole_body(where: str, path: Sequence[Any]) -> bool:
    """Tell whether the path is an offset into unreadable JSON, no field of it."""
    return where == "body" and len(path) == 1 and isinstance(path[0], int)


def _plain(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value).replace(" or ", ", ")
