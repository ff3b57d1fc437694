"""Here is decided how a foreign file is read as a hand-over: a TOML file that names its columns, values and defaults.

`crs = "EPSG:9205"` on the first line; `[columns]` canonical = "header of the file"; `[values.loai]` "school" = "co_quan";
`[defaults]` loai = "co_quan" for empty cells.
"""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from registry.errors import FileRefused


@dataclass(frozen=True)
class Mapping:
    """Columns as canonical -> header, values as canonical -> {as written: canonical value}, defaults for empty cells."""

    columns: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    defaults: dict[str, str] = field(default_factory=dict)
    crs: str | None = None

    @property
    def headers(self) -> dict[str, str]:
        """The columns the other way round: header -> canonical."""
        return {header: name for name, header in self.columns.items()}

    def to_dict(self) -> dict[str, Any]:
        """Return the mapping as plain values, to be kept with the batch."""
        return {"columns": self.columns, "values": self.values, "defaults": self.defaults, "crs": self.crs}


def read_mapping(path: Path | None, known: tuple[str, ...]) -> Mapping:
    """Read a mapping file; FileRefused names the line or the column name that is wrong. No path is the empty mapping."""
    if path is None:
        return Mapping()
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise FileRefused(
            f"Không mở được tệp ánh xạ {path}.",
            f"Cannot open the mapping {path}: {error.strerror}.",
            hint="Kiểm tra đường dẫn và quyền đọc; tệp mẫu ở sample_data/mappings.",
        ) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise FileRefused(
            f"Tệp ánh xạ {path.name} không phải TOML đúng cú pháp (UTF-8).",
            f"The mapping {path.name} is no well-formed TOML in UTF-8: {error}.",
            hint='Mỗi dòng có dạng: duong = "Tên cột trong tệp"; tệp mẫu ở sample_data/mappings.',
        ) from error
    for section in ("columns", "values", "defaults"):
        table = content.get(section, {})
        wrong = [name for name in table if name not in known] if isinstance(table, dict) else [section]
        if wrong:
            raise FileRefused(
                f"Tệp ánh xạ {path.name}: [{section}] có tên cột lạ: {', '.join(wrong)}.",
                f"Mapping {path.name}: [{section}] has unknown column names: {', '.join(wrong)}.",
                hint=f"Các cột dùng được: {', '.join(known)}",
            )
    values = {name: {str(key): str(value) for key, value in table.items()} for name, table in content.get("values", {}).items()}
    return Mapping(_texts(content.get("columns", {})), values, _texts(content.get("defaults", {})), content.get("crs"))


def _texts(table: dict[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in table.items()}
