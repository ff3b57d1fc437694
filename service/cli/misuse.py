"""Decides how a wrong command line is told: what is wrong in Vietnamese, the English of the parser beside it, how the command is used."""

import re
from collections.abc import Mapping
from typing import Any, Final

from typer.exceptions import TyperException

from registry.errors import UsageError

# What the parser says in English -> the same in Vietnamese; the first that fits. `{}` are what it names.
_SAID: Final[Mapping[str, str]] = {
    r"No such command '(.+?)'": "Không có lệnh “{}”.",
    r"No such option: (\S+?)(?:\s|$)": "Không có tùy chọn {}.",
    r"Option '(.+?)' requires (?:an|\d+) arguments?": "Tùy chọn {} cần một giá trị.",
    r"Option '(.+?)' does not take a value": "Tùy chọn {} không nhận giá trị.",
    r"Missing (?:argument|option|parameter) '(.+?)'": "Thiếu {}.",
    r"Missing command": "Thiếu tên lệnh.",
    r"Got unexpected extra arguments?(?:\(s\))? \((.*)\)": "Thừa trên dòng lệnh: {}.",
    r"Invalid value for '(.+?)': .*valid integer": "{} phải là số nguyên.",
    r"Invalid value for '(.+?)': .*valid number": "{} phải là một số.",
    r"Invalid value for '(.+?)': .*greater than or equal to (\S+)": "{} phải từ {} trở lên.",
    r"Invalid value for '(.+?)': .*less than or equal to (\S+)": "{} chỉ được đến {}.",
    r"Invalid value for '(.+?)': .*is not one of (.+?)\.?$": "{} chỉ nhận: {}.",
    r"Invalid value for '(.+?)'": "Giá trị của {} không hợp lệ.",
}


def misuse(wrong: TyperException) -> UsageError:
    """Return the refusal of a command line that the parser does not take."""
    said: str = getattr(wrong, "format_message", lambda: str(wrong))()
    told = (words.format(*found.groups()) for pattern, words in _SAID.items() if (found := re.search(pattern, said, re.DOTALL)))
    vi = next(told, "Lệnh chưa đúng cách dùng.")
    context: Any = getattr(wrong, "ctx", None)
    path = context.command_path if context else "diachiso"
    return UsageError(vi, said, hint=f"Xem cách dùng: {path} --help")
