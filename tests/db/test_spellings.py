"""One place in every usual spelling is one place: a re-upload in other words makes no code, and a courier finds the door by any of them."""

import csv
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from loaders import doors
from loaders.batch import import_file
from registry import db
from registry.house_path import readings
from registry.place_key import kind_in_street_cell, other_key, place_key
from service.cli.demo import BATCHES, SAMPLES
from tests.conftest import _name, _numbers
from tests.db.perturbed import moved, respelt
from tests.run import database
from tests.vectors.reader import rows


@pytest.fixture
def samples(server: str, sample_template_db: str) -> Iterator[Session]:
    """Give a session on a copy of the sample registry: an import commits."""
    with database(server, _name(f"spelt_{next(_numbers)}"), sample_template_db) as url, db.session(url) as opened:
        yield opened
        opened.close()
        db.engine(url).dispose()


_HELD = """
SELECT
    (SELECT count(*) FROM place), (SELECT count(*) FROM address), (SELECT count(*) FROM digital_address), (SELECT count(*) FROM household)
"""
_ACCEPTED = "SELECT r.row_no FROM batch_row AS r JOIN batch AS b ON b.id = r.batch_id WHERE b.file_name = :name AND r.outcome = 'accepted'"
_TODAY = """
SELECT r.row_no::text, jsonb_build_object('xa', u.full_name, 'tinh', p.full_name, 'ma_xa', u.code)
FROM batch_row AS r
JOIN batch AS b ON b.id = r.batch_id
JOIN address AS a ON a.id = r.address_id
JOIN unit AS u ON u.id = a.commune_id
JOIN unit AS p ON p.level = 'province' AND p.code = u.province_code AND p.in_force
WHERE b.file_name = :name
"""


def keys(kind: str, written: str) -> set[str]:
    """Return what a cell is found by."""
    if kind == "house":
        return {doors.house(written.strip(), "", "").key}
    found = doors.place("hamlet" if kind == "hamlet" else "street", written)
    return {found.key, other_key(found.kind, found.name)} - {""}


@pytest.mark.parametrize("row", rows("same_street.csv"), ids=lambda row: f"{row['a']} {row['b']}")
def test_each_line_of_the_vectors_holds(row: dict[str, str]) -> None:
    """Two writings are one place or one door exactly where same_street.csv says so, and a key is its own key."""
    one, other = keys(row["kind"], row["a"]), keys(row["kind"], row["b"])
    assert one
    assert other
    assert bool(one & other) is (row["same"] == "yes"), (one, other)
    if row["kind"] == "house":
        assert {readings(row["a"])[0].key} == one
    elif row["kind"] == "hamlet" or kind_in_street_cell(row["a"]) == "street":
        kind = "hamlet" if row["kind"] == "hamlet" else "street"
        assert {place_key(kind, key) for key in one} == one


def test_the_vectors_are_many_enough_and_say_both() -> None:
    """At least 120 lines; pairs that must stay apart are among them."""
    said = [row["same"] for row in rows("same_street.csv")]
    assert len(said) >= 120
    assert set(said) == {"yes", "no"}
    assert said.count("no") >= 30


def _accepted(samples: Session, name: str) -> tuple[list[str], list[dict[str, str]]]:
    """Return the header and the rows of a sample file that entered the registry."""
    taken = set(samples.execute(text(_ACCEPTED), {"name": name}).scalars())
    with (SAMPLES / name).open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        return list(reader.fieldnames or []), [row for number, row in enumerate(reader, start=1) if number in taken]


def _written(path: Path, header: list[str], found: list[dict[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, header)
        writer.writeheader()
        writer.writerows(found)
    return path


def _not_same(samples: Session, batch_id: int, found: list[dict[str, str]], again: list[dict[str, str]]) -> list[tuple[object, ...]]:
    """Return the rows of a batch that were not known as they are, with the cells that were written in another way."""
    query = text("SELECT row_no, outcome, change, issues FROM batch_row WHERE batch_id = :id AND change IS DISTINCT FROM 'same'")
    return [
        (*told[1:], sorted(set(again[told.row_no - 1].items()) - set(found[told.row_no - 1].items())))
        for told in samples.execute(query, {"id": batch_id})
    ]


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize(("name", "province"), BATCHES)
def test_a_sample_in_other_spellings_and_order_changes_nothing(
    name: str, province: str, seed: int, samples: Session, tmp_path: Path
) -> None:
    """Streets, hamlets, numbers, units and dates as another clerk writes them, rows shuffled: every row is the same, nothing is written."""
    random = Random(seed)  # noqa: S311 - not for secrets
    header, found = _accepted(samples, name)
    random.shuffle(found)
    held = samples.execute(text(_HELD)).one()
    changes = samples.execute(text("SELECT count(*) FROM change")).scalar_one()
    again = [respelt(row, random) for row in found]
    report = import_file(samples, _written(tmp_path / "again.csv", header, again), province=province)
    assert _not_same(samples, report.batch_id or 0, found, again) == []
    assert report.counts["accepted_same"] == len(found)
    assert samples.execute(text(_HELD)).one() == held
    assert samples.execute(text("SELECT count(*) FROM change")).scalar_one() == changes


@pytest.mark.parametrize(("name", "province"), BATCHES)
def test_a_sample_whose_points_moved_by_metres_makes_no_code(name: str, province: str, samples: Session, tmp_path: Path) -> None:
    """Other spellings, order, and points up to ten metres off: no door, no place and no code is new."""
    random = Random(7)  # noqa: S311 - not for secrets
    header, found = _accepted(samples, name)
    random.shuffle(found)
    plain = [row for row in found if "," not in row["kinh_do"]]
    held = samples.execute(text(_HELD)).one()
    again = [moved(respelt(row, random), random, 10) for row in plain]
    report = import_file(samples, _written(tmp_path / "again.csv", header, again), province=province)
    assert [told for told in _not_same(samples, report.batch_id or 0, plain, again) if told[1] != "changed"] == []
    assert report.counts["accepted_new"] == 0
    assert report.accepted == len(plain)
    assert samples.execute(text(_HELD)).one() == held


@pytest.mark.parametrize(("name", "province"), BATCHES)
def test_a_sample_in_the_units_of_today_makes_no_code(name: str, province: str, samples: Session, tmp_path: Path) -> None:
    """Commune and province of today, with the code, in place of the units of the first file, many of which are older: the same doors."""
    random = Random(11)  # noqa: S311 - not for secrets
    header, found = _accepted(samples, name)
    today = dict(samples.execute(text(_TODAY), {"name": name}).all())
    held = samples.execute(text(_HELD)).one()
    again = [respelt(row, random) | dict.fromkeys(("xa", "huyen", "tinh", "ma_xa"), "") | today[row["stt"]] for row in found]
    report = import_file(samples, _written(tmp_path / "again.csv", header, again), province=province)
    assert [told for told in _not_same(samples, report.batch_id or 0, found, again) if told[1] != "changed"] == []
    assert samples.execute(text(_HELD)).one() == held
