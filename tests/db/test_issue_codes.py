"""Every issue code has a file of a few lines that shows it: tests/vectors/issues/CODE.csv, imported as a dry run into a small registry."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from loaders.batch import import_file
from loaders.issues import ISSUES
from loaders.report import BatchReport
from registry import codes, db
from registry.boundaries import load_files
from registry.life.amend import amend
from registry.life.fields import amendment
from registry.life.merge import merge
from registry.life.retire import retire
from tests.conftest import _name
from tests.db.living import WHO
from tests.db.test_boundaries import geojson, square
from tests.run import database

FOLDER = Path(__file__).parents[1] / "vectors" / "issues"
SAMPLES = Path(__file__).parents[2] / "sample_data"
# Communes with an exact area: Mường Chà, and one half of a ward that was split between two.
EXACT = {"03166": (102.777812, 21.978632, 0.02), "00025": (105.816703, 21.02658, 0.005)}
# What a clean row of the samples may bear all the same: units of before the reform, doors known by household, approximate areas.
USUAL = {"row.house_missing", "row.point_unverified", "row.commune_part", "row.commune_split", "row.unit_mixed_vintage"}
# What the untidy rows of the third sample bear besides the faults that were put in (see vinh_long_expected.csv).
UNTIDY = {"row.point_comma", "row.unit_spelling", "row.commune_split", "row.unit_former", "row.points_stacked"}


@dataclass(frozen=True)
class Files:
    """The registry of these tests, and the options of each file."""

    url: str
    options: dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def files(server: str, template_db: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Files]:
    """Give a registry with one door, a withdrawn code, two exact areas and a commune without postal code."""
    with (FOLDER / "options.csv").open(encoding="utf-8", newline="") as stream:
        options = {row["code"]: json.loads(row["options"]) for row in csv.DictReader(stream)}
    with database(server, _name("issue_codes"), template_db) as url:
        with db.session(url) as session:
            _prepare(session, tmp_path_factory.mktemp("areas"))
            import_file(session, FOLDER / "registered.csv")
            _change_by_hand(session)
        yield Files(url, options)
        db.engine(url).dispose()


def _prepare(session: Session, folder: Path) -> None:
    areas = [({"ma_xa": code}, square(lon, lat, half)) for code, (lon, lat, half) in EXACT.items()]
    load_files(session, [geojson(folder / "areas.geojson", *areas)])
    session.execute(text("UPDATE unit SET postal_code = NULL WHERE in_force AND level = 'commune' AND code = '03158'"))
    withdrawn = (
        "INSERT INTO digital_address (code, province_code, scheme, status, retired_at) VALUES (:code, '11', 'diachiso', 'withdrawn', now())"
    )
    session.execute(text(withdrawn), {"code": codes.read("32120-ACV7H").text})
    session.commit()


def _change_by_hand(session: Session) -> None:
    """Merge, retire and correct doors that the files of the codes about that name as they were."""
    doors = text("SELECT a.house_key, c.code FROM address AS a JOIN digital_address AS c ON c.address_id = a.id")
    code = {row.house_key: row.code for row in session.execute(doors)}
    merge(session, code["901"], code["902"], **WHO)
    retire(session, code["903"], **WHO)
    amend(session, code["904"], amendment({"so_nha": "904A"}), **WHO)
    session.commit()


def _tried(url: str, path: Path, **options: Any) -> BatchReport:  # noqa: ANN401 - the options of the import
    with db.session(url) as session:
        return import_file(session, path, dry_run=True, **options)


def _reported(report: BatchReport) -> set[str]:
    return {issue.code for issue in report.issues} | {code for code, _ in report.notes}


@pytest.mark.parametrize("code", list(ISSUES))
def test_the_file_of_an_issue_code_reports_it(files: Files, code: str) -> None:
    """The file named after a code is there, and its dry run reports the code."""
    found = [path for path in FOLDER.glob(f"{code}.*") if path.stem == code]
    assert len(found) == 1, f"tests/vectors/issues/{code}.csv"
    report = _tried(files.url, found[0], **files.options.get(code, {}))
    assert code in _reported(report)


def test_dry_runs_left_nothing(files: Files) -> None:
    """After all files of this folder the registry holds the one batch that was imported."""
    with db.session(files.url) as session:
        assert session.execute(text("SELECT count(*) FROM batch")).scalar_one() == 1


def test_every_file_of_the_folder_belongs_to_a_code() -> None:
    """A file that shows nothing would rot unseen."""
    assert {path.name.removesuffix(path.suffix) for path in FOLDER.iterdir()} == {*ISSUES, "options", "registered"}


@pytest.mark.parametrize("name", ["dien_bien.csv", "ha_nam.csv", "vinh_long.csv"])
def test_sample_rows_raise_no_false_alarm(shared_db: str, name: str) -> None:
    """The samples report only what is usual there, the third also the faults that were put in, on as many rows."""
    faults = _faults() if name == "vinh_long.csv" else {}
    report = _tried(shared_db, SAMPLES / name)
    told = {issue.code: issue.rows for issue in report.issues}
    assert set(told) <= USUAL | set(faults) | (UNTIDY if faults else set())
    assert {code: told.get(code, 0) for code in faults if code not in USUAL} == {
        code: rows for code, rows in faults.items() if code not in USUAL
    }
    assert not [note for note in report.notes if note[0].startswith("batch.")]


def _faults() -> dict[str, int]:
    """Return how many rows of the third sample are expected to bear each issue without exact boundaries."""
    with (SAMPLES / "vinh_long_expected.csv").open(encoding="utf-8", newline="") as stream:
        rows = [row["issue"] for row in csv.DictReader(stream) if row["issue"] and row["outcome"] == row["outcome_without_boundaries"]]
    return {code: rows.count(code) for code in set(rows)}


def test_silenced_issues_are_not_reported_and_hardened_ones_hold_the_row_back(files: Files) -> None:
    """pre_reform says nothing of mixed units but keeps a row of today's units; default accepts both."""
    mixed, today = FOLDER / "row.unit_mixed_vintage.csv", FOLDER / "row.unit_new.csv"
    assert "row.unit_mixed_vintage" not in _reported(_tried(files.url, mixed, profile="pre_reform"))
    assert _tried(files.url, today, profile="pre_reform").counts["incomplete"] == 1
    assert "row.unit_new" not in _reported(_tried(files.url, today))


def test_one_coordinate_for_a_file_is_rejected_by_the_strict_profile(files: Files) -> None:
    """By default the rows wait; strict refuses them."""
    path = FOLDER / "batch.one_coordinate.csv"
    assert _tried(files.url, path).counts["incomplete"] == 30
    assert _tried(files.url, path, profile="strict").counts["rejected"] == 30
