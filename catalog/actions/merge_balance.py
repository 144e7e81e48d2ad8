"""What became of the rows that belonged to a merged record, sort by sort; for people."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _


@dataclass(slots=True)
class Moved:
    """What became of one sort of row: moved, dropped as duplicates, dropped because they would
    relate it to itself.

    ``given_way`` are rows of the record that stays that said less than a row that was moved.
    """

    model: Any
    moved: int = 0
    doubles: int = 0
    to_itself: int = 0
    given_way: int = 0

    @property
    def name(self) -> str:
        """What such rows are called."""
        owner = self.model._meta.auto_created
        if owner:
            lists = (
                one for one in owner._meta.many_to_many if one.remote_field.through is self.model
            )
            return str(next(lists).verbose_name)
        return str(self.model._meta.verbose_name_plural)

    @property
    def words(self) -> str:
        """What became of them."""
        said = (
            (self.moved, _("%(number)d moved")),
            (self.doubles, _("%(number)d already there")),
            (self.given_way, _("%(number)d replaced by a fuller one")),
            (self.to_itself, _("%(number)d would have linked the record to itself")),
        )
        return ", ".join(words % {"number": number} for number, words in said if number)

    @property
    def any(self) -> bool:
        """Whether there was anything."""
        return bool(self.moved or self.doubles or self.to_itself or self.given_way)


@dataclass(slots=True)
class Balance:
    """What became of all rows, sort by sort in the order in which they came up."""

    sorts: dict[Any, Moved] = field(default_factory=dict)

    def of(self, model: Any) -> Moved:
        """The entry for a model."""
        return self.sorts.setdefault(model, Moved(model))

    def add(self, further: Balance) -> None:
        """Add another balance to this one."""
        for model, line in further.sorts.items():
            own = self.sorts.setdefault(model, Moved(model))
            for what in ("moved", "doubles", "to_itself", "given_way"):
                setattr(own, what, getattr(own, what) + getattr(line, what))

    @property
    def lines(self) -> list[Moved]:
        """The entries that are not empty."""
        return [line for line in self.sorts.values() if line.any]

    @property
    def total(self) -> int:
        """All rows."""
        return sum(line.moved + line.doubles + line.to_itself for line in self.sorts.values())
