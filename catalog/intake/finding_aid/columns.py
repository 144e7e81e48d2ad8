"""Which fields components of a finding aid fill, and by which elements."""

from __future__ import annotations

from typing import Final

from catalog.uris import Kind

#: The element that fills a field, for those who look for it in the file.
ELEMENTS: Final = {
    "identifier": "unitid", "title": "unittitle", "summary": "abstract", "description": "scopecontent",
    "level": "@level", "parent": "c", "collection": "c", "position": "c", "date": "unitdate", "written": "unitdate",
    "published": "unitdate", "extent": "physdesc", "custodial_history": "custodhist", "arrangement": "arrangement",
    "access_conditions": "accessrestrict", "rights": "userestrict", "credit_line": "prefercite",
    "subjects": "subject", "type": "genreform", "languages": "langmaterial", "holding_institution": "repository",
    "link": "dao", "topic:person": "persname", "topic:place": "geogname", "sort_name": "persname", "kind": "persname",
    "born": "persname", "died": "persname", "storage": "container",
}  # fmt: skip
_OF_COLLECTIONS: Final = (
    "identifier", "title", "summary", "description", "level", "parent", "position", "date", "extent",
    "custodial_history", "arrangement", "access_conditions", "rights", "credit_line", "subjects", "internal_note",
    "storage",
)  # fmt: skip
_OF_DOCUMENTS: Final = (
    "identifier", "title", "summary", "description", "type", "written", "published", "languages", "extent",
    "holding_institution", "collection", "position", "rights", "credit_line", "link", "subjects", "internal_note",
    "topic:person", "topic:place", "storage",
)  # fmt: skip
_OF_IMAGES: Final = (
    "identifier", "title", "summary", "description", "type", "date", "collection", "position", "rights",
    "credit_line", "subjects", "internal_note", "topic:person", "topic:place", "storage",
)  # fmt: skip
#: The fields of each kind of record that a component becomes.
OF_KIND: Final[dict[Kind, tuple[str, ...]]] = {
    "collection": _OF_COLLECTIONS,
    "document": _OF_DOCUMENTS,
    "image": _OF_IMAGES,
}
