"""Import speed as a ratio: a made-up hand-over file through `diachiso import`, and the same rows through COPY and INSERT … SELECT.

Run by hand, never by pytest: `.venv/bin/python -m tests.bench.import_speed --rows 100000`. Uses a database of its own on the server in use.
"""

import argparse
import csv
import os
import random
import tempfile
import time
from pathlib import Path

from sqlalchemy import create_engine, make_url, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from loaders.batch import import_file
from registry import db
from registry.units_load import load_all

HEADER = ("stt", "loai", "so_nha", "duong", "thon_to", "xa", "tinh", "ma_xa", "kinh_do", "vi_do", "ma_ho", "trang_thai")
REFERENCE = """
CREATE TABLE bench_plain (LIKE address INCLUDING DEFAULTS INCLUDING IDENTITY);
INSERT INTO bench_plain (province_code, commune_id, recorded_unit_id, place_id, house_path, house_key, kind, households, status, point,
    point_method, original_x, original_y, original_crs, recorded_text, fold_version)
SELECT u.province_code, u.id, u.id, NULL, r.so_nha, lower(r.so_nha) || '-' || r.stt, 'household', 1, 'complete',
    ST_SetSRID(ST_MakePoint(r.kinh_do::float8, r.vi_do::float8), 4326), 'handover', r.kinh_do::float8, r.vi_do::float8, 'EPSG:4326',
    concat_ws(', ', r.so_nha, r.duong, r.xa, r.tinh), 1
FROM bench_raw r JOIN unit u ON u.level = 'commune' AND u.in_force AND u.code = r.ma_xa;
ALTER TABLE bench_plain ADD PRIMARY KEY (id);
CREATE UNIQUE INDEX ON bench_plain (commune_id, house_key);
CREATE INDEX ON bench_plain (place_id, house_key text_pattern_ops);
CREATE INDEX ON bench_plain (hamlet_id, house_key) WHERE hamlet_id IS NOT NULL;
CREATE INDEX ON bench_plain USING gist (point);
CREATE INDEX ON bench_plain (commune_id);
CREATE INDEX ON bench_plain (updated_batch_id);
"""


def write_file(session: Session, path: Path, rows: int, seed: int) -> None:
    """Write made-up doors over the communes of one province, on streets that carry their number."""
    draw = random.Random(seed)  # noqa: S311 - reproducible, not secret
    communes = session.execute(
        text(
            "SELECT u.code, u.full_name, p.full_name AS province, ST_X(u.centre) AS lon, ST_Y(u.centre) AS lat FROM unit u"
            " JOIN unit p ON p.level = 'province' AND p.in_force AND p.code = u.province_code"
            " WHERE u.level = 'commune' AND u.in_force AND u.province_code = '01' ORDER BY u.code"
        )
    ).all()
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(HEADER)
        for number in range(1, rows + 1):
            commune = communes[number % len(communes)]
            street = f"Phố Giả Định {number // len(communes) // 200}"
            alley = f"{draw.randint(1, 400)}/" if number % 3 == 0 else ""
            house = f"{alley}{number // len(communes) % 200 + 1}"
            lon, lat = commune.lon + draw.uniform(-0.003, 0.003), commune.lat + draw.uniform(-0.003, 0.003)
            out.writerow((number, "ho_gia_dinh", house, street, "", commune.full_name, commune.province, commune.code,
                          f"{lon:.6f}", f"{lat:.6f}", f"B{number:08d}", "day_du"))  # fmt: skip


def reference(session: Session, path: Path) -> float:
    """Return the seconds of COPY into a plain table and one INSERT … SELECT into a table indexed after."""
    began = time.perf_counter()
    columns = ", ".join(f"{name} text" for name in HEADER)
    session.execute(text(f"CREATE TABLE bench_raw ({columns})"))
    cursor = session.connection().connection.cursor()
    with path.open(encoding="utf-8") as file:
        cursor.copy_expert("COPY bench_raw FROM STDIN (FORMAT csv, HEADER)", file)
    for statement in REFERENCE.split(";"):
        if statement.strip():
            session.execute(text(statement.replace("::float8", "\\:\\:float8")))
    session.commit()
    return time.perf_counter() - began


def main() -> None:
    """Measure both in a database of one's own and print the ratio."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=100_000)
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    server = make_url(db.database_url())
    name = f"diachiso_bench_{os.getpid()}"
    maintenance = create_engine(server.set(database="postgres"), isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with maintenance.connect() as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "{name}" TEMPLATE template0')
    url = server.set(database=name).render_as_string(hide_password=False)
    try:
        db.upgrade(url)
        with db.session(url) as session, tempfile.TemporaryDirectory() as folder:
            load_all(session)
            session.commit()
            path = Path(folder) / "bench.csv"
            write_file(session, path, chosen.rows, chosen.seed)
            plain = reference(session, path)
            began = time.perf_counter()
            report = import_file(session, path, province="01")
            session.commit()
            ours = time.perf_counter() - began
        print(f"{chosen.rows:,} rows: import {ours:.1f} s ({chosen.rows / ours:,.0f} rows/s), accepted {report.counts['accepted_new']:,};")  # noqa: T201
        print(f"reference {plain:.1f} s; ratio {ours / plain:.2f}")  # noqa: T201
    finally:
        db.engine(url).dispose()
        with maintenance.connect() as connection:
            connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


if __name__ == "__main__":
    main()
