"""A page as schema.org JSON-LD, for search engines and link previews."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe

from catalog.conf import catalogue_settings
from catalog.iiif import picture_of
from catalog.models import Collection, Document, Event, Image, OutsideIdentifier, Person, Place
from catalog.pages.site import whole_address
from catalog.templatetags.dates import machine_date
from catalog.values import UncertainDate, iso_part

if TYPE_CHECKING:
    from catalog.pages.base import Page

#: The suffix and the media type of a record as schema.org describes it.
LINKED_DATA: Final = "jsonld"
LINKED_DATA_TYPE: Final = "application/ld+json"
#: Types of documents and images, by the code of their term, if schema.org has one of its own.
WORKS = {
    "book": "Book", "pamphlet": "Book", "letter": "Message", "manuscript": "Manuscript",
    "periodical": "Periodical", "newspaper": "Newspaper", "article": "Article", "report": "Report",
    "film": "Movie", "treaty": "Legislation", "photograph": "Photograph", "painting": "Painting",
    "drawing": "Drawing", "map": "Map", "poster": "Poster",
}  # fmt: skip

#: A string in a script element must not be able to close it.
_ESCAPED = {
    ord("<"): "\\u003c",
    ord(">"): "\\u003e",
    ord("&"): "\\u0026",
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}


def structured(
    record: Any, page: Page, identifiers: list[OutsideIdentifier], request: HttpRequest
) -> SafeString:
    """The record as JSON-LD, safe inside a script element. It says no more than the page does."""
    held = picture_of(page.image) if page.image else None
    said: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": type_of(record, is_part=bool(_linked(page, "parent"))),
        "@id": whole_address(request, record.permanent_path),
        "url": whole_address(request, record.get_absolute_url()),
        "name": record.title,
        "description": record.summary,
        "identifier": record.identifier,
        "sameAs": [one.uri for one in identifiers],
        "image": whole_address(request, held.src) if held and not held.notice else "",
        **_of_kind(record, page),
    }
    if record.KIND in {"document", "image", "collection"}:
        said |= {
            "license": record.rights,
            "creditText": record.credit_line,
            "creator": [{"name": name} for name in page.creators],
            "publisher": {"@type": "Organization", "name": catalogue_settings().INSTITUTION},
        }
    return as_script(said)


def as_script(said: dict[str, Any]) -> SafeString:
    """What is said, without what is empty, as JSON that is safe inside a script element."""
    kept = {key: value for key, value in said.items() if value}
    return mark_safe(json.dumps(kept, ensure_ascii=False).translate(_ESCAPED))  # noqa: S308 - escaped


def type_of(record: Any, *, is_part: bool = False) -> str:
    """What schema.org calls a record; ``is_part`` tells a collection that is part of another."""
    match record:
        case Person():
            return "Organization" if record.is_founded else "Person"
        case Event():
            return "Event"
        case Place():
            return "Place"
        case Collection():
            return "ArchiveComponent" if is_part else "Collection"
    code = record.type.code if record.type else ""
    return WORKS.get(code, "VisualArtwork" if isinstance(record, Image) else "CreativeWork")


def _of_kind(record: Any, page: Page) -> dict[str, Any]:
    match record:
        case Person() if record.is_founded:
            return {
                "foundingDate": machine_date(record.born),
                "dissolutionDate": machine_date(record.died),
            }
        case Person():
            return {
                "birthDate": machine_date(record.born),
                "deathDate": machine_date(record.died),
                "birthPlace": _place(_linked(page, "born_place")),
                "deathPlace": _place(_linked(page, "died_place")),
            }
        case Event():
            start, end = _ends(record.date)
            return {
                "startDate": start,
                "endDate": end,
                "location": _place(_linked(page, "place")),
                "superEvent": _named("Event", _linked(page, "part_of")),
            }
        case Document():
            return {
                "dateCreated": machine_date(record.written),
                "datePublished": machine_date(record.published),
                "alternateName": record.original_title,
            }
        case Image():
            return {
                "dateCreated": machine_date(record.date),
                "contentLocation": _place(_linked(page, "place")),
            }
        case Collection():
            return {"isPartOf": _named("Collection", _linked(page, "parent"))}
        case Place():
            where = record.coordinates
            return {
                "geo": {
                    "@type": "GeoCoordinates",
                    "latitude": where.latitude,
                    "longitude": where.longitude,
                }
                if where
                else None,
                "containedInPlace": _place(_linked(page, "part_of")),
            }
    return {}


def _linked(page: Page, name: str) -> Any:
    """The record that a foreign key points to, as the reader may see it."""
    return page.extra.get("linked", {}).get(name)


def _ends(date: UncertainDate | None) -> tuple[str, str]:
    """When something began and ended, as far as ISO 8601 can express it; a single date is the beginning."""
    if date is None or date.shape != "interval":
        return machine_date(date), ""
    return iso_part(date.spans[0].start), iso_part(date.spans[0].end)


def _place(place: Place | None) -> dict[str, str] | None:
    return _named("Place", place)


def _named(sort: str, record: Any) -> dict[str, str] | None:
    return {"@type": sort, "name": record.title} if record else None
