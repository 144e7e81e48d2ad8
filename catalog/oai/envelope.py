"""The XML of the answers. Text is written as it is; what XML 1.0 cannot hold is left out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from catalog.oai.dublin_core import Element
from catalog.oai.errors import HarvestError

OAI: Final = "http://www.openarchives.org/OAI/2.0/"
OAI_SCHEMA: Final = "http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd"
OAI_DC: Final = "http://www.openarchives.org/OAI/2.0/oai_dc/"
OAI_DC_SCHEMA: Final = "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"
_DC: Final = "http://purl.org/dc/elements/1.1/"
_XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
_NOT_IN_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def element(name: str, *content: str, **attributes: str) -> str:
    """An element around some XML."""
    given = "".join(f" {key}={quoteattr(_clean(value))}" for key, value in attributes.items())
    return f"<{name}{given}>{''.join(content)}</{name}>" if content else f"<{name}{given}/>"


def text(name: str, said: str, **attributes: str) -> str:
    """An element around a text."""
    return element(name, escape(_clean(said)), **attributes)


def _clean(said: str) -> str:
    return _NOT_IN_XML.sub("", said)


def stamp(moment: datetime) -> str:
    """A moment to the second, in UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def dublin_core(elements: Iterable[Element]) -> str:
    """The metadata of a record in the form oai_dc."""
    said = [text(f"dc:{name}", value) for name, value in elements]
    names = {
        "xmlns:oai_dc": OAI_DC, "xmlns:dc": _DC, "xmlns:xsi": _XSI,
        "xsi:schemaLocation": f"{OAI_DC} {OAI_DC_SCHEMA}",
    }  # fmt: skip
    return element("metadata", element("oai_dc:dc", *said, **names))


def answer(
    address: str, asked: Mapping[str, str], moment: datetime, content: str | HarvestError
) -> str:
    """A whole answer: when it was given, what was asked, and what is said to it.

    Of a request that cannot be understood the protocol wants the address only.
    """
    if isinstance(content, HarvestError):
        if content.code in {"badVerb", "badArgument"}:
            asked = {}
        content = text("error", content.reason, code=content.code)
    names = {"xmlns": OAI, "xmlns:xsi": _XSI, "xsi:schemaLocation": f"{OAI} {OAI_SCHEMA}"}
    said = (
        text("responseDate", stamp(moment)),
        text("request", address, **asked),
        content,
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{element("OAI-PMH", *said, **names)}\n'
