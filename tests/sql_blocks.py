"""Reads SQL as far as joins need: which tables stand together in one question, and which columns are set equal there."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from registry.sqlfile import statements

_WORD = re.compile(r"'(?:[^']|'')*'|\"(?P<quoted>\w+)\"|[A-Za-z_][\w.]*|[()=,;]|\S")
_TABLE_COMES = {"FROM", "JOIN", "UPDATE", "USING"}
_ENDS_TABLES = {"WHERE", "SET", "GROUP", "ORDER", "SELECT", "VALUES", "HAVING", "LIMIT", "RETURNING"}
# Words that may follow a table and are no alias of it.
_NO_ALIAS = _ENDS_TABLES | {
    "ON", "JOIN", "LEFT", "RIGHT", "FULL", "INNER", "CROSS", "NATURAL", "USING", "OFFSET", "UNION", "EXCEPT", "INTERSECT", "FOR", "LATERAL",
    "WITH", "WINDOW", "FETCH", "DO", "DEFAULT", "TABLESAMPLE", "AND", "OR",
}  # fmt: skip
_SETS = {"UNION", "EXCEPT", "INTERSECT"}


@dataclass
class Block:
    """One SELECT, UPDATE or DELETE: its tables by alias, the columns that it sets equal, and the block that it stands in."""

    outer: "Block | None" = None
    tables: dict[str, str] = field(default_factory=dict)
    equal: list[tuple[str, str]] = field(default_factory=list)
    used: list[frozenset[str]] = field(default_factory=list)

    def table(self, alias: str) -> str | None:
        """Return the table behind an alias, of this block or of one around it."""
        return self.tables.get(alias) or (self.outer.table(alias) if self.outer else None)


def blocks(sql: str) -> list[Block]:
    """Return the blocks of a statement; the parts of a UNION are blocks of their own."""
    bare = re.sub(r"--[^\n]*|/\*.*?\*/", " ", sql, flags=re.DOTALL)
    words = [found["quoted"] or found[0] for found in _WORD.finditer(bare)]
    found: list[Block] = []
    _read(words, 0, None, found)
    return found


def _read(words: list[str], at: int, outer: Block | None, found: list[Block]) -> int:
    """Read words up to the closing bracket of a block; return where it ended."""
    block, listing = Block(outer), False
    found.append(block)
    while at < len(words) and words[at] != ")":
        upper = words[at].upper()
        if upper in _SETS:
            block = Block(outer)
            found.append(block)
        elif upper == "USING" and words[at + 1 : at + 2] == ["("]:
            end = words.index(")", at)
            block.used.append(frozenset(words[at + 2 : end]) - {","})
            at = end
        elif words[at] == "(":
            inner, at = len(found), _read(words, at + 1, block, found)
            if listing:
                at = _derived(words, at, block, found[inner])
        elif upper in _TABLE_COMES or (upper == "," and listing):
            listing, at = True, _table(words, at, block)
        elif upper in _ENDS_TABLES:
            listing = False
        elif words[at] == "=" and "." in words[at - 1] and "." in words[at + 1]:
            block.equal.append((words[at - 1], words[at + 1]))
        at += 1
    if not block.tables and outer is not None:
        # Brackets around conditions: they hold for the block around them.
        outer.equal += block.equal
    return at


def _derived(words: list[str], at: int, block: Block, inner: Block) -> int:
    """Take in the alias of a bracketed SELECT that stands as a table, under the name of a table in it; return the last word read."""
    behind = at + 1 + (words[at + 1 : at + 2] in (["AS"], ["as"]))
    if inner.tables and behind < len(words) and _is_alias(words[behind]):
        block.tables[words[behind]] = next(iter(inner.tables.values()))
        # What a lateral one sets equal to the tables around it ties it to them.
        for one, other in inner.equal:
            for held, outer in ((one, other), (other, one)):
                if held.partition(".")[0] in inner.tables and outer.partition(".")[0] not in inner.tables:
                    block.equal.append((f"{words[behind]}.{held.partition('.')[2]}", outer))
        return behind
    return at


def _is_alias(word: str) -> bool:
    return bool(re.fullmatch(r"[A-Za-z_]\w*", word)) and word.upper() not in _NO_ALIAS


def _table(words: list[str], at: int, block: Block) -> int:
    """Take in the table behind FROM, JOIN … with its alias; return the last word that belongs to it."""
    at += 1
    while at < len(words) and words[at].upper() in {"LATERAL", "ONLY"}:
        at += 1
    if (
        at >= len(words)
        or not re.fullmatch(r"[A-Za-z_][\w.]*", words[at])
        or words[at].upper() in _NO_ALIAS
        or words[at + 1 : at + 2] == ["("]
    ):
        return at - 1
    name, alias = words[at], words[at]
    behind = at + 1 + (words[at + 1 : at + 2] in (["AS"], ["as"]))
    if behind < len(words) and _is_alias(words[behind]):
        alias, at = words[behind], behind
    block.tables[alias] = name
    return at


def written(root: Path, rooms: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yield every statement of the rooms with where it stands: `.sql` files by name, and texts inside `.py` files that hold SQL."""
    for room in rooms:
        for path in sorted((root / room).rglob("*.sql")):
            for name, body in statements(path).items():
                yield f"{path.relative_to(root)}:{name}", body
        for path in sorted((root / room).rglob("*.py")):
            if "migrations" not in path.parts:
                for number, body in _texts(path):
                    yield f"{path.relative_to(root)}:{number}", body


def _texts(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the texts of a module that look like SQL; what an f-string puts in stands as one word."""
    inside: set[int] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        body = ""
        if isinstance(node, ast.JoinedStr):
            inside.update(id(part) for part in ast.walk(node) if part is not node)
            body = "".join(str(part.value) if isinstance(part, ast.Constant) else " put_in " for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside:
            body = node.value
        if re.search(r"\b(FROM|JOIN|UPDATE|INTO)\s+\w", body):
            yield node.lineno, body
