"""The IIIF collection of an exhibition: the works that it shows and that have pictures, in its order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from catalog.iiif.presentation.collection import listed, with_images
from catalog.iiif.presentation.leaves import with_pictures
from catalog.iiif.presentation.resources import Json, Site, homepage
from catalog.iiif.presentation.words import value, written
from catalog.models import Document, Exhibition, ExhibitionPart, Image
from catalog.uris import iiif_collection_path

if TYPE_CHECKING:
    from catalog.models import Reader


def collection_of_exhibition(exhibition: Exhibition, reader: Reader, site: Site) -> Json:
    """The collection; a work that is shown twice is in it once. Five queries."""
    rows = (
        ExhibitionPart.objects.visible_to(reader, seen_from=["exhibition"])
        .filter(exhibition=exhibition)
        .order_by("position", "id")
    )
    shown = list(rows.values_list("document", "image"))
    works: dict[tuple[type, int], Any] = {}
    for number, model in enumerate((Document, Image)):
        keys = [row[number] for row in shown if row[number] is not None]
        found = with_pictures(model.objects.visible_to(reader).filter(pk__in=keys), reader)
        works |= {(model, work.pk): work for work in found.defer("description", "internal_note")}
    order = [(Document, row[0]) if row[0] is not None else (Image, row[1]) for row in shown]
    records = [works[place] for place in dict.fromkeys(order) if place in works]
    address = iiif_collection_path(exhibition.uuid)
    made = listed(site, address, written(exhibition.title), with_images(records, reader))
    if exhibition.summary:
        made["summary"] = value(exhibition.summary)
    return made | {"homepage": homepage(site, exhibition)}
