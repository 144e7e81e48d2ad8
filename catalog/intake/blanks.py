"""Empty tables to fill in: for each kind the columns most used, and one row as an example."""

from __future__ import annotations

import csv
import io
from typing import Final

from catalog.uris import Kind

#: Columns and an example, kind by kind. The headers are the names of the fields, which are
#: understood in every language.
_EXAMPLES: Final[dict[Kind, dict[str, str]]] = {
    "person": {
        "identifier": "P.001", "title": "Leon Trotsky", "sort_name": "Trotsky, Leon", "kind": "individual",
        "born": "1879-11-07", "born_place": "", "died": "1940-08-21", "died_place": "", "occupations": "",
        "name:birth": "Lev Davidovich Bronstein", "name:alias": "Pero|N. Trotsky", "summary": "Revolutionary",
        "description": "", "subjects": "", "rights": "", "credit_line": "", "outside:wikidata": "Q33391",
        "internal_note": "An example: delete this row.",
    },
    "document": {
        "identifier": "D.001", "title": "My Life", "original_title": "Moya zhizn", "type": "", "written": "1929",
        "published": "1930", "contribution:author": "", "languages": "ru", "place": "", "collection": "",
        "extent": "608 pages", "summary": "Autobiography", "description": "", "subjects": "", "rights": "",
        "credit_line": "", "link": "", "storage": "", "internal_note": "An example: delete this row.",
    },
    "image": {
        "identifier": "I.001", "title": "Portrait of Leon Trotsky", "type": "", "date": "1924~",
        "contribution:photographer": "", "depiction": "", "place": "", "collection": "",
        "alternative_text": "A man with glasses looks into the camera.", "reproduction_note": "", "summary": "",
        "description": "", "subjects": "", "rights": "", "credit_line": "",
        "storage": "", "internal_note": "An example: delete this row.",
    },
    "event": {
        "identifier": "E.001", "title": "Landing at Tampico", "type": "", "date": "1937-01-09", "place": "",
        "part_of": "", "summary": "Trotsky arrives in Mexico.", "description": "", "subjects": "",
        "internal_note": "An example: delete this row.",
    },
    "place": {
        "identifier": "L.001", "title": "Coyoacán", "part_of": "", "countries": "MX", "latitude": "19.35",
        "longitude": "-99.16", "precision": "borough", "name": "", "summary": "Borough of Mexico City",
        "description": "", "internal_note": "An example: delete this row.",
    },
    "collection": {
        "identifier": "C.001", "title": "Correspondence", "level": "series", "parent": "", "position": "1",
        "date": "1929/1940", "extent": "12 letters", "description": "Letters received in exile.",
        "custodial_history": "", "arrangement": "By date.", "access_conditions": "Open", "rights": "",
        "storage": "", "internal_note": "An example: delete this row.",
    },
}  # fmt: skip


def blank(kind: Kind) -> str:
    """The table of a kind, as CSV with the mark by which spreadsheets recognise its encoding."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_EXAMPLES[kind])
    writer.writerow(_EXAMPLES[kind].values())
    return "\ufeff" + text.getvalue()
