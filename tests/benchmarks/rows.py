"""Rows for the generated museum, as tuples ready for the database.

A row is built from the model's own columns: defaults come from the fields, and derived columns (bounds of
dates, folded keys) are worked out by the fields themselves, so that a row is what ``save()`` would write.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from operator import itemgetter
from typing import Any, Final
from uuid import UUID

from django.apps import apps
from django.db import models
from django.db.models import NOT_PROVIDED

from catalog.models.derived import FoldedField, derived_fields
from catalog.models.fields import EarliestField, LatestField
from catalog.models.labels import LabelsField
from catalog.uris import KINDS, Kind
from catalog.values import UncertainDate

Values = dict[str, Any]
#: Rows by the label of their model, in the order in which they were made.
Rows = dict[str, list[tuple[Any, ...]]]


#: Identifiers of generated records begin with 018c000…, which no other catalogue's do in practice. Read as
#: time-ordered UUIDs they all belong to one day in 2023, but count records instead of milliseconds.
FIRST_UUID: Final = 0x18C000000000


def record_uuid(kind: Kind, number: int, random_bits: int) -> str:
    """The permanent identifier of a generated record. They rise with the numbers, so that the index
    grows at its end.
    """
    return f"{FIRST_UUID + number:012x}7{KINDS.index(kind):03x}8{random_bits:015x}"


def made_uuids() -> tuple[UUID, UUID]:
    """The lowest and the highest permanent identifier that a generated record can have."""
    return UUID(f"{FIRST_UUID:012x}" + "0" * 20), UUID(f"{FIRST_UUID + 2**32:012x}" + "f" * 20)


class Draft:
    """Values that look like a model's row to derived fields."""

    def __init__(self, values: Values) -> None:
        self.__dict__ = values


class Shape:
    """How rows of one model are laid out: columns, defaults, and what has to be derived."""

    def __init__(self, model: type[models.Model], *, numbered: bool) -> None:
        """``numbered`` rows bring their primary key; others get it from the database."""
        fields = [
            field for field in model._meta.concrete_fields if numbered or not field.primary_key
        ]
        self.model = model
        self.table = model._meta.db_table
        self.columns = [str(field.column) for field in fields]
        self.defaults: Values = {
            field.attname: "" if isinstance(field, LabelsField) else field.get_default()
            for field in fields
            if field.default is NOT_PROVIDED or not callable(field.default)
        }
        self._in_order: Callable[[Values], tuple[Any, ...]] = itemgetter(
            *(field.attname for field in fields)
        )
        self._folded = [one for one in derived_fields(model) if isinstance(one, FoldedField)]
        self._bounds = [
            (one.attname, one.of, one)
            for one in derived_fields(model)
            if isinstance(one, EarliestField | LatestField)
        ]

    def row(self, **given: Any) -> tuple[Any, ...]:
        """The row with these values; the rest are defaults and derived columns."""
        values = {**self.defaults, **given}
        for attname, of, bound in self._bounds:
            date = values[of]
            values[attname] = _bound(bound, of, date) if date else None
        if self._folded:
            draft = Draft(values)
            for field in self._folded:
                values[field.attname] = field.derive(draft)  # type: ignore[arg-type]
        return self._in_order(values)


_bounds_seen: dict[tuple[type, str], int | None] = {}


def _bound(field: EarliestField | LatestField, of: str, date: str) -> int | None:
    """A bound as its field derives it. A museum has far fewer dates than rows (made_dates.py), so
    they are remembered.
    """
    key = (type(field), date)
    if key not in _bounds_seen:
        _bounds_seen[key] = field.derive(Draft({of: _date(date)}))  # type: ignore[arg-type]
    return _bounds_seen[key]


@lru_cache(maxsize=16)
def _date(written: str) -> UncertainDate:
    """Cached, because a date is asked for its second bound soon after its first."""
    return UncertainDate(written)


@lru_cache(maxsize=64)
def shape(label: str, *, numbered: bool = False) -> Shape:
    """The layout of a model's rows, for a label like "catalog.Person" or "catalog.Person_subjects"."""
    return Shape(apps.get_model(label), numbered=numbered)
