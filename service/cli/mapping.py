"""The commands `diachiso mapping suggest|show`: what each column of a foreign file would be read as, kept as a file for `--mapping`."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from loaders.fields import COLUMNS
from loaders.mapping import Mapping, read_mapping
from loaders.suggest import WHY, Proposal, Sighting, as_toml
from registry.errors import UsageError
from registry.geo import known_crs
from registry.zones import zone_name
from service.suggestion import look
from service.written import write_whole

_WIDE = 160


def register(app: typer.Typer) -> None:
    """Add `diachiso mapping …`."""
    group = typer.Typer(no_args_is_help=True)
    group.command("suggest")(suggest)
    group.command("show")(show)
    app.add_typer(group, name="mapping")


def suggest(  # noqa: PLR0917 - typer counts options as positions
    file: Annotated[Path, typer.Argument(help="Tệp bàn giao / hand-over file")],
    output: Annotated[Path | None, typer.Option(help="Ghi tệp ánh xạ TOML / write the mapping")] = None,
    mapping: Annotated[Path | None, typer.Option(help="Ánh xạ đã có, để bổ sung / a mapping to complete")] = None,
    province: Annotated[str | None, typer.Option(help="Mã tỉnh của lô / province code of the batch")] = None,
    source: Annotated[str | None, typer.Option(help="Tên bên giao / who hands the file over")] = None,
    sheet: Annotated[str | None, typer.Option(help="Trang tính / sheet")] = None,
    delimiter: Annotated[str | None, typer.Option(help="Dấu phân cách / delimiter")] = None,
    encoding: Annotated[str | None, typer.Option(help="Bảng mã / encoding")] = None,
    *,
    force: Annotated[bool, typer.Option("--force", help="Ghi đè tệp đã có / overwrite")] = False,
) -> None:
    """Xem từng cột được đọc là gì, đề nghị ánh xạ / Show what each column is read as, and propose a mapping.

    Ví dụ: diachiso mapping suggest ban_giao.csv --output ban_giao.toml, rồi diachiso import ban_giao.csv --mapping ban_giao.toml
    """
    if output is not None and output.exists() and not force:
        raise UsageError(f"Đã có tệp {output}.", f"{output} exists already.", hint="Chọn tên khác hoặc thêm --force để ghi đè.")
    given = read_mapping(mapping, tuple(COLUMNS))
    given = replace(
        given,
        source=source or given.source,
        sheet=sheet or given.sheet,
        delimiter=delimiter or given.delimiter,
        encoding=encoding or given.encoding,
    )
    seen = look(file, given, province)
    proposal = seen.proposal
    console = _console()
    console.print(_preview(proposal))
    for _, words in seen.source.notes:
        console.print(f"· {escape(words)}")
    _print_open(console, proposal)
    if output is not None:
        write_whole(output, as_toml(proposal, file.name).encode())
        console.print(escape(f"✓ {output} – xem lại rồi dùng / look at it, then:"))
        console.print(escape(f"  diachiso import {file} --mapping {output}"))


def show(file: Annotated[Path, typer.Argument(metavar="F.toml", help="Tệp ánh xạ / mapping file")]) -> None:
    """In một tệp ánh xạ bằng lời / Print a mapping in words."""
    mapping = read_mapping(file, tuple(COLUMNS))
    console = _console()
    for line in _facts(mapping):
        console.print(escape(line))
    table = Table("Cột chuẩn / Canonical", "Cột của tệp / Header", "Giá trị / Values", "Khi trống / When empty")
    for name in COLUMNS:
        values = "; ".join(f"“{said}” → {meant}" for said, meant in mapping.values.get(name, {}).items())
        cells = (mapping.columns.get(name, ""), values, mapping.defaults.get(name, ""))
        if any(cells):
            table.add_row(name, *map(escape, cells))
    console.print(table if table.row_count else "Không nêu cột nào; cột được tìm theo tên / No column is named; headers decide.")


def _facts(mapping: Mapping) -> list[str]:
    """Return what a mapping says besides columns, one line each."""
    said = [
        ("Bên giao / source", mapping.source),
        ("Hệ tọa độ / coordinates", zone_name(known_crs(mapping.crs)) if mapping.crs else None),
        ("Trang tính / sheet", mapping.sheet),
        ("Dấu phân cách / delimiter", mapping.delimiter),
        ("Bảng mã / encoding", mapping.encoding),
        ("Bộ quy tắc / profile", mapping.profile),
        ("Không đọc / ignored", ", ".join(mapping.ignore) or None),
    ]
    return [f"{label}: {value}" for label, value in said if value]


def _preview(proposal: Proposal) -> Table:
    table = Table("#", "Cột của tệp / Header", "Ba giá trị / Samples", "Đọc là / Read as", "Vì / Why")
    for at, each in enumerate(proposal.sightings, 1):
        style = "yellow" if each.proposed or each.doubt or each.why == "twice" else "dim" if not each.canonical else ""
        samples = " · ".join(each.samples)
        table.add_row(str(at), escape(each.header), escape(samples), escape(_read_as(each)), escape(_why(each)), style=style)
    return table


def _read_as(each: Sighting) -> str:
    if each.why in {"personal", "ignored", "twice"} or not each.canonical:
        return "–"
    return f"{each.canonical}?" if each.proposed else each.canonical


def _why(each: Sighting) -> str:
    return "; ".join(part for part in (WHY[each.why], each.doubt) if part)


def _print_open(console: Console, proposal: Proposal) -> None:
    """Print what is missing or must be decided."""
    for vi, en in proposal.lacking:
        console.print(f"✗ Thiếu / missing: {escape(vi)} ({en})", style="bold red")
    if proposal.metres and not proposal.mapping.crs:
        zones = ", ".join(proposal.zones) or "EPSG:9205 … EPSG:9218"
        console.print(f"! Tọa độ tính bằng mét, cần --crs / metres need a system: {zones}", style="yellow")
    for name, words in proposal.unknown_words.items():
        console.print(f"! {name}: giá trị lạ / unknown words: {escape(', '.join(words))} → [values.{name}]", style="yellow", markup=False)


def _console() -> Console:
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=_WIDE)
