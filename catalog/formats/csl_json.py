"""A citation in CSL-JSON, which citation processors (citeproc) and Zotero read."""

from __future__ import annotations

import json
from typing import Any, Final

from catalog.formats.cited import Cited, Maker
from catalog.values import sentence

#: Types of CSL 1.0.2 by the code of our term; kinds without one follow below.
_TYPES: Final = {
    "book": "book", "pamphlet": "pamphlet", "letter": "personal_communication", "manuscript": "manuscript",
    "report": "report", "film": "motion_picture", "periodical": "periodical", "article": "article",
    "newspaper": "periodical", "web-article": "webpage", "treaty": "treaty", "map": "map",
}  # fmt: skip
_OF_KIND: Final = {"document": "document", "image": "graphic", "collection": "collection"}
_ENTRY: Final = "entry"


def write(cited: Cited) -> str:
    """A list of one item, as the format requires."""
    kind = _TYPES.get(cited.type) or _OF_KIND.get(cited.kind, _ENTRY)
    item: dict[str, Any] = {
        "id": cited.address,
        "type": kind,
        "title": cited.title,
        "original-title": cited.original_title,
        "container-title": "" if cited.is_work else cited.catalogue,
        "author": [_name(maker) for maker in cited.makers],
        "issued": _issued(cited),
        "language": cited.languages[0] if len(cited.languages) == 1 else "",
        "abstract": cited.summary,
        "archive": cited.institution,
        "archive_location": cited.identifier,
        "source": cited.catalogue,
        "URL": cited.address,
        "accessed": {"date-parts": [[cited.read_on.year, cited.read_on.month, cited.read_on.day]]},
    }
    kept = {name: value for name, value in item.items() if value}
    return json.dumps([kept], ensure_ascii=False, indent=2) + "\n"


def _name(maker: Maker) -> dict[str, str]:
    if maker.family:
        return {"family": maker.family, "given": maker.given}
    return {"literal": maker.name}


def _issued(cited: Cited) -> dict[str, Any] | None:
    """The date in numbers if they can express it, otherwise in words."""
    if cited.plain_dates:
        return {"date-parts": cited.plain_dates}
    return {"literal": sentence(cited.date)} if cited.date else None
