"""What machines read of a page: schema.org in JSON-LD, for search engines and previews."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe

from catalog.conf import catalogue_settings
from catalog.models import Collection, Document, Event, Image, OutsideIdentifier, Person, Place
from catalog.templatetags.dates import machine_date
from catalog.uris import absolute

if TYPE_CHECKING:
    from catalog.pages.base import Page

#: Types of documents and images, by the code of their term, where schema.org has one of its own.
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

    def whole(path: str) -> str:
        return absolute(path, origin=f"{request.scheme}://{request.get_host()}")

    said: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": _type_of(record),
        "@id": whole(record.permanent_path),
        "url": whole(record.get_absolute_url()),
        "name": record.title,
        "description": record.summary,
        "identifier": record.identifier,
        "sameAs": [one.uri for one in identifiers],
        **_of_kind(record, page),
    }
    if record.KIND in {"document", "image", "collection"}:
        said |= {
            "license": record.rights,
            "creditText": record.credit_line,
            "creator": [{"name": name} for name in page.creators],
            "publisher": {"@type": "Organization", "name": catalogue_settings().INSTITUTION},
        }
    kept = {key: value for key, value in said.items() if value}
    return mark_safe(json.dumps(kept, ensure_ascii=False).translate(_ESCAPED))  # noqa: S308 - escaped


def _type_of(record: Any) -> str:
    match record:
        case Person():
            return "Organization" if record.is_corporate else "Person"
        case Event():
            return "Event"
        case Place():
            return "Place"
        case Collection():
            return "ArchiveComponent" if record.parent_id else "Collection"
    code = record.type.code if record.type else ""
    return WORKS.get(code, "VisualArtwork" if isinstance(record, Image) else "CreativeWork")


def _of_kind(record: Any, page: Page) -> dict[str, Any]:
    linked = page.extra.get("linked", {})
    match record:
        case Person() if record.is_corporate:
            return {
                "foundingDate": machine_date(record.born),
                "dissolutionDate": machine_date(record.died),
            }
        case Person():
            return {
                "birthDate": machine_date(record.born),
                "deathDate": machine_date(record.died),
                "birthPlace": _place(linked.get("born_place")),
                "deathPlace": _place(linked.get("died_place")),
            }
        case Event():
            return {"startDate": machine_date(record.date), "location": _place(linked.get("place"))}
        case Document():
            return {
                "dateCreated": machine_date(record.written),
                "datePublished": machine_date(record.published),
                "alternateName": record.original_title,
            }
        case Image():
            return {
                "dateCreated": machine_date(record.date),
                "contentLocation": _place(linked.get("place")),
            }
        case Place() if record.coordinates:
            return {
                "geo": {
                    "@type": "GeoCoordinates",
                    "latitude": record.latitude,
                    "longitude": record.longitude,
                }
            }
    return {}


def _place(place: Place | None) -> dict[str, str] | None:
    return {"@type": "Place", "name": place.title} if place else None
