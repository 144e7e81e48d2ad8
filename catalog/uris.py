"""The only place that knows what public addresses look like.

``KINDS`` gives every kind of record the plural that its addresses use; pages, API and exports build
on it, so that a record has the same name at every door.
"""

from __future__ import annotations

from functools import cache
from typing import Final, Literal, cast, get_args
from urllib.parse import quote
from uuid import UUID

from django.urls import get_script_prefix, get_urlconf, reverse
from django.urls.converters import StringConverter
from django.utils.translation import get_language

from catalog.conf import catalogue_settings

Kind = Literal["person", "document", "image", "event", "place", "collection"]

KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

#: The plural of each kind in addresses: /people/trotsky/.
PLURALS: Final[dict[Kind, str]] = {
    "person": "people",
    "document": "documents",
    "image": "images",
    "event": "events",
    "place": "places",
    "collection": "collections",
}

#: How exhibitions are named wherever a kind is noted (past addresses, history, reviews). They are not among ``KINDS``:
#: nothing that goes through all kinds of record may come upon them.
EXHIBITION: Final = cast("Kind", "exhibition")

#: A slug: letters of any script, digits and single hyphens.
SLUG: Final = r"[^\W_]+(?:-[^\W_]+)*"
#: The longest slug that a record can have.
LONGEST_SLUG: Final = 100


class SlugConverter(StringConverter):
    """A slug in a path; anything that cannot be a slug matches no path (404)."""

    regex = SLUG

    def to_python(self, value: str) -> str:
        """The slug; ValueError (no match) if it is longer than any record's."""
        if len(value) > LONGEST_SLUG:
            raise ValueError("longer than any slug")
        return value


def record_path(kind: Kind, slug: str) -> str:
    """Path of a record's page in the language of the request: ``/people/trotsky/``."""
    before, after = _around_slug(kind, get_language(), get_script_prefix(), get_urlconf())
    return f"{before}{quote(slug)}{after}"


@cache
def _around_slug(kind: Kind, *_asked: str | None) -> tuple[str, str]:
    """What comes before and after the slug in the paths of a kind. A page has hundreds of them,
    which differ in nothing else; making one takes longer than joining the parts.
    """
    before, _, after = reverse(f"catalog:{kind}", kwargs={"slug": "slug"}).rpartition("slug")
    return before, after


def list_path(kind: Kind) -> str:
    """Path of the list of a kind: ``/people/``."""
    return reverse(f"catalog:{kind}-list")


def exhibition_path(slug: str) -> str:
    """Path of an exhibition's page: ``/exhibitions/from-prinkipo-to-coyoacan/``."""
    return record_path(EXHIBITION, slug)


def permanent_path(uuid: UUID) -> str:
    """Path that always leads to a record, even if it is renamed: ``/id/<uuid>``."""
    return f"/id/{uuid}"


def absolute(path: str, *, origin: str) -> str:
    """The full address of a path: under ``BASE_URL`` if it is set, otherwise under ``origin``."""
    return (catalogue_settings().BASE_URL or origin).rstrip("/") + path


def file_path(uuid: UUID, suffix: str) -> str:
    """Path of a record as a file in an export format, named by its suffix: ``/id/<uuid>.bib``."""
    return f"{permanent_path(uuid)}.{suffix}"


def picture_path(uuid: UUID, version: str, width: int) -> str:
    """Path of a picture in one of the catalogue's widths; browsers may keep it, because
    ``Image.version`` changes.
    """
    return f"/pictures/{uuid}/{version}-{width}.webp"


def original_path(uuid: UUID) -> str:
    """Path of the original file of a picture, for those who may download it."""
    return f"/pictures/{uuid}/original"


def image_service_path(uuid: UUID, version: str = "") -> str:
    """Base path of a picture in the image service (IIIF): ``/iiif/image/<uuid>``, without a final slash.

    With ``version`` (``Image.version``) it is the same service under an address that browsers may
    keep for long: a replaced picture gets another. Documents that others keep use the address
    without it.
    """
    return f"/iiif/image/{uuid}:{version}" if version else f"/iiif/image/{uuid}"


def image_request_path(
    uuid: UUID, *, region: str = "full", size: str = "max", rotation: str = "0",
    quality: str = "default", format: str = "jpg", version: str = "",
) -> str:  # fmt: skip
    """Path of one answer of the image service, its parts written as in the Image API 3.0."""
    base = image_service_path(uuid, version)
    return f"{base}/{region}/{size}/{rotation}/{quality}.{format}"


def manifest_path(uuid: UUID) -> str:
    """Path of the IIIF manifest of an image or a document; it never changes."""
    return f"/iiif/manifest/{uuid}"


def canvas_path(uuid: UUID, image: UUID) -> str:
    """Path of a picture within the manifest of a record."""
    return f"{manifest_path(uuid)}/canvas/{image}"


def content_search_path(uuid: UUID) -> str:
    """Path of the search within the transcriptions of a record."""
    return f"{manifest_path(uuid)}/search"


def autocomplete_path(uuid: UUID) -> str:
    """Path of the completions of a query within a record."""
    return f"{manifest_path(uuid)}/autocomplete"


def iiif_collection_path(uuid: UUID | None) -> str:
    """Path of the IIIF collection of an archival collection; without one, of the topmost one."""
    return f"/iiif/collection/{uuid or 'top'}"


#: Where the IIIF collection of a search is; it takes the parameters of the search page.
SEARCH_COLLECTION: Final = "/iiif/search"


def text_path(kind: Kind, slug: str) -> str:
    """Path of the transcriptions of a record, as plain text."""
    return f"{record_path(kind, slug)}text"


def network_path(kind: Kind, slug: str) -> str:
    """Path of the figure of what is connected with a record: ``/people/trotsky/network/``."""
    return f"{record_path(kind, slug)}network/"


#: Where the API is.
API_ROOT: Final = "/api/v1"


def api_path(kind: Kind, slug: str = "") -> str:
    """Path of a record in the API, or of the list of its kind: ``/api/v1/people/trotsky/``."""
    path = f"{API_ROOT}/{'exhibitions' if kind == EXHIBITION else PLURALS[kind]}/"
    return f"{path}{quote(slug)}/" if slug else path


def api_exhibition_path(slug: str = "") -> str:
    """Path of an exhibition in the API, or of the list of them."""
    return api_path(EXHIBITION, slug)


def vocabulary_path(vocabulary: str) -> str:
    """Path of a vocabulary as SKOS: ``/vocabularies/subject.jsonld``."""
    return f"/vocabularies/{vocabulary}.jsonld"


def api_term_path(vocabulary: str, code: str) -> str:
    """Path of a term in the API: ``/api/v1/terms/document_type/letter/``."""
    return f"{API_ROOT}/terms/{vocabulary}/{quote(code)}/"


def api_storage_path(uuid: UUID | None = None) -> str:
    """Path of a storage place in the API, or of the list of them."""
    return f"{API_ROOT}/storage-places/{f'{uuid}/' if uuid else ''}"


_JSON: Final = {
    "application/*",
    "application/json",
    "application/ld+json",
    "application/problem+json",
}


def wants_json(accept: str) -> bool:
    """Whether an ``Accept`` header prefers JSON to a page; at equal weights, a page.

    ``application/*`` is taken for JSON: clients that want a page name ``text/html``.

    >>> wants_json("application/json"), wants_json("text/html,*/*;q=0.8")
    (True, False)
    """
    weights = {"json": 0.0, "html": 0.0}
    for part in accept.split(","):
        media, *options = (piece.strip().lower() for piece in part.split(";"))
        weight = 1.0
        for option in options:
            if option.startswith("q="):
                try:
                    weight = float(option[2:])
                except ValueError:
                    weight = 0.0
        if media in _JSON:
            weights["json"] = max(weights["json"], weight)
        elif media in {"text/html", "application/xhtml+xml", "text/*"}:
            weights["html"] = max(weights["html"], weight)
    return weights["json"] > weights["html"]
