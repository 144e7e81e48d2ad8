"""Hierarchies: places in places, events in events, series in fonds, narrower terms under broader ones.

Each is one foreign key to the same table; two recursive queries read it, the same on SQLite and
PostgreSQL. A loop is refused here, whichever door it comes through: ``save``, ``loaddata`` (by the
``pre_save`` signal, the only one that raw saving sends), ``bulk_update``, ``update`` and
``bulk_create``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, TypeVar

from django.core.exceptions import ValidationError
from django.db import connections, models, transaction
from django.db.models.expressions import RawSQL
from django.db.models.signals import pre_save
from django.dispatch import receiver
from django.utils.translation import gettext as _

from catalog.models.derived import DerivingQuerySet

H = TypeVar("H", bound="Hierarchical")


class HierarchicalQuerySet(DerivingQuerySet[H]):
    """A queryset that knows the hierarchy of its model and keeps loops out of it."""

    def ancestor_ids(self, pk: int) -> list[int]:
        """Primary keys above a row, the nearest first."""
        return _walk(self.model, pk, using=self.db, upwards=True)

    def descendant_ids(self, pk: int) -> list[int]:
        """Primary keys below a row, nearest level first, without the row itself."""
        return _walk(self.model, pk, using=self.db, upwards=False)

    def above(self, pk: int) -> Any:
        """The rows of this queryset above a row, without the row itself, in one query."""
        line = _line(self.model, using=self.db, upwards=True)
        return self.filter(pk__in=RawSQL(f"SELECT id FROM ({line}) AS above", [pk]))  # noqa: S611 - our own names

    def below(self, pk: int) -> Any:
        """The rows of this queryset below a row, without the row itself, in one query."""
        line = _line(self.model, using=self.db, upwards=False)
        return self.filter(pk__in=RawSQL(f"SELECT id FROM ({line}) AS below", [pk]))  # noqa: S611 - our own names

    def within(self, pk: int) -> Any:
        """The rows of this queryset that are the row or below it, as one subquery."""
        return self.filter(pk__in=[pk, *self.descendant_ids(pk)])

    def update(self, **changes: Any) -> int:
        """As Django's (``bulk_update`` uses it too); a loop rolls the whole change back."""
        parent = self.model.PARENT
        above = changes.get(parent, changes.get(f"{parent}_id"))
        if above is None:
            return super().update(**changes)
        with transaction.atomic(using=self.db):
            one_at_a_time(self.model, self.db)
            moved = list(self.values_list("pk", flat=True))
            above_pk = getattr(above, "pk", above)
            if above_pk in moved:
                raise _loop(self.model._base_manager.using(self.db).get(pk=above_pk), above_pk)
            written = super().update(**changes)
            for row in self.model._base_manager.using(self.db).filter(pk__in=moved):
                refuse_loop(row, self.db)
            return written

    update.alters_data = True  # type: ignore[attr-defined]

    def bulk_create(self, objs: Iterable[H], *args: Any, **kwargs: Any) -> list[H]:
        """As Django's. Only rows with given keys can close a loop: these are checked afterwards."""
        rows = list(objs)
        keyed = [row for row in rows if row.pk and getattr(row, f"{self.model.PARENT}_id")]
        if not kwargs.get("update_conflicts"):
            keys = {row.pk for row in rows}
            keyed = [row for row in keyed if getattr(row, f"{self.model.PARENT}_id") in keys]
        if not keyed:
            return super().bulk_create(rows, *args, **kwargs)
        with transaction.atomic(using=self.db):
            one_at_a_time(self.model, self.db)
            made = super().bulk_create(rows, *args, **kwargs)
            for row in keyed:
                refuse_loop(row, self.db)
            return made

    bulk_create.alters_data = True  # type: ignore[attr-defined]


class Hierarchical(models.Model):
    """A model whose rows form a tree, by the foreign key named in ``PARENT``."""

    PARENT: ClassVar[str]

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the row in a transaction, so that the lock against loops lasts until it is written."""
        with transaction.atomic(using=kwargs.get("using") or self._state.db):
            super().save(*args, **kwargs)

    def clean(self) -> None:
        """Refuse a loop while a form can still say so."""
        super().clean()
        refuse_loop(self)

    def ancestors(self) -> list[Any]:
        """The rows above this one, the top first. Two queries."""
        manager = type(self)._default_manager
        ids = _walk(type(self), self.pk, using=self._state.db or "default", upwards=True)
        found = manager.in_bulk(ids)
        return [found[pk] for pk in reversed(ids) if pk in found]


def _walk(model: type[Hierarchical], pk: int, *, using: str, upwards: bool) -> list[int]:
    """Primary keys above or below a row, nearest first."""
    line = _line(model, using=using, upwards=upwards)
    with connections[using].cursor() as cursor:
        cursor.execute(f"SELECT id FROM ({line}) AS line GROUP BY id ORDER BY MIN(depth), id", [pk])
        return [row[0] for row in cursor.fetchall()]


def _line(model: type[Hierarchical], *, using: str, upwards: bool) -> str:
    """SQL of ``id`` and ``depth`` of the rows above or below the one whose key is its one parameter.

    UNION (not UNION ALL) ends even a loop.
    """
    connection = connections[using]
    table = connection.ops.quote_name(model._meta.db_table)
    parent = connection.ops.quote_name(str(model._meta.get_field(model.PARENT).column))  # type: ignore[union-attr]
    here, there = ("id", parent) if upwards else (parent, "id")
    return (
        f"WITH RECURSIVE line(id, depth) AS ("
        f" SELECT {there}, 1 FROM {table} WHERE {here} = %s AND {there} IS NOT NULL"
        f" UNION SELECT {table}.{there}, line.depth + 1 FROM {table} JOIN line ON {table}.{here} = line.id"
        f" WHERE {table}.{there} IS NOT NULL AND line.depth < {MAX_DEPTH})"
        f" SELECT id, depth FROM line"
    )


#: Deeper than any archive's hierarchy; limits the walk should a loop ever be in the table.
MAX_DEPTH = 100


def _loop(row: Any, parent_pk: int | None) -> ValidationError:
    rows = type(row)._base_manager
    parent = rows.filter(pk=parent_pk).first()
    # As it stands: a storage place is called by its path, and this one has the refused place in it.
    row = rows.filter(pk=row.pk).first() or row
    return ValidationError(
        {
            row.PARENT: ValidationError(
                _(
                    "“%(row)s” cannot be placed under “%(parent)s”: that would create a loop. Choose another."
                ),
                code="loop",
                params={"row": str(row), "parent": str(parent)},
            )
        }
    )


def one_at_a_time(model: type[Hierarchical], using: str) -> None:
    """Two curators who move two rows under each other at the same moment must see each other.

    SQLite has one writer anyway; on PostgreSQL a lock is taken that ends with the transaction.
    """
    connection = connections[using]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtext(%s))", [f"hierarchy {model._meta.label}"]
            )


def refuse_loop(row: Hierarchical, using: str = "default") -> None:
    """Raise ValidationError on the parent's field if the row would be below itself."""
    parent_pk = getattr(row, f"{row.PARENT}_id")
    if row.pk is None or parent_pk is None:
        return
    if parent_pk == row.pk or row.pk in _walk(type(row), parent_pk, using=using, upwards=True):
        raise _loop(row, parent_pk)


@receiver(pre_save)
def refuse_loop_before_saving(
    sender: type[models.Model], instance: models.Model, using: str, **_kwargs: Any
) -> None:
    """The check that every saved row passes, raw or not."""
    if issubclass(sender, Hierarchical) and isinstance(instance, Hierarchical):
        parent_pk = getattr(instance, f"{sender.PARENT}_id")
        if instance.pk is not None and parent_pk is not None:
            one_at_a_time(sender, using)
            refuse_loop(instance, using)
