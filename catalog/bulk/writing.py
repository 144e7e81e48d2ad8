"""New values of one record: checked by the rules that they touch, and saved by the action."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import nullcontext
from typing import Any

from django.db import models
from django.utils.translation import ngettext

from catalog import actions
from catalog.actions import record_state
from catalog.models import EDTFField, Record, derive, with_derived

#: What differs in a record, by field: the current and the new value, both as in ``record_state``.
Differing = Mapping[str, tuple[Any, Any]]


def write(record: Record, differing: Differing, *, by: actions.Actor) -> None:
    """Give a record its new values and save it by the action. Raises Refused and ValidationError."""
    put_and_judge(record, differing)
    terms = {
        name: after
        for name, (_before, after) in differing.items()
        if type(record)._meta.get_field(name).many_to_many
    }
    # The action is a step by itself; each further one costs PostgreSQL two statements for every record.
    with actions.in_step(by=by) if terms else nullcontext():
        actions.edit(record, by=by, besides=bool(terms))
        for name, after in terms.items():
            getattr(record, name).set(after)


def put_and_judge(record: Record, differing: Differing) -> None:
    """Give a record its new values, except terms; ValidationError says what the model refuses of them.

    Rules that do not involve these columns are skipped: each is a database query for each record.
    That a chosen record or term exists was checked when it was chosen.
    """
    columns = [type(record)._meta.get_field(name) for name in differing]
    columns = [column for column in columns if not column.many_to_many]
    if not columns:
        return
    record_state.put(record, {column.name: differing[column.name][1] for column in columns})
    values = {column.name for column in columns if not column.is_relation}
    if values:
        others = {field.name for field in record._meta.concrete_fields} - values
        record.clean_fields(exclude=others)
    if not all(map(_is_independent, columns)):
        record.clean()
    derive(record)
    for rule in _rules(type(record), columns):
        rule.validate(type(record), record)


def _is_independent(column: Any) -> bool:
    """Whether no rule of the model combines the column with others: texts, dates, choices, and
    links that make no tree.
    """
    if column.is_relation:
        return bool(column.name != getattr(column.model, "PARENT", ""))
    return isinstance(column, models.CharField | models.TextField)


def _rules(model: type[Record], columns: Collection[Any]) -> Iterator[models.CheckConstraint]:
    """The database's rules for some columns and those derived from them, except that a date ends
    after it begins.
    """
    touched = {column.name: with_derived(model, [column.name]) for column in columns}
    for rule in model._meta.constraints:
        if not isinstance(rule, models.CheckConstraint):
            continue
        condition: Any = rule.condition
        named = set(condition.referenced_base_fields)
        if any(
            named & touched[column.name]
            and not (isinstance(column, EDTFField) and named <= touched[column.name])
            for column in columns
        ):
            yield rule


def changed_in_words(number: int) -> str:
    """A sentence that so many records were changed."""
    return ngettext("%d record was changed.", "%d records were changed.", number) % number
