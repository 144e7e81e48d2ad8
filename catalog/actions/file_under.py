"""File under: put records into a collection, or into another order within theirs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from django.db.models import Max

from catalog.actions.base import Actor, in_step
from catalog.actions.edit import edit
from catalog.models import Collection, Document, Image

#: What a collection holds: its parts, documents and images.
Holding: TypeAlias = Collection | Document | Image

_HOLDER = {"collection": "parent", "document": "collection", "image": "collection"}


def held_by(collection: Collection | None, kind: str) -> dict[str, Collection | None]:
    """The lookup of what a collection holds of a kind: ``{"parent": …}`` or ``{"collection": …}``."""
    return {_HOLDER[kind]: collection}


@in_step()
def file_under(records: Sequence[Holding], collection: Collection, *, by: Actor) -> int:
    """Move records into a collection, behind what it holds already, in the order given; returns how many moved.

    Consequences: everything below a part moves with it; reference codes and addresses stay. Raises
    Refused if ``by`` may not edit one of them, and ValidationError if a part would be in itself.
    """
    moved = 0
    for record in records:
        holder = held_by(collection, record.KIND)
        name = _HOLDER[record.KIND]
        if getattr(record, f"{name}_id") == collection.pk:
            continue
        last = type(record)._base_manager.filter(**holder).aggregate(last=Max("position"))["last"]
        setattr(record, name, collection)
        record.position = (last or 0) + 1
        edit(record, by=by)
        moved += 1
    return moved


@in_step()
def order_holdings(records: Sequence[Holding], *, by: Actor) -> int:
    """Number records of one kind in one collection from 1, in the order given; returns how many had to change.

    Raises Refused if ``by`` may not edit one of those.
    """
    moved = 0
    for number, record in enumerate(records, 1):
        if record.position != number:
            record.position = number
            edit(record, by=by)
            moved += 1
    return moved
