"""What the model refuses of a record that is not written yet, checked without a query if possible."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models

from catalog.intake.saying import Message, by_field
from catalog.models import Hierarchical, Record, derive


def broken_rules(
    record: Record, changed: set[str], awaits_parent: bool = False
) -> Iterator[tuple[str, Message]]:
    """Pairs of a field's name (empty: the whole record) and what is refused of it.

    Only rules that involve a changed column are checked. That what was chosen exists, and that the
    identifier is free, was checked before.
    """
    others = {
        field.name
        for field in record._meta.concrete_fields
        if field.is_relation or field.name not in changed
    }
    try:
        record.clean_fields(exclude=others)
    except ValidationError as refusal:
        yield from _of(refusal)
        return
    parent = record.PARENT if isinstance(record, Hierarchical) else ""
    moved = parent in changed and record.pk is not None and not awaits_parent
    if moved or changed & {"slug", "latitude", "longitude"}:
        try:
            record.clean()
        except ValidationError as refusal:
            yield from _of(refusal)
            return
    derive(record)
    for rule, sources in _rules(type(record)):
        if len(sources) < 2 or not sources & changed:
            continue
        if any(getattr(record, name) in (None, "") for name in sources):
            continue
        try:
            rule.validate(type(record), record)
        except ValidationError as refusal:
            for _name, said in _of(refusal):
                yield min(sources & changed), said


def _of(refusal: ValidationError) -> Iterator[tuple[str, Message]]:
    for name, said in by_field(refusal):
        yield ("" if name == NON_FIELD_ERRORS else name), said


@cache
def _rules(model: type[Record]) -> list[tuple[models.CheckConstraint, set[str]]]:
    """The database's rules that combine several columns, with those that a table fills."""
    found = []
    for rule in model._meta.constraints:
        if not isinstance(rule, models.CheckConstraint):
            continue
        condition: Any = rule.condition
        sources = set()
        for name in condition.referenced_base_fields:
            field: Any = model._meta.get_field(name)
            sources.add(getattr(field, "of", name))
        found.append((rule, sources - {"id"}))
    return found
