"""What is judged and written one after the other: the rows of a table, or those of a finding aid kind by kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from catalog.intake.judging import Judge
from catalog.intake.reading import Row


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of one kind and who judges them; both are made when they are asked for, after what stands before them."""

    judge: Callable[[], Judge]
    rows: Callable[[], Iterable[Row]]
