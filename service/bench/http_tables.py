"""Decides how the speed of tables and tiles over HTTP is told: beside `resolve --input` of the same table, and in milliseconds a tile."""

import csv
import http.client
import io
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from uuid import uuid4

from sqlalchemy import text
from sqlalchemy.orm import Session

from geocode.resolver import Resolver
from geocode.types import Query
from loaders import files
from service.bench.http import open_app, served
from service.bench.interval import percentile
from service.reports.answer_csv import ANSWER_COLUMNS, answer_cells
from service.table_blocks import blocks

TURNS: Final = 3
_PATIENCE: Final = 600
# Of the largest province: doors drawn by a seed, at the scales at which a map shows communes and single doors.
_ZOOMS: Final = {"communes": (8, 9, 10, 11, 12), "addresses": (14, 15, 16)}
_SPOTS: Final = text("""
SELECT a.province_code AS province, ST_X(a.point) AS lon, ST_Y(a.point) AS lat
FROM address AS a
WHERE a.retired_at IS NULL
    AND a.province_code = (SELECT province_code FROM commune_tally GROUP BY 1 ORDER BY sum(addresses) DESC, 1 LIMIT 1)
ORDER BY md5(CAST(a.id AS text) || :seed)
LIMIT :most
""")


@dataclass(frozen=True)
class TableRates:
    """Rows a second of the same table, in turns: over HTTP, and by the command line's own work without loading the gazetteer."""

    over_http: float
    by_command: float

    @property
    def ratio(self) -> float:
        """Return the share of the command line's rate that HTTP reaches."""
        return self.over_http / self.by_command


@dataclass(frozen=True)
class TileTimes:
    """Milliseconds of tiles that were drawn for the asker: how many, median, 99th percentile."""

    tiles: int
    p50: float
    p99: float


def table_rates(session: Session, url: str, texts: Sequence[str], workers: int) -> TableRates:
    """Answer a table of those texts by `/search/csv` and as `resolve --input` does, in turns."""
    table = _table(texts)
    spent = [0.0, 0.0]
    resolver = Resolver.open(session)
    with served(open_app, url, workers) as port, TemporaryDirectory() as folder:
        source = Path(folder) / "table.csv"
        source.write_bytes(table)
        _posted(port, _table(texts[:100]))
        for _ in range(TURNS):
            began = time.perf_counter()
            _posted(port, table)
            middle = time.perf_counter()
            _resolved(session, resolver, source)
            spent[0] += middle - began
            spent[1] += time.perf_counter() - middle
    return TableRates(*(TURNS * len(texts) / each for each in spent))


def tile_times(session: Session, url: str, tiles: int, seed: int) -> TileTimes:
    """Ask for different tiles of the largest province one after the other; none was drawn before, and each comes with a fresh look."""
    spots = session.execute(_SPOTS, {"most": tiles, "seed": str(seed)}).all()
    targets = dict.fromkeys(
        f"/v1/tiles/{layer}/{zoom}/{x}/{y}.mvt?province={spot.province}"
        for number, spot in enumerate(spots)
        for layer, zooms in _ZOOMS.items()
        for zoom in (zooms[number % len(zooms)],)
        for x, y in (_square(spot.lon, spot.lat, zoom),)
    )
    with served(open_app, url, 1) as port:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE)
        spent = sorted(_asked(connection, target) for target in list(targets)[:tiles])
        connection.close()
    return TileTimes(len(spent), percentile(spent, 0.50), percentile(spent, 0.99))


def _square(lon: float, lat: float, zoom: int) -> tuple[int, int]:
    """Return the tile of the web Mercator grid that a point in degrees WGS 84 lies in."""
    across = 2**zoom
    return int((lon + 180) / 360 * across), int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * across)


def _asked(connection: http.client.HTTPConnection, target: str) -> float:
    """Return the milliseconds of one answer."""
    began = time.perf_counter()
    connection.request("GET", target)
    connection.getresponse().read()
    return 1000 * (time.perf_counter() - began)


def _table(texts: Sequence[str]) -> bytes:
    written = io.StringIO()
    csv.writer(written).writerows([("ma", "dia_chi"), *enumerate(texts)])
    return written.getvalue().encode()


def _posted(port: int, table: bytes) -> None:
    """Send a table and read its whole answer."""
    mark = uuid4().hex
    head = f'--{mark}\r\nContent-Disposition: form-data; name="data"; filename="table.csv"\r\nContent-Type: text/csv\r\n\r\n'
    columns = f'\r\n--{mark}\r\nContent-Disposition: form-data; name="columns"\r\n\r\ndia_chi\r\n--{mark}--\r\n'
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE)
    kind = {"Content-Type": f"multipart/form-data; boundary={mark}"}
    connection.request("POST", "/search/csv", head.encode() + table + columns.encode(), kind)
    answer = connection.getresponse()
    while answer.read(1 << 16):
        pass
    connection.close()


def _resolved(session: Session, resolver: Resolver, path: Path) -> None:
    """Do what `diachiso resolve --input` does with a table once its gazetteer is loaded."""
    with files.opened(path) as source, path.with_suffix(".out").open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow([*source.header, *ANSWER_COLUMNS])
        for rows, _ in blocks(source):
            answers = resolver.resolve_many(session, [Query(row[1]) for row in rows])
            writer.writerows([*row, *answer_cells(answer)] for row, answer in zip(rows, answers, strict=True))
