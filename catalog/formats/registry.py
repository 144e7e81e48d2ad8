"""The forms in which a citation can be taken along. A new one is a line here and a file beside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from catalog.formats import bibtex, csl_json, ris
from catalog.formats.cited import Cited


@dataclass(frozen=True, slots=True)
class CitationFormat:
    """A form of a citation: how readers call it, the end of its address, its media type, and what writes it."""

    name: str
    suffix: str
    media_type: str
    write: Callable[[Cited], str]


#: By suffix, in the order of the menu.
CITATION_FORMATS: Final[dict[str, CitationFormat]] = {
    form.suffix: form
    for form in (
        CitationFormat("BibTeX", "bib", "application/x-bibtex", bibtex.write),
        CitationFormat("RIS", "ris", "application/x-research-info-systems", ris.write),
        CitationFormat(
            "CSL-JSON", "csl.json", "application/vnd.citationstyles.csl+json", csl_json.write
        ),
    )
}
