"""Decides how to mirror a province: one snapshot into SQLite, then events by whole transactions. Needs nothing but Python.

This is the reference client of `/v1/changes`, meant to be read and copied:

1. Without a token, load `/v1/changes/snapshot`: its first line bears the token `next`, its last line counts the lines.
2. Ask `/v1/changes?since=TOKEN` again and again. Each answer bears the next token; keep it in the same database as the data.
3. Commit only where an answer says `complete`: a large transaction comes in several answers.
4. An event whose `state` is null, or whose `province_code` is another province, removes the thing, and a door its codes with it. Any
   other event replaces the thing; a door that comes from another province brings its `codes`.
5. Status 410 says that the token is of another registry, or of a past that a restored backup undid: begin again with a snapshot.
"""

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import Any, Final
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import Request, urlopen

from registry.errors import FileRefused, GoneError, RefusedError, UnavailableError, UsageError

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS mirror (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS unit (
    key TEXT PRIMARY KEY, level TEXT, code TEXT, name TEXT, full_name TEXT, kind TEXT, parent_code TEXT, province_code TEXT,
    postal_code TEXT, valid_from TEXT, valid_to TEXT
);
CREATE TABLE IF NOT EXISTS address (
    key TEXT PRIMARY KEY, province_code TEXT, commune_code TEXT, "commune" TEXT, place TEXT, place_kind TEXT, hamlet TEXT, house TEXT,
    flat TEXT, kind TEXT, status TEXT, lat REAL, lon REAL, accuracy_m REAL, point_method TEXT, retired_at TEXT, replaced_by TEXT
);
CREATE TABLE IF NOT EXISTS code (
    key TEXT PRIMARY KEY, scheme TEXT, status TEXT, address TEXT, issued_at TEXT, retired_at TEXT, replaced_by TEXT
);
CREATE INDEX IF NOT EXISTS code_address ON code (address);
CREATE VIEW IF NOT EXISTS door AS
SELECT c.key AS code, a.* FROM address AS a LEFT JOIN code AS c ON c.address = a.key AND c.status = 'active' WHERE a.retired_at IS NULL;
"""
_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "unit": (
        "level", "code", "name", "full_name", "kind", "parent_code", "province_code", "postal_code", "valid_from", "valid_to",
    ),
    "address": (
        "province_code", "commune_code", "commune", "place", "place_kind", "hamlet", "house", "flat", "kind", "status", "lat", "lon",
        "accuracy_m", "point_method", "retired_at", "replaced_by",
    ),
    "code": ("scheme", "status", "address", "issued_at", "retired_at", "replaced_by"),
}  # fmt: skip
_LIMIT: Final = 5000
_SECONDS: Final = 120


@dataclass(frozen=True)
class Caught:
    """What one round brought: things loaded from a snapshot, events applied, and the number that the mirror stands at."""

    loaded: int
    applied: int
    number: int


class Mirror:
    """A SQLite file that follows one province of a running service; `province` None: the whole country."""

    def __init__(self, file: Path, url: str, province: str | None) -> None:
        """Open or make the file. FileRefused when it is something else, RefusedError when it mirrors another province."""
        if urlsplit(url).scheme not in {"http", "https"}:
            raise UsageError(f"Địa chỉ “{url}” không phải http(s).", f"“{url}” is no http(s) URL.", hint="Ví dụ: http://127.0.0.1:8000")
        self._url = url.rstrip("/")
        self._province = province
        try:
            self._kept = sqlite3.connect(file, isolation_level=None)
            self._kept.executescript(SCHEMA)
            known = self._known("province")
        except sqlite3.Error as error:
            hint = "Chọn tên tệp khác."
            raise FileRefused(f"{file} không phải tệp SQLite của bản sao.", f"{file} is no mirror: {error}.", hint=hint) from error
        if known not in {None, province or ""}:
            raise RefusedError(
                f"{file} là bản sao của tỉnh {known or 'cả nước'}.", f"{file} mirrors {known or 'the country'}.", hint="Chọn tên tệp khác."
            )

    def close(self) -> None:
        """Close the file; what was not a whole transaction is not in it."""
        self._kept.close()

    def catch_up(self, wait: int = 0) -> Caught:
        """Load the snapshot if there is none yet, then apply events until there are no more; wait up to so many seconds for the first.

        GoneError when the token is no longer taken, UnavailableError when the service does not answer.
        """
        loaded = applied = 0
        since = self._known("next")
        if since is None:
            with self._whole():
                since, loaded = self._load(), self._count()
        while True:
            with self._whole():
                page = self._page(since, wait)
                applied += self._apply(page["events"])
                while not page["complete"]:
                    page = self._page(page["next"], 0)
                    applied += self._apply(page["events"])
                since = page["next"]
                self._note(since, page["through"])
            if page["through"] >= page["last"]:
                return Caught(loaded, applied, page["through"])
            wait = 0

    def _page(self, since: str, wait: int) -> dict[str, Any]:
        with self._get("/v1/changes", since=since, limit=_LIMIT, wait=wait, province=self._province) as answer:
            page: dict[str, Any] = json.load(answer)
        return page

    def _load(self) -> str:
        """Replace everything by a snapshot; return its token. UnavailableError when it breaks off."""
        with self._get("/v1/changes/snapshot", province=self._province) as answer:
            lines: Iterator[dict[str, Any]] = map(json.loads, answer)
            first, last = next(lines, {}), dict[str, Any]()
            for table in _COLUMNS:
                self._kept.execute(f"DELETE FROM {table}")  # noqa: S608 - a table of ours
            count = 0
            for line in lines:
                if "end" in line:
                    last = line
                    break
                self._put(line["entity"], line["key"], line["state"])
                count += 1
        if last.get("lines") != count:
            raise _broken_off("bản chụp bị đứt giữa chừng / the snapshot broke off")
        self._note(first["next"], first["snapshot"])
        return str(first["next"])

    def _apply(self, events: Sequence[Mapping[str, Any]]) -> int:
        for event in events:
            if event["state"] is not None and self._province in {None, event["province_code"]}:
                self._put(event["entity"], event["key"], event["state"])
                for code, state in event.get("codes", {}).items():
                    self._put("code", code, state)
            else:
                self._remove(event["entity"], event["key"])
        return len(events)

    def _put(self, entity: str, key: str, state: Mapping[str, Any]) -> None:
        names = _COLUMNS[entity]
        slots = ", ".join("?" * (len(names) + 1))
        row = (key, *(state.get(name) for name in names))
        self._kept.execute(f"INSERT OR REPLACE INTO {entity} (key, {', '.join(names)}) VALUES ({slots})", row)  # noqa: S608 - names of ours

    def _remove(self, entity: str, key: str) -> None:
        self._kept.execute(f"DELETE FROM {_table(entity)} WHERE key = ?", (key,))  # noqa: S608 - a table of ours
        if entity == "address":
            self._kept.execute("DELETE FROM code WHERE address = ?", (key,))

    def _note(self, token: str, number: int) -> None:
        said = (("province", self._province or ""), ("next", token), ("number", str(number)))
        self._kept.executemany("INSERT OR REPLACE INTO mirror VALUES (?, ?)", said)

    def _known(self, name: str) -> str | None:
        row = self._kept.execute("SELECT value FROM mirror WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def _count(self) -> int:
        return sum(self._kept.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in _COLUMNS)  # noqa: S608 - tables of ours

    @contextmanager
    def _whole(self) -> Iterator[None]:
        """Commit all of it or nothing."""
        self._kept.execute("BEGIN")
        try:
            yield
        except BaseException:
            self._kept.execute("ROLLBACK")
            raise
        self._kept.execute("COMMIT")

    @contextmanager
    def _get(self, path: str, **asked: object) -> Iterator[HTTPResponse]:
        given = urlencode({name: value for name, value in asked.items() if value is not None})
        request = Request(f"{self._url}{path}?{given}", headers={"Accept": "application/json"})  # noqa: S310 - http or https, see __init__
        try:
            with closing(urlopen(request, timeout=_SECONDS)) as answer:  # noqa: S310 - as above
                yield answer
        except HTTPError as error:
            raise _refused(error) from error
        except (URLError, HTTPException, OSError, ValueError) as error:
            raise _broken_off(str(error)) from error


def _table(entity: str) -> str:
    return entity if entity in _COLUMNS else "mirror"


def _broken_off(why: str) -> UnavailableError:
    hint = "Chạy lại lệnh: bản sao đi tiếp từ giao dịch trọn vẹn cuối cùng."
    return UnavailableError(f"Dịch vụ không trả lời trọn vẹn: {why}", f"The service did not answer in full: {why}", hint=hint)


def _refused(error: HTTPError) -> RefusedError:
    """Return what the service said (a problem document) as a refusal of ours."""
    try:
        said = json.load(error)
    except ValueError:
        said = {}
    vi, en = said.get("detail", f"Dịch vụ từ chối ({error.code})."), said.get("detail_en", f"The service refused ({error.code}).")
    kind = GoneError if error.code == 410 else RefusedError  # noqa: PLR2004 - Gone
    return kind(vi, en, hint="Xoá tệp bản sao rồi chạy lại." if kind is GoneError else said.get("hint", ""))
