"""Things that are known by a number: change sets, distinctions, imports. One, or the newest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.http import QueryDict

from catalog.api.described_parameters import query
from catalog.api.fields import Schema
from catalog.api.parameters import MOST, PAGE_SIZE, Reading

#: The largest number that is looked up.
MOST_NUMBER: Final = 2**63 - 1
#: The largest number after which a list can go on.
_MOST_BEFORE: Final = 999_999_999


def with_number(rows: Any, number: int) -> Any:
    """The row with this number; None if there is none, and for numbers that no database has."""
    return rows.filter(pk=number).first() if 0 < number <= MOST_NUMBER else None


def before_parameter() -> Schema:
    """The description of the parameter by which a list goes on."""
    kept: Schema = {"type": "integer", "minimum": 1, "maximum": _MOST_BEFORE}
    return query("before", "Older than this number.", kept)


@dataclass(frozen=True, slots=True)
class NewestFirst:
    """A page of a list in the order of numbers, backwards. ``before`` 0 begins at the newest."""

    before: int
    size: int

    @classmethod
    def read(cls, reading: Reading) -> NewestFirst:
        """From the parameters ``before`` and ``page_size``."""
        size = reading.number("page_size", PAGE_SIZE, MOST)
        return cls(reading.number("before", 0, _MOST_BEFORE), size)

    def of(self, rows: Any) -> tuple[list[Any], int | None]:
        """The rows of the page, and the number before which the next one begins; None after the last."""
        if self.before:
            rows = rows.filter(pk__lt=self.before)
        found = list(rows.order_by("-pk")[: self.size + 1])
        page = found[: self.size]
        return page, page[-1].pk if len(found) > self.size else None


def next_address(here: str, given: QueryDict, before: int | None) -> str | None:
    """The address of the next page, with the filters of this one; None after the last."""
    if before is None:
        return None
    wanted = given.copy()
    wanted["before"] = str(before)
    return f"{here}?{wanted.urlencode()}"
