"""The command `diachiso reverse`: what stands at a point, how far away, and in which units of which day."""

import json
import math
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from geocode.resolver import Resolver
from geocode.types import Candidate
from registry import db
from registry.errors import NotFoundError, UsageError
from service.dates import read_date

_console = Console(highlight=False, soft_wrap=True)


def register(app: typer.Typer) -> None:
    """Add `diachiso reverse`."""
    app.command()(reverse)


def reverse(
    lat: Annotated[float, typer.Argument(min=-90, max=90, help="Vĩ độ, độ WGS 84 / Latitude", metavar="LAT")],
    lon: Annotated[float, typer.Argument(min=-180, max=180, help="Kinh độ, độ WGS 84 / Longitude", metavar="LON")],
    *,
    on: Annotated[str | None, typer.Option(help="Tên đơn vị theo ngày / Units as of a day")] = None,
    limit: Annotated[int, typer.Option(min=1, max=20, help="Số cửa gần nhất / Nearest doors")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="In JSON / Print JSON")] = False,
) -> None:
    """Print the nearest doors to a point, their distances, and the units that hold it."""
    if not (math.isfinite(lat) and math.isfinite(lon)):
        raise UsageError("Toạ độ phải là số.", "Coordinates must be numbers.", hint="diachiso reverse 21.386 103.017")
    day = read_date(on)
    with db.session() as session:
        found = Resolver.open(session).reverse(session, lat, lon, limit, day)
    if as_json:
        asked = {"lat": lat, "lon": lon, "on": day.isoformat() if day else None}
        typer.echo(json.dumps(asked | {"candidates": [each.to_dict() for each in found]}, ensure_ascii=False))
        return
    if not found:
        raise NotFoundError(
            "Điểm này không nằm trong xã, phường nào.", "The point lies in no commune.", hint="Vĩ độ trước, kinh độ sau: 21.386 103.017"
        )
    for each in found:
        _print(each)


def _print(found: Candidate) -> None:
    """Print one answer: how far, which code, the address, and its units with their codes."""
    distance = "—" if found.distance_m is None else f"{found.distance_m:.1f} m"
    named = (found.unit.commune, found.unit.district, found.unit.province)
    _console.print(f"{distance}  [bold]{found.code or '—'}[/]  {escape(found.label)}")
    _console.print(f"  [dim]Đơn vị / units: {escape(', '.join(f'{unit.code} {unit.name}' for unit in named if unit))}[/]")
    if found.unit.commune is None:
        _console.print("  [dim]Xã, phường lúc đó: không xác định được / which of the merged communes it was then is not known[/]")
