"""A column that several offices filled in, each in its own font, is read row by row as what was meant."""

import csv
from pathlib import Path

import pytest

from registry.old_text import Scheme, encoded
from tests.unit.hand_overs import read

REFERENCE = Path(__file__).parents[2] / "registry" / "reference" / "place_names.csv"
_MIXES = [
    (None, Scheme.TCVN3), (Scheme.TCVN3, None, Scheme.TCVN3, Scheme.TCVN3), (None, Scheme.VNI), (Scheme.VNI, Scheme.VNI, None),
    (Scheme.TCVN3, Scheme.VNI), (Scheme.TCVN3, Scheme.TCVN3, Scheme.VNI), (None, Scheme.TCVN3, Scheme.VNI, None),
]  # fmt: skip


def names() -> list[str]:
    """Return every 60th name of the reference table, about 580."""
    with REFERENCE.open(encoding="utf-8", newline="") as stream:
        return [row["name"] for row in csv.DictReader(line for line in stream if not line.startswith("#"))][::60]


@pytest.mark.parametrize("mix", _MIXES, ids=lambda mix: "-".join(str(each or "unicode") for each in mix))
def test_rows_in_several_fonts_under_one_header_are_each_read_in_their_own(tmp_path: Path, mix: tuple[Scheme | None, ...]) -> None:
    """No name becomes another, but one that is a name in both (VNI's Hồng is Hoàng); the note says in what the column was typed."""
    typed = [(mix[at % len(mix)], name) for at, name in enumerate(names())]
    path = tmp_path / "a.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["stt", "duong"])
        writer.writerows([at, encoded(name, scheme) if scheme else name] for at, (scheme, name) in enumerate(typed))
    source, found = read(path)
    wrong = [(name, cells[1]) for (_, name), cells in zip(typed, found[1:], strict=True) if cells[1].lower() != name.lower()]
    assert wrong in ([], [("Hồng Long", "Hoàng Long")])
    said = dict(source.notes)["file.encoding"]
    words = {None: "Unicode", Scheme.TCVN3: "TCVN3", Scheme.VNI: "VNI"}
    assert "duong" in said
    assert all(words[kind] in said for kind in set(mix))
