"""Recording in old units and then applying the reform gives the same registry as importing in new units."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from loaders.batch import import_file
from loaders.reform.apply import Wanted, apply_reform
from loaders.reform.decide import decide, waiting_csv
from registry import db
from registry.boundaries import load_files
from registry.reform_export import export_table
from registry.tally import differences
from registry.units_load import REFERENCE, load_all
from service.cli.demo import SAMPLES
from tests.conftest import _name
from tests.run import database

REFORM = date(2025, 7, 1)
WHO = {"actor": "an", "reason": "NQ 202/2025/QH15"}
# Units by what stays the same in every database: level, code, first day.
_UNIT = "(SELECT concat_ws(' ', u.level, u.code, lower(u.valid)) FROM unit u WHERE u.id = {})"
_PLACE = f"concat_ws('|', {_UNIT.format('p.commune_id')}, p.kind, p.key, p.name, {_UNIT.format('p.origin_id')})"
_AWAY = (
    "'id', 'created_at', 'updated_at', 'created_batch_id', 'updated_batch_id', 'commune_id', 'recorded_unit_id', 'place_id', 'hamlet_id'"
)
_DOOR = f"""
SELECT (to_jsonb(a) - ARRAY[{_AWAY}]) || jsonb_build_object(
    'commune', {_UNIT.format("a.commune_id")}, 'recorded', {_UNIT.format("a.recorded_unit_id")},
    'place', (SELECT {_PLACE} FROM place p WHERE p.id = a.place_id), 'hamlet', (SELECT {_PLACE} FROM place p WHERE p.id = a.hamlet_id),
    'households', (SELECT jsonb_agg(h.province_code || h.ref ORDER BY h.ref) FROM household h WHERE h.address_id = a.id),
    -- Drawn codes are random and begin with the postal code of their day; codes of the post are facts.
    'codes', (SELECT jsonb_agg(CASE WHEN c.scheme = 'ndas' THEN c.code ELSE c.scheme END) FROM digital_address c WHERE c.address_id = a.id),
    'others', (SELECT jsonb_agg(e.scheme || e.code ORDER BY e.code) FROM external_code e WHERE e.address_id = a.id))
FROM address a WHERE a.id NOT IN (SELECT address_id FROM reform_waiting WHERE decided_at IS NULL)
"""
# The unit that a door was recorded in is what the two registries differ by.
_TALLY = """
SELECT jsonb_object_agg(counter, number) || jsonb_build_object('commune', code, 'kind', kind)
FROM (
    SELECT u.code, t.kind, k.key AS counter, sum(k.value::int) AS number
    FROM commune_tally AS t
    JOIN unit AS u ON u.id = t.commune_id AND u.in_force
    CROSS JOIN LATERAL jsonb_each_text(to_jsonb(t) - ARRAY['commune_id', 'recorded_unit_id', 'kind', 'province_code']) AS k
    GROUP BY 1, 2, 3
) AS counted
GROUP BY code, kind
"""
_AREAS = """
SELECT u.code, u.full_name, ST_AsGeoJSON(b.geom, 9) FROM unit u JOIN unit_boundary b ON b.unit_id = u.id
WHERE u.province_code = '37' AND u.in_force AND u.level = 'commune'
"""


@pytest.fixture(scope="module")
def old_world(server: str) -> Iterator[str]:
    """Give the URL of a registry on the map of 2025-06-30 into which the sample batch came, recorded in the units of its time."""
    with database(server, _name("old_world")) as url:
        db.upgrade(url)
        with db.session(url) as session:
            load_all(session, until=date(2025, 6, 30))
            session.commit()
            import_file(session, SAMPLES / "ha_nam.csv", province="35")
        yield url
        db.engine(url).dispose()


@pytest.fixture(scope="module")
def areas(sample_db: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a file with made-up exact areas of the communes of Ninh Bình: their approximate ones."""
    with db.session(sample_db) as session:
        found = session.execute(text(_AREAS)).all()
    features = [
        {"type": "Feature", "properties": {"code": code, "name": name}, "geometry": json.loads(shape)} for code, name, shape in found
    ]
    path = tmp_path_factory.mktemp("areas") / "37.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def table_of_2025(sample_db: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the succession table of 2025-07-01 as `reform export` writes it."""
    path = tmp_path_factory.mktemp("tables") / "2025.csv"
    with db.session(sample_db) as session:
        lines = export_table(session, REFORM).splitlines()
    # The whole table takes half a minute; the lines of the province are those that the batch needs.
    wanted = [line for line in lines if ",37," in line or "bãi bỏ" in line]
    path.write_text("\n".join([lines[0], *wanted]), encoding="utf-8-sig")
    return path


def registry(url: str) -> dict[str, list[Any]]:
    """Return what a registry holds, in words that are the same in every database."""
    with db.session(url) as session:
        assert not differences(session)
        return {
            name: sorted(json.dumps(row, sort_keys=True, ensure_ascii=False) for row in session.execute(text(query)).scalars())
            for name, query in (
                ("doors", _DOOR),
                ("tally", _TALLY),
                ("places", f"SELECT {_PLACE} FROM place p JOIN unit u ON u.id = p.commune_id AND u.in_force"),
            )
        }


def test_recorded_in_old_units_then_reformed_is_the_registry_imported_in_new_units(
    old_world: str, fresh_db: str, table_of_2025: Path, areas: Path, tmp_path: Path
) -> None:
    """Doors, places, households, the post's codes and the counts of communes are the same; what no area decides waits on both sides."""
    with db.session(fresh_db) as session:
        load_files(session, [areas], on=date(2026, 1, 1))
        session.commit()
        new = import_file(session, SAMPLES / "ha_nam.csv", province="37")
    with db.session(old_world) as session:
        done = apply_reform(session, table_of_2025, Wanted(**WHO, units=REFERENCE / "units.csv", areas=(areas,)))
    waiting = done.days[0].waiting
    assert len(waiting) == new.counts["incomplete"] < 20
    assert registry(old_world) == registry(fresh_db)
    assert len(registry(old_world)["doors"]) > 2980
    with db.session(old_world) as session:
        assert apply_reform(session, table_of_2025, Wanted(**WHO)).days[0].known
        answers = waiting_csv(waiting).splitlines()
        filled = [answers[0], *(line + door.choices[:5] for line, door in zip(answers[1:], waiting, strict=True))]
        path = tmp_path / "answers.csv"
        path.write_text("\n".join(filled), encoding="utf-8")
        assert decide(session, path, **WHO).waiting == 0
        assert session.execute(text("SELECT count(*) FROM address a JOIN unit u ON u.id = a.commune_id WHERE NOT u.in_force")).scalar() == 0
        assert not differences(session)
