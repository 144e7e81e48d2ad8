"""Records by title and dates: those of the catalogue, and the rows of the table that will become some.

Titles are the same if they differ only in capitals, accents and punctuation. Dates are those for
which the table has a column.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass
from itertools import starmap
from typing import Any
from uuid import UUID

from catalog.intake.several import squeezed
from catalog.models import Person, Record
from catalog.values import fold, read_date


@dataclass(frozen=True, slots=True)
class Entitled:
    """A title and its dates as EDTF, empty if there is none: of a row, or of a record of the catalogue."""

    title: str
    dates: tuple[str, ...]
    sort_name: str = ""
    pk: int = 0
    identifier: str = ""
    uuid: UUID | None = None

    @property
    def key(self) -> str:
        """The key by which titles are compared; a title of punctuation only is compared as it is."""
        return fold(self.title) or self.title

    def is_dated_as(self, other: Entitled) -> bool:
        """Whether every date is the same, or absent from both."""
        return self.dates == other.dates

    def may_be(self, other: Entitled) -> bool:
        """Whether ``other`` has every date that this one has."""
        pairs = zip(self.dates, other.dates, strict=True)
        return all(mine in {"", theirs} for mine, theirs in pairs)

    def agrees_with(self, other: Entitled) -> bool:
        """Whether the dates that both have can be the same, as 1879 and 7 November 1879, and there is one that both
        have.
        """
        both = [pair for pair in zip(self.dates, other.dates, strict=True) if all(pair)]
        return bool(both) and all(starmap(can_be_one, both))


def can_be_one(one: str, other: str) -> bool:
    """Whether two dates (EDTF) can mean the same, as far as both are known."""
    mine, theirs = read_date(one), read_date(other)
    starts = [date.earliest for date in (mine, theirs) if date.earliest is not None]
    ends = [date.latest for date in (mine, theirs) if date.latest is not None]
    return not starts or not ends or max(starts) <= min(ends)


class Titles:
    """The records of a kind by title. Results are kept: the thousandth letter costs nothing."""

    def __init__(self, model: type[Record], dates: Iterable[str]) -> None:
        self.model = model
        self.dates = tuple(dates)
        self._known: dict[str, list[Entitled]] = {}

    def read(self, rows: Iterable[Entitled]) -> None:
        """Look up the titles of some rows that were not looked up yet: one query, for persons two."""
        wanted = {row for row in rows if row.key not in self._known}
        if not wanted:
            return
        held = self.model._base_manager.order_by("pk")
        named = held.filter(sort_key__in={key for row in wanted for key in self._filed(row)})
        found = set(named.values_list(*self._columns))
        if self.model is Person:
            # A person is filed by the sort name, which the row may not contain.
            titled = held.filter(title__in={row.title for row in wanted})
            found |= set(titled.values_list(*self._columns))
        for row in wanted:
            self._known[row.key] = []
        for pk, title, identifier, uuid, *dates in sorted(found, key=lambda one: one[0]):
            edtf = tuple(date.edtf if date else "" for date in dates)
            one = Entitled(squeezed(title), edtf, "", pk, identifier, uuid)
            if one.key in self._known:
                self._known[one.key].append(one)

    @property
    def _columns(self) -> tuple[str, ...]:
        return ("pk", "title", "identifier", "uuid", *self.dates)

    def _filed(self, row: Entitled) -> set[str]:
        """The keys by which lists sort a record of this title, with the sort name and without."""
        column: Any = self.model._meta.get_field("sort_key")
        probes: list[Any] = [self.model(title=row.title)]
        if self.model is Person and row.sort_name:
            probes.append(self.model(title=row.title, sort_name=row.sort_name))
        return {column.derive(probe) for probe in probes}

    def same_as(self, row: Entitled, *, but: Container[str]) -> tuple[list[Entitled], bool]:
        """The records that a row is about, and whether that is certain; among equals the spelling decides.

        A person of the same name is rarely another one where the dates agree as far as they are known; a letter of
        the same title often is. ``but`` are the identifiers of records that it is not about.
        """
        found = [one for one in self._known.get(row.key, ()) if one.identifier not in but]
        same = [one for one in found if row.is_dated_as(one)]
        if not same:
            by_dates = self.model is Person and not row.identifier
            return [
                one for one in found if row.may_be(one) or (by_dates and row.agrees_with(one))
            ], False
        spelt = [one for one in same if one.title == row.title]
        return (spelt if len(spelt) == 1 else same), True
