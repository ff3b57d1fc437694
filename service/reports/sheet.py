"""Decides how a sheet of an official workbook looks: text is text, heads stay in sight, print fits the width of A4 lying across."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from xlsxwriter.utility import xl_col_to_name

# Never shows 100 % for what is below it, whatever the rounding.
SHARE: Final = '[<0.9995]0.0%;[<1]"99.9%";0.0%'
COUNT: Final = "#,##0"
A4: Final = 9
_LOOKS: Final[dict[str, dict[str, Any]]] = {
    "title": {"bold": True, "font_size": 14}, "small": {"italic": True, "font_color": "#464646"},
    "head": {"bold": True, "text_wrap": True, "align": "center", "valign": "vcenter", "border": 1, "bg_color": "#ECECEC"},
    "mark": {"italic": True, "font_size": 8, "align": "center", "border": 1, "bg_color": "#ECECEC"},
    "text": {"border": 1, "valign": "top", "text_wrap": True, "num_format": "@"}, "plain": {"text_wrap": True, "valign": "top"},
    "count": {"border": 1, "num_format": COUNT, "align": "right", "valign": "top"},
    "share": {"border": 1, "num_format": SHARE, "align": "right", "valign": "top"},
    "over": {"bold": True, "bg_color": "#FCE4B6"},
}  # fmt: skip


@dataclass(frozen=True)
class Field:
    """A column: its heading, mark, width in letters, and look (`text`, `count`, `share`)."""

    head: str
    mark: str
    width: float
    look: str = "count"


class Sheet:
    """One sheet of a workbook that writes row after row; `top` is the first row (from 0) of the table's body."""

    def __init__(self, book: Any, name: str, title: str, fields: Sequence[Field], under: Iterable[str] = ()) -> None:  # noqa: ANN401 - xlsxwriter has no types
        """Write title, the lines `under` it and the heads of the columns; freeze and repeat them."""
        self.sheet = book.add_worksheet(name)
        self.fields = fields
        self._looks = {look: book.add_format(spec) for look, spec in _LOOKS.items()}
        self._sums = {look: book.add_format({**_LOOKS[look], "bold": True, "bg_color": "#F4F4F4"}) for look in ("text", "count", "share")}
        self.sheet.write_string(0, 0, title, self._looks["title"])
        lines = list(under)
        for row, line in enumerate(lines, 1):
            self.sheet.write_string(row, 0, line, self._looks["small"])
        self._head = len(lines) + 2
        self.top = self.row = self._head + 2
        self._heads()

    def _heads(self) -> None:
        for column, field in enumerate(self.fields):
            self.sheet.set_column(column, column, field.width)
            self.sheet.write_string(self._head, column, field.head, self._looks["head"])
            self.sheet.write_string(self._head + 1, column, field.mark, self._looks["mark"])
        self.sheet.set_row(self._head, 62)
        names = [place for place, field in enumerate(self.fields) if field.look == "text"]
        steady = next((place for place, index in enumerate(names) if place != index), len(names))
        self.sheet.freeze_panes(self.top, steady)
        self.sheet.set_landscape()
        self.sheet.set_paper(A4)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.repeat_rows(self._head, self._head + 1)
        self.sheet.set_margins(left=0.6, right=0.5, top=0.6, bottom=0.7)
        self.sheet.set_footer("&L&8&A&R&8Trang &P/&N")

    def write(self, cells: Sequence[Any], *, total: bool = False) -> None:
        """Write one row: text as text, numbers as numbers, a pair (formula, value) as a formula with its value; None as an empty cell."""
        looks = self._sums if total else self._looks
        for column, (field, cell) in enumerate(zip(self.fields, cells, strict=True)):
            look = looks[field.look]
            match cell:
                case None:
                    self.sheet.write_blank(self.row, column, None, look)
                case (str() as formula, value):
                    self.sheet.write_formula(self.row, column, formula, look, value)
                case str():
                    self.sheet.write_string(self.row, column, cell, look)
                case _:
                    self.sheet.write_number(self.row, column, cell, look)
        self.row += 1

    def name(self, column: int, row: int | None = None) -> str:
        """Return the name of a cell, in the row that is written next when none is given: `D7`."""
        return f"{xl_col_to_name(column)}{(self.row if row is None else row) + 1}"

    def above(self, column: int) -> str:
        """Return the name of all cells of the body above the next row: `D7:D51`."""
        return f"{self.name(column, self.top)}:{self.name(column, max(self.row - 1, self.top))}"

    def mark_above_one(self, columns: Iterable[int]) -> None:
        """Let cells stand out that are above 100 %."""
        for column in columns:
            rule = {"type": "cell", "criteria": ">", "value": 1, "format": self._looks["over"]}
            first, last = self.top, max(self.row - 1, self.top)
            # Text counts as greater than any number: only numbers may stand out.
            rule |= {"type": "formula", "criteria": f"=N({self.name(column, first)})>1"}
            self.sheet.conditional_format(first, column, last, column, rule)

    def area(self) -> None:
        """Set what is printed: everything written so far."""
        self.sheet.print_area(0, 0, max(self.row - 1, self.top), len(self.fields) - 1)


Row = Callable[[Sheet], Sequence[Any]]


def prose(book: Any, name: str, title: str, lines: Iterable[tuple[str, str]]) -> None:  # noqa: ANN401 - xlsxwriter has no types
    """Add a sheet of sentences, Vietnamese beside English."""
    fields = (Field("Tiếng Việt", "A", 88, "text"), Field("English", "B", 70, "text"))
    sheet = Sheet(book, name, title, fields)
    for pair in lines:
        sheet.write(pair)
    sheet.area()
