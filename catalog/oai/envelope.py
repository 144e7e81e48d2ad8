"""The XML around the answers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from catalog.formats import markup
from catalog.oai.errors import HarvestError

OAI: Final = "http://www.openarchives.org/OAI/2.0/"
OAI_SCHEMA: Final = "http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd"
_XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"


def stamp(moment: datetime) -> str:
    """A time to the second, in UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


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
