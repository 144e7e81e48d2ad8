"""``/api/v1/exhibitions/``: stories told with records, to be read. Curators write them in the admin."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from django.http import HttpResponse

from catalog.api.absent import answer_absence
from catalog.api.answers import answer, as_json
from catalog.api.described_parameters import list_parameters, one_parameters
from catalog.api.door import ApiView
from catalog.api.fields import Schema, or_null, ref
from catalog.api.kept import as_it_stands
from catalog.api.operations import Operation, problems
from catalog.api.paging import NumberedPage, address
from catalog.api.parameters import Reading, no_parameters
from catalog.api.problem import not_found
from catalog.api.schemas import MOMENT, TEXT, URI, closed, envelope
from catalog.documents import ORIGIN, Links, feed, page_path, rights_of, store, thumbnail_of
from catalog.models import (
    SHOWN,
    Exhibition,
    ExhibitionPart,
    Status,
    seen,
    what_became,
)
from catalog.uris import api_exhibition_path, permanent_path

if TYPE_CHECKING:
    from catalog.models import Reader

#: Where the exhibitions stand.
EXHIBITIONS: Final = api_exhibition_path()


class ExhibitionViewSet(ApiView):
    """Exhibitions in the API."""

    def list(self, request: Any) -> HttpResponse:
        """A page of exhibitions, in the order of the museum."""
        standing = feed.current() if self.reader is None else None
        return as_it_stands(
            self.plain, standing, lambda etag: self._listed(request, standing, etag)
        )

    def _listed(self, request: Any, standing: feed.Standing | None, etag: str) -> HttpResponse:
        reading = Reading(request.GET)
        reading.only({"page", "page_size"})
        page = NumberedPage.read(reading)
        reading.finish()
        rows = Exhibition.objects.visible_to(self.reader).select_related("opening")
        url = address(ORIGIN + EXHIBITIONS, request.GET)
        body, links = page.written(rows, lambda some: exhibitions_of(some, self.reader), url)
        changed_at = standing.changed_at if standing else None
        return answer(
            self.plain, body, etag=etag or store.etag_of(body), changed_at=changed_at, links=links
        )

    def retrieve(self, request: Any, slug: str) -> HttpResponse:
        """One exhibition with its parts; 301 when it was renamed, 410 when it was removed."""
        standing = feed.current() if self.reader is None else None
        return as_it_stands(self.plain, standing, lambda etag: self._one(request, slug, etag))

    def _one(self, request: Any, slug: str, etag: str) -> HttpResponse:
        no_parameters(request.GET)
        rows = Exhibition.objects.visible_to(self.reader).select_related("opening")
        found = exhibitions_of(rows.filter(slug=slug), self.reader)
        if not found:
            absence = what_became(Exhibition, slug, self.reader)
            none = not_found(
                f"No exhibition has this name. All of them are listed at {EXHIBITIONS}."
            )
            return answer_absence(absence, api_exhibition_path, self.reader, none)
        body = as_json(found[0])
        return answer(self.plain, body, etag=etag or store.etag_of(body))


def exhibitions_of(rows: Iterable[Exhibition], reader: Reader) -> list[dict[str, Any]]:
    """Exhibitions as JSON, with the parts that the reader may see. At most eight queries for all."""
    exhibitions = list(rows)
    links = Links(reader)
    parts: dict[int, list[ExhibitionPart]] = defaultdict(list)
    keys = [one.pk for one in exhibitions]
    for part in (
        ExhibitionPart.objects.visible_to(reader, seen_from=["exhibition"])
        .filter(exhibition__in=keys)
        .order_by("position", "id")
    ):
        parts[part.exhibition_id].append(part)
        for kind in SHOWN:
            links.want(kind, getattr(part, f"{kind}_id"))
    links.read()
    return [_exhibition(one, parts[one.pk], links, reader) for one in exhibitions]


def _exhibition(
    one: Exhibition, parts: list[ExhibitionPart], links: Links, reader: Reader
) -> dict[str, Any]:
    opening: Any = seen(one.opening, reader)
    return {
        "id": ORIGIN + permanent_path(one.uuid),
        "kind": one.KIND,
        "slug": one.slug,
        "url": ORIGIN + api_exhibition_path(one.slug),
        "web_url": ORIGIN + page_path(one.KIND, one.slug),
        "identifier": one.identifier,
        "title": one.title,
        "summary": one.summary,
        "introduction": one.description,
        "credits": one.credit_line,
        "rights": rights_of(one.rights_statement),
        "thumbnail": thumbnail_of(opening),
        "status": one.status,
        "first_published": one.first_published and one.first_published.isoformat(),
        "updated": one.modified.isoformat(),
        "parts": [_part(part, links) for part in parts],
    }


def _part(part: ExhibitionPart, links: Links) -> dict[str, Any]:
    shown = next(
        (found for kind in SHOWN if (found := links.get(kind, getattr(part, f"{kind}_id")))), None
    )
    return {
        "type": "heading" if part.heading else "exhibit" if shown else "text",
        "heading": part.heading or None,
        "record": shown,
        "text": part.text,
        "is_large": part.is_wide,
    }


# --- The description ----------------------------------------------------------------------------------------------


def exhibition_paths() -> dict[str, Schema]:
    """The list of exhibitions, and one of them."""
    here = Operation("exhibitions", "")
    about = (
        "Stories that curators tell with records. The parts stand in the order of reading; a section "
        "reaches from one heading to the next. What the reader may not see is left out."
    )
    slug, *_rest = one_parameters(None, None)
    return {
        EXHIBITIONS: {
            "get": here.read(
                "list_exhibitions",
                "List exhibitions",
                about,
                "ExhibitionList",
                list_parameters(None, None),
                problems(400, 404, 429),
            )
        },
        EXHIBITIONS + "{slug}/": {
            "get": here.read(
                "read_exhibition",
                "Read an exhibition",
                f"{about} A renamed exhibition answers 301, a removed one 410.",
                "Exhibition",
                [{**slug, "description": "Slug of the exhibition.", "example": "the-pact-of-1939"}],
                problems(301, 400, 404, 410, 429),
            )
        },
    }


def exhibition_schemas() -> dict[str, Schema]:
    """The shapes of what is answered, by name."""
    markdown = {**TEXT, "description": "Markdown."}
    return {
        "ExhibitionPart": closed(
            "A heading, an exhibit, or a text.",
            {
                "type": {**TEXT, "enum": ["heading", "exhibit", "text"]},
                "heading": {
                    "type": ["string", "null"],
                    "description": "Begins a section; null in other parts.",
                },
                "record": {
                    **or_null(ref("Link")),
                    "description": "The record that is shown; null in other parts.",
                },
                "text": {
                    **TEXT,
                    "description": "Markdown: the text of a section, or the caption of an exhibit.",
                },
                "is_large": {
                    "type": "boolean",
                    "description": "Whether the exhibit is shown across the page.",
                },
            },
        ),
        "Exhibition": closed(
            "A story told with records.",
            {
                "id": URI,
                "kind": {**TEXT, "const": Exhibition.KIND},
                "slug": TEXT,
                "url": URI,
                "web_url": URI,
                "identifier": TEXT,
                "title": TEXT,
                "summary": TEXT,
                "introduction": markdown,
                "credits": markdown,
                "rights": or_null(ref("Rights")),
                "thumbnail": {
                    **or_null(ref("Thumbnail")),
                    "description": "The opening picture, if one was chosen and is held.",
                },
                "status": {**TEXT, "enum": list(Status.values)},
                "first_published": {"type": ["string", "null"], "format": "date-time"},
                "updated": MOMENT,
                "parts": {
                    "type": "array",
                    "items": ref("ExhibitionPart"),
                    "description": "In the order of reading.",
                },
            },
        ),
        "ExhibitionList": envelope(ref("Exhibition"), "A page of exhibitions."),
    }
