"""What the fields of the smaller schemas mean, for the description and the glossary.

The fields of records and statements have their words where they are declared.
"""

from __future__ import annotations

from typing import Final

from catalog.api.fields import Schema

#: Words of a field by the name of its schema; "" holds for every schema that has none of its own.
_WORDS: Final[dict[str, dict[str, str]]] = {
    "": {
        "id": "Permanent identifier.",
        "kind": "Kind of the record.",
        "slug": "Name in addresses.",
        "url": "Address of the document.",
        "web_url": "Address of the page for people.",
        "uuid": "The identifier without its address.",
        "width": "Pixels.",
        "height": "Pixels.",
        "alt": "What the picture shows, for those who do not see it.",
        "label": "In words, for people.",
        "results": "In order.",
        "match": "Why it was found.",
        "count": "How many there are on all pages.",
        "page_size": "How many stand on a page, at most.",
        "next": "Address of the next page; null on the last.",
        "previous": "Address of the page before; null on the first.",
    },
    "Changes": {
        "since": "The number that was asked for.",
        "next": "Address of what comes after, also when there is nothing yet.",
        "results": "The changes, the oldest first.",
    },
    "Coordinates": {
        "latitude": "Degrees north; negative in the south.",
        "longitude": "Degrees east; negative in the west.",
        "precision": "What the position stands for, from a building to a country.",
    },
    "Curation": {
        "status": "Where the record stands in the work of the catalogue.",
        "publish_from": "Not public before this moment.",
        "embargo_until": "Not public until this moment has passed.",
        "internal_note": "For curators; never public.",
        "created": "When the record was entered.",
    },
    "Dumps": {
        "written": "When the files were written; null before the first time.",
        "schema": "Address of the description of what is in them.",
        "files": "The files: JSON Lines and CSV of each kind.",
    },
    "FacetValue": {
        "value": "What the parameter takes.",
        "count": "Records that the address below finds.",
        "chosen": "Whether the list is filtered by it now.",
        "url": "The list with this value chosen.",
    },
    "Found": {
        "widened": "How the words were taken where nothing fitted them whole: by their beginnings, or any of them.",
        "suggestion": "A spelling that finds more, with its address.",
        "results": "Documents of all kinds, the most fitting first, each with what matched.",
    },
    "Link": {
        "identifier": "Accession number or reference code.",
        "title": "Name or title.",
        "date": "The date by which it is told from its namesakes.",
    },
    "MatchPiece": {
        "text": "A piece of the text.",
        "matched": "Whether it is what was looked for.",
    },
    "PageText": {
        "language": "Language of the text.",
        "text": "The words, as they stand there.",
        "transcribed_by": "Who transcribed them.",
    },
    "Picture": {
        "media_type": "Media type of the original file.",
        "byte_size": "Bytes of the original file.",
        "sha256": "SHA-256 of the original file, in hexadecimal digits.",
        "renditions": "Copies in several widths.",
    },
    "Problem": {
        "type": "Which sort of problem; leads to its explanation.",
        "title": "The sort of problem, in words.",
        "status": "Status of the answer.",
        "instance": "The path that was asked for.",
        "errors": "Each parameter or field that was refused, with the reason and what is allowed.",
    },
    "Region": {
        "left": "From the left edge, in per cent of the width.",
        "top": "From the upper edge, in per cent of the height.",
        "width": "In per cent of the width.",
        "height": "In per cent of the height.",
    },
    "Rights": {
        "uri": "Address of the statement.",
        "label": "Its name.",
        "may_be_used": "Whether it may be used, freely or under conditions.",
    },
    "Stats": {
        "records": "Public records of all kinds.",
        "terms": "Terms of all vocabularies.",
        "last_change": "Number of the last change; give it to changes as since.",
        "last_changed": "When something public changed last.",
        "kinds": "Of each kind: how many, and when one changed last.",
    },
    "Term": {
        "vocabulary": "The list that it belongs to.",
        "code": "Its name in its vocabulary; never changes.",
        "label": "The word that readers see.",
    },
    "TermDocument": {
        "vocabulary": "The list that it belongs to.",
        "code": "Its name in its vocabulary; never changes.",
        "label": "The word that readers see.",
        "scope_note": "What the term is used for, and what not.",
        "broader": "The term above it.",
    },
    "Tombstone": {"deleted": "When it stopped being public."},
    "Trial": {
        "dry_run": "Nothing was changed.",
        "would": "What would have been done.",
        "changes": "Each field that would change, with its value before and after.",
        "document": "The document as it would be.",
    },
}


def worded(schemas: dict[str, Schema]) -> dict[str, Schema]:
    """The schemas, with the words of those fields that had none."""
    for name, schema in schemas.items():
        own = _WORDS.get(name, {})
        for field, inner in schema.get("properties", {}).items():
            words = own.get(field) or _WORDS[""].get(field)
            if "description" not in inner and words:
                schema["properties"][field] = {**inner, "description": words}
    return schemas
