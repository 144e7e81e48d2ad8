"""A record in formats that other programs read: citations for reference managers, descriptions for
other archives.

``cited`` gathers what a bibliography needs; ``bibtex``, ``ris`` and ``csl_json`` write it to files,
``context_object`` into pages, where reference managers look for it, and ``styles`` for people to copy.
``ead`` writes a collection with everything in it, ``eac_cpf`` a person, a family or a corporate body,
``lido`` a document or an image.
``registry`` lists the formats: the menu of the pages, the addresses ``/id/<uuid>.<suffix>`` and the
negotiation by ``Accept`` follow from it. ``skos`` writes a vocabulary. ``markup`` is XML as text.
"""

from catalog.formats import context_object, lido, markup, skos
from catalog.formats.cited import Cited, Maker, cited, creators_of
from catalog.formats.registry import (
    CITATION_FORMATS,
    FORMATS,
    CitationFormat,
    DescriptionFormat,
    WorkFormat,
    forms_of,
)
from catalog.formats.styles import STYLES, Run

__all__ = [
    "CITATION_FORMATS",
    "FORMATS",
    "STYLES",
    "CitationFormat",
    "Cited",
    "DescriptionFormat",
    "Maker",
    "Run",
    "WorkFormat",
    "cited",
    "context_object",
    "creators_of",
    "eac_cpf",
    "forms_of",
    "lido",
    "markup",
    "skos",
]
