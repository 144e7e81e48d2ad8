"""Parameters in the description of the API: of lists, of records, of changes."""

from __future__ import annotations

from typing import Any, Final

from catalog.api.fields import Schema
from catalog.api.parameters import MOST, MOST_INCLUDED, MOST_PAGE, PAGE_SIZE
from catalog.api.record import RecordSerializer
from catalog.documents import RELATIONS
from catalog.filters import (
    FILTERS,
    ORDERS,
    ChoicesField,
    DayField,
    RecordsField,
    TermsField,
    WordsField,
    orders_of,
)
from catalog.history import LONGEST_REASON
from catalog.search import MAX_CHARACTERS
from catalog.uris import Kind


def query(
    name: str, text: str, schema: Schema, *, many: bool = False, commas: bool = False
) -> Schema:
    """A parameter of the address; ``many``: repeated, or with ``commas`` separated by them."""
    if many:
        schema = {"type": "array", "items": schema}
    found = {"name": name, "in": "query", "description": text, "required": False, "schema": schema}
    if many:
        found |= {"style": "form", "explode": not commas}
    return found


SLUG: Final[Schema] = {
    "name": "slug",
    "in": "path",
    "required": True,
    "description": "Slug of the record.",
    "schema": {"type": "string", "maxLength": 100},
    "example": "trotsky",
}


def number_in_path(of: str) -> Schema:
    """The number in the address of something without a slug; ``of`` names it: "the import"."""
    return {
        "name": "number",
        "in": "path",
        "required": True,
        "description": f"Number of {of}.",
        "schema": {"type": "integer", "minimum": 1, "maximum": 999_999_999},
    }


def page_size(usual: int, most: int) -> Schema:
    """How many results a numbered page has."""
    return query(
        "page_size",
        "How many are in one answer.",
        {"type": "integer", "minimum": 1, "maximum": most, "default": usual},
    )


def _filters(kind: Kind) -> list[Schema]:
    found = []
    for name, filtering in FILTERS[kind].base_filters.items():
        one: Any = filtering
        field, text = one.field, str(one.label)
        if isinstance(field, WordsField):
            found.append(
                query(
                    name,
                    f"{text}: records with every word; the last may be unfinished.",
                    {"type": "string", "maxLength": MAX_CHARACTERS},
                )
            )
        elif isinstance(field, DayField):
            found.append(
                query(
                    name,
                    f"{text}: a year, a month, a day or any EDTF.",
                    {"type": "string", "maxLength": 64, "examples": ["1936"]},
                )
            )
        elif isinstance(field, ChoicesField):
            codes = [choice.code for choice in field.choices()]
            found.append(query(name, text, {"type": "string", "enum": codes}, many=True))
        elif isinstance(field, TermsField):
            said = f"{text}: codes of the vocabulary {field.vocabulary.value}; narrower terms are included."
            found.append(query(name, said, {"type": "string", "minLength": 1}, many=True))
        elif isinstance(field, RecordsField):
            said = f"{text}: slugs of records of the kind {field.model.KIND}."
            found.append(query(name, said, {"type": "string", "minLength": 1}, many=True))
    return found


def list_parameters(kind: Kind | None, serializer: type[RecordSerializer] | None) -> list[Schema]:
    """Parameters of a list; without a kind only those of numbered pages."""
    size = query(
        "page_size",
        "Records on a page.",
        {"type": "integer", "minimum": 1, "maximum": MOST, "default": PAGE_SIZE},
    )
    page = query(
        "page",
        "Page number, up to 10,000 records.",
        {"type": "integer", "minimum": 1, "maximum": MOST_PAGE},
    )
    if kind is None or serializer is None:
        return [page, size]
    related = [spec.name for spec in RELATIONS[kind]]
    names = [*serializer.pieces(), *related]
    orders = [order.name for order in orders_of(kind, with_words=True)]
    facets = [facet.name for facet in FILTERS[kind].FACETS]
    many: dict[str, Any] = {"many": True, "commas": True}
    return [
        *_filters(kind),
        query(
            "updated_since",
            "Changed at or after this time.",
            {"type": "string", "examples": ["2026-11-23T00:00:00Z"]},
        ),
        query(
            "deleted",
            "With updated_since: also list records removed since then.",
            {"type": "string", "enum": ["include"]},
        ),
        query(
            "ids",
            f"Up to {MOST} records: UUIDs, permanent addresses or slugs.",
            {"type": "string"},
            **many,
        ),
        query("fields", "Only these fields.", {"type": "string", "enum": names}, **many),
        query(
            "include",
            f"Expand these relations, at most {MOST_INCLUDED}.",
            {"type": "string", "enum": related},
            **many,
        ),
        query(
            "facets",
            "Count the values of these filters.",
            {"type": "string", "enum": facets},
            **many,
        ),
        query(
            "sort",
            "Sort order; ties are broken by id. relevance, the best first, needs q and is paged by "
            "number only.",
            {"type": "string", "enum": orders, "default": ORDERS[kind][0].name},
        ),
        size,
        page,
        query(
            "cursor",
            "Position in the list, from next or previous; empty: the beginning.",
            {"type": "string"},
        ),
    ]


def one_parameters(kind: Kind | None, serializer: type[RecordSerializer] | None) -> list[Schema]:
    """Parameters of a record."""
    if kind is None or serializer is None:
        return [SLUG]
    related = [spec.name for spec in RELATIONS[kind]]
    names = [*serializer.pieces(), *related]
    return [
        SLUG,
        query(
            "fields",
            "Only these fields.",
            {"type": "string", "enum": names},
            many=True,
            commas=True,
        ),
        query(
            "include",
            "Only these relations; all if absent.",
            {"type": "string", "enum": related},
            many=True,
            commas=True,
        ),
    ]


def writes_parameters(*, if_match: bool = True, slug: bool = True) -> list[Schema]:
    """Parameters of a change."""
    trial = query(
        "dry_run",
        "Report what would change without changing anything.",
        {"type": "string", "enum": ["true", "false"]},
    )
    match = {
        "name": "If-Match",
        "in": "header",
        "required": True,
        "description": "The ETag of the version you read. 428 without it, 412 for another version.",
        "schema": {"type": "string"},
        "example": '"5d0f0d3c9a5f4b0e8f6e1b1f4b0d9a77"',
    }
    reason = query(
        "reason",
        "Why, for the history.",
        {"type": "string", "maxLength": LONGEST_REASON},
    )
    return [*([SLUG] if slug else []), trial, reason, *([match] if if_match else [])]
