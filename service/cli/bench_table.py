"""Decides how wide the tables of the benches are: as the terminal, or wide enough for all their words in a file or a pipe."""

from rich.console import Console
from rich.table import Table

_WIDE = 180


def show_table(table: Table) -> None:
    """Print a table."""
    console = Console(highlight=False)
    (console if console.is_terminal else Console(highlight=False, width=_WIDE)).print(table)
