"""Open data over HTTP: what is listed is there, says what the registry says, and holds nothing of a door."""

import csv
import hashlib
import io
from datetime import date
from pathlib import Path

import httpx
import pyarrow.parquet as pq
import pyogrio
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loaders.formats.private import private_folder
from service.open_data import SETS
from service.open_data_files import Table, written
from tests.api.made_up import CODE, COMMUNE, NDAS, STREET

DAY = date(2026, 1, 1)
FILES = [(each.name, form) for each in SETS for form in each.formats]


def _rows(client: httpx.Client, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(client.get(f"/v1/open-data/{name}.csv").content.decode("utf-8-sig"))))


@pytest.mark.parametrize(("name", "form"), FILES)
def test_every_listed_file_is_there_with_its_checksum(client: httpx.Client, name: str, form: str) -> None:
    """The file, its checksum, its ETag and the list agree; who has it is not sent it again; no door is in it."""
    answer = client.get(f"/v1/open-data/{name}.{form}")
    digest = hashlib.sha256(answer.content).hexdigest()
    listed = client.get("/v1/open-data").json()
    (entry,) = [file for each in listed["sets"] for file in each["files"] if file["path"] == f"/v1/open-data/{name}.{form}"]
    assert (entry["sha256"], entry["bytes"]) == (digest, len(answer.content))
    assert client.get(f"/v1/open-data/{name}.{form}.sha256").text.split()[0] == digest
    assert answer.headers["x-data-version"] == listed["data_version"]
    assert client.get(f"/v1/open-data/{name}.{form}", headers={"If-None-Match": answer.headers["etag"]}).status_code == 304
    assert not any(secret.encode() in answer.content for secret in (CODE, NDAS, STREET))


def test_formats_tell_the_same(client: httpx.Client, tmp_path: Path) -> None:
    """CSV and Parquet hold the same rows; GeoJSON and GeoPackage the communes of today with areas and their codes as text."""
    rows = _rows(client, "coverage")
    table = pq.read_table(io.BytesIO(client.get("/v1/open-data/coverage.parquet").content))
    assert table.column("code").to_pylist() == [row["code"] for row in rows]
    assert len(rows) == 3321
    for form in ("geojson", "gpkg"):
        path = tmp_path / f"units.{form}"
        path.write_bytes(client.get(f"/v1/open-data/units.{form}").content)
        meta, _, shapes, fields = pyogrio.raw.read(path, read_geometry=True)
        codes = fields[list(meta["fields"]).index("code")]
        assert meta["crs"] == "EPSG:4326"
        assert len(codes) == len(shapes) == 3321
        assert "00004" in set(codes)


def test_small_units_are_hidden(client: httpx.Client) -> None:
    """The commune whose doors are fewer than five is there without a figure, and no total tells it."""
    rows = _rows(client, "coverage")
    hidden = [row for row in rows if row["suppressed"] == "1"]
    assert [row["code"] for row in hidden] == [COMMUNE]
    assert {row["households"] for row in hidden} == {""}
    assert {row["level"] for row in rows} == {"commune"}


def test_successions_and_units_join_by_code_and_day(client: httpx.Client) -> None:
    """Both ends of every succession are units in the table of units."""
    units = {(row["level"], row["code"]) for row in _rows(client, "units")}
    rows = _rows(client, "successions")
    # A district without communes became a commune: the level is that of the old unit.
    assert {(row["level"], row["old_code"]) for row in rows} <= units
    assert {row["new_code"] for row in rows} <= {code for _, code in units}


@pytest.mark.parametrize("path", ["units.docx", "doors.csv", "successions.geojson", "units.csv.md5", "units.csv?x=1"])
def test_what_there_is_not_is_refused(client: httpx.Client, path: str) -> None:
    """A problem document in both languages, never a fault."""
    answer = client.get(f"/v1/open-data/{path}")
    assert answer.status_code in {400, 404}
    assert answer.json()["detail"]
    assert answer.json()["detail_en"]


_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]))
_ROW = st.fixed_dictionaries({
    "code": st.from_regex(r"[0-9]{5}", fullmatch=True), "name": st.none() | _TEXT,
    "count": st.none() | st.integers(-(2**40), 2**40), "share": st.none() | st.floats(allow_nan=False, allow_infinity=False, width=32),
    "on": st.none() | st.dates(), "yes": st.none() | st.booleans(),
})  # fmt: skip
_COLUMNS = (("code", "text"), ("name", "text"), ("count", "count"), ("share", "number"), ("on", "day"), ("yes", "yes"))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_ROW, max_size=5))
def test_what_is_written_to_parquet_is_read_again(rows: list[dict[str, object]]) -> None:
    """Unknown values stay unknown, codes keep their zeros, and the same rows make the same bytes."""
    table = Table(_COLUMNS, rows)
    with private_folder() as folder:
        first, second = (written(table, folder / f"{name}.parquet", DAY) for name in "ab")
        assert pq.read_table(first).to_pylist() == rows
        assert first.read_bytes() == second.read_bytes()
