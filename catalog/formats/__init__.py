"""A record in the forms that reference managers read: BibTeX, RIS and CSL-JSON.

``cited`` says what a bibliography needs to know of a record, ``bibtex``, ``ris`` and ``csl_json`` write it down, and
``registry`` names the forms: the menu of the pages, the addresses ``/id/<uuid>.<suffix>`` and the negotiation by
``Accept`` follow from it.
"""

from catalog.formats.cited import CREATORS, Cited, Maker, cited
from catalog.formats.registry import CITATION_FORMATS, CitationFormat

__all__ = ["CITATION_FORMATS", "CREATORS", "CitationFormat", "Cited", "Maker", "cited"]
