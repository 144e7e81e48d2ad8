"""The named schemas of the API's description: pieces, documents, envelopes, problems."""

from __future__ import annotations

from typing import Any, Final

from catalog.api.fields import Schema, or_null, ref
from catalog.api.record import STATUSES, RecordSerializer
from catalog.api.statement_fields import NAMES, SORTS, StatementSerializer, serializer_of
from catalog.api.term_fields import labels_schema, term_schemas
from catalog.documents import RELATIONS, RelationSpec
from catalog.models import Vocabulary
from catalog.uris import KINDS
from catalog.values import Precision

URI: Final[Schema] = {"type": "string", "format": "uri"}
TEXT: Final[Schema] = {"type": "string"}
MOMENT: Final[Schema] = {"type": "string", "format": "date-time"}
NUMBER: Final[Schema] = {"type": "integer", "minimum": 0}


def closed(text: str, properties: dict[str, Schema], *, optional: tuple[str, ...] = ()) -> Schema:
    """An object that always has these keys, and no others."""
    return {
        "type": "object",
        "description": text,
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


def _pieces() -> dict[str, Schema]:
    day = {"type": ["string", "null"], "description": "ISO 8601; null when open or unknown."}
    number = {"type": "number"}
    return {
        "Date": closed(
            "An uncertain date.",
            {
                "edtf": {
                    "type": ["string", "null"],
                    "description": "Extended Date/Time Format (ISO 8601-2).",
                },
                "display": {**TEXT, "description": "In words, for people."},
                "earliest": day,
                "latest": day,
            },
        ),
        "Term": closed(
            "A term of a controlled vocabulary. Programs rely on vocabulary and code.",
            {
                "vocabulary": {**TEXT, "enum": list(Vocabulary.values)},
                "code": TEXT,
                "label": TEXT,
                "labels": labels_schema("The label in other languages"),
                "inverse_label": {
                    "type": ["string", "null"],
                    "description": "How the relation reads from the other end.",
                },
                "inverse_labels": labels_schema("That in other languages"),
                "uri": {
                    "type": ["string", "null"],
                    "description": "The same term in an external vocabulary.",
                },
                "url": URI,
            },
        ),
        "Link": closed(
            "Another record, with what is needed to name it and link to it.",
            {
                "id": URI,
                "kind": {**TEXT, "enum": list(KINDS)},
                "slug": TEXT,
                "url": URI,
                "web_url": URI,
                "identifier": TEXT,
                "title": TEXT,
                "date": or_null(ref("Date")),
            },
        ),
        "Thumbnail": closed(
            "A small picture.", {"url": URI, "width": NUMBER, "height": NUMBER, "alt": TEXT}
        ),
        "Rights": closed(
            "A rights statement of rightsstatements.org or Creative Commons.",
            {
                "uri": URI,
                "label": TEXT,
                "plain": {**TEXT, "description": "What it allows, in plain words."},
                "may_be_used": {"type": "boolean"},
            },
        ),
        "Coordinates": closed(
            "A position on the earth (WGS 84, degrees).",
            {
                "latitude": {**number, "minimum": -90, "maximum": 90},
                "longitude": {**number, "minimum": -180, "maximum": 180},
                "precision": {
                    "type": ["string", "null"],
                    "enum": [*(one.value for one in Precision), None],
                },
            },
            optional=("precision",),
        ),
        "Region": closed(
            "A part of a picture, as percentages of its width and height.",
            dict.fromkeys(("left", "top", "width", "height"), number),
        ),
        "Picture": closed(
            "The file of an image, and its smaller copies.",
            {
                "width": NUMBER,
                "height": NUMBER,
                "media_type": TEXT,
                "byte_size": NUMBER,
                "sha256": TEXT,
                "renditions": {
                    "type": "array",
                    "items": closed("A copy of this width.", {"url": URI, "width": NUMBER}),
                },
                "original": {
                    "type": ["string", "null"],
                    "description": "Null where the rights do not allow it.",
                },
                "alt": TEXT,
            },
        ),
        "PageText": closed(
            "The text of a page, in one language.",
            {"language": or_null(ref("Term")), "text": TEXT, "transcribed_by": TEXT},
        ),
        "Curation": closed(
            "What only curators see.",
            {
                "status": {**TEXT, "enum": STATUSES},
                "publish_from": or_null(MOMENT),
                "embargo_until": or_null(MOMENT),
                "internal_note": TEXT,
                "storage": or_null({"type": "array", "items": ref("Shelving")}),
                "created": MOMENT,
            },
        ),
        "Shelving": closed(
            "A storage place in which a record, or a part of it, is kept.",
            {"place": TEXT, "code": or_null(TEXT), "part": TEXT},
        ),
        "Tombstone": closed(
            "A record that is no longer public.",
            {"id": URI, "uuid": {**TEXT, "format": "uuid"}, "kind": TEXT, "deleted": MOMENT},
        ),
        "FacetValue": closed(
            "One value of a facet, with the number of records that its address finds.",
            {
                "value": TEXT,
                "label": TEXT,
                "count": NUMBER,
                "chosen": {"type": "boolean"},
                "depth": {
                    **NUMBER,
                    "description": "1 if it belongs under the preceding value of depth 0.",
                },
                "url": URI,
            },
        ),
        "Problem": {
            "type": "object",
            "description": "What went wrong (RFC 9457).",
            "properties": {
                "type": {**TEXT, "format": "uri-reference"},
                "title": TEXT,
                "status": {"type": "integer"},
                "detail": {**TEXT, "description": "What is wrong, and what to do."},
                "instance": {**TEXT, "format": "uri-reference"},
                "errors": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "properties": {
                            "parameter": {"type": "string"},
                            "field": {"type": ["string", "null"]},
                            "detail": TEXT,
                            "allowed": {"type": ["array", "null"], "items": TEXT},
                            "held_by": {
                                **URI,
                                "description": "The record that has this value already.",
                            },
                        },
                        "required": ["detail"],
                    },
                },
            },
            "required": ["type", "title", "status", "detail", "instance", "errors"],
        },
    }


def envelope(items: Schema, text: str, more: dict[str, Schema] | None = None) -> Schema:
    """A page of a list."""
    return closed(
        text,
        {
            "count": {**NUMBER, "description": "The total on all pages."},
            "page_size": NUMBER,
            "next": {"type": ["string", "null"], "format": "uri"},
            "previous": {"type": ["string", "null"], "format": "uri"},
            **(more or {}),
            "results": {"type": "array", "items": items},
        },
    )


def item_of(spec: RelationSpec) -> Schema:
    """The schema of one row of a relation."""
    return ref(NAMES[spec.sort.name]) if spec.sort is not None else ref("Link")


def _relation_schema(spec: RelationSpec) -> Schema:
    return closed(
        f"{spec.help} The first 50; all of them are at url.",
        {"count": NUMBER, "url": URI, "results": {"type": "array", "items": item_of(spec)}},
    )


def _documents(serializer: type[RecordSerializer]) -> dict[str, Schema]:
    kind, name = serializer.KIND, serializer.NAME
    pieces = serializer.pieces()
    base = {field: piece.read_schema() for field, piece in pieces.items()}
    base["kind"] = {"type": "string", "const": kind, "description": base["kind"]["description"]}
    related = {spec.name: _relation_schema(spec) for spec in RELATIONS[kind]}
    text = str(serializer.__doc__)
    writes = {field: schema for field, piece in pieces.items() if (schema := piece.write_schema())}
    made: dict[str, Schema] = {
        # fields= and include= leave keys out; without them every key is present.
        name: {**closed(text, base | related), "required": list(base)},
        f"{name}Input": {
            "type": "object",
            "description": f"{text} As a curator sends it.",
            "properties": writes,
            "required": ["identifier", "title"],
            "additionalProperties": False,
        },
    }
    made[name]["required"] = []
    made[f"{name}Input"]["required"] = ["identifier", "title"]
    made[f"{name}Replacement"] = {**made[f"{name}Input"], "additionalProperties": True}
    made[f"{name}Patch"] = {**made[f"{name}Input"], "required": []}
    more = {
        "facets": {
            "type": "object",
            "description": "The facets that were asked for.",
            "additionalProperties": {"type": "array", "items": ref("FacetValue")},
        },
        "deleted": {
            "type": "array",
            "description": "With deleted=include: records removed since updated_since.",
            "items": ref("Tombstone"),
        },
    }
    made[f"{name}List"] = envelope(ref(name), f"A page of the list of {kind} records.", more)
    for spec in RELATIONS[kind]:
        made[f"{name}{_camel(spec.name)}List"] = envelope(item_of(spec), spec.help)
    return made


def _camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))


def relation_list(name: str, spec: RelationSpec) -> str:
    """Name of the schema of a relation's list."""
    return f"{name}{_camel(spec.name)}List"


def _statement(serializer: type[StatementSerializer]) -> dict[str, Schema]:
    name, pieces = NAMES[serializer.SORT.name], serializer.pieces()
    reads = {field: piece.read_schema() for field, piece in pieces.items()}
    writes = {field: schema for field, piece in pieces.items() if (schema := piece.write_schema())}
    needed = [field for field, piece in pieces.items() if piece.required]
    sent = {
        "type": "object",
        "description": f"{name}, as a curator sends it. The record of the address is left out.",
        "properties": writes,
        "required": needed,
        "additionalProperties": False,
    }
    return {
        name: closed(str(serializer.SORT.model.__doc__).split("\n")[0], reads),
        f"{name}Input": sent,
        f"{name}Patch": {**sent, "required": []},
    }


def schemas(serializers: list[type[RecordSerializer]]) -> dict[str, Any]:
    """Every named schema."""
    found = _pieces()
    for sort in SORTS.values():
        found |= _statement(serializer_of(sort))
    for serializer in serializers:
        found |= _documents(serializer)
    found["TermDocument"] = closed(
        "A term with its scope note and its broader term.",
        {
            **found["Term"]["properties"],
            "alternatives": labels_schema("Other words for the same", several=True),
            "scope_note": TEXT,
            "broader": or_null(ref("Term")),
        },
    )
    found |= term_schemas()
    found["TermList"] = envelope(ref("TermDocument"), "A page of terms.")
    found["Trial"] = {
        "type": "object",
        "description": "What would have been done.",
        "properties": {
            "dry_run": {"type": "boolean", "const": True},
            "would": TEXT,
            "changes": {"type": "array", "items": {"type": "object"}},
            "document": {"type": "object"},
        },
        "required": ["dry_run", "would", "document"],
    }
    found["Changes"] = _changes()
    found["Stats"] = _stats()
    found["Dumps"] = _dumps()
    return dict(sorted(found.items()))


def _changes() -> Schema:
    change = closed(
        "The last change of a record.",
        {
            "sequence": NUMBER,
            "change": {**TEXT, "enum": ["created", "changed", "deleted"]},
            "at": MOMENT,
            "id": URI,
            "uuid": {**TEXT, "format": "uuid"},
            "kind": {**TEXT, "enum": list(KINDS)},
            "url": {"type": ["string", "null"], "description": "Null if it is deleted."},
            "merged_into": {
                "type": ["string", "null"],
                "description": "For a record merged into another: that other record.",
            },
        },
    )
    return closed(
        "Changes after a number, in order.",
        {
            "since": NUMBER,
            "last": {**NUMBER, "description": "Send this as since next time."},
            "mark": {**TEXT, "description": "Send this as mark next time."},
            "more": {"type": "boolean", "description": "Whether more are available now."},
            "next": URI,
            "results": {"type": "array", "items": change},
        },
    )


def _stats() -> Schema:
    kind = closed("One kind.", {"count": NUMBER, "last_changed": or_null(MOMENT), "url": URI})
    return closed(
        "Statistics of the catalogue.",
        {
            "records": NUMBER,
            "terms": NUMBER,
            "last_change": NUMBER,
            "mark": {**TEXT, "description": "The mark of that number; send it to changes as mark."},
            "last_changed": MOMENT,
            "kinds": {"type": "object", "additionalProperties": kind},
        },
    )


def _dumps() -> Schema:
    file = closed(
        "One file.",
        {
            "name": TEXT,
            "url": {**URI, "description": "This file, for as long as it exists."},
            "newest": {
                **URI,
                "description": "The newest file of its kind, uncompressed: for spreadsheets.",
            },
            "kind": TEXT,
            "media_type": TEXT,
            "records": NUMBER,
            "bytes": NUMBER,
            "sha256": TEXT,
            "written": MOMENT,
        },
    )
    return closed(
        "Files with all public records.",
        {
            "written": or_null(MOMENT),
            "last_change": {**or_null(NUMBER), "description": "Continue with changes?since=this."},
            "mark": {
                **or_null(TEXT),
                "description": "The mark of that number; send it to changes as mark.",
            },
            "schema": URI,
            "files": {"type": "array", "items": file},
        },
    )
