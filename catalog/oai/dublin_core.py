"""A record as simple Dublin Core: the fifteen elements whose meaning everybody understands.

Made from the public document of the API.
https://www.dublincore.org/specifications/dublin-core/dces/
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

from catalog.formats import creators_of, markup
from catalog.models import own_language

NAMESPACE: Final = "http://www.openarchives.org/OAI/2.0/oai_dc/"
SCHEMA: Final = "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"
_NAMES: Final = {
    "xmlns:oai_dc": NAMESPACE,
    "xmlns:dc": "http://purl.org/dc/elements/1.1/",
    "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "xsi:schemaLocation": f"{NAMESPACE} {SCHEMA}",
}
#: Terms of the DCMI Type Vocabulary for our kinds; people and places have none.
_TYPES: Final = {"document": "Text", "image": "StillImage", "event": "Event", "collection": "Collection"}  # fmt: skip
#: Kinds whose relations say who made them and what they show; those of the others are not read.
WORKS: Final = frozenset({"document", "image", "collection"})
#: The role that has an element of its own besides the creators; all others are contributors.
_PUBLISHER: Final = "publisher"


class Element(NamedTuple):
    """An element with its value, and the tag of its language where that is worth saying."""

    name: str
    said: str
    language: str = ""


def records(documents: Sequence[dict[str, Any]]) -> list[str]:
    """The metadata of some documents of the API as XML, in their order."""
    return [_record(document) for document in documents]


def _record(document: dict[str, Any]) -> str:
    said = (
        markup.text(f"dc:{one.name}", one.said, **{"xml:lang": one.language})
        for one in elements(document)
    )
    return markup.element("oai_dc:dc", *said, **_NAMES)


def elements(document: dict[str, Any]) -> list[Element]:
    """The elements of a document of the API, each once, in the usual order.

    The document includes its relations if its kind is one of :data:`WORKS`.
    """
    return list(dict.fromkeys(one for one in _elements(document) if one.said))


def _elements(document: dict[str, Any]) -> Iterator[Element]:
    kind = document["kind"]
    yield Element("title", document["title"])
    yield Element("title", document.get("original_title") or "")
    for one in _results(document, "contributions"):
        yield Element(_part_of(one["role"]["code"], kind), _title(one["person"]))
    for subject in document.get("subjects") or ():
        yield from _called("subject", subject)
    for topic in _results(document, "topics"):
        yield Element("subject", _title(topic["about"]))
    for depiction in _results(document, "depictions"):
        yield Element("subject", _title(depiction["person"]))
    yield Element("description", document.get("summary") or "")
    yield Element("date", (document.get("date") or {}).get("edtf") or "")
    yield Element("type", _TYPES.get(kind, kind.capitalize()))
    yield from _called("type", document.get("type"))
    yield Element("format", document.get("extent") or "")
    yield Element("format", (document.get("picture") or {}).get("media_type") or "")
    yield Element("identifier", document["id"])
    yield Element("identifier", document["web_url"])
    yield Element("identifier", document["identifier"])
    for language in document.get("languages") or ():
        yield Element("language", language["code"])
    yield Element("relation", document.get("link") or "")
    for above in ("collection", "part_of", "parent"):
        yield Element("relation", (document.get(above) or {}).get("id") or "")
    yield Element("coverage", _title(document.get("place")))
    for country in document.get("countries") or ():
        yield from _called("coverage", country)
    rights = document.get("rights") or {}
    yield Element("rights", rights.get("uri") or "")
    yield Element("rights", rights.get("label") or "")
    yield Element("rights", document.get("credit_line") or "")


def _called(name: str, term: dict[str, Any] | None) -> Iterator[Element]:
    """A term in each language that it has a label in; if that is one, without saying which."""
    if term:
        others = term["labels"]
        yield Element(name, term["label"], own_language() if others else "")
        for language, label in others.items():
            yield Element(name, label, language)


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
