"""The manifest of an image, or of a document with pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_noop

from catalog.iiif.presentation.canvas import canvas_of
from catalog.iiif.presentation.facts import facts
from catalog.iiif.presentation.leaves import Leaf, fill, leaves_of
from catalog.iiif.presentation.resources import (
    CONTEXT,
    Json,
    Site,
    collection_ref,
    homepage,
    manifest_ref,
    nav_date,
    provider,
    rights,
    see_also,
    with_thumbnail,
)
from catalog.iiif.presentation.words import ours, value, written
from catalog.models import Document, Image, Page, seen
from catalog.uris import (
    autocomplete_path,
    canvas_path,
    content_search_path,
    manifest_path,
    text_path,
)

if TYPE_CHECKING:
    from catalog.models import Reader


def manifest_of(record: Image | Document, reader: Reader, site: Site) -> Json | None:
    """The manifest, or None if there is no picture to view. A dozen queries, however many pages.

    ``record`` was read through ``visible_to`` with its type, place and collection.
    """
    leaves = leaves_of(record, reader)
    if not leaves:
        return None
    fill(leaves, reader)
    own = site(manifest_path(record.uuid))
    made: Json = {
        "@context": CONTEXT,
        "id": own,
        "type": "Manifest",
        "label": written(record.title),
        "metadata": facts(record, reader),
    }
    if record.summary:
        made["summary"] = value(record.summary)
    made |= rights(record)
    made |= {
        "provider": provider(site),
        **with_thumbnail(site, leaves[0].image),
        "homepage": homepage(site, record),
        "seeAlso": see_also(site, record),
    }
    if date := nav_date(_day(record)):
        made["navDate"] = date
    if above := _part_of(record, reader, site):
        made["partOf"] = above
    if any(leaf.transcriptions for leaf in leaves):
        made["rendering"] = [
            {
                "id": site(text_path(record.KIND, record.slug)),
                "type": "Text",
                "label": ours(gettext_noop("The transcription as plain text")),
                "format": "text/plain",
            }
        ]
        made["service"] = [
            {
                "id": site(content_search_path(record.uuid)),
                "type": "SearchService2",
                "service": [
                    {"id": site(autocomplete_path(record.uuid)), "type": "AutoCompleteService2"}
                ],
            }
        ]
    if len(leaves) > 1:
        made["behavior"] = ["individuals"]
    made["items"] = [canvas_of(site, record, leaf) for leaf in leaves]
    if len(leaves) > 1:
        made["structures"] = [_contents(site, record, leaves)]
    return made


def _day(record: Image | Document) -> int | None:
    """The first day of the record's date."""
    date = record.date if isinstance(record, Image) else record.written or record.published
    return date.earliest if date else None


def _part_of(record: Image | Document, reader: Reader, site: Site) -> list[Json]:
    """The collection of the record, and for an image the documents of which it is a page."""
    found = []
    if collection := seen(record.collection, reader):
        found.append(collection_ref(site, collection))
    if isinstance(record, Image):
        pages = Page.objects.visible_to(reader, seen_from=["image"]).filter(image=record)
        for page in pages.select_related("document").order_by("document_id")[:20]:
            found.append(manifest_ref(site, page.document))
    return found


def _contents(site: Site, record: Image | Document, leaves: list[Leaf]) -> Json:
    """The table of contents: a range for each page, labelled with the title of its image."""
    own = site(manifest_path(record.uuid))
    return {
        "id": f"{own}/range/contents",
        "type": "Range",
        "label": ours(gettext_noop("Contents")),
        "items": [
            {
                "id": f"{own}/range/{leaf.number}",
                "type": "Range",
                "label": written(leaf.image.title),
                "items": [
                    {"id": site(canvas_path(record.uuid, leaf.image.uuid)), "type": "Canvas"}
                ],
            }
            for leaf in leaves
        ],
    }
