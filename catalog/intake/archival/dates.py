"""The dates of a component as EDTF: what the wording says where it is understood, else what ``normal`` says."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from catalog.intake.archival.markup import Element
from catalog.intake.cells import date_in_words
from catalog.models import says_undated
from catalog.values import DateError, UncertainDate, read_date, sentence

_ABOUT: Final = frozenset(
    {"approximate", "circa", "ca", "ca.", "approximately", "estimated", "about"}
)
_MONTHS: Final = {
    word: number
    for number in range(1, 13)
    for word in (calendar.month_name[number].lower(), calendar.month_abbr[number].lower())
}
_PLAIN_WORDS: Final = frozenset({*_MONTHS, "to"})
_OPEN_ENDS: Final = frozenset({"9999", "open", "..", "2999"})


@dataclass(frozen=True, slots=True)
class Dated:
    """A date of a component. ``edtf`` is empty when it is not understood; ``wording`` is kept where EDTF says less.

    ``sort`` is what the date is of: empty, ``published``, or ``bulk``.
    """

    edtf: str
    wording: str
    sort: str
    line: int


def dated(element: Element) -> Dated:
    """What a ``unitdate`` says, or a structured date of EAD3."""
    attributes = element.attributes
    normal = attributes.get("normal", "") or attributes.get("standarddate", "")
    if element.name != "unitdate" and not normal:
        normal = _structured(element)
    wording = element.words() or normal
    is_about = attributes.get("certainty", "").casefold() in _ABOUT
    sort = ""
    if "bulk" in {attributes.get("type"), attributes.get("unitdatetype")}:
        sort = "bulk"
    elif attributes.get("datechar", "").casefold().startswith("publi"):
        sort = "published"
    by_normal = _of_normal(normal, is_about=is_about)
    if sort == "bulk":
        return Dated("", wording, sort, element.line)
    if by_normal is not None and not is_about and _says_the_same(wording, normal):
        return Dated(by_normal.written, "", sort, element.line)
    by_words = _of_words(wording)
    if by_words and is_about and not re.search(r"[~?%]", by_words.written):
        # The element says "about" where its text does not.
        about = by_normal or _of_normal(by_words.written, is_about=True) or by_words
        return Dated(about.written, "", sort, element.line)
    if by_words and by_normal and by_normal.written.endswith("/.."):
        # A fonds that grows on, not some day since then.
        return Dated(by_normal.written, "", sort, element.line)
    if by_words and (by_normal is None or _is_within(by_words, by_normal)):
        return Dated(by_words.written, "", sort, element.line)
    if by_normal is not None:
        is_said = re.sub(r"\W", "", wording) == re.sub(r"\W", "", normal) or wording == sentence(
            by_normal
        )
        return Dated(by_normal.written, "" if is_said else wording, sort, element.line)
    return Dated("", "" if says_undated(wording) else wording, sort, element.line)


def _says_the_same(wording: str, normal: str) -> bool:
    """Whether a wording says a plain date, or two, with the numbers of the normal form and the names of months.

    Most do, and reading words is slow: a large finding aid has tens of thousands of them.
    """
    words = re.findall(r"[^\W\d_]+", wording.lower())
    said = [int(number) for number in re.findall(r"[0-9]+", wording)]
    there = [int(number) for number in re.findall(r"[0-9]+", normal.replace("T00:00:00", ""))]
    signs = re.sub(r"[\w\s.,/–—-]", "", wording)
    if not said or signs or not set(words) <= _PLAIN_WORDS or not set(said) <= set(there):
        return False
    months = {_MONTHS[word] for word in words if word in _MONTHS}
    years = {number for number in there if number > 31}
    return months <= set(there) and years <= set(said) and bool(months or "-" not in normal)


def _structured(element: Element) -> str:
    """The standard form of a ``unitdatestructured``: its range, or its single date."""
    ends = [one.attributes.get("standarddate", "") for one in element.within("fromdate", "todate")]
    if len(ends) == 2:
        return "/".join(ends)
    single = next(element.within("datesingle"), None)
    return single.attributes.get("standarddate", "") if single else ""


@lru_cache(maxsize=16_384)
def _of_words(text: str) -> UncertainDate | None:
    plain = text.strip(" []()").rstrip(".")
    found = date_in_words(plain) if plain and not says_undated(plain) else None
    try:
        return read_date(found) if found else None
    except DateError:
        return None


def _of_normal(normal: str, *, is_about: bool) -> UncertainDate | None:
    """ISO 8601, in its plain or its basic form, alone or from one date to another."""
    ends = [_iso(end) for end in normal.strip().split("/")] if normal.strip() else []
    if not 1 <= len(ends) <= 2 or None in ends or not any(ends):
        return None
    if len(ends) == 2 and ends[0] == ends[1]:
        ends.pop()
    mark = "~" if is_about else ""
    parts = [f"{end}{mark}" if end else ".." for end in ends]
    try:
        return read_date("/".join(parts))
    except DateError:
        return None


def _iso(end: str) -> str | None:
    """One date with its hyphens; empty for an open end, None for what is no date."""
    end = end.strip()
    if not end or end in _OPEN_ENDS:
        return ""
    found = re.fullmatch(r"([0-9]{4})(?:-?([0-9]{2})(?:-?([0-9]{2}))?)?(?:T.*)?", end, re.ASCII)
    if found is None:
        return None
    # Some programs fill what is not known with noughts.
    return "-".join(part for part in found.groups() if part and part != "00")


def _is_within(words: UncertainDate, normal: UncertainDate) -> bool:
    """Whether the wording speaks of the same time as the normal form, as exactly or more exactly."""
    pairs = ((words.earliest, normal.earliest, 1), (words.latest, normal.latest, -1))
    for mine, theirs, sign in pairs:
        if (mine is None) != (theirs is None):
            return False
        if mine is not None and theirs is not None and (mine - theirs) * sign < 0:
            return False
    return True
