"""A document or an image as LIDO 1.1 (Lightweight Information Describing Objects), the form in which
museums hand their records to portals (docs/decisions/0025-lido.md). Standard: http://www.lido-schema.org

    parts        what recurs: concepts, identifiers, names, dates, persons, places, works
    authorities  what else is known of the persons, places and events that a record names
    describing   what a work is, what happened to it, what it shows, what belongs with it
    managing     rights, the record itself, the picture

It is made from the documents of the API, which show each reader what that reader may know.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

from catalog.formats.lido.authorities import Authorities
from catalog.formats.lido.describing import described
from catalog.formats.lido.managing import managed
from catalog.formats.lido.parts import ALTERNATIVE, HUMAN_MADE, PREFERRED, concept, uri
from catalog.formats.markup import DECLARATION, element
from catalog.uris import Kind

if TYPE_CHECKING:
    from catalog.models import Reader

__all__ = ["KINDS", "NAMESPACE", "SCHEMA", "records", "write"]

#: The kinds that LIDO can describe: works, one at a time.
KINDS: Final[frozenset[Kind]] = frozenset({"document", "image"})
NAMESPACE: Final = "http://www.lido-schema.org"
SCHEMA: Final = "http://www.lido-schema.org/schema/v1.1/lido-v1.1.xsd"
_NAMES: Final = {
    "xmlns:lido": NAMESPACE,
    "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "xsi:schemaLocation": f"{NAMESPACE} {SCHEMA}",
}


def write(document: dict[str, Any], reader: Reader) -> str:
    """A file with one record. At most two queries."""
    return f"{DECLARATION}{element('lido:lidoWrap', *records([document], reader), **_NAMES)}\n"


def records(documents: Sequence[dict[str, Any]], reader: Reader) -> list[str]:
    """The records of some documents of the API, each with its relations, in their order.

    ``reader`` is who the documents were made for. At most two queries, however many they are.
    """
    known = Authorities.of(documents, reader)
    return [_record(document, known) for document in documents]


def _record(document: dict[str, Any], known: Authorities) -> str:
    return element(
        "lido:lido",
        uri("lidoRecID", document["id"]),
        uri("objectPublishedID", document["id"], pref=PREFERRED),
        *_elsewhere(document["outside_identifiers"]["results"]),
        concept("category", HUMAN_MADE),
        described(document, known),
        managed(document),
        **_NAMES,
    )


def _elsewhere(identifiers: Iterable[dict[str, Any]]) -> Iterable[str]:
    for one in identifiers:
        yield uri("objectPublishedID", one["uri"], source=one["authority"], pref=ALTERNATIVE)
