"""Rows and values by name: what a change is about, in words that curators know."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.db import models
from django.utils.formats import date_format
from django.utils.text import Truncator, capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from catalog.history.recorded import Recorded, recorded
from catalog.history.rows import by_model, present
from catalog.history.values import columns, value_of
from catalog.models import Change, What

#: How many rows are named; the rest are counted.
_NAMED: Final = 5
#: Characters of a value in a sentence.
_SHOWN: Final = 120
#: Columns that name a row by themselves.
_TITLES: Final = ("title", "label", "name")


class Names:
    """Names of rows, read in as few queries as possible, and remembered.

    A deleted row is named as its deletion recorded it.
    """

    def __init__(self) -> None:
        self._rows: dict[tuple[str, int], dict[str, Any]] = {}
        self._read: set[tuple[str, int]] = set()

    def read(self, keys: Iterable[tuple[str, int]]) -> None:
        """Read rows ahead, with the rows that they refer to."""
        for _depth in range(2):
            new = {key for key in keys if key not in self._read and key[0] in recorded()}
            if not new:
                return
            self._read |= new
            for model, ids in by_model(new).items():
                found = present(model, ids)
                self._rows |= {(model, row): values for row, values in found.items()}
                gone = [row for row in ids if row not in found]
                if gone:
                    self._read_gone(model, gone)
            keys = [
                target
                for key in new
                for target in targets(recorded()[key[0]], self._rows.get(key, {}))
            ]

    def _read_gone(self, model: str, gone: list[int]) -> None:
        rows = Change.objects.filter(model=model, row_id__in=gone, what=What.DELETED)
        for row, before in rows.order_by("id").values_list("row_id", "before"):
            self._rows[model, row] = columns(before)

    def give(self, model: str, row_id: int, values: dict[str, Any]) -> None:
        """Name a row by values of another time."""
        self._rows[model, row_id] = values
        self._read.add((model, row_id))
        self.read(targets(recorded()[model], values))

    def of_row(self, model: str, row_id: int) -> str:
        """The name of a row: its title, or the names of what it relates."""
        key = (model, row_id)
        if key not in self._read:
            self.read([key])
        values = self._rows.get(key)
        if model not in recorded() or values is None:
            return f"{model} {row_id}"
        return self.of_values(recorded()[model], values) or f"{self.of_model(model)} {row_id}"

    def of_values(self, one: Recorded, values: dict[str, Any]) -> str:
        """The name of a row with these values."""
        for title in _TITLES:
            if values.get(title):
                return str(values[title])
        parts = [self.of_row(target, pk) for target, pk in targets(one, values)]
        for extra in ("heading", "caption", "slug", "value"):
            if values.get(extra):
                parts.append(str(values[extra]))
        return " – ".join(parts)

    def of_model(self, model: str) -> str:
        """What sort of row it is: “Contribution”."""
        if model not in recorded():
            return model
        one = recorded()[model].model
        if one._meta.auto_created:
            return capfirst(str(_list_of(one).verbose_name))
        return capfirst(str(one._meta.verbose_name))

    def of_field(self, field: Any) -> str:
        """What a column is called in forms."""
        return capfirst(str(field.verbose_name))

    def of_value(self, field: Any, raw: Any, *, whole: bool = False) -> str:
        """A value in words; long texts are cut unless ``whole``."""
        if raw is None or raw == "":
            return _("empty")
        if isinstance(field, models.ForeignKey):
            return self.of_row(str(field.related_model._meta.model_name), int(raw))
        value = value_of(field, raw)
        if field.choices:
            return str(dict(field.flatchoices).get(value, value))
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if isinstance(field, models.DateTimeField):
            return date_format(localtime(value), "DATETIME_FORMAT")
        return str(value) if whole else Truncator(str(value)).chars(_SHOWN)

    def some(self, keys: Sequence[tuple[str, int]]) -> str:
        """The names of some rows, the first few; the rest are counted."""
        first = list(keys[:_NAMED])
        self.read(first)
        said = "; ".join(self.of_row(*key) for key in first)
        return f"{said}; … ({len(keys)})" if len(keys) > _NAMED else said


def targets(one: Recorded, values: dict[str, Any]) -> list[tuple[str, int]]:
    """The rows of the catalogue that a row refers to: by its foreign keys, or as entries of its kind."""
    kind = values.get("kind")
    named = [
        (str(kind), int(values[column])) for column in one.entries if kind and column in values
    ]
    return named + [
        (str(field.related_model._meta.model_name), int(values[field.column]))
        for field in one.fields
        if isinstance(field, models.ForeignKey)
        and field.related_model._meta.app_label == "catalog"
        and values.get(field.column) is not None
    ]


def _list_of(through: Any) -> Any:
    """The field that lists terms, from its linking table."""
    owner = through._meta.auto_created
    return next(
        field for field in owner._meta.many_to_many if field.remote_field.through is through
    )
