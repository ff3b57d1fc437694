"""The commands of a door's life: what they print, what they refuse, and a whole list at once."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from registry import db
from tests.db.handover import door as handed
from tests.db.handover import load, scalar
from tests.db.living import door

WHY = ("--reason", "biên bản số 12", "--actor", "can-bo-11")
Run = Callable[..., Any]


@pytest.fixture
def codes(fresh_db: str) -> list[str]:
    """Give the codes of three doors of one street."""
    with db.session(fresh_db) as session:
        made = [door(session, number) for number in ("12", "14", "16")]
        session.commit()
    return made


def test_a_life_on_the_command_line(command: Run, codes: list[str]) -> None:
    """Every act says what changed; the history tells all of it with who and why; the card tells what became of the code."""
    one, two, three = codes
    assert "so_nha: 12 → 12A" in command("address", "amend", one, "--field", "so_nha=12A", *WHY).out
    assert "toa_do" in command("address", "move", one, "--point", "21.3857,103.0163", *WHY).out
    assert command("address", "move", one, "--point", "502000,2366000", "--crs", "EPSG:9205", *WHY).code == 0
    for act in ("verify", "notify", "plate"):
        assert command("address", act, one, "--on", "01/11/2026", *WHY).code == 0
    split = command("address", "split", two, "--keep", "so_nha=14A", "--into", "so_nha=14B;so_ho=1;toa_do=21.3858,103.0162", *WHY)
    assert split.code == 0, split.err
    assert command("address", "merge", three, "--into", one, *WHY).code == 0
    shown = command("address", "show", three)
    assert one in shown.out
    assert "merged into" in shown.out
    history = command("address", "history", one).out
    acts = ("Corrected", "Moved", "Verified", "Notified", "Plated", f"Took over {three}")
    for words in (*acts, "can-bo-11", "biên bản số 12", "12 → 12A"):
        assert words in history
    told = command("code", "show", three)
    assert all(words in told.out for words in (one, "gộp vào", "merged into", "biên bản số 12"))
    assert "Split off" in command("address", "history", two).out
    assert command("address", "retire", two, *WHY).code == 0
    assert "This code is retired since" in command("code", "show", two).out
    assert command("address", "revive", two, *WHY).code == 0
    assert "was split on" in command("code", "show", two).out


def test_an_act_can_be_tried(command: Run, codes: list[str], fresh_db: str) -> None:
    """A dry run tells what would happen and leaves nothing."""
    tried = command("address", "retire", codes[0], *WHY, "--dry-run")
    assert "dry run" in tried.out
    assert scalar(fresh_db, "SELECT count(*) FROM change WHERE entity <> 'unit'") == 0
    assert scalar(fresh_db, "SELECT count(*) FROM address WHERE retired_at IS NOT NULL") == 0


WRONG = [
    (("retire",), 2), (("retire", "--reason", " "), 2), (("amend", "--field", "so_nha", "--reason", "x"), 2),
    (("amend", "--field", "so_nha=14", "--reason", "x"), 1), (("move", "--point", "ở đâu đó", "--reason", "x"), 2),
    (("move", "--point", "48.85,2.35", "--reason", "x"), 2), (("revive", "--reason", "x"), 1),
    (("verify", "--reason", "x", "--on", "mai"), 2),
    (("split", "--into", "toa_do=21.38,103.01", "--reason", "x"), 2),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "code"), WRONG)
def test_wrong_acts_have_their_exit_code(command: Run, codes: list[str], arguments: tuple[str, ...], code: int) -> None:
    """1 refused, 2 wrong usage, a sentence in two languages, never a traceback."""
    answer = command("address", arguments[0], codes[0], *arguments[1:])
    assert answer.code == code, answer.err
    assert "Traceback" not in answer.err


def test_a_list_takes_a_step_in_one_transaction(command: Run, codes: list[str], fresh_db: str, tmp_path: Path) -> None:
    """A result a row, beside its cells; a wrong code does not stop the others; twice is refused."""
    listed, result = tmp_path / "ma.csv", tmp_path / "ket_qua.csv"
    listed.write_text("ten,ma\n" + "".join(f"x,{code}\n" for code in codes) + f"y,{codes[0]}\nz,32120-AAAAA\n", encoding="utf-8")
    answer = command("address", "verify", "--input", str(listed), "--column", "ma", "--output", str(result), *WHY)
    assert answer.code == 0, answer.err
    assert "3 địa chỉ" in answer.out
    with result.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["result_outcome"] for row in rows] == ["done", "done", "done", "refused", "refused"]
    assert (rows[0]["ten"], rows[0]["result_code"]) == ("x", codes[0])
    assert scalar(fresh_db, "SELECT count(*) FROM address WHERE status = 'verified'") == 3
    assert scalar(fresh_db, "SELECT count(DISTINCT at) FROM change WHERE entity <> 'unit'") == 1
    assert "5 không được" in command("address", "verify", "--input", str(listed), *WHY).out
    assert command("address", "verify", "--input", str(listed), "--column", "mau", *WHY).code == 1
    assert command("address", "verify", *WHY).code == 2


def test_the_history_names_batches(command: Run, fresh_db: str, tmp_path: Path) -> None:
    """Which file brought the door, which one changed what, and what a person did between."""
    coded = {"ma_dia_chi_so": "3210000012"}
    load(fresh_db, tmp_path / "mot.csv", [handed(**coded)])
    assert command("address", "verify", "3210000012", *WHY).code == 0
    load(fresh_db, tmp_path / "hai.csv", [handed(ghi_chu="cổng xanh", **coded)])
    history = command("address", "history", "3210000012").out
    for words in ("Recorded by batch 1", "mot.csv", "Verified", "Changed by batch 2", "hai.csv", "ghi_chu: — → cổng xanh"):
        assert words in history
    assert history.index("batch 1") < history.index("Verified") < history.index("batch 2")
