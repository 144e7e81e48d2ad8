"""Columns that are derived from other columns of their row, and are correct at every door.

The bounds of a date, the folded form of a name: databases sort and filter by them, so a row must
never be written without them. ``save`` and ``bulk_create`` ask the field (``pre_save``); ``update``
and ``bulk_update`` ask :class:`DerivingQuerySet`; ``loaddata`` saves raw and sends only the
``pre_save`` signal, so it is handled there.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final, TypeVar

from django.db import models, transaction
from django.db.models.signals import pre_save
from django.dispatch import receiver

from catalog.values import fold, plain_line

M = TypeVar("M", bound=models.Model)

_NUMBER: Final = re.compile("[0-9]+")
#: Digits to which numbers are padded so that they sort by value; longer ones do not number anything.
_DIGITS: Final = 8


class DerivedField:
    """Mixin of a column that is derived from other columns of its row (``sources``)."""

    sources: tuple[str, ...] = ()

    def derive(self, instance: models.Model) -> Any:
        """The column's value for a row."""
        raise NotImplementedError

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Derive the value as the row is written."""
        value = self.derive(model_instance)
        setattr(model_instance, self.attname, value)  # type: ignore[attr-defined]
        return value


class FoldedField(DerivedField, models.CharField):  # type: ignore[type-arg]
    """The texts of ``sources`` in the form used for comparing: case, accents and variants of script folded.

    ``first_only`` keeps the first source that is not empty: the key by which a list sorts the row.
    ``by_value`` sorts numbers by their value, so that "page 2" comes before "page 10".
    """

    def __init__(
        self,
        *args: Any,
        sources: Sequence[str],
        first_only: bool = False,
        by_value: bool = False,
        **kwargs: Any,
    ) -> None:
        self.sources = tuple(sources)
        self.first_only = first_only
        self.by_value = by_value
        super().__init__(*args, **{"default": "", "blank": True, **kwargs, "editable": False})

    def deconstruct(self) -> Any:
        """For migrations; without ``by_value``, which changes the content of a column and not the
        column.
        """
        name, path, args, kwargs = super().deconstruct()
        for fixed in ("blank", "editable"):
            kwargs.pop(fixed, None)
        kwargs["sources"] = self.sources
        if self.first_only:
            kwargs["first_only"] = True
        return name, path, args, kwargs

    def derive(self, instance: models.Model) -> str:
        """Fold the sources; what does not fit into the column is needed neither for finding nor for
        sorting.
        """
        texts = [str(getattr(instance, source) or "") for source in self.sources]
        if self.first_only:
            texts = [text for text in texts if text.strip()][:1]
        folded = fold(" ".join(texts))
        if self.by_value:
            folded = _NUMBER.sub(lambda number: number[0].lstrip("0").zfill(_DIGITS), folded)
        return folded[: self.max_length]


def derived_fields(model: type[models.Model]) -> list[Any]:
    """The derived columns of a model, in the order of its columns."""
    return [field for field in model._meta.concrete_fields if isinstance(field, DerivedField)]


def with_derived(model: type[models.Model], names: Iterable[str]) -> set[str]:
    """Names of columns, and of those derived from them."""
    named = set(names)
    return named | {field.name for field in derived_fields(model) if named & set(field.sources)}


def derive(instance: models.Model) -> None:
    """Derive every derived column of a row that is not written yet."""
    for field in derived_fields(type(instance)):
        setattr(instance, field.attname, field.derive(instance))


@receiver(pre_save)
def derive_when_raw(
    sender: type[models.Model], instance: models.Model, raw: bool, **_: Any
) -> None:
    """``loaddata`` takes columns as the file has them; the derived ones are derived here."""
    if raw:
        derive(instance)


class DerivingQuerySet(models.QuerySet[M]):
    """A queryset whose bulk writes keep the derived columns correct, or refuse."""

    def update(self, **changes: Any) -> int:
        """As Django's; derived columns follow if the change gives all their sources as plain values."""
        for field in derived_fields(self.model):
            touched = [source for source in field.sources if source in changes]
            if not touched or field.attname in changes:
                continue
            if len(touched) < len(field.sources) or any(
                hasattr(changes[source], "resolve_expression") for source in touched
            ):
                raise TypeError(
                    f"update({', '.join(touched)}=…) would leave {self.model.__name__}.{field.name} stale. "
                    "Use bulk_update() with the rows, or save each."
                )
            changes[field.attname] = field.derive(
                self.model(**{name: changes[name] for name in touched})
            )
        return super().update(**changes)

    update.alters_data = True  # type: ignore[attr-defined]

    def bulk_update(
        self, objs: Iterable[M], fields: Iterable[str], batch_size: int | None = None
    ) -> int:
        """As Django's, also writing the columns derived from the named fields."""
        rows, names = list(objs), list(fields)
        for field in derived_fields(self.model):
            if field.name not in names and set(field.sources) & set(names):
                names.append(field.name)
                for row in rows:
                    setattr(row, field.attname, field.derive(row))
        # A savepoint of its own, so that a caller who catches a refusal can continue in the transaction.
        with transaction.atomic(using=self.db):
            return super().bulk_update(rows, names, batch_size)

    bulk_update.alters_data = True  # type: ignore[attr-defined]

    def bulk_create(self, objs: Iterable[M], *args: Any, **kwargs: Any) -> list[M]:
        """As Django's; if existing rows are updated, their derived columns follow too."""
        if kwargs.get("update_fields"):
            kwargs["update_fields"] = with_derived(self.model, kwargs["update_fields"])
        return super().bulk_create(objs, *args, **kwargs)

    bulk_create.alters_data = True  # type: ignore[attr-defined]


class DerivingModel(models.Model):
    """A model with derived columns; ``save(update_fields=…)`` includes them."""

    class Meta:
        abstract = True

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Write the row with its derived columns."""
        if update_fields is not None:
            update_fields = with_derived(type(self), update_fields)
        super().save(*args, update_fields=update_fields, **kwargs)

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """As Django's, after what was pasted into texts of one line lost its invisible characters."""
        for column in self._meta.concrete_fields:
            written = self.__dict__.get(column.attname)
            one_line = isinstance(column, models.CharField) and not column.choices
            if one_line and isinstance(written, str) and column.name not in (exclude or ()):
                setattr(self, column.attname, plain_line(written))
        super().clean_fields(exclude=exclude)
