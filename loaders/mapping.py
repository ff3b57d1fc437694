"""Here is decided how a foreign file is read as a hand-over: a TOML file that names its columns, values and defaults.

On the first lines, all optional: `source`, `crs`, `sheet`, `delimiter`, `encoding`, `profile`, `ignore = ["header", …]`;
`[columns]` canonical = "header of the file"; `[values.loai]` "school" = "co_quan"; `[defaults]` loai = "co_quan" for empty cells.
"""

import json
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from registry.errors import FileRefused, UsageError
from registry.geo import known_crs
from registry.text import clean

TEXTS: Final = ("source", "crs", "sheet", "delimiter", "encoding", "profile")
SECTIONS: Final = ("columns", "values", "defaults")
KEYS: Final = (*TEXTS, "ignore", *SECTIONS)
_SAMPLES: Final = "tệp mẫu ở sample_data/mappings."


@dataclass(frozen=True)
class Mapping:
    """Columns as canonical -> header, values as canonical -> {as written: canonical value}, defaults for empty cells.

    The rest may stay None: `source` who hands the file over, `crs` as `--crs` takes it, `sheet`, `delimiter` and `encoding` as the
    options of those names, `profile` of checks; `ignore` holds headers that are not read whatever they look like.
    """

    columns: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    defaults: dict[str, str] = field(default_factory=dict)
    crs: str | None = None
    sheet: str | None = None
    delimiter: str | None = None
    encoding: str | None = None
    profile: str | None = None
    source: str | None = None
    ignore: tuple[str, ...] = ()

    @property
    def headers(self) -> dict[str, str]:
        """The columns the other way round: header -> canonical."""
        return {clean(header): name for name, header in self.columns.items()}

    def to_dict(self) -> dict[str, Any]:
        """Return the mapping as plain values, to be kept with the batch; what is not said is left out, but for the oldest four."""
        kept: dict[str, Any] = {"columns": self.columns, "values": self.values, "defaults": self.defaults, "crs": self.crs}
        said = {name: value for name in TEXTS if name != "crs" and (value := getattr(self, name)) is not None}
        return kept | said | ({"ignore": list(self.ignore)} if self.ignore else {})


def mapping_from(said: dict[str, Any] | None) -> Mapping:
    """Return the mapping that `Mapping.to_dict` was told of."""
    return Mapping(**{**(said or {}), "ignore": tuple((said or {}).get("ignore", ()))})


def read_mapping(path: Path | None, known: tuple[str, ...]) -> Mapping:
    """Read a mapping file; FileRefused names the line, the key or the column name that is wrong. No path is the empty mapping."""
    if path is None:
        return Mapping()
    content = _content(path)
    _refuse_unknown(path, content, known)
    _refuse_wrong_kinds(path, content)
    columns = _texts(content.get("columns", {}))
    _refuse_twice(path, columns)
    _refuse_crs(path, content.get("crs"))
    return Mapping(
        columns,
        {name: _texts(table) for name, table in content.get("values", {}).items()},
        _texts(content.get("defaults", {})),
        ignore=tuple(clean(header) for header in content.get("ignore", [])),
        **{name: content.get(name) for name in TEXTS},
    )


def written(mapping: Mapping, notes: dict[str, str] | None = None, head: str = "", tail: str = "") -> str:
    """Return the TOML text of a mapping, which `read_mapping` reads back; `notes` are comments by canonical column, one line each."""
    lines = [f"# {line}".rstrip() for line in head.splitlines()]
    lines += [f"{name} = {quoted(value)}" for name in TEXTS if (value := getattr(mapping, name)) is not None]
    if mapping.ignore:
        lines.append(f"ignore = [{', '.join(map(quoted, mapping.ignore))}]")
    lines += _table("columns", mapping.columns, notes or {})
    for name, table in mapping.values.items():
        lines += _table(f"values.{name}", table, {})
    lines += _table("defaults", mapping.defaults, {})
    lines += ["", *(f"# {line}".rstrip() for line in tail.splitlines())] if tail else []
    return "\n".join(lines).strip("\n") + "\n"


def _table(name: str, table: dict[str, str], notes: dict[str, str]) -> list[str]:
    lines = [f"{_key(key)} = {quoted(value)}" + (f"  # {clean(notes[key])}" if notes.get(key) else "") for key, value in table.items()]
    return ["", f"[{name}]", *lines] if lines else []


def _key(name: str) -> str:
    return name if name.replace("_", "").isalnum() and name.isascii() else quoted(name)


def quoted(text: str) -> str:
    """Return a TOML basic string; JSON escapes the same way, but for the delete character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _content(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise FileRefused(
            f"Không mở được tệp ánh xạ {path}.",
            f"Cannot open the mapping {path}: {error.strerror}.",
            hint=f"Kiểm tra đường dẫn và quyền đọc; {_SAMPLES}",
        ) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise FileRefused(
            f"Tệp ánh xạ {path.name} không phải TOML đúng cú pháp (UTF-8).",
            f"The mapping {path.name} is no well-formed TOML in UTF-8: {error}.",
            hint=f'Mỗi dòng có dạng: duong = "Tên cột trong tệp"; {_SAMPLES}',
        ) from error


def _refuse_unknown(path: Path, content: dict[str, Any], known: tuple[str, ...]) -> None:
    strange = [name for name in content if name not in KEYS]
    if strange:
        raise FileRefused(
            f"Tệp ánh xạ {path.name}: có mục lạ: {', '.join(strange)}.",
            f"Mapping {path.name}: unknown keys: {', '.join(strange)}.",
            hint=f"Các mục dùng được: {', '.join(KEYS)}. Cột của tệp ghi trong mục [columns].",
        )
    for section in SECTIONS:
        table = content.get(section, {})
        wrong = [name for name in table if name not in known] if isinstance(table, dict) else [section]
        if wrong:
            raise FileRefused(
                f"Tệp ánh xạ {path.name}: [{section}] có tên cột lạ: {', '.join(wrong)}.",
                f"Mapping {path.name}: [{section}] has unknown column names: {', '.join(wrong)}.",
                hint=f"Các cột dùng được: {', '.join(known)}",
            )


def _refuse_wrong_kinds(path: Path, content: dict[str, Any]) -> None:
    """Refuse a table where a text belongs and the other way round."""
    wrong = [name for name in TEXTS if not isinstance(content.get(name, ""), str)]
    ignored = content.get("ignore", [])
    wrong += [] if isinstance(ignored, list) and all(isinstance(header, str) for header in ignored) else ["ignore"]
    tables = {"columns": content.get("columns", {}), "defaults": content.get("defaults", {})}
    tables |= {f"values.{name}": table for name, table in content.get("values", {}).items()}
    for section, table in tables.items():
        if not isinstance(table, dict):
            wrong.append(section)
        else:
            wrong += [f"{section}.{name}" for name, value in table.items() if isinstance(value, dict | list)]
    if wrong:
        raise FileRefused(
            f"Tệp ánh xạ {path.name}: sai kiểu giá trị ở {', '.join(wrong)}.",
            f"Mapping {path.name}: a value of the wrong kind at {', '.join(wrong)}.",
            hint=f'Dạng đúng: crs = "EPSG:9205"; ignore = ["cột"]; [values.loai] "trường học" = "co_quan"; {_SAMPLES}',
        )


def _refuse_twice(path: Path, columns: dict[str, str]) -> None:
    """Refuse one header for two canonical columns: which of the two it is would be left to chance."""
    headers = [clean(header) for header in columns.values()]
    twice = next((header for header in headers if headers.count(header) > 1), None)
    if twice is not None:
        names = " và ".join(name for name, header in columns.items() if clean(header) == twice)
        raise FileRefused(
            f"Tệp ánh xạ {path.name}: cột “{twice}” dùng cho cả {names}.",
            f"Mapping {path.name}: the column “{twice}” stands for more than one canonical column.",
            hint="Mỗi cột của tệp chỉ dùng một lần trong mục [columns].",
        )


def _refuse_crs(path: Path, crs: str | None) -> None:
    try:
        known_crs(crs or "EPSG:4326")
    except UsageError as error:
        raise FileRefused(f"Tệp ánh xạ {path.name}: {error.vi}", f"Mapping {path.name}: {error}", hint=error.hint) from error


def _texts(table: dict[str, Any]) -> dict[str, str]:
    return {name: _text(value) for name, value in table.items()}


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
