"""What is to be done to one field of many records, as plain JSON, so that a job can carry it too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import models
from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from catalog import actions
from catalog.actions import record_state
from catalog.bulk.writing import Differing, changed_in_words, write
from catalog.models import RECORD_MODELS, EDTFField, Record

#: What identifies one record.
_ITS_OWN: Final = frozenset({"identifier", "slug"})
#: What is hardly ever the same for several records; replacing words in it may still make sense.
_ITS_OWN_WORDS: Final = frozenset({"title", "sort_name", "alternative_text"})


class How(models.TextChoices):
    """What happens to the field of each record."""

    SET = "set", _("Replace it with this")
    ADD = "add", _("Add these")
    REMOVE = "remove", _("Remove these")
    FIND = "find", _("Replace some words")
    EMPTY = "empty", _("Clear it")


def changeable(model: type[Record]) -> list[Any]:
    """The fields of a kind that can be changed for many at once, in the order of its columns."""
    own = [field for field in record_state.fields_of(model) if field.name not in _ITS_OWN]
    return [*own, *model._meta.many_to_many]


def ways(field: Any) -> list[How]:
    """What can be done to a field."""
    if field.many_to_many:
        return [How.ADD, How.REMOVE, How.SET, How.EMPTY]
    found = [] if field.name in _ITS_OWN_WORDS else [How.SET]
    if _is_prose(field):
        found.append(How.FIND)
    if field.blank:
        found.append(How.EMPTY)
    return found


def _is_prose(field: Any) -> bool:
    text = isinstance(field, models.CharField | models.TextField)
    return text and not field.choices and not isinstance(field, EDTFField)


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A change of one field: ``kind`` of record, ``field`` by name, ``how``, and with what.

    ``value`` is JSON as ``record_state.value_in`` writes it: text, number, a primary key; for a
    field with several values a list of primary keys. ``find`` are the words that :attr:`How.FIND`
    replaces, character by character.
    """

    kind: str
    field: str
    how: How
    value: Any = None
    find: str = ""

    @property
    def model(self) -> type[Record]:
        """The records' model."""
        return RECORD_MODELS[self.kind]  # type: ignore[index]

    @property
    def column(self) -> Any:
        """The model's field."""
        return self.model._meta.get_field(self.field)

    @property
    def columns(self) -> list[Any]:
        """The same as a list, as for changes of several fields."""
        return [self.column]

    @property
    def subject(self) -> str:
        """What is changed, for the list of jobs."""
        return capfirst(str(self.column.verbose_name))

    def before(self, record: Record) -> Any:
        """What the field holds now, as JSON."""
        if self.column.many_to_many:
            # Read as a whole: the rows of many records are fetched together.
            return sorted(row.pk for row in getattr(record, self.field).all())
        return record_state.value_in(record, self.column)

    def after(self, before: Any) -> Any:
        """What it will hold, if it holds ``before``."""
        match self.how:
            case How.ADD:
                return sorted({*before, *self.value})
            case How.REMOVE:
                return sorted({*before} - {*self.value})
            case How.FIND:
                return before.replace(self.find, self.value) if before else before
            case How.EMPTY:
                empty = "" if self.column.empty_strings_allowed and not self.column.null else None
                return [] if self.column.many_to_many else empty
        return sorted(self.value) if self.column.many_to_many else self.value

    def differences(self, record: Record) -> Differing:
        """The field with its current and its new value; nothing if they are the same."""
        before = self.before(record)
        after = self.after(before)
        return {} if after == before else {self.field: (before, after)}

    def rows_of(self, keys: Sequence[int]) -> QuerySet[Any]:
        """The records, in the order of their keys, with the terms that the change is about."""
        rows: QuerySet[Any] = self.model._base_manager.filter(pk__in=keys).order_by("pk")
        return rows.prefetch_related(self.field) if self.column.many_to_many else rows

    def act(self, record: Record, *, by: actions.Actor) -> bool:
        """Change one record; False if it has the value already."""
        differing = self.differences(record)
        if differing:
            write(record, differing, by=by)
        return bool(differing)

    def done(self, number: int) -> str:
        """A sentence that so many were changed."""
        return changed_in_words(number)
