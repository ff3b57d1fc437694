"""The commands `diachiso bench …`: make a registry to measure with, and measure speed and accuracy on the one at hand."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from geocode.resolver import Resolver
from registry import db
from service.bench.own_text import OwnTexts, own_texts
from service.cli.bench_accuracy import bench_accuracy
from service.cli.bench_country import bench_country
from service.cli.bench_generate import bench_gazetteer, bench_generate
from service.cli.bench_http import bench_http
from service.cli.bench_import import bench_import
from service.cli.bench_soak import bench_soak
from service.cli.bench_speed import bench_resolve
from service.cli.bench_table import show_table


def register(app: typer.Typer) -> None:
    """Add `diachiso bench …`."""
    group = typer.Typer(no_args_is_help=True)
    group.command("generate")(bench_generate)
    group.command("accuracy")(bench_accuracy)
    group.command("resolve")(bench_resolve)
    group.command("http")(bench_http)
    group.command("import")(bench_import)
    group.command("soak")(bench_soak)
    group.command("country")(bench_country)
    group.command("gazetteer")(bench_gazetteer)
    group.command("own-text")(bench_own_text)
    app.add_typer(group, name="bench")


def bench_own_text(
    batch_id: Annotated[int, typer.Argument(help="Số lô / Batch", metavar="BATCH")],
    *,
    truth: Annotated[Path | None, typer.Option(help="Tệp gốc có cột mã xã đúng / The file with the true commune codes")] = None,
    truth_column: Annotated[str, typer.Option(help="Tên cột đó / Name of that column")] = "new_commune_code_by_point",
) -> None:
    """Tra lại nguyên văn của từng dòng đã nhận / Resolve each accepted row's own text. Ví dụ: diachiso bench own-text 4."""
    with db.session() as session:
        show_table(_own_text_table(own_texts(session, Resolver.open(session), batch_id, truth, truth_column)))


def _own_text_table(found: OwnTexts) -> Table:
    """Show how many rows came back."""
    table = Table("Chỉ tiêu / measure", "Số / count", "Tỉ lệ / share")
    for name, count, total in found.lines():
        table.add_row(name, f"{count:,} / {total:,}", f"{100 * count / total:.2f} %" if total else "—")
    return table
