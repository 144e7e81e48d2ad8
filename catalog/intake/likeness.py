"""Records of the catalogue that a row resembles, though nothing says that it is about one of them.

A row with an identifier of its own becomes a new record, even if somebody of its name is in the catalogue already.
What is compared is what possible duplicates go by: names of every sort, without regard to capitals and accents, and
dates as far as both give them (1879 and 7 November 1879 agree).
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from itertools import starmap
from typing import Any, Final
from uuid import UUID

from catalog.intake.entitled import Entitled, can_be_one
from catalog.intake.several import squeezed
from catalog.models import Person, PersonName, Place, PlaceName, Record
from catalog.values import fold

#: Names that records have besides their title.
_NAMES: Final[dict[Any, Any]] = {Person: PersonName, Place: PlaceName}
#: Of these, many share a title: only dates that agree make two of them alike.
_DATED: Final = frozenset({"document", "image"})


class Likenesses:
    """Looks up what rows resemble: two queries for some rows, of kinds without further names one."""

    def __init__(self, model: type[Record], dates: Iterable[str]) -> None:
        self.model = model
        self._columns = ("pk", "title", "identifier", "uuid", *dates)
        self._names = _NAMES.get(model)
        self._called: dict[str, dict[int, Entitled]] = {}

    def read(self, rows: Iterable[Entitled]) -> None:
        """Look up the names of some rows; what an earlier block looked up is kept."""
        rows = list(rows)
        keys = {key for row in rows for key in self._keys(row)} - self._called.keys()
        if not keys:
            return
        self._called |= {key: {} for key in keys}
        held = self.model._base_manager.order_by("pk")
        for key, *record in held.filter(sort_key__in=keys).values_list("sort_key", *self._columns):
            self._take(key, record)
        if self._names is None:
            return
        kind = self.model.KIND
        named = self._names._base_manager.filter(folded__in=keys).order_by("pk")
        columns = (f"{kind}__{column}" for column in self._columns)
        for key, *record in named.values_list("folded", *columns):
            self._take(key, record)
        if self.model is Person:
            # Filed under a sort name, a person is not found by what the title says.
            titles = {title for row in rows for title in _spelt(row.title)}
            filed = held.filter(title__in=titles).values_list(*self._columns)
            for record in filed:
                self._take(fold(record[1]), record)

    def of(self, row: Entitled, *, but: Container[str]) -> list[Entitled]:
        """The records that a row resembles; ``but`` are the identifiers of records that it cannot be about."""
        found: dict[int, Entitled] = {}
        for key in self._keys(row):
            found |= self._called.get(key, {})
        return [
            one for _pk, one in sorted(found.items()) if one.identifier not in but and self._agree(row, one)
        ]  # fmt: skip

    def _agree(self, row: Entitled, one: Entitled) -> bool:
        both = [pair for pair in zip(row.dates, one.dates, strict=True) if all(pair)]
        return all(starmap(can_be_one, both)) and bool(both or self.model.KIND not in _DATED)

    def _take(self, key: str, record: Any) -> None:
        pk, title, identifier, uuid, *dates = record
        edtf = tuple(date.edtf if date else "" for date in dates)
        if key in self._called:
            one = Entitled(squeezed(title), edtf, "", pk, identifier, UUID(str(uuid)))
            self._called[key][pk] = one

    def _keys(self, row: Entitled) -> set[str]:
        """By what the record of a row may be filed: its title, its sort name, a name turned round."""
        names = [*_spelt(row.title), row.sort_name] if self.model is Person else [row.title]
        column: Any = self.model._meta.get_field("sort_key")
        keys = {column.derive(self.model(title=name)) for name in names if name}
        return (keys | {fold(name)[:200] for name in names}) - {""}


def _spelt(name: str) -> list[str]:
    """The name of a person as it stands and turned round: “Trotsky, Leon”, “Leon Trotsky”."""
    family, comma, given = (part.strip() for part in name.partition(","))
    if not comma:
        given, _blank, family = name.rpartition(" ")
        return [name, f"{family}, {given}"] if given else [name]
    return [name, f"{given} {family}"] if given and "," not in given else [name]
