"""A list that somebody pasted: its values, whether it comes from a spreadsheet, from Word or from a cell of a table."""

from __future__ import annotations

import re
from typing import Final

from catalog.intake.several import parted, separates, squeezed

#: What word processors put before the items of a list: a bullet, a dash, a number with a full stop or a bracket.
_MARK: Final = re.compile(r"\s*(?:[•·◦▪‣●○■□*–—-]\s+|[•◦▪‣●]|\(?[0-9]{1,3}[.)]\s+)")
#: What separates the values of one line, the surest first.
_INSIDE: Final = ("|", ";", "\t")


def listed(text: str) -> list[str]:
    """The values of a pasted list, each once, in their order.

    Of several lines each is a value; of a row of cells the first, as in a column copied together with its
    neighbours. A single line is parted at ``|``, else at ``;``, else at tabs; a backslash keeps the sign after it.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) == 1:
        for sign in _INSIDE:
            if separates(lines[0].strip(), sign):
                return parted(lines[0], sign)
    marked = [_MARK.sub("", line, count=1) for line in lines] if _is_marked(lines) else lines
    values = (squeezed(next(filter(str.strip, line.split("\t")), "")) for line in marked)
    return list(dict.fromkeys(value for value in values if value))


def _is_marked(lines: list[str]) -> bool:
    """Whether all lines begin with the mark of a list: a single "1. Mai 1917" is a name."""
    return len(lines) > 1 and all(_MARK.match(line) for line in lines)
