"""What is to be done to one field of many records, as plain JSON, so that a job can carry it too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from catalog import actions
from catalog.actions import record_state
from catalog.models import RECORD_MODELS, EDTFField, Record, derive, with_derived

#: What names one record alone.
_ITS_OWN: Final = frozenset({"identifier", "slug"})
#: What hardly ever is the same for several records; words in it are another matter.
_ITS_OWN_WORDS: Final = frozenset({"title", "sort_name", "alternative_text"})


class How(models.TextChoices):
    """What happens to the field of each record."""

    SET = "set", _("Put this in its place")
    ADD = "add", _("Add these")
    REMOVE = "remove", _("Take these away")
    FIND = "find", _("Replace some words")
    EMPTY = "empty", _("Empty it")


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

    ``value`` is JSON as ``record_state.value_in`` writes it: text, number, a primary key; of a field of
    several a list of primary keys. ``find`` are the words that :attr:`How.FIND` replaces, letter by letter.
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

    def before(self, record: Record) -> Any:
        """What the field holds now, as JSON."""
        if self.column.many_to_many:
            # Asked for as a whole: the rows of many records are fetched together.
            return sorted(row.pk for row in getattr(record, self.field).all())
        return record_state.value_in(record, self.column)

    def after(self, before: Any) -> Any:
        """What it will hold, where it holds ``before``."""
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

    def rows_of(self, keys: Sequence[int]) -> QuerySet[Any]:
        """The records, in the order of their keys, with the terms that the change is about."""
        rows: QuerySet[Any] = self.model._base_manager.filter(pk__in=keys).order_by("pk")
        return rows.prefetch_related(self.field) if self.column.many_to_many else rows

    def act(self, record: Record, *, by: actions.Actor) -> bool:
        """Change one record; False where it holds this already."""
        before = self.before(record)
        after = self.after(before)
        if after == before:
            return False
        self.put(record, after, by=by)
        return True

    def done(self, number: int) -> str:
        """That so many were changed."""
        return ngettext("%d record was changed.", "%d records were changed.", number) % number

    def put(self, record: Record, after: Any, *, by: actions.Actor) -> None:
        """Give a record the value and save it by the action. Raises Refused and ValidationError."""
        many = self.column.many_to_many
        if not many:
            record_state.put(record, {self.field: after})
            self.judge(record)
        actions.edit(record, by=by)
        if many:
            getattr(record, self.field).set(after)

    def judge(self, record: Record) -> None:
        """Raise ValidationError for what the model refuses of the record with its new value.

        Rules that this column has no part in are not asked for: each is a question of the database for each
        record. That a chosen record or term exists was judged when it was chosen.
        """
        column = self.column
        if not column.is_relation:
            others = {field.name for field in record._meta.concrete_fields} - {self.field}
            record.clean_fields(exclude=others)
        if not _stands_alone(column):
            record.clean()
        derive(record)
        for rule in _rules(column):
            rule.validate(self.model, record)


def _stands_alone(column: Any) -> bool:
    """Whether the model joins the column with no other: texts, dates, choices, and links that make no tree."""
    if column.is_relation:
        return bool(column.name != getattr(column.model, "PARENT", ""))
    return isinstance(column, models.CharField | models.TextField)


def _rules(column: Any) -> Iterator[models.CheckConstraint]:
    """The database's rules for a column and what is worked out from it; not that a date ends after it begins."""
    touched = with_derived(column.model, [column.name])
    for rule in column.model._meta.constraints:
        if not isinstance(rule, models.CheckConstraint):
            continue
        condition: Any = rule.condition
        named = set(condition.referenced_base_fields)
        if named & touched and not (isinstance(column, EDTFField) and named <= touched):
            yield rule
