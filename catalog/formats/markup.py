"""XML as text. Characters that XML 1.0 does not allow are left out."""

from __future__ import annotations

import re
from typing import Final
from xml.sax.saxutils import escape, quoteattr

_NOT_IN_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: The beginning of every document.
DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'


def start(name: str, **attributes: str) -> str:
    """A start tag; attributes without a value are left out."""
    return f"<{name}{_given(attributes)}>"


def end(name: str) -> str:
    """An end tag."""
    return f"</{name}>"


def element(name: str, *content: str, **attributes: str) -> str:
    """An element around some XML."""
    if not content:
        return f"<{name}{_given(attributes)}/>"
    return f"{start(name, **attributes)}{''.join(content)}{end(name)}"


def text(name: str, said: str, **attributes: str) -> str:
    """An element around a text."""
    return element(name, escape(clean(said)), **attributes)


def paragraphs(said: str) -> str:
    """The paragraphs of a longer text, as ``p``."""
    parts = (part.strip() for part in re.split(r"\n\s*\n", said))
    return "".join(text("p", part) for part in parts if part)


def _given(attributes: dict[str, str]) -> str:
    pairs = ((key, value) for key, value in attributes.items() if value)
    return "".join(f" {key}={quoteattr(clean(value))}" for key, value in pairs)


def clean(said: str) -> str:
    """A text without what XML 1.0 cannot hold."""
    return _NOT_IN_XML.sub("", said)
