"""Pieces that manifests, canvases and collections share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext_noop, override

from catalog.conf import catalogue_settings
from catalog.iiif.image.rights import size_for_public
from catalog.iiif.image.service_document import service_block
from catalog.iiif.presentation.words import ours, value, written
from catalog.models import Image, Record
from catalog.uris import (
    absolute,
    api_path,
    iiif_collection_path,
    image_request_path,
    image_service_path,
    manifest_path,
    record_path,
)

Json = dict[str, Any]

#: The context that says that a document follows the Presentation API 3.0.
CONTEXT: Final = "http://iiif.io/api/presentation/3/context.json"
#: The box that a thumbnail fits into, in pixels.
SMALL: Final = 400


@dataclass(frozen=True, slots=True)
class Site:
    """The address of the catalogue: every address in an answer is absolute."""

    origin: str

    def __call__(self, path: str) -> str:
        return absolute(path, origin=self.origin)


def service(site: Site, image: Image) -> Json:
    """The image service of a picture, as its info.json describes itself."""
    return service_block(site(image_service_path(image.uuid)))


def picture(site: Site, image: Image, *, within: int = 0) -> Json:
    """A picture as an image resource, whole or fitted into a box of ``within`` pixels."""
    # The service shows visitors a small size of a restricted picture, and says so.
    width, height = size_for_public(*image.shown_size, image.rights)
    size = "max"
    if within and max(width, height) > within:
        scale = within / max(width, height)
        width, height = max(round(width * scale), 1), max(round(height * scale), 1)
        size = f"{width},{height}"
    return {
        "id": site(image_request_path(image.uuid, size=size)),
        "type": "Image",
        "format": "image/jpeg",
        "width": width,
        "height": height,
        "service": [service(site, image)],
    }


def with_thumbnail(site: Site, image: Image) -> Json:
    """The small picture of a record; none for one whose notice has to be read first."""
    if image.content_notice:
        return {}
    return {"thumbnail": [picture(site, image, within=SMALL)]}


def homepage(site: Site, record: Record) -> list[Json]:
    """The record's page, in every language of the interface."""
    pages = []
    for code, _ in settings.LANGUAGES:
        with override(code):
            path = record_path(record.KIND, record.slug)
        pages.append(
            {
                "id": site(path),
                "type": "Text",
                "label": written(record.title),
                "format": "text/html",
                "language": [code],
            }
        )
    return pages


def see_also(site: Site, record: Record) -> list[Json]:
    """The record in the API."""
    return [
        {
            "id": site(api_path(record.KIND, record.slug)),
            "type": "Dataset",
            "label": ours(gettext_noop("The record as data")),
            "format": "application/json",
            "profile": site("/api/v1/openapi.json"),
        }
    ]


def provider(site: Site) -> list[Json]:
    """The institution that publishes the catalogue."""
    museum = catalogue_settings()
    return [
        {
            "id": site("/about/"),
            "type": "Agent",
            "label": written(museum.INSTITUTION),
            "homepage": [
                {
                    "id": site("/"),
                    "type": "Text",
                    "label": written(museum.NAME),
                    "format": "text/html",
                    "language": [settings.LANGUAGE_CODE],
                }
            ],
        }
    ]


def rights(record: Record) -> Json:
    """The rights statement, in the http form that the API requires, and the credit that viewers
    must show.
    """
    said: Json = {}
    if record.rights:
        said["rights"] = record.rights
    credit = record.credit_line or catalogue_settings().INSTITUTION
    said["requiredStatement"] = {"label": ours(gettext_noop("Credit")), "value": value(credit)}
    return said


def nav_date(day: int | None) -> str | None:
    """A day number as the date by which viewers place a record; None before the year 1 and after 9999."""
    if day is None or not 1_0000 <= day <= 9999_1231:
        return None
    year, rest = divmod(day, 10_000)
    # Day numbers of a bare year or month are its first day already; a month 0 does not occur.
    return f"{year:04d}-{rest // 100:02d}-{rest % 100:02d}T00:00:00Z"


def collection_ref(site: Site, collection: Record) -> Json:
    """A link to the IIIF collection of an archival collection."""
    return {
        "id": site(iiif_collection_path(collection.uuid)),
        "type": "Collection",
        "label": written(collection.title),
    }


def manifest_ref(site: Site, record: Record, image: Image | None = None) -> Json:
    """A link to the manifest of a record, with the small picture of its first leaf."""
    said: Json = {
        "id": site(manifest_path(record.uuid)),
        "type": "Manifest",
        "label": written(record.title),
    }
    if image is not None and image.is_held:
        said |= with_thumbnail(site, image)
    return said
