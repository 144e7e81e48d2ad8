"""The description of ``/api/v1/search/``: its parameters with examples, and the shape of what it finds."""

from __future__ import annotations

from typing import Any, Final

from catalog.api.described_parameters import list_parameters, query
from catalog.api.fields import Schema, ref
from catalog.api.operations import Operation, problems
from catalog.api.record import RecordSerializer
from catalog.api.schemas import TEXT, URI, closed, envelope
from catalog.api.search import FOLLOWED, LONGEST_WORDS
from catalog.models import Vocabulary
from catalog.search import FACETS, SORTS, FacetKind
from catalog.uris import EXHIBITION, KINDS
from catalog.values import RIGHTS_STATEMENTS

#: A value of each facet, as written in an address.
_EXAMPLES: Final[dict[str, str]] = {
    "kind": "image", "has_image": "yes", "decade": "1930", "type": "photograph", "person": "trotsky",
    "role": "author", "place": "mexico", "collection": "trotskys-struggle", "subject": "exile", "language": "ru",
    "rights": "inc", "event": "assassination",
}  # fmt: skip
_ABOUT: Final = (
    "The words may occur in titles, other names in any script, identifiers, summaries, "
    "descriptions and the names of related records. Accents, case and endings do not matter; "
    "quotes hold a phrase together. If no record has all the words, the search is widened, "
    "and `widened` says how: `beginnings` treats each word as the beginning of a word, `any` "
    "finds records with at least one of them. `suggestion` offers another spelling where "
    "that helps. `match` shows where the words occur in each record; its pieces, joined, are "
    "the text. Without `q` every record is found, the most detailed first. The counts of "
    "`facets` are exact; each ignores its own selection. `exhibitions` has up to ten exhibitions with "
    "the words, on the first page of a search without filters."
)
_NOTHING_FOUND: Final[dict[str, Any]] = {
    "count": 0,
    "page_size": 25,
    "next": None,
    "previous": None,
    "widened": None,
    "suggestion": {"q": "trotsky", "url": "https://catalogue.example.org/api/v1/search/?q=trotsky"},
    "facets": {"kind": []},
    "exhibitions": [],
    "results": [],
}


def _facet(facet: FacetKind) -> Schema:
    said, schema = f"{facet.label}: ", dict(TEXT)
    if facet.name == "kind":
        said, schema = str(facet.label), {"type": "string", "enum": list(KINDS)}
    elif facet.name == "has_image":
        said, schema = str(facet.label), {"type": "string", "enum": ["yes"]}
    elif facet.name == "decade":
        said += "its first year."
        schema["pattern"] = "^(-?[0-9]{1,5}0|0)$"
    elif facet.name == "rights":
        said += "short names of rights statements."
        schema["enum"] = [uri.rstrip("/").rsplit("/", 2)[-2].lower() for uri in RIGHTS_STATEMENTS]
    elif facet.record:
        said += f"slugs of records of the kind {facet.record}."
    else:
        names = ", ".join(Vocabulary(one).value for one in facet.vocabularies)
        said += f"codes of {names}; narrower terms are included."
    found = query(facet.name, said, schema, many=True)
    return found | {"example": [_EXAMPLES[facet.name]]}


def _parameters() -> list[Schema]:
    days = (("date_from", "From", "1936"), ("date_to", "To", "1938-03"))
    page, size = list_parameters(None, None)
    return [
        query(
            "q", "Search words, in any script and spelling.", {**TEXT, "maxLength": LONGEST_WORDS}
        )
        | {"example": "троцкий"},
        *(_facet(facet) for facet in FACETS.values()),
        *(
            query(name, f"{said}: a year, a month, a day or any EDTF.", {**TEXT, "maxLength": 64})
            | {"example": example}
            for name, said, example in days
        ),
        query(
            "facets",
            "Count the values of these: the 24 most frequent of each, and those selected.",
            {"type": "string", "enum": list(FACETS)},
            many=True,
            commas=True,
        )
        | {"example": ["kind", "decade"]},
        query(
            "sort",
            "Sort order. Relevance without words puts the most detailed records first.",
            {"type": "string", "enum": list(SORTS), "default": "relevance"},
        ),
        page,
        size,
        query(
            "cursor",
            f"Position in the results, from next; empty: the beginning. With sort={', '.join(FOLLOWED)}.",
            TEXT,
        ),
    ]


def search_paths() -> dict[str, Schema]:
    """The search."""
    found = Operation("search", "").read(
        "search",
        "Search all kinds of record",
        _ABOUT,
        "Found",
        _parameters(),
        problems(400, 404, 429),
    )
    content = found["responses"]["200"]["content"]["application/json"]
    content["example"] = _NOTHING_FOUND
    return {"/api/v1/search/": {"get": found}}


def search_schemas(serializers: list[type[RecordSerializer]]) -> dict[str, Schema]:
    """What the search finds: documents of every kind, each with what matched."""
    piece = closed("A piece of text.", {"text": TEXT, "matched": {"type": "boolean"}})
    pieces = {"type": "array", "items": ref("MatchPiece")}
    field = {"type": ["string", "null"]}
    found: dict[str, Schema] = {
        "MatchPiece": piece,
        "Match": closed(
            "Where the words occur in a record. Plain text, never markup.",
            {
                "title": {**pieces, "description": "The title."},
                "field": {
                    **field,
                    "description": "The field of the snippet; null if there is none.",
                },
                "label": {**field, "description": "The label of that field."},
                "snippet": {**pieces, "description": "The words with the text around them."},
            },
        ),
    }
    for serializer in serializers:
        base = {name: piece.read_schema() for name, piece in serializer.pieces().items()}
        base["kind"] = {"type": "string", "const": serializer.KIND}
        text = f"{serializer.__doc__} As the search found it."
        found[f"{serializer.NAME}Found"] = closed(text, {**base, "match": ref("Match")})
    found["ExhibitionFound"] = closed(
        "An exhibition as the search found it.",
        {
            "id": URI,
            "kind": {**TEXT, "const": EXHIBITION},
            "slug": TEXT,
            "url": URI,
            "web_url": URI,
            "title": TEXT,
            "summary": TEXT,
            "match": ref("Match"),
        },
    )
    suggestion = closed("A spelling that finds results.", {"q": TEXT, "url": URI})
    found["Found"] = envelope(
        {"anyOf": [ref(f"{serializer.NAME}Found") for serializer in serializers]},
        "A page of results.",
        {
            "widened": {"type": ["string", "null"], "enum": ["beginnings", "any", None]},
            "suggestion": {"anyOf": [suggestion, {"type": "null"}]},
            "facets": {
                "type": "object",
                "description": "The facets that were asked for.",
                "additionalProperties": {"type": "array", "items": ref("FacetValue")},
            },
            "exhibitions": {
                "type": "array",
                "items": ref("ExhibitionFound"),
                "description": "Exhibitions with the words, beside the records.",
            },
        },
    )
    return found
