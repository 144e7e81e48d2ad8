"""Rows that belong to a record: the existing ones and the new ones, so that nothing is added twice."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from catalog.intake.named import Named
from catalog.intake.several import squeezed
from catalog.intake.targets import STORAGE, Hanging
from catalog.models import LINE, Record, Statement

if TYPE_CHECKING:
    from catalog.intake.judged import Given


@dataclass(slots=True)
class Hung:
    """A statement to be added to the record of a row: it names another record, or is a text.

    ``more`` is what it says besides, by column: a date, a note.
    """

    hanging: Hanging
    named: Named | None = None
    text: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)

    def statement(self, record: Record) -> Statement:
        """The statement, unsaved; ``named`` has been written by now."""
        names = self.hanging.names
        says: dict[str, Any] = {names: self.text}
        if self.named is not None:
            says = {f"{names}_id": self.named.pk}
        says |= self.more
        return self.hanging.model(**{self.hanging.own: record}, **self.hanging.common, **says)


def hung_on(keys: Collection[int], hanging: Hanging) -> dict[int, list[Any]]:
    """The statements of a sort that belong to some records, by the key of their record; one query
    for all.
    """
    rows = hanging.model._default_manager.filter(**{f"{hanging.own}__in": keys}, **hanging.common)
    if hanging.kind is not None:
        # Topics have a column for each kind that they can be about.
        joined = f"{hanging.names}__{LINE}" if hanging.kind == STORAGE else hanging.names
        rows = rows.exclude(**{f"{hanging.names}__isnull": True}).select_related(joined)
    found: dict[int, list[Any]] = {}
    for row in rows.order_by("pk"):
        found.setdefault(getattr(row, f"{hanging.own}_id"), []).append(row)
    return found


def same_of(hanging: Hanging, given: Given, there: list[Any]) -> tuple[list[Any], list[Hung]]:
    """Which of the existing statements the cell repeats, and what it adds."""
    kept: list[Any] = []
    added: list[Hung] = []
    # Rows that state the same and differ in language or note all stay, because a cell cannot
    # distinguish them.
    held: dict[Any, list[Any]] = {}
    if hanging.kind is None:
        for row in there:
            held.setdefault(squeezed(getattr(row, hanging.names)), []).append(row)
        for text in given.value or []:
            if text in held:
                kept += held[text]
            else:
                added.append(Hung(hanging, text=text))
        return kept, added
    for row in there:
        held.setdefault(getattr(row, f"{hanging.names}_id"), []).append(row)
    for named in {(one.pk, one.words): one for one in given.named}.values():
        if named.pk is not None and named.pk in held:
            kept += held[named.pk]
        else:
            added.append(Hung(hanging, named))
    return kept, added
