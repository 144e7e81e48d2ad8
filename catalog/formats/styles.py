"""A record as an entry in a list of references, in the styles that teachers and journals ask for.

APA (7th edition), Chicago (17th edition, bibliography) and MLA (9th edition). All three are conventions of
English, so their words, names of months and quotation marks are English in every language of the interface.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from catalog.formats.cited import Cited, Maker
from catalog.values import sentence


class Run(NamedTuple):
    """A piece of a reference: its text, whether it stands in italics, and whether it is the record's title."""

    text: str
    italic: bool = False
    is_title: bool = False


Reference = list[Run]

_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
#: MLA shortens the names of months with more than four letters.
_SHORT_MONTHS: Final = (
    "Jan.", "Feb.", "Mar.", "Apr.", "May", "June", "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec.",
)  # fmt: skip
#: Sorts of works whose titles Chicago and MLA put in quotation marks, because they are parts or unpublished.
_QUOTED: Final = {"article", "web-article", "manuscript"}
#: Sorts of works whose titles only describe them, and stay as they are.
_DESCRIBED: Final = {"letter", "treaty"}
#: APA names up to twenty authors; beyond them the first nineteen and the last.
_APA_MOST: Final = 20
#: Chicago names up to ten; beyond them the first seven.
_CHICAGO_MOST, _CHICAGO_FIRST = 10, 7


def apa(cited: Cited) -> Reference:
    """``Trotsky, L. (1938, March 3). *Letter to …* [Letter]. The Museum (D-7). https://…``"""
    if not cited.is_work:
        return [
            *_titled(cited, "{}"),
            Run(" (n.d.). In "),
            Run(cited.catalogue, italic=True),
            Run(f". {_holder(cited)}Retrieved {_american(cited.read_on)}, from {cited.address}"),
        ]
    after = f" [{cited.sort}]. " if cited.sort else _stop(cited.title)
    title = [Run(cited.title, italic=True, is_title=True), Run(after)]
    date = Run(f"({_apa_date(cited)}). ")
    makers = _sentence(_apa_makers(cited.makers))
    # Without an author the title takes the author's place.
    begun = [*makers, date, *title] if makers else [*title, date]
    return [*begun, Run(f"{cited.institution} ({cited.identifier}). {cited.address}")]


def chicago(cited: Cited) -> Reference:
    """``Trotsky, Leon. Letter to …. March 3, 1938. The Museum, D-7. https://….``"""
    if not cited.is_work:
        return [
            *_titled(cited, "“{}”"),
            Run(" In "),
            Run(cited.catalogue, italic=True),
            Run(f". {_holder(cited)}Accessed {_american(cited.read_on)}. {cited.address}."),
        ]
    return [
        *_sentence(_chicago_makers(cited.makers)),
        *_title_of_work(cited),
        *_sentence(_chicago_date(cited)),
        Run(f"{cited.institution}, {cited.identifier}. {cited.address}."),
    ]


def mla(cited: Cited) -> Reference:
    """``Trotsky, Leon. Letter to …. 3 Mar. 1938. The Museum, D-7. *The Catalogue*, https://…. Accessed 28 Nov. 2026.``"""  # noqa: E501 (an example stands on one line)
    day = cited.read_on
    where = f", {cited.address}. Accessed {day.day} {_SHORT_MONTHS[day.month - 1]} {day.year}."
    catalogue = [Run(cited.catalogue, italic=True), Run(where)]
    if not cited.is_work:
        return [*_titled(cited, "“{}”"), Run(f" {_holder(cited)}"), *catalogue]
    return [
        *_sentence(_mla_makers(cited.makers)),
        *_title_of_work(cited),
        *_sentence(_mla_date(cited)),
        Run(f"{cited.institution}, {cited.identifier}. "),
        *catalogue,
    ]


#: By the name that readers know, in the order in which they are shown.
STYLES: Final[dict[str, Callable[[Cited], Reference]]] = {
    "APA": apa,
    "Chicago": chicago,
    "MLA": mla,
}


# --- Titles --------------------------------------------------------------------------------------------


def _stop(before: str) -> str:
    """The full stop that ends a sentence, and the space after it; no second stop after one."""
    return " " if before.endswith((".", "?", "!", "…")) else ". "


def _sentence(words: str) -> Reference:
    return [Run(words + _stop(words))] if words else []


def _holder(cited: Cited) -> str:
    """The institution as a sentence, unless the catalogue has its name."""
    return "" if cited.institution == cited.catalogue else f"{cited.institution}. "


def _titled(cited: Cited, quotes: str) -> Reference:
    """The title with its full stop, which American usage puts inside the quotation marks."""
    before, after = quotes.split("{}")
    return [
        *([Run(before)] if before else []),
        Run(cited.title, is_title=True),
        Run(_stop(cited.title).rstrip() + after),
    ]


def _title_of_work(cited: Cited) -> Reference:
    """The title as Chicago and MLA set it, with its full stop and a space."""
    if cited.type in _QUOTED:
        return [*_titled(cited, "“{}”"), Run(" ")]
    if cited.type in _DESCRIBED or cited.kind == "collection":
        return [*_titled(cited, "{}"), Run(" ")]
    return [Run(cited.title, italic=True, is_title=True), Run(_stop(cited.title))]


# --- Names ---------------------------------------------------------------------------------------------


def _initials(given: str) -> str:
    """``Lev Davidovich`` as ``L. D.``, ``Jean-Paul`` as ``J.-P.``"""
    words = [
        "-".join(f"{part[0].upper()}." for part in word.split("-") if part)
        for word in re.split(r"[\s.]+", given)
    ]
    return " ".join(filter(None, words))


def _apa_makers(makers: Sequence[Maker]) -> str:
    names = [
        f"{maker.family}, {_initials(maker.given)}" if maker.family else maker.name
        for maker in makers
    ]
    if len(names) > _APA_MOST:
        return f"{', '.join(names[: _APA_MOST - 1])}, … {names[-1]}"
    return _listed(names, ", & ")


def _chicago_makers(makers: Sequence[Maker]) -> str:
    names = _first_inverted(makers)
    if len(names) > _CHICAGO_MOST:
        return f"{', '.join(names[:_CHICAGO_FIRST])}, et al."
    return _listed(names, ", and ")


def _mla_makers(makers: Sequence[Maker]) -> str:
    names = _first_inverted(makers)
    return f"{names[0]}, et al." if len(names) > 2 else _listed(names, ", and ")


def _first_inverted(makers: Sequence[Maker]) -> list[str]:
    """The first name by its family name, as the list is ordered; the others as they are spoken."""
    return [maker.name if place else maker.in_order for place, maker in enumerate(makers)]


def _listed(names: Sequence[str], last: str) -> str:
    return last.join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


# --- Dates ---------------------------------------------------------------------------------------------


def _american(day: datetime.date) -> str:
    return f"{_MONTHS[day.month - 1]} {day.day}, {day.year}"


def _numbers(cited: Cited) -> list[int]:
    """Year, month and day of a work that has one certain date; otherwise nothing."""
    return cited.plain_dates[0] if len(cited.plain_dates) == 1 else []


def _in_words(cited: Cited) -> str:
    """The date as the catalogue says it, with the abbreviation that lists of references use."""
    return re.sub(r"^about (?=\d)", "ca. ", sentence(cited.date)) if cited.date else ""


def _apa_date(cited: Cited) -> str:
    match _numbers(cited):
        case [year, month, day]:
            return f"{year}, {_MONTHS[month - 1]} {day}"
        case [year, month]:
            return f"{year}, {_MONTHS[month - 1]}"
    return _in_words(cited) or "n.d."


def _chicago_date(cited: Cited) -> str:
    match _numbers(cited):
        case [year, month, day]:
            return _american(datetime.date(year, month, day))
    return _in_words(cited)


def _mla_date(cited: Cited) -> str:
    match _numbers(cited):
        case [year, month, day]:
            return f"{day} {_SHORT_MONTHS[month - 1]} {year}"
        case [year, month]:
            return f"{_SHORT_MONTHS[month - 1]} {year}"
    return _in_words(cited)
