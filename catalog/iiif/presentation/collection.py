"""IIIF collections: of an archival collection, of the whole catalogue, of any list of records."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext_noop

from catalog.conf import catalogue_settings
from catalog.iiif.presentation.leaves import with_pictures
from catalog.iiif.presentation.resources import (
    CONTEXT,
    Json,
    Site,
    collection_ref,
    homepage,
    manifest_ref,
    provider,
    rights,
    see_also,
)
from catalog.iiif.presentation.words import LanguageMap, ours, value, written
from catalog.models import Collection, Document, Image, Page, Record, Topic, seen
from catalog.uris import iiif_collection_path

if TYPE_CHECKING:
    from catalog.models import Reader

#: References in one answer; the rest is in further parts.
MOST: Final = 500


@dataclass(frozen=True, slots=True)
class Row:
    """A member of a collection: a record with pictures, and the image that represents it."""

    record: Record
    image: Image | None = None


def collection_of(collection: Collection, reader: Reader, site: Site, part: int = 1) -> Json | None:
    """The IIIF collection of an archival one: what is below it, then its works with pictures.

    More than :data:`MOST` works are given in parts; None if there is no such part.
    """
    below = Collection.objects.visible_to(reader).filter(parent=collection)
    documents = with_pictures(_within(Document, collection, reader), reader)
    # A page is reached through its document.
    leaf = Page.objects.visible_to(reader, seen_from=["image"]).filter(image=OuterRef("pk"))
    images = with_pictures(_within(Image, collection, reader), reader).exclude(Exists(leaf))
    order = ("position", "id")
    first = (part - 1) * MOST
    works = [*documents.order_by(*order)[: first + MOST + 1]]
    if len(works) <= first + MOST:
        works += images.order_by(*order)[: first + MOST + 1 - len(works)]
    if part > 1 and len(works) <= first:
        return None
    shown = works[first : first + MOST]
    own = site(iiif_collection_path(collection.uuid))
    made: Json = {
        "@context": CONTEXT,
        "id": own if part == 1 else f"{own}?part={part}",
        "type": "Collection",
        "label": written(collection.title),
    }
    if collection.summary:
        made["summary"] = value(collection.summary)
    made |= rights(collection)
    made |= {
        "provider": provider(site),
        "homepage": homepage(site, collection),
        "seeAlso": see_also(site, collection),
    }
    parent = seen(collection.parent, reader)
    made["partOf"] = [collection_ref(site, parent) if parent else _top_ref(site)]
    items = []
    if part == 1:
        items += [collection_ref(site, one) for one in below.order_by("position", "sort_key", "id")]
    items += [manifest_ref(site, row.record, row.image) for row in with_images(shown, reader)]
    if len(works) > first + MOST:
        items.append(_further(own, part + 1, collection.title))
    return made | {"items": items}


def top(reader: Reader, site: Site) -> Json:
    """The collection of collections: those that are below none that the reader may see."""
    rows = Collection.objects.visible_to(reader)
    above = Collection.objects.visible_to(reader).filter(pk=OuterRef("parent"))
    roots = rows.filter(Q(parent__isnull=True) | ~Exists(above)).order_by("sort_key", "id")[:MOST]
    return {
        "@context": CONTEXT,
        **_top_ref(site),
        "provider": provider(site),
        "homepage": [
            {
                "id": site("/collections/"),
                "type": "Text",
                "label": ours(gettext_noop("Collections")),
                "format": "text/html",
            }
        ],
        "items": [collection_ref(site, one) for one in roots],
    }


def listed(
    site: Site, address: str, label: LanguageMap, rows: Iterable[Row], further: Json | None = None
) -> Json:
    """A collection of any records with pictures under ``address``; ``further`` links to the rest."""
    items = [manifest_ref(site, row.record, row.image) for row in rows]
    if further:
        items.append(further)
    return {
        "@context": CONTEXT,
        "id": site(address),
        "type": "Collection",
        "label": label,
        "provider": provider(site),
        "items": items,
    }


def with_images(records: Iterable[Record], reader: Reader) -> list[Row]:
    """Images and documents, each with the picture that represents it. At most two queries."""
    records = list(records)
    documents = [record.pk for record in records if isinstance(record, Document)]
    first = _first(
        Topic.objects.visible_to(reader).filter(about_document__in=documents), "about_document_id"
    )
    first |= _first(Page.objects.visible_to(reader).filter(document__in=documents), "document_id")
    return [
        Row(record, record if isinstance(record, Image) else first.get(record.pk))
        for record in records
    ]


def _first(rows: QuerySet[Any], owner: str) -> dict[int, Image]:
    rank = Window(RowNumber(), partition_by=[F(owner)], order_by=["position", "id"])
    held = rows.filter(image__isnull=False).exclude(image__file="").annotate(rank=rank)
    found = held.filter(rank=1).select_related("image")
    return {getattr(row, owner): row.image for row in found}


def _within(model: Any, collection: Collection, reader: Reader) -> QuerySet[Any]:
    rows: QuerySet[Any] = model.objects.visible_to(reader).filter(collection=collection)
    return rows.defer("description", "internal_note")


def _top_ref(site: Site) -> Json:
    return {
        "id": site(iiif_collection_path(None)),
        "type": "Collection",
        "label": written(catalogue_settings().NAME),
    }


def _further(own: str, part: int, title: str) -> Json:
    return {
        "id": f"{own}?part={part}",
        "type": "Collection",
        "label": ours(gettext_noop("%(title)s, part %(part)s"), title=title, part=part),
    }
