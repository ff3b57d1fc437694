"""Hints: what the command line says names its options, what a page says never does."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from loaders.issues import KNOWN
from registry.errors import RefusedError, UsageError
from service.cli.main import print_refusal
from service.errors import refusal
from service.jobs.desk import refusal_of

ROOT = Path(__file__).parents[2]
TERMINAL = re.compile(r"(?<!\w)--[a-z]|\bdiachiso [a-z]")
# What whoever runs the service does at its machine, whoever is told of it; no page stands for it.
OPERATOR = re.compile(r"diachiso (db|units|ledger|worker|coverage recount|privacy key) ?")
# What only a command line calls: backups, units, reforms, frozen periods, keys, requests of people.
UNSEEN = re.compile(
    r"registry/(backup|base_backup|point_in_time|boundar|db|feedback|history|reform|snapshots|units_load|rekey|doctor/|security/keys"
    r"|life/(event|split)|privacy/(restrict|sealing|subject)|changes/snapshot)|loaders/(baseline|reform/)|service/(cli|bench)/"
    r"|service/reports/plates"
)


def _raised() -> Iterator[tuple[str, str, str | None]]:
    """Yield each hint in the code with its place, and what is said on a page in its stead; whatever is put into them left out."""
    for folder in ("registry", "loaders", "geocode", "service"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call):
                    said = {each.arg: _text(each.value) for each in node.keywords if each.arg in {"hint", "page"}}
                    if said.get("hint"):
                        yield f"{path.relative_to(ROOT)}:{node.lineno}", str(said["hint"]), said.get("page")


def _text(node: ast.expr) -> str:
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    return "".join(str(part.value) if isinstance(part, ast.Constant) else "1" for part in parts)


def test_a_hint_that_names_the_command_line_has_other_words_for_a_page() -> None:
    """Wherever a page may meet the refusal; those words name no option and no command."""
    raised = [each for each in _raised() if not UNSEEN.match(each[0])]
    assert len(raised) > 100
    assert [place for place, hint, page in raised if TERMINAL.search(hint) and not OPERATOR.search(hint) and page is None] == []
    assert [place for place, _, page in raised if page and TERMINAL.search(page)] == []


@pytest.mark.parametrize("code", KNOWN)
def test_no_hint_of_an_issue_names_an_option_on_a_page(code: str) -> None:
    """In either language; what names none is the same on the page."""
    for hint, shown in zip((KNOWN[code].hint, KNOWN[code].hint_en), KNOWN[code].on_page, strict=True):
        assert not TERMINAL.search(shown), shown
        assert TERMINAL.search(hint) or shown == hint


def test_each_side_is_told_what_it_can_do(capsys: pytest.CaptureFixture[str]) -> None:
    """Over HTTP and in a job the words of the page, at the command line the option; one hint serves both where it names neither."""
    error = RefusedError("Sai.", "Wrong.", hint="Bỏ --crs.", page="Chọn lại ở mục “Hệ tọa độ”.")
    assert json.loads(bytes(refusal(error).body))["hint"] == refusal_of(error)["hint"] == "Chọn lại ở mục “Hệ tọa độ”."
    print_refusal(error)
    assert "→ Bỏ --crs." in capsys.readouterr().err
    assert json.loads(bytes(refusal(UsageError("Sai.", "Wrong.", hint="Viết lại.")).body))["hint"] == "Viết lại."
    assert "hint" not in json.loads(bytes(refusal(UsageError("Sai.", "Wrong.", hint="--crs", page="")).body))
