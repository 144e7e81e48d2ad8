"""Identifiers for rows that have none: they continue from the last of the catalogue, or from a
given one.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from catalog.models import Record, next_identifier

#: How many identifiers one query looks up.
_AT_ONCE: Final = 200


class Numbering:
    """Gives the next free identifier; none that occurs in the table itself (``taken``)."""

    def __init__(self, model: type[Record], first: str, taken: Collection[str]) -> None:
        self.model = model
        self.first = first or next_identifier(model)
        self._taken = taken
        self._ahead: list[str] = []
        found = re.fullmatch(r"(?P<before>.*?)(?P<number>[0-9]{1,15})", self.first, re.ASCII)
        self._before, number = (found["before"], found["number"]) if found else ("", "")
        self._width, self._next = len(number), int(number or 0)

    @property
    def is_known(self) -> bool:
        """Whether there is a number to continue from."""
        return bool(self._width)

    def next(self) -> str:
        """The next free one; only if :attr:`is_known`."""
        while not self._ahead:
            wanted = [
                f"{self._before}{number:0{self._width}d}"
                for number in range(self._next, self._next + _AT_ONCE)
            ]
            self._next += _AT_ONCE
            held = set(
                self.model._base_manager.filter(identifier__in=wanted).values_list(
                    "identifier", flat=True
                )
            )
            self._ahead = [one for one in wanted if one not in held and one not in self._taken]
            self._ahead.reverse()
        return self._ahead.pop()
