"""Which tables are recorded, column by column, and to which records their rows belong.

Every model of the catalogue is recorded unless it is named here with the reason: a new model has a
history from its first row.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from django.apps import apps
from django.db import models

from catalog.models import RECORD_MODELS, TERM, DerivedField, Record, Term

#: Models (by their lower-case name) without history, and why.
NOT_RECORDED: Final[dict[str, str]] = {
    "changeset": "history itself",
    "change": "history itself",
    "changedrecord": "history itself",
    "touched": "worked out from the records: notes for the list of changes",
    "publicrecord": "worked out from the records: ready-made documents",
    "movedholding": "worked out from the records: what harvesters are still to be told of",
    "feedmark": "worked out from the records: which numbers of the list of changes were given together",
    "feedstate": "worked out from the records: the standing of the list of changes",
    "reviewnote": "a log of its own: written once, never changed",
    "cataloguing": "whose work a draft is, as long as it is one",
    "openform": "who has a form open; gone a minute later",
    "keptcolumns": "how a curator likes to see a list; says nothing of any record",
    "keptfilter": "what a curator likes to look at; says nothing of any record",
    "draftrevision": "work under way; publishing it is recorded as a change of its record",
    "previewlink": "leave to look, which expires; no part of the catalogue",
    "job": "work under way; what a job does to records is recorded as theirs",
    "intake": "a table before it is brought in; what it brings is recorded as changes of its records",
    "intakepiece": "the file of such a table",
    "apicounter": "how often a client asked in one minute; no part of the catalogue",
    "apitoken": "a key of an account, and no part of the catalogue; its hash must not be kept twice",
}
#: Columns that only say when a row was last written: the change set says that too.
_CLOCK: Final = ("modified",)


@dataclass(frozen=True, slots=True)
class Recorded:
    """One recorded table. ``links`` are pairs of a kind and an SQL expression over ``ROW.`` for the record."""

    name: str
    model: type[models.Model]
    table: str
    fields: tuple[Any, ...]
    #: Foreign keys whose targets take the row along when they are deleted, and the targets' recorded names.
    holds: tuple[tuple[Any, str], ...]
    links: tuple[tuple[str, str], ...]
    #: Columns that hold keys of entries of the row's ``kind``, if the model has such columns.
    entries: tuple[str, ...] = ()


@cache
def recorded() -> dict[str, Recorded]:
    """Every recorded table, by its name in the history."""
    found = {}
    for model in apps.get_app_config("catalog").get_models(include_auto_created=True):
        name = str(model._meta.model_name)
        if name in NOT_RECORDED or not model._meta.managed or model._meta.proxy:
            continue
        fields: tuple[Any, ...] = tuple(
            field
            for field in model._meta.concrete_fields
            if not field.primary_key
            and not isinstance(field, DerivedField)
            and field.name not in _CLOCK
        )
        links = tuple(dict.fromkeys(_links(model)))
        holds = tuple(
            (field, str(field.related_model._meta.model_name))
            for field in fields
            if _holds(model, field)
        )
        found[name] = Recorded(
            name, model, model._meta.db_table, fields, holds, links, _entries(model)
        )
    return found


def _links(model: Any, depth: int = 0) -> Iterator[tuple[str, str]]:
    """Records that a row belongs to: itself, or whatever would take it along when it is deleted."""
    if issubclass(model, Record):
        yield model.KIND, "ROW.id"
        return
    if model is Term:
        yield TERM, "ROW.id"
        return
    for column in _entries(model):
        for kind in (*RECORD_MODELS, TERM):
            yield kind, f"CASE WHEN ROW.kind = '{kind}' THEN ROW.{column} END"
    for field in model._meta.concrete_fields:
        if not _holds(model, field):
            continue
        alias = f"held{depth}"
        for kind, expression in _links(field.related_model, depth + 1):
            if expression == "ROW.id":
                yield kind, f"ROW.{field.column}"
            else:
                inside = expression.replace("ROW.", f"{alias}.")
                table = field.related_model._meta.db_table
                yield (
                    kind,
                    f"(SELECT {inside} FROM {table} AS {alias} WHERE {alias}.id = ROW.{field.column})",
                )


def _entries(model: Any) -> tuple[str, ...]:
    return tuple(getattr(model, "ENTRIES", ()))


def _holds(model: Any, field: Any) -> bool:
    if (
        not isinstance(field, models.ForeignKey)
        or field.remote_field.on_delete is not models.CASCADE
    ):
        return False
    target = field.related_model
    if target is model or target._meta.app_label != "catalog":
        return False
    if model._meta.auto_created:
        # A row between a record and a term belongs to the record that lists the term.
        return bool(target is model._meta.auto_created)
    return True


def unique_together(model: Any) -> list[tuple[str, ...]]:
    """The names of fields that must be unique, alone or together."""
    found: list[tuple[str, ...]] = [
        (field_.name,)
        for field_ in model._meta.concrete_fields
        if field_.unique and not field_.primary_key
    ]
    found += [tuple(names) for names in model._meta.unique_together]
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint) and constraint.condition is None:
            found.append(tuple(constraint.fields))
    # A constraint over expressions names no fields.
    return [names for names in found if names]
