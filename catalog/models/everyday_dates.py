"""Dates as people write them: "about 1890", "julio de 1938". EDTF is suggested for them, and never
taken silently.

A program that reads dates out of prose is wrong too often. English is understood in every
interface; other languages by their message files, which translate each of the words below (several,
separated by ``|``).
"""

from __future__ import annotations

import re
from typing import Final

from django.utils.dates import MONTHS, MONTHS_3
from django.utils.translation import get_language, pgettext_lazy
from edtf import text_to_edtf

from catalog.values import DateError, read_date

#: Nobody types a longer date; longer texts are not examined.
LONGEST_PROSE: Final = 80

_ABOUT = r"(?:about|around|approximately|approx\.?|circa|ca\.?|c\.?)"
_PERHAPS = r"(?:probably|possibly|perhaps|maybe|presumably)"
_FORMS: Final = (
    (re.compile(r"between (?P<first>.+) and (?P<last>.+)"), "[{first}..{last}]"),
    (re.compile(r"from (?P<first>.+?) (?:to|until|till) (?P<last>.+)"), "{first}/{last}"),
    (re.compile(r"(?P<first>.+?) (?:to|until|till) (?P<last>.+)"), "{first}/{last}"),
    (re.compile(r"(?P<first>.*[a-z0-9]) ?- ?(?P<last>.*[0-9]{4}s?)"), "{first}/{last}"),
    (re.compile(r"(?P<first>.+) or (?:earlier|before)"), "..{first}"),
    (re.compile(r"(?P<first>.+) or (?:later|after)"), "{first}.."),
    (re.compile(r"(?P<first>.+) or (?P<last>.+)"), "[{first},{last}]"),
    (re.compile(r"(?:before|until|till|by|not after) (?P<first>.+)"), "..{first}"),
    (re.compile(r"(?:after|from|since|not before) (?P<first>.+)"), "{first}.."),
    (re.compile(rf"{_ABOUT} ?(?P<first>.+)"), "{first}~"),
    (re.compile(rf"{_PERHAPS} (?P<first>.+)"), "{first}?"),
    (re.compile(r"(?P<first>.+?) ?\(?\?\)?"), "{first}?"),
)
_SLASHED: Final = re.compile(r"([0-9]{1,2})[/.]([0-9]{1,2})[/.]([0-9]{4})")
_BEFORE_CHRIST: Final = re.compile(r"(?P<year>[1-9][0-9]{0,3}) ?(?:bc|bce|b\.c\.|b\.c\.e\.)")
_MONTHS: Final = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
#: Words that may be part of a single date; any other word may change its meaning, so nothing is suggested.
_WORDS_OF_DATES: Final = frozenset(
    {*_MONTHS, *(month[:3] for month in _MONTHS), "sept", "spring", "summer", "autumn", "fall", "winter",
     "century", "st", "nd", "rd", "th", "s", "of"}
)  # fmt: skip


#: English words, and their translation in the language of the interface.
_SPOKEN: Final = {
    "about": pgettext_lazy("typed date", "about"),
    "perhaps": pgettext_lazy("typed date", "perhaps"),
    "between": pgettext_lazy("typed date", "between"),
    "and": pgettext_lazy("typed date", "and"),
    "or": pgettext_lazy("typed date", "or"),
    "from": pgettext_lazy("typed date", "from"),
    "to": pgettext_lazy("typed date", "to"),
    "until": pgettext_lazy("typed date", "until"),
    "before": pgettext_lazy("typed date", "before"),
    "after": pgettext_lazy("typed date", "after"),
    "not before": pgettext_lazy("typed date", "not before"),
    "not after": pgettext_lazy("typed date", "not after"),
    "spring": pgettext_lazy("typed date", "spring"),
    "summer": pgettext_lazy("typed date", "summer"),
    "autumn": pgettext_lazy("typed date", "autumn"),
    "winter": pgettext_lazy("typed date", "winter"),
    "century": pgettext_lazy("typed date", "century"),
    "decade": pgettext_lazy("typed date", "decade"),
    "bc": pgettext_lazy("typed date", "bc"),
    "of": pgettext_lazy("typed date", "of"),
}
#: The centuries, as languages that count them in Roman numerals write them.
_CENTURIES: Final = (
    "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi",
    "xii", "xiii", "xiv", "xv", "xvi", "xvii", "xviii", "xix", "xx", "xxi",
)  # fmt: skip


def in_english(text: str) -> str:
    """A date in the language of the interface, in lower case, with its known words in English."""
    if (get_language() or "en").startswith("en"):
        return text
    said = {
        str(word).lower(): month
        for months in (MONTHS, MONTHS_3)
        for word, month in zip(months.values(), _MONTHS, strict=True)
    }
    for english, words in _SPOKEN.items():
        said |= dict.fromkeys(str(words).lower().split("|"), english)
    longest_first = sorted(map(re.escape, said), key=len, reverse=True)
    known = re.compile(rf"(?<![^\W\d])(?:{'|'.join(longest_first)})(?![^\W\d])")
    text = known.sub(lambda found: f" {said[found[0]]} ", text)
    text = re.sub(r"\bof\b", " ", text)
    text = re.sub(r"\bcentury +([ivx]+|[0-9]{1,2})\b", _as_ordinal, " ".join(text.split()))
    return re.sub(r"\bdecade +([0-9]{3}0)\b", r"\1s", text)


def _as_ordinal(found: re.Match[str]) -> str:
    """The words "century xviii" in English: "18th century"; others unchanged."""
    if found[1] in _CENTURIES:
        number = _CENTURIES.index(found[1]) + 1
    elif found[1].isdecimal() and 0 < int(found[1]) <= len(_CENTURIES):
        number = int(found[1])
    else:
        return found[0]
    ending = {1: "st", 2: "nd", 3: "rd", 21: "st"}.get(number, "th")
    return f"{number}{ending} century"


def two_days(text: str) -> tuple[str, str] | None:
    """EDTF of both days that "3/4/1938" can mean, day first and month first; None if it is clear."""
    found = _SLASHED.fullmatch(text.strip())
    if (
        found is None
        or found[1] == found[2]
        or not 0 < int(found[1]) <= 12
        or not 0 < int(found[2]) <= 12
    ):
        return None
    first, second, year = int(found[1]), int(found[2]), found[3]
    return f"{year}-{second:02d}-{first:02d}", f"{year}-{first:02d}-{second:02d}"


def proposed_edtf(text: str) -> str | None:
    """EDTF for a date in everyday words, or None if it is not one or could mean two days.

    >>> proposed_edtf("between 1900 and 1910")
    '[1900..1910]'
    """
    if len(text) > LONGEST_PROSE:
        return None
    plain = re.sub(r"\b(?:the|year)\b", " ", text.lower())
    plain = " ".join(re.sub("[‐-―−]", "-", plain).split()).strip(" ,;")
    plain = in_english(plain).strip(" .,;")
    proposal = _proposed(plain, depth=3)
    if proposal is None:
        return None
    try:
        read_date(proposal)
    except DateError:
        return None
    return proposal


def _proposed(text: str, depth: int) -> str | None:
    single = _single(text)
    if single or not depth:
        return single
    for form, edtf in _FORMS:
        found = form.fullmatch(text)
        if found:
            parts = {
                name: _proposed(part.strip(), depth - 1) for name, part in found.groupdict().items()
            }
            # An open end or a set cannot be part of another form.
            if all(part and not re.search(r"[\[/.]", part) for part in parts.values()):
                return edtf.format(**parts)
    return None


def _single(text: str) -> str | None:
    """EDTF of one calendar date. The library guesses boldly, so every number has to reappear in its
    result.
    """
    before_christ = _BEFORE_CHRIST.fullmatch(text)
    if before_christ:
        # EDTF counts years astronomically: 0000 is 1 BCE.
        year = int(before_christ["year"]) - 1
        return f"-{year:04d}" if year else "0000"
    if two_days(text):
        return None
    text = re.sub(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})", r"\1/\2/\3", text)
    if not re.fullmatch(r"[a-z0-9 ,./-]+", text):
        return None
    if not set(re.findall(r"[^\W\d_]+", text)) <= _WORDS_OF_DATES:
        return None
    if not re.search(r"[0-9]{4}|[0-9] ?(?:st|nd|rd|th) century", text):
        return None  # "1 May" of which year?
    if len(re.findall(r"[0-9]{4}", text)) > 1:
        return None
    try:
        edtf = text_to_edtf(text)
    except Exception:  # the library's text parser raises many different errors on odd input
        return None
    if not edtf or re.search(r"[/~?%\[{]", edtf):
        return None
    numbers = [] if "century" in text else re.findall(r"[0-9]+", text)
    kept = edtf.replace("X", "0")
    if any(number.lstrip("0") not in kept for number in numbers):
        return None
    return str(edtf)
