"""Computes the few formulas that a sheet of figures uses, as a spreadsheet would, so that kept values can be proved."""

import io
import re
from typing import Any

import openpyxl

_RANGE = re.compile(r"([A-Z]+\d+):([A-Z]+\d+)")


class Sums:
    """One sheet of a workbook: its cells as kept, and their values computed anew."""

    def __init__(self, content: bytes, name: str) -> None:
        """Open the sheet twice: with its formulas, and with the values kept beside them."""
        self.sheet: Any = openpyxl.load_workbook(io.BytesIO(content))[name]
        self.kept: Any = openpyxl.load_workbook(io.BytesIO(content), data_only=True)[name]

    def formulas(self) -> list[str]:
        """Return the names of the cells that hold a formula."""
        return [cell.coordinate for row in self.sheet.iter_rows() for cell in row if cell.data_type == "f"]

    def value(self, name: str) -> Any:  # noqa: ANN401 - what a cell may hold
        """Return a cell's value, computed when it is a formula."""
        held = self.sheet[name].value
        return self._formula(held[1:]) if self.sheet[name].data_type == "f" else held

    def _formula(self, said: str) -> Any:  # noqa: ANN401
        if found := re.fullmatch(r"SUM\((.*)\)", said):
            return sum(self._numbers(found[1]))
        if found := re.fullmatch(r'IF\(COUNT\((.*?)\)=0,"(.*?)",(SUM\(.*\))\)', said):
            return self._formula(found[3]) if self._numbers(found[1]) else found[2]
        if found := re.fullmatch(r'IF\(N\((\w+)\)=0,"(.*?)",(\w+)/\1\)', said):
            below = self._n(found[1])
            return found[2] if below == 0 else self.value(found[3]) / below
        if found := re.fullmatch(r'IF\(OR\((.*)\),"(.*?)","(.*?)"\)', said):
            return found[2] if any(self._n(name) > 1 for name in re.findall(r"N\((\w+)\)>1", found[1])) else found[3]
        if found := re.fullmatch(r"(\w+)/(\w+)", said):
            return self.value(found[1]) / self.value(found[2])
        raise AssertionError(said)

    def _n(self, name: str) -> float:
        value = self.value(name)
        return value if isinstance(value, int | float) else 0

    def _numbers(self, area: str) -> list[float]:
        found = _RANGE.fullmatch(area)
        assert found, area
        cells = [cell.coordinate for row in self.sheet[f"{found[1]}:{found[2]}"] for cell in row]
        return [value for name in cells if isinstance(value := self.value(name), int | float)]
