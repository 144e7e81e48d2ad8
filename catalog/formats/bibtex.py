"""A citation for BibTeX and programs that read its files. Text is UTF-8; only what TeX would take
for a command is escaped.
"""

from __future__ import annotations

import re
from typing import Final

from catalog.formats.cited import Cited, Maker
from catalog.values import sentence

_MONTHS: Final = (
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
)  # fmt: skip

#: Entry types that require no field that a catalogue does not have. Everything else is @misc.
_TYPES: Final = {"book": "book", "pamphlet": "booklet"}

# BibTeX counts braces even if a backslash precedes them, so those in a text become commands.
_ESCAPED: Final = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{sign: f"\\{sign}" for sign in "&%$#_"},
    }
)


def write(cited: Cited) -> str:
    """One entry; its key is the record's slug."""
    dates = cited.plain_dates
    fields = {
        "author": " and ".join(_name(maker) for maker in cited.makers),
        # Doubled braces keep the capitals of names, which styles would remove.
        "title": f"{{{_text(cited.title)}}}",
        "year": "--".join(map(str, cited.years)) or _text(_in_words(cited)),
        "howpublished": _text(f"{cited.institution}, {cited.identifier}"),
        "note": _text(_note(cited)),
        "language": ", ".join(cited.languages),
        "url": cited.address,
        "urldate": cited.read_on.isoformat(),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    if len(dates) == 1 and len(dates[0]) > 1:
        lines.append(f"  month = {_MONTHS[dates[0][1] - 1]},")
    entry = _TYPES.get(cited.type, "misc")
    return f"@{entry}{{{_key(cited)},\n" + "\n".join(lines) + "\n}\n"


def _key(cited: Cited) -> str:
    """The slug if BibTeX can read it (plain letters only); otherwise the uuid."""
    if re.fullmatch(r"[A-Za-z0-9-]+", cited.slug):
        return cited.slug
    return cited.address.rpartition("/")[2]


def _note(cited: Cited) -> str:
    """The date in words if it is more, or less, than a year, and the original title of the work."""
    by_years = cited.plain_dates == [[year] for year in cited.years]
    by_month = [len(numbers) for numbers in cited.plain_dates] == [2]
    words = "" if by_years or by_month or not cited.years else _in_words(cited)
    return ". ".join(part for part in (words, cited.original_title) if part)


def _in_words(cited: Cited) -> str:
    return sentence(cited.date) if cited.date else ""


def _name(maker: Maker) -> str:
    """Family name first; a name that must not be split is put in braces of its own."""
    if maker.family:
        return f"{_text(maker.family)}, {_text(maker.given)}"
    return f"{{{_text(maker.name)}}}"


def _text(text: str) -> str:
    return " ".join(text.split()).translate(_ESCAPED)
