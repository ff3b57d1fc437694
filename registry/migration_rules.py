"""Decides which changes of tables are safe while an older program works on them; registry/migrations/README.md tells the rules."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_EXCUSE: Final = re.compile(r"#\s*zero-downtime:\s*(?P<rule>[a-z-]+):\s*\S")
_TABLE: Final = r'(?:IF (?:NOT )?EXISTS )?(?:ONLY )?"?(?P<table>[a-z_]+)"?'
# What a statement of SQL shows by itself; the table, where the rule asks for one, is the group.
_IN_SQL: Final = {
    "not-null": rf"ALTER TABLE {_TABLE}\s+ADD (?:COLUMN )?(?!CONSTRAINT)(?=[^,;]*NOT NULL)(?![^,;]*(?:DEFAULT|GENERATED))",
    "set-not-null": rf"ALTER TABLE {_TABLE}[^;]*?SET NOT NULL",
    "type": rf"ALTER TABLE {_TABLE}[^;]*?ALTER (?:COLUMN )?\S+ (?:SET DATA )?TYPE",
    "rename": rf"ALTER TABLE {_TABLE}[^;]*?RENAME (?:COLUMN |TO )",
    "drop": rf"(?:DROP TABLE {_TABLE}|ALTER TABLE (?:ONLY )?(?P<other>[a-z_]+)[^;]*?DROP COLUMN)",
    "index": rf"CREATE (?:UNIQUE )?INDEX (?!CONCURRENTLY)(?:IF NOT EXISTS )?\S+ ON {_TABLE}",
    "constraint": rf"ALTER TABLE {_TABLE}[^;]*?ADD CONSTRAINT (?![^;]*(?:NOT VALID|USING INDEX))",
    "update": r"(?:\bUPDATE (?:ONLY )?(?P<table>[a-z_]+) (?:AS \w+ )?SET|\bDELETE FROM (?P<other>[a-z_]+))(?![^;]*WHERE)",
    "lock": r"LOCK TABLE|VACUUM FULL|\bCLUSTER\b (?P<table>[a-z_]+)",
}
# What Alembic's operations do, and where the name of the table stands among their arguments.
_TABLE_AT: Final = dict.fromkeys(("add_column", "alter_column", "rename_table", "drop_table", "drop_column"), 0) | dict.fromkeys(
    ("create_index", "create_unique_constraint", "create_foreign_key", "create_check_constraint", "create_primary_key"), 1
)
# A function is run whenever it is called, not while tables change: its body is not looked into.
_BODY: Final = re.compile(r"\$(\w*)\$.*?\$\1\$", re.DOTALL)


@dataclass(frozen=True)
class Breach:
    """A statement that would stop an older program, or everybody: the line, the rule, the table (empty where SQL does not tell)."""

    line: int
    rule: str
    table: str


def breaches(source: str) -> list[Breach]:
    """Return what the `upgrade` of a migration does against the rules, without what is excused or concerns tables of its own."""
    tree = ast.parse(source)
    texts = _constants(tree)
    calls = list(_calls(tree))
    made = {name for call in calls for name in _made(call, texts)}
    found = {each for call in calls for each in _judged(call, texts)}
    lines = source.splitlines()
    return sorted((each for each in found if each.table not in made and not _excused(lines, each)), key=lambda each: each.line)


def _constants(tree: ast.Module) -> dict[str, str]:
    """Return the texts that stand at the head of a migration under a name."""
    return {
        target.id: _text(node.value, {})
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _calls(tree: ast.Module) -> Iterator[ast.Call]:
    """Give every call outside `downgrade`: what a step back may do is nobody's while people work."""
    for part in tree.body:
        if not (isinstance(part, ast.FunctionDef) and part.name == "downgrade"):
            yield from (node for node in ast.walk(part) if isinstance(node, ast.Call))


def _operation(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def _made(call: ast.Call, texts: dict[str, str]) -> set[str]:
    """Return the tables that a call creates."""
    if _operation(call) == "create_table" and call.args:
        return {_text(call.args[0], texts)}
    if _operation(call) in {"execute", "exec_driver_sql"} and call.args:
        return set(re.findall(r"CREATE TABLE (?:IF NOT EXISTS )?([a-z_]+)", _text(call.args[0], texts), re.IGNORECASE))
    return set()


def _judged(call: ast.Call, texts: dict[str, str]) -> Iterator[Breach]:
    operation = _operation(call)
    if operation in {"execute", "exec_driver_sql"} and call.args:
        sql = " ".join(_BODY.sub("", _text(call.args[0], texts)).split())
        for statement in sql.split(";"):
            for rule, form in _IN_SQL.items():
                if match := re.search(form, statement, re.IGNORECASE):
                    named = match.groupdict()
                    yield Breach(call.lineno, rule, named.get("table") or named.get("other") or "")
        return
    if operation not in _TABLE_AT:
        return
    place = _TABLE_AT[operation]
    table = _text(call.args[place], texts) if len(call.args) > place else ""
    for rule in _of_operation(operation, call):
        yield Breach(call.lineno, rule, table)


def _of_operation(operation: str, call: ast.Call) -> Iterator[str]:
    """Give the rules that one of Alembic's operations is against."""
    given = {word.arg: word.value for word in call.keywords}
    if operation == "add_column" and _required(call):
        yield "not-null"
    if operation == "alter_column":
        yield from (rule for word, rule in (("type_", "type"), ("new_column_name", "rename")) if word in given)
        if _is(given.get("nullable"), value=False):
            yield "set-not-null"
    if operation == "rename_table":
        yield "rename"
    if operation in {"drop_table", "drop_column"}:
        yield "drop"
    if operation == "create_index" and not _is(given.get("postgresql_concurrently"), value=True):
        yield "index"
    if operation.startswith("create_") and operation != "create_index" and not _is(given.get("postgresql_not_valid"), value=True):
        yield "constraint"


def _required(call: ast.Call) -> bool:
    """Say whether a new column is NOT NULL and nothing fills it."""
    columns = [each for each in call.args[1:] if isinstance(each, ast.Call)]
    for column in columns:
        given = {word.arg: word.value for word in column.keywords}
        # Identity and Computed fill a column by themselves.
        inner = {_operation(each) for each in column.args if isinstance(each, ast.Call)}
        fills = "server_default" in given or inner & {"Identity", "Computed"}
        if _is(given.get("nullable"), value=False) and not fills:
            return True
    return False


def _is(node: ast.expr | None, *, value: bool) -> bool:
    return isinstance(node, ast.Constant) and node.value is value


def _text(node: ast.expr, texts: dict[str, str]) -> str:
    """Return the text of an expression as far as it can be read: constants, names of constants, sums, f-strings, `sa.text(…)`."""
    found = ""
    match node:
        case ast.Constant(value=str(value)):
            found = value
        case ast.Name(id=name):
            found = texts.get(name, "")
        case ast.BinOp(left=left, right=right):
            found = _text(left, texts) + _text(right, texts)
        case ast.JoinedStr(values=values):
            found = "".join(_text(value, texts) for value in values)
        case ast.FormattedValue(value=value):
            found = _text(value, texts) or "_"
        case ast.Call(args=[first, *_]):
            found = _text(first, texts)
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            found = ";".join(_text(part, texts) for part in parts)
    return found


def _excused(lines: list[str], breach: Breach) -> bool:
    """Say whether the line of a statement, or the one above it, names the rule and a reason."""
    near = lines[max(breach.line - 2, 0) : breach.line]
    return any((excuse := _EXCUSE.search(line)) and excuse["rule"] == breach.rule for line in near)
