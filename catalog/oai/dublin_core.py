"""A record as simple Dublin Core: the fifteen elements whose meaning everybody understands.

Made from the public document of the API.
https://www.dublincore.org/specifications/dublin-core/dces/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from catalog.formats import creators_of

#: Terms of the DCMI Type Vocabulary for our kinds; people and places have none.
_TYPES: Final = {"document": "Text", "image": "StillImage", "event": "Event", "collection": "Collection"}  # fmt: skip
#: Kinds whose relations say who made them and what they show; those of the others are not read.
WORKS: Final = frozenset({"document", "image", "collection"})
#: The role that has an element of its own besides the creators; all others are contributors.
_PUBLISHER: Final = "publisher"

#: Name of the element, and its value.
Element = tuple[str, str]


def elements(document: dict[str, Any]) -> list[Element]:
    """The elements of a document of the API, each once, in the usual order.

    The document includes its relations if its kind is one of :data:`WORKS`.
    """
    return list(dict.fromkeys((name, said) for name, said in _elements(document) if said))


def _elements(document: dict[str, Any]) -> Iterator[Element]:
    kind = document["kind"]
    yield "title", document["title"]
    yield "title", document.get("original_title") or ""
    for one in _results(document, "contributions"):
        yield _part_of(one["role"]["code"], kind), _title(one["person"])
    for subject in document.get("subjects") or ():
        yield "subject", subject["label"]
    for topic in _results(document, "topics"):
        yield "subject", _title(topic["about"])
    for depiction in _results(document, "depictions"):
        yield "subject", _title(depiction["person"])
    yield "description", document.get("summary") or ""
    yield "date", (document.get("date") or {}).get("edtf") or ""
    yield "type", _TYPES.get(kind, kind.capitalize())
    yield "type", (document.get("type") or {}).get("label") or ""
    yield "format", document.get("extent") or ""
    yield "format", (document.get("picture") or {}).get("media_type") or ""
    yield "identifier", document["id"]
    yield "identifier", document["web_url"]
    yield "identifier", document["identifier"]
    for language in document.get("languages") or ():
        yield "language", language["code"]
    yield "relation", document.get("link") or ""
    for above in ("collection", "part_of", "parent"):
        yield "relation", (document.get(above) or {}).get("id") or ""
    yield "coverage", _title(document.get("place"))
    for country in document.get("countries") or ():
        yield "coverage", country["label"]
    rights = document.get("rights") or {}
    yield "rights", rights.get("uri") or ""
    yield "rights", rights.get("label") or ""
    yield "rights", document.get("credit_line") or ""


def _part_of(role: str, kind: str) -> str:
    """The element for somebody who contributed in a role to a record of a kind."""
    if role == _PUBLISHER:
        return "publisher"
    return "creator" if role in creators_of(kind) else "contributor"


def _results(document: dict[str, Any], relation: str) -> list[dict[str, Any]]:
    return (document.get(relation) or {}).get("results") or []


def _title(linked: dict[str, Any] | None) -> str:
    """The title of another record; nothing if it may not be seen."""
    return linked["title"] if linked else ""
