"""Unfolds the sheets of a workbook with calamine in a process of its own, whose memory is limited: `python -m loaders.formats.unfold`.

calamine fills the gaps between cells, so that a few bytes of a damaged or malicious file can ask for any amount of memory, and then
its process dies. Here it dies alone. What it read lies in one CSV a sheet; what it says goes to standard output as JSON.
"""

import csv
import errno
import json
import resource
import sys
from pathlib import Path
from typing import Any, Final

import python_calamine as calamine

from loaders.formats.cell_text import cell_text

MOST_MEMORY: Final = 1 << 30
MOST_WRITTEN: Final = 8 << 30


def unfold(path: Path, names: list[str] | None) -> dict[str, Any]:
    """Write the named sheets (None: all) beside the workbook; return what there is to say of each, or of the failure."""
    try:
        with calamine.CalamineWorkbook.from_path(path) as book:
            found = [one for one in book.sheets_metadata if one.typ == calamine.SheetTypeEnum.WorkSheet]
            wanted = [one for one in found if names is None or one.name in names]
            return {"sheets": [_sheet(book, one, path.parent / f"sheet{at}.csv") for at, one in enumerate(wanted)]}
    except calamine.PasswordError:
        return {"error": "password"}
    except calamine.CalamineError as error:
        return {"error": "damaged", "said": str(error)}
    except OSError as error:
        return {"error": "disk" if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG) else "damaged", "said": str(error)}


def _sheet(book: Any, one: Any, target: Path) -> dict[str, Any]:  # noqa: ANN401 - workbook and sheet of calamine
    sheet = book.get_sheet_by_name(one.name)
    with target.open("w", encoding="utf-8", errors="replace", newline="") as stream:
        csv.writer(stream).writerows([cell_text(value) for value in row] for row in sheet.iter_rows())
    merged = [(first[1], first[0], last[0]) for first, last in sheet.merged_cell_ranges or () if last[0] > first[0]]
    hidden = one.visible != calamine.SheetVisibleEnum.Visible
    return {"name": one.name, "hidden": hidden, "file": target.name, "merged": merged, "start": sheet.start or (0, 0)}


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_WRITTEN, MOST_WRITTEN))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    print(json.dumps(unfold(Path(sys.argv[1]), json.loads(sys.argv[2]))))  # noqa: T201 - read by the process that asked
