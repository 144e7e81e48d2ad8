"""Rows that hang on a record: which are there, which are to come, so that nothing comes twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from catalog.intake.naming import Named
from catalog.intake.targets import Hanging
from catalog.models import Record, Statement

if TYPE_CHECKING:
    from catalog.intake.judged import Given


@dataclass(slots=True)
class Hung:
    """A statement that is to hang on the record of a row: it names another record, or is a text."""

    hanging: Hanging
    named: Named | None = None
    text: str = ""

    def statement(self, record: Record) -> Statement:
        """The statement, unsaved; ``named`` is written by now."""
        names = self.hanging.names
        says: dict[str, Any] = {names: self.text}
        if self.named is not None:
            says = {f"{names}_id": self.named.pk}
        return self.hanging.model(**{self.hanging.own: record}, **self.hanging.common, **says)


def hung_on(record: Record, hanging: Hanging) -> list[Any]:
    """The statements of a sort that hang on a record; none on one that is new."""
    if record.pk is None:
        return []
    rows = hanging.model._default_manager.filter(**{hanging.own: record.pk}, **hanging.common)
    if hanging.kind is not None:
        rows = rows.select_related(hanging.names)
    return list(rows.order_by("pk"))


def same_of(hanging: Hanging, given: Given, there: list[Any]) -> tuple[list[Any], list[Hung]]:
    """Which of the statements that are there the cell says too, and what it says beside."""
    kept: list[Any] = []
    added: list[Hung] = []
    if hanging.kind is None:
        held = {getattr(row, hanging.names): row for row in there}
        for text in given.value or []:
            if text in held:
                kept.append(held[text])
            else:
                added.append(Hung(hanging, text=text))
        return kept, added
    by_pk = {getattr(row, f"{hanging.names}_id"): row for row in there}
    for named in {(one.pk, one.words): one for one in given.named}.values():
        if named.pk is not None and named.pk in by_pk:
            kept.append(by_pk[named.pk])
        else:
            added.append(Hung(hanging, named))
    return kept, added
