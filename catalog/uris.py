"""The only place that knows what public addresses look like.

``KINDS`` names every kind of record with the plural word of its addresses; pages, API and exports build
on it, so that a record has the same name at every door.
"""

from __future__ import annotations

from typing import Final, Literal, get_args
from uuid import UUID

from django.urls import reverse

from catalog.conf import catalogue_settings

Kind = Literal["person", "document", "image", "event", "place", "collection"]

KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

#: The word of each kind in addresses: /people/trotsky/.
PLURALS: Final[dict[Kind, str]] = {
    "person": "people",
    "document": "documents",
    "image": "images",
    "event": "events",
    "place": "places",
    "collection": "collections",
}


def record_path(kind: Kind, slug: str) -> str:
    """Path of a record's page in the language of the request: ``/people/trotsky/``."""
    return reverse(f"catalog:{kind}", kwargs={"slug": slug})


def list_path(kind: Kind) -> str:
    """Path of the list of a kind: ``/people/``."""
    return reverse(f"catalog:{kind}-list")


def permanent_path(uuid: UUID) -> str:
    """Path that stays with a record for ever, whatever it is called: ``/id/<uuid>``."""
    return f"/id/{uuid}"


def absolute(path: str, *, origin: str) -> str:
    """The whole address of a path: under ``BASE_URL`` where it is set, else under ``origin``."""
    return (catalogue_settings().BASE_URL or origin).rstrip("/") + path


def picture_path(uuid: UUID, sha256: str, width: int) -> str:
    """Path of a picture in one of the widths of the catalogue; the hash lets browsers keep it."""
    return f"/pictures/{uuid}/{sha256[:16]}-{width}.webp"


def original_path(uuid: UUID) -> str:
    """Path of the original file of a picture, for those who may download it."""
    return f"/pictures/{uuid}/original"
