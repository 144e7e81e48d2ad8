"""A citation in RIS, which EndNote, Zotero, Mendeley and others read: a tag and a value in each line."""

from __future__ import annotations

from typing import Final

from catalog.formats.cited import Cited
from catalog.values import sentence

#: Reference types of RIS by the code of our term; kinds without one follow below.
_TYPES: Final = {
    "book": "BOOK", "pamphlet": "PAMP", "letter": "PCOMM", "manuscript": "MANSCPT", "report": "RPRT",
    "film": "MPCT", "periodical": "SER", "newspaper": "NEWS", "web-article": "ELEC", "map": "MAP", "chart": "CHART",
    "photograph": "ART", "painting": "ART", "drawing": "ART", "poster": "ART",
}  # fmt: skip
_OF_KIND: Final = {"document": "GEN", "image": "FIGURE", "collection": "GEN"}
#: What is described and was not made is an entry of a work of reference.
_ENTRY: Final = "ENCYC"


def reference_type(cited: Cited) -> str:
    """What RIS calls this sort of thing: "BOOK"."""
    return _TYPES.get(cited.type) or _OF_KIND.get(cited.kind, _ENTRY)


def write(cited: Cited) -> str:
    """One reference; lines end in CR LF, as the format requires."""
    dates = cited.plain_dates
    lines = [("TY", reference_type(cited))]
    lines += [("AU", maker.in_order) for maker in cited.makers]
    lines.append(("TI", cited.title))
    if cited.original_title:
        lines.append(("OP", cited.original_title))
    if not cited.is_work:
        lines.append(("T2", cited.catalogue))
    if len(cited.years) == 1:
        lines.append(("PY", f"{cited.years[0]:04d}"))
    if len(dates) == 1:
        year, month, day = [*(f"{number:02d}" for number in dates[0]), "", ""][:3]
        lines.append(("DA", f"{year:0>4}/{month}/{day}/"))
    elif cited.date:
        # The fourth part of a date is words.
        lines.append(("DA", f"///{sentence(cited.date)}"))
    lines += [("LA", language) for language in cited.languages]
    lines += [
        ("AB", cited.summary),
        ("DB", cited.catalogue),
        ("DP", cited.institution),
        ("AN", cited.identifier),
        ("UR", cited.address),
        ("Y2", f"{cited.read_on:%Y/%m/%d}/"),
    ]
    written = [f"{tag}  - {' '.join(value.split())}" for tag, value in lines if value]
    return "\r\n".join([*written, "ER  - ", ""])
