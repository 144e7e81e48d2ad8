"""``/api/v1/exhibitions/``: stories told with records, read by anybody, written by curators."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from django.http import HttpResponse
from rest_framework import serializers

from catalog import actions
from catalog.api.absent import answer_absence
from catalog.api.answers import answer, as_json
from catalog.api.described_parameters import (
    list_parameters,
    one_parameters,
    query,
    writes_parameters,
)
from catalog.api.door import ApiView
from catalog.api.exhibition_sent import (
    ExhibitionSerializer,
    PartSerializer,
    sent_schemas,
)
from catalog.api.fields import Piece, Schema, or_null, ref
from catalog.api.found import exhibition_at
from catalog.api.kept import as_it_stands
from catalog.api.moves import MOVES
from catalog.api.operations import Operation, problems
from catalog.api.paging import NumberedPage, address
from catalog.api.parameters import Reading, no_parameters
from catalog.api.problem import not_found
from catalog.api.schemas import closed, envelope
from catalog.api.search import LONGEST_WORDS
from catalog.api.writing import Writes
from catalog.documents import (
    ORIGIN,
    Links,
    curation_of,
    feed,
    moment_of,
    rights_of,
    store,
    thumbnail_of,
)
from catalog.models import (
    SHOWN,
    Exhibition,
    ExhibitionPart,
    seen,
    sees_everything,
    what_became,
)
from catalog.search import ExhibitionSearch, version
from catalog.uris import EXHIBITION, api_exhibition_path

if TYPE_CHECKING:
    from catalog.models import Reader

#: Where the exhibitions stand.
EXHIBITIONS: Final = api_exhibition_path()


class ExhibitionViewSet(Writes, ApiView):
    """Exhibitions in the API, written as records are (:class:`Writes`)."""

    kind = EXHIBITION
    serializer_class = ExhibitionSerializer

    def list(self, request: Any) -> HttpResponse:
        """A page of exhibitions, in the order of the museum."""
        standing = feed.current() if self.reader is None else None
        index = version() if standing and request.GET.get("q") else ""
        return as_it_stands(
            self.plain, standing, lambda etag: self._listed(request, standing, etag), index
        )

    def _listed(self, request: Any, standing: feed.Standing | None, etag: str) -> HttpResponse:
        reading = Reading(request.GET)
        reading.only({"q", "page", "page_size"})
        words = reading.one("q") or ""
        if len(words) > LONGEST_WORDS:
            reading.refuse("q", f"At most {LONGEST_WORDS} characters are accepted.")
        page = NumberedPage.read(reading)
        reading.finish()
        every = Exhibition.objects.visible_to(self.reader)
        found = ExhibitionSearch(words, self.reader).rows if words.strip() else every
        rows = found.select_related("opening")
        url = address(ORIGIN + EXHIBITIONS, request.GET)
        body, links = page.written(rows, lambda some: exhibitions_of(some, self.reader), url)
        changed_at = standing.changed_at if standing and etag else None
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

    # --- Writing: what Writes leaves to a kind ----------------------------------------------------------

    def staff_document(self, slug: str) -> Any:
        """The exhibition as curators see it."""
        rows = Exhibition.objects.visible_to(self.reader).select_related("opening")
        (one,) = rows.filter(slug=slug)
        body = as_json(exhibitions_of([one], self.reader)[0])
        return store.Document(body.encode(), b"{}", store.etag_of(body), one.modified)

    def _empty(self, record: Any, data: dict[str, Any]) -> None:
        data.setdefault("parts", [])
        super()._empty(record, data)

    def write(self, record: Any, data: dict[str, Any]) -> None:
        """Save the exhibition with its parts through the action, the parts that changed alone."""
        sent = data.pop("parts", None)
        for name, value in data.items():
            setattr(record, name, value)
        self.judge(record)
        changed, gone = _parts_to_write(record, sent) if sent is not None else ([], [])
        actions.edit_whole(record, by=self.request.user, added=changed, removed=gone)


def _parts_to_write(
    exhibition: Exhibition, sent: list[dict[str, Any]]
) -> tuple[list[ExhibitionPart], list[ExhibitionPart]]:
    """The parts to be saved, in the order sent, and those to be removed. Raises the 422 for an unknown id."""
    known: dict[Any, ExhibitionPart] = {}
    if exhibition.pk:
        known = {part.uuid: part for part in exhibition.parts.all()}
    changed, errors = [], {}
    for place, told in enumerate(sent):
        uuid = told.get("id")
        part = known.pop(uuid, None) if uuid else ExhibitionPart(exhibition=exhibition)
        if part is None:
            errors[str(place)] = {"id": ["This exhibition has no such part. Leave the id out."]}
            continue
        record = told["record"]
        wanted = {
            f"{kind}_id": record.pk if record and kind == record.KIND else None for kind in SHOWN
        }
        wanted |= {"position": place + 1} | {
            name: told[name] for name in ("heading", "text", "is_wide")
        }
        if part._state.adding or any(
            getattr(part, name) != value for name, value in wanted.items()
        ):
            for name, value in wanted.items():
                setattr(part, name, value)
            changed.append(part)
    if errors:
        raise serializers.ValidationError({"parts": errors})
    return changed, list(known.values())


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
    for one in exhibitions:
        links.want("image", one.opening_id)
    links.read()
    return [_exhibition(one, parts[one.pk], links, reader) for one in exhibitions]


def _exhibition(
    one: Exhibition, parts: list[ExhibitionPart], links: Links, reader: Reader
) -> dict[str, Any]:
    opening: Any = seen(one.opening, reader)
    return {
        **exhibition_at(one),
        "identifier": one.identifier,
        "title": one.title,
        "summary": one.summary,
        "introduction": one.description,
        "credits": one.credit_line,
        "rights": rights_of(one.rights_statement),
        "opening": links.get("image", opening.pk) if opening else None,
        "thumbnail": thumbnail_of(opening),
        "order": one.position,
        "status": one.status,
        "curation": curation_of(one) if sees_everything(reader) else None,
        "first_published": one.first_published and moment_of(one.first_published),
        "updated": moment_of(one.modified),
        "parts": [_part(part, links) for part in parts],
    }


def _part(part: ExhibitionPart, links: Links) -> dict[str, Any]:
    shown = next(
        (found for kind in SHOWN if (found := links.get(kind, getattr(part, f"{kind}_id")))), None
    )
    return {
        "id": str(part.uuid),
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
    named = {**slug, "description": "Slug of the exhibition.", "example": "the-pact-of-1939"}
    changes = [named, *writes_parameters(slug=False)]
    one = EXHIBITIONS + "{slug}/"
    moves = {
        f"{one}{verb}/": {
            "post": here.write(
                f"{verb.replace('-', '_')}_exhibition",
                f"{move.words} (exhibitions)",
                "",
                sends=move.name,
                must_send=move.is_needed,
                gives="Exhibition",
                parameters=changes,
            )
        }
        for verb, move in MOVES.items()
    }
    return {
        EXHIBITIONS: {
            "get": here.read(
                "list_exhibitions",
                "List exhibitions",
                about,
                "ExhibitionList",
                [
                    query(
                        "q",
                        "Words of the title, introduction or parts.",
                        {"type": "string", "maxLength": LONGEST_WORDS},
                    ),
                    *list_parameters(None, None),
                ],
                problems(400, 404, 429),
            ),
            "post": here.write(
                "create_exhibition",
                "Create an exhibition",
                "As a draft, with its parts in the order of reading. 201 with its address.",
                sends="ExhibitionInput",
                gives="Exhibition",
                status=201,
                parameters=writes_parameters(if_match=False, slug=False),
            ),
        },
        one: {
            "get": here.read(
                "read_exhibition",
                "Read an exhibition",
                f"{about} A renamed exhibition answers 301, a removed one 410.",
                "Exhibition",
                [named],
                problems(301, 400, 404, 410, 429),
            ),
            "patch": here.write(
                "change_exhibition",
                "Change an exhibition",
                "Fields not sent stay as they are. Parts that are sent replace all parts: those with an `id` "
                "stay the same, those left out go.",
                sends="ExhibitionPatch",
                gives="Exhibition",
                parameters=changes,
            ),
            "put": here.write(
                "replace_exhibition",
                "Replace an exhibition",
                "Fields not sent are cleared. An exhibition can be sent back as it was read.",
                sends="ExhibitionReplacement",
                gives="Exhibition",
                parameters=changes,
            ),
            "delete": here.write(
                "delete_exhibition",
                "Withdraw an exhibition",
                "Its address then answers 410; publishing restores it.",
                status=204,
                parameters=changes,
            ),
        },
        **moves,
    }


def exhibition_schemas() -> dict[str, Schema]:
    """The shapes of what is answered and sent, by name."""

    def read(pieces: dict[str, Piece]) -> dict[str, Schema]:
        return {name: piece.read_schema() for name, piece in pieces.items()}

    part = read(PartSerializer.pieces())
    part["heading"] = or_null(part["heading"])
    return {
        "ExhibitionPart": closed("A heading, an exhibit, or a text.", part),
        "Exhibition": closed("A story told with records.", read(ExhibitionSerializer.pieces())),
        "ExhibitionList": envelope(ref("Exhibition"), "A page of exhibitions."),
        **sent_schemas(),
    }
