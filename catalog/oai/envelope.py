"""The XML around the answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Final

from catalog.formats import markup
from catalog.oai.dublin_core import Element
from catalog.oai.errors import HarvestError

OAI: Final = "http://www.openarchives.org/OAI/2.0/"
OAI_SCHEMA: Final = "http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd"
OAI_DC: Final = "http://www.openarchives.org/OAI/2.0/oai_dc/"
OAI_DC_SCHEMA: Final = "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"
_DC: Final = "http://purl.org/dc/elements/1.1/"
_XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"


def stamp(moment: datetime) -> str:
    """A time to the second, in UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def dublin_core(elements: Iterable[Element]) -> str:
    """The metadata of a record in the form oai_dc."""
    said = [
        markup.text(f"dc:{one.name}", one.said, **{"xml:lang": one.language}) for one in elements
    ]
    names = {
        "xmlns:oai_dc": OAI_DC, "xmlns:dc": _DC, "xmlns:xsi": _XSI,
        "xsi:schemaLocation": f"{OAI_DC} {OAI_DC_SCHEMA}",
    }  # fmt: skip
    return markup.element("metadata", markup.element("oai_dc:dc", *said, **names))


def answer(
    address: str, asked: Mapping[str, str], moment: datetime, content: str | HarvestError
) -> str:
    """A complete answer: its time, the request, and the content.

    If a request cannot be understood, the protocol wants only the address repeated.
    """
    if isinstance(content, HarvestError):
        if content.code in {"badVerb", "badArgument"}:
            asked = {}
        content = markup.text("error", content.reason, code=content.code)
    names = {"xmlns": OAI, "xmlns:xsi": _XSI, "xsi:schemaLocation": f"{OAI} {OAI_SCHEMA}"}
    said = (
        markup.text("responseDate", stamp(moment)),
        markup.text("request", address, **asked),
        content,
    )
    return f"{markup.DECLARATION}{markup.element('OAI-PMH', *said, **names)}\n"
