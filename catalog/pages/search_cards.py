"""What the search shows of a record that was found: a few queries a page, whatever kinds are on it.

Hits come as the visitor may see them; what they point to passes ``visible_to`` here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db.models import F, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from catalog.models import Contribution, Depiction, Page, Topic
from catalog.pages.base import KIND_NAMES
from catalog.pages.cards import MAKERS, Card, cards
from catalog.pages.person import LIKENESSES
from catalog.search import Hit, Piece, Snippet

if TYPE_CHECKING:
    from catalog.models import Reader

#: Forward keys that the cards of a kind name.
_POINTERS: Final = {"place": "part_of", "collection": "parent"}


@dataclass(frozen=True, slots=True)
class FoundCard:
    """A result: its card, the name of its kind, its title cut at what matched, and where else words stand."""

    card: Card
    kind_name: Any
    title: tuple[Piece, ...]
    snippet: Snippet | None

    @property
    def summary(self) -> str:
        """The summary, unless the snippet shows a part of it."""
        in_summary = self.snippet is not None and self.snippet.field == "summary"
        return "" if in_summary else str(self.card.record.summary)

    @property
    def is_digitised(self) -> bool:
        """Whether a picture of the record can be looked at."""
        return self.card.picture is not None


def found_cards(hits: Iterable[Hit], reader: Reader) -> list[FoundCard]:
    """The results of one page. At most four queries."""
    hits = list(hits)
    by_kind: dict[str, list[Any]] = {}
    for hit in hits:
        by_kind.setdefault(hit.kind, []).append(hit.record)
    makers = _makers(by_kind, reader)
    pictures = _pictures(by_kind, reader)
    pages = _pages(by_kind, reader)
    found = []
    for hit in hits:
        record: Any = hit.record
        place = (hit.kind, record.pk)
        record.shown_terms = []
        record.shown_makers = makers.get(place, [])
        record.shown_pictures = pictures.get(place, [])
        record.shown_pages = pages.get(place, [])
        if hit.kind in {"document", "image", "event"}:
            # The place as the visitor may know it, or none.
            record.place = hit.place
        if hit.kind in _POINTERS:
            setattr(record, _POINTERS[hit.kind], None)
        card = cards(record.KIND, [record], reader)[0]
        # The name of a record as its only other name tells nothing new.
        snippet = None if hit.snippet and str(hit.snippet) == record.title else hit.snippet
        found.append(FoundCard(card, KIND_NAMES[record.KIND][0], hit.title, snippet))
    return found


def _makers(by_kind: dict[str, list[Any]], reader: Reader) -> dict[tuple[str, int], list[Any]]:
    documents, images = by_kind.get("document", []), by_kind.get("image", [])
    if not documents and not images:
        return {}
    rows = (
        Contribution.objects.visible_to(reader)
        .filter(Q(document__in=documents) | Q(image__in=images))
        .select_related("person", "role")
        .only("document", "image", "person__title", "role__label")
    )
    return _sorted_out(_first(rows, MAKERS + 1, "document", "image"), "document", "image")


def _pictures(by_kind: dict[str, list[Any]], reader: Reader) -> dict[tuple[str, int], list[Any]]:
    """One picture of each person, document and event that has any."""
    found: dict[tuple[str, int], list[Any]] = {}
    likeness = Q(image__type__code__in=LIKENESSES)
    people, documents = by_kind.get("person", []), by_kind.get("document", [])
    events = by_kind.get("event", [])
    if people:
        rows = Depiction.objects.visible_to(reader).exclude(image__file="")
        rows = rows.filter(likeness, person__in=people).select_related("image")
        found |= _sorted_out(_first(rows, 1, "person"), "person")
    if documents or events:
        held = Topic.objects.visible_to(reader).exclude(image__file="").filter(image__isnull=False)
        held = held.filter(Q(about_document__in=documents) | Q(likeness, about_event__in=events))
        columns = ("about_document", "about_event")
        found |= _sorted_out(_first(held.select_related("image"), 1, *columns), *columns)
    return found


def _pages(by_kind: dict[str, list[Any]], reader: Reader) -> dict[tuple[str, int], list[Any]]:
    """The first page of each document that can be looked at."""
    documents = by_kind.get("document", [])
    if not documents:
        return {}
    rows = Page.objects.visible_to(reader).exclude(image__file="").filter(document__in=documents)
    return _sorted_out(_first(rows.select_related("image"), 1, "document"), "document")


def _first(rows: QuerySet[Any], most: int, *owners: str) -> QuerySet[Any]:
    """The first rows of each owner."""
    place = Window(
        RowNumber(), partition_by=[F(owner) for owner in owners], order_by=["position", "id"]
    )
    first: QuerySet[Any] = rows.annotate(turn=place).filter(turn__lte=most)
    return first.order_by("position", "id")


def _sorted_out(rows: Iterable[Any], *owners: str) -> dict[tuple[str, int], list[Any]]:
    """Rows by kind and key of the record that they hang on."""
    found: dict[tuple[str, int], list[Any]] = {}
    for row in rows:
        for owner in owners:
            if pk := getattr(row, f"{owner}_id"):
                found.setdefault((owner.removeprefix("about_"), pk), []).append(row)
    return found
