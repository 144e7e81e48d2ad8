"""What the fields of the smaller schemas mean, for the description and the glossary.

The fields of records and statements are explained where they are declared.
"""

from __future__ import annotations

from typing import Final

from catalog.api.fields import Schema

#: Explanations of fields by the name of their schema; "" applies to every schema that has none of its own.
_WORDS: Final[dict[str, dict[str, str]]] = {
    "": {
        "id": "Permanent identifier.",
        "kind": "Kind of the record.",
        "slug": "Name in addresses.",
        "url": "Address of the document.",
        "web_url": "Address of the web page.",
        "uuid": "The identifier, without its address.",
        "width": "Pixels.",
        "height": "Pixels.",
        "alt": "What the picture shows, for those who do not see it.",
        "label": "In words, for people.",
        "results": "In order.",
        "match": "Why it was found.",
        "count": "The total on all pages.",
        "page_size": "The most that a page holds.",
        "next": "Address of the next page; null on the last.",
        "previous": "Address of the previous page; null on the first.",
    },
    "Changes": {
        "since": "The number that was asked for.",
        "next": "Address of what comes next, even if there is nothing yet.",
        "results": "The changes, the oldest first.",
    },
    "Coordinates": {
        "latitude": "Degrees north; negative in the south.",
        "longitude": "Degrees east; negative in the west.",
        "precision": "What the position stands for, from a building to a country.",
    },
    "Curation": {
        "status": "Where the record is in the workflow.",
        "publish_from": "Not public before this time.",
        "embargo_until": "Not public until this time has passed.",
        "internal_note": "For curators; never public.",
        "storage": "Where it is kept; null for records that lie nowhere, such as persons.",
        "created": "When the record was entered.",
    },
    "Shelving": {
        "place": "The path of the storage place: “Building / Room 2 / Box 12”.",
        "code": "Its code or barcode; null if it has none.",
        "part": "Which part of the record is there; empty if all of it is.",
    },
    "Dumps": {
        "written": "When the files were written; null before the first time.",
        "schema": "Address of the description of what is in them.",
        "files": "The files: JSON Lines and CSV of each kind.",
    },
    "ExhibitionFound": {
        "slug": "Name of the exhibition in addresses.",
        "url": "Address of the exhibition in the API.",
        "title": "Its title.",
        "summary": "One line.",
    },
    "FacetValue": {
        "value": "What the parameter accepts.",
        "count": "Records found at the address below.",
        "chosen": "Whether the list is now filtered by it.",
        "url": "The list with this value selected.",
    },
    "Found": {
        "widened": "How the words were taken when no record had all of them: as beginnings, or any of them.",
        "suggestion": "A spelling that finds more, with its address.",
        "results": "Documents of all kinds, the best match first, each with what matched.",
    },
    "Link": {
        "identifier": "Accession number or reference code.",
        "title": "Name or title.",
        "date": "The date that tells it from others of the same name.",
    },
    "MatchPiece": {
        "text": "A piece of the text.",
        "matched": "Whether it is what was looked for.",
    },
    "PageText": {
        "language": "Language of the text.",
        "text": "The words, as in the original.",
        "transcribed_by": "Who transcribed them.",
    },
    "Picture": {
        "media_type": "Media type of the original file.",
        "byte_size": "Bytes of the original file.",
        "sha256": "SHA-256 of the original file, in hexadecimal digits.",
        "renditions": "Copies in several widths.",
    },
    "Problem": {
        "type": "The kind of problem; links to its explanation.",
        "title": "The kind of problem, in words.",
        "status": "HTTP status of the answer.",
        "instance": "The path that was asked for.",
        "errors": "Each parameter or field that was refused, with the reason and what is allowed.",
    },
    "Region": {
        "left": "From the left edge, as a percentage of the width.",
        "top": "From the top edge, as a percentage of the height.",
        "width": "As a percentage of the width.",
        "height": "As a percentage of the height.",
    },
    "Rights": {
        "uri": "Address of the statement.",
        "label": "Its name.",
        "may_be_used": "Whether it may be used, freely or under conditions.",
    },
    "Stats": {
        "records": "Public records of all kinds.",
        "terms": "Terms of all vocabularies.",
        "last_change": "Number of the last change; send it to changes as since.",
        "last_changed": "When something public changed last.",
        "kinds": "For each kind: how many, and when one last changed.",
    },
    "Term": {
        "vocabulary": "The list it belongs to.",
        "code": "Its code in its vocabulary; never changes.",
        "label": "The word readers see.",
    },
    "TermDocument": {
        "vocabulary": "The list it belongs to.",
        "code": "Its code in its vocabulary; never changes.",
        "label": "The word readers see.",
        "scope_note": "What the term is and is not used for.",
        "broader": "Its broader term.",
    },
    "Tombstone": {"deleted": "When it stopped being public."},
    "Trial": {
        "dry_run": "Nothing was changed.",
        "would": "What would have been done.",
        "changes": "Each field that would change, with its value before and after.",
        "document": "The document as it would become.",
    },
}


def worded(schemas: dict[str, Schema]) -> dict[str, Schema]:
    """The schemas, with explanations added to those fields that had none."""
    for name, schema in schemas.items():
        own = _WORDS.get(name, {})
        for field, inner in schema.get("properties", {}).items():
            words = own.get(field) or _WORDS[""].get(field)
            if "description" not in inner and words:
                schema["properties"][field] = {**inner, "description": words}
    return schemas
