"""The tree of collections: fonds with what is directly in them, and how much each holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from django.db.models import Exists, F, OuterRef, QuerySet

from catalog.filters import Tally, below, counted
from catalog.models import Collection, Document, Image
from catalog.pages.cards import Card, cards, with_what_cards_show
from catalog.search import holdings

if TYPE_CHECKING:
    from catalog.models import Reader

WorkKind = Literal["document", "image"]


@dataclass(slots=True)
class Branch:
    """A collection, the number of documents and images in it and below it, and what is in it."""

    card: Card
    documents: int = 0
    images: int = 0
    branches: list[Branch] = field(default_factory=list)


def tops(reader: Reader) -> QuerySet[Any]:
    """The collections that are in no other that the reader may see."""
    seen = Collection.objects.visible_to(reader)
    return seen.filter(~Exists(seen.order_by().filter(pk=OuterRef("parent"))))


def branches(records: list[Any], reader: Reader) -> list[Branch]:
    """Collections with the level below them. Three queries, one more while the index is behind."""
    if not records:
        return []
    seen = Collection.objects.visible_to(reader)
    pks = [record.pk for record in records]
    children = list(with_what_cards_show("collection", seen.filter(parent__in=pks), reader))
    number_in = _numbers(reader, pks)

    def branch(card: Card) -> Branch:
        pk = card.record.pk
        return Branch(card, number_in("document", pk), number_in("image", pk))

    found = [branch(card) for card in cards("collection", records, reader)]
    by_pk = {one.card.record.pk: one for one in found}
    for card in cards("collection", children, reader):
        by_pk[card.record.parent_id].branches.append(branch(card))
    return found


def _numbers(reader: Reader, pks: list[int]) -> Callable[[WorkKind, int], int]:
    """How many works of a kind are in a collection of this tree, or below it."""
    seen = Collection.objects.visible_to(reader)
    held = holdings(reader, using=seen.db)
    if held is not None:
        return lambda kind, pk: len(held.kind(kind) & held.having("collection", [str(pk)]))
    shown = seen.filter(pk__in=below(seen, pks))
    models = (Document, Image)
    tallies = [Tally(model.KIND, _members(model, reader), shown) for model in models]
    counts = counted(tallies, using=seen.db)
    return lambda kind, pk: counts[kind].get(str(pk), 0)


def _members(model: type[Document] | type[Image], reader: Reader) -> QuerySet[Any]:
    rows = model.objects.visible_to(reader).filter(collection__isnull=False)
    return rows.values(record=F("pk"), node=F("collection"))
