"""A citation as a ContextObject in a span (COinS), by which Zotero and others find the reference in a page.

The format is that of OpenURL 1.0 (ANSI/NISO Z39.88-2004) with Dublin Core keys; the span has the
class ``Z3988``.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from catalog.formats import ris
from catalog.formats.cited import Cited
from catalog.values import sentence

#: Types of Zotero by the reference type of RIS; ``document`` for all others.
_TYPES: Final = {
    "BOOK": "book", "PAMP": "book", "PCOMM": "letter", "MANSCPT": "manuscript", "RPRT": "report", "MPCT": "film",
    "NEWS": "newspaperArticle", "ELEC": "webpage", "MAP": "map", "CHART": "artwork", "ART": "artwork",
    "FIGURE": "artwork", "ENCYC": "encyclopediaArticle",
}  # fmt: skip


def write(cited: Cited) -> str:
    """The keys and values for the ``title`` of the span."""
    pairs = [
        ("ctx_ver", "Z39.88-2004"),
        ("rft_val_fmt", "info:ofi/fmt:kev:mtx:dc"),
        ("rft_id", cited.address),
        ("rft.type", _TYPES.get(ris.reference_type(cited), "document")),
        ("rft.title", cited.title),
        *(("rft.creator", maker.in_order) for maker in cited.makers),
        ("rft.date", _date(cited)),
        *(("rft.language", language) for language in cited.languages),
        ("rft.description", cited.summary),
        ("rft.source", f"{cited.institution}, {cited.identifier}"),
        ("rft.relation", cited.catalogue),
        ("rft.rights", cited.rights),
        ("rft.identifier", cited.address),
    ]
    return urlencode([(key, " ".join(value.split())) for key, value in pairs if value])


def _date(cited: Cited) -> str:
    """The date, or both ends of a span, in ISO 8601 if numbers can express it; otherwise in words."""
    if cited.plain_dates:
        ends = (
            [f"{year:04d}", *(f"{one:02d}" for one in rest)] for year, *rest in cited.plain_dates
        )
        return "/".join("-".join(end) for end in ends)
    return sentence(cited.date) if cited.date else ""
