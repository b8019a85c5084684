"""Tables for people: columns that stay aligned whatever script stands in them."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass

from daemon.cli.terminal import isolated, plain, shortened, width

_GAP = "  "
_LEAST = 20  # columns that a stretchable column keeps on a narrow terminal


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading; `right` aligns numbers, `stretch` gives it what the terminal has left."""

    heading: str
    right: bool = False
    stretch: bool = False


def table(columns: Sequence[Column], rows: Sequence[Sequence[object]], total_width: int | None = None) -> str:
    """Lay out rows of cells under their headings; one line a row, cut to the terminal where a column stretches."""
    total = total_width or shutil.get_terminal_size((120, 24)).columns
    cells = [[plain("" if cell is None else str(cell)) for cell in row] for row in rows]
    widths = [
        max([width(column.heading), *(width(row[place]) for row in cells)]) for place, column in enumerate(columns)
    ]
    for place, column in enumerate(columns):
        if column.stretch:
            others = sum(widths) - widths[place] + len(_GAP) * (len(columns) - 1)
            widths[place] = min(widths[place], max(_LEAST, total - others))
    lines = [[column.heading for column in columns], *cells]
    return "\n".join(
        _GAP.join(_cell(cell, size, column) for cell, size, column in zip(line, widths, columns, strict=True)).rstrip(
            " "
        )
        for line in lines
    )


def _cell(text: str, size: int, column: Column) -> str:
    text = shortened(text, size) if column.stretch else text
    padding = " " * max(0, size - width(text))
    return padding + isolated(text) if column.right else isolated(text) + padding
