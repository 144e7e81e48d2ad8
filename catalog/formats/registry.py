"""The formats in which a record can be downloaded. A new one is a line here and a file of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from catalog.formats import bibtex, csl_json, eac_cpf, ead, lido, ris
from catalog.formats.cited import Cited
from catalog.uris import Kind


@dataclass(frozen=True, slots=True)
class CitationFormat:
    """A citation format: its name for readers, the suffix of its address, its media type, and what
    writes it.
    """

    name: str
    suffix: str
    media_type: str
    write: Callable[[Cited], str]


@dataclass(frozen=True, slots=True)
class DescriptionFormat:
    """A format in which archives exchange descriptions of records of one kind.

    ``write`` takes a record, the reader, and what is put before permanent addresses; it answers
    piece by piece.
    """

    name: str
    suffix: str
    media_type: str
    kind: Kind
    write: Callable[[Any, Any, str], Iterator[str]]


@dataclass(frozen=True, slots=True)
class WorkFormat:
    """A format in which works are handed to other catalogues, one by one.

    ``write`` takes the document that the API has of a record, with its relations, and the reader
    whom it was made for.
    """

    name: str
    suffix: str
    media_type: str
    kinds: frozenset[Kind]
    write: Callable[[dict[str, Any], Any], str]


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

#: By suffix.
DESCRIPTION_FORMATS: Final[dict[str, DescriptionFormat]] = {
    form.suffix: form
    for form in (
        DescriptionFormat("EAD", "ead.xml", "application/ead+xml", "collection", ead.write),
        DescriptionFormat("EAC-CPF", "eac.xml", "application/eac-cpf+xml", "person", eac_cpf.write),
    )
}

#: By suffix.
WORK_FORMATS: Final[dict[str, WorkFormat]] = {
    form.suffix: form
    for form in (
        WorkFormat("LIDO", "lido.xml", "application/lido+xml", lido.KINDS, lido.write),
    )
}  # fmt: skip

#: All of them, by suffix.
FORMATS: Final[Mapping[str, CitationFormat | DescriptionFormat | WorkFormat]] = {
    **CITATION_FORMATS,
    **DESCRIPTION_FORMATS,
    **WORK_FORMATS,
}


def forms_of(kind: Kind) -> list[CitationFormat | DescriptionFormat | WorkFormat]:
    """The formats in which a record of a kind is available."""
    whole = (form for form in DESCRIPTION_FORMATS.values() if form.kind == kind)
    work = (form for form in WORK_FORMATS.values() if kind in form.kinds)
    return [*CITATION_FORMATS.values(), *whole, *work]
