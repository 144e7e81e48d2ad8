"""Dates as people write them: "about 1890", "julio de 1938". They are read as EDTF, and never silently:
forms and imports say how they read them.

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
    (re.compile(r"(?P<first>.+) (?:and|&) (?P<last>.+)"), "{{{first},{last}}}"),
    (re.compile(r"(?:before|until|till|by|not after) (?P<first>.+)"), "..{first}"),
    (re.compile(r"(?:after|from|since|not before) (?P<first>.+)"), "{first}.."),
    (re.compile(rf"{_ABOUT} ?(?P<first>.+)"), "{first}~"),
    (re.compile(rf"{_PERHAPS} (?P<first>.+)"), "{first}?"),
    (re.compile(r"(?P<first>.+?) ?\(?\?\)?"), "{first}?"),
    (re.compile(r"(?:first|1st) half of (?P<first>[0-9]{4})"), "{first}-40"),
    (re.compile(r"(?:second|2nd) half of (?P<first>[0-9]{4})"), "{first}-41"),
)
#: A date that cataloguers supply stands in square brackets; a set in EDTF has a comma or two points.
_SUPPLIED: Final = re.compile(r"\[([^][,]*?(?<!\.))\]")
#: Two years of which the second is cut short, "1937/38", and digits that are not known, "193-".
_CUT_SHORT: Final = re.compile(r"([0-9]{2})([0-9]{2})[-/]([0-9]{2})")
_DIGITS_UNKNOWN: Final = re.compile(r"([0-9]{2}[0-9-])-")
#: What stands before "to", "or", "and" and takes the rest from what stands behind.
_DAY: Final = r"[0-9]{1,2}(?:st|nd|rd|th)?"
_DAY_FIRST: Final = re.compile(rf"{_DAY} (?P<rest>[a-z].*)")
_MONTH_FIRST: Final = re.compile(rf"(?P<month>[a-z]+) {_DAY}")
_DAY_AND_YEAR: Final = re.compile(rf"{_DAY},? [0-9]{{4}}")
#: Words that say that nothing is known.
_UNDATED: Final = re.compile(
    r"(?:undated|no date|date unknown|unknown|sin fecha|[ns]\.? ?/? ?d\.?|s\.? ?/? ?f\.?|o\.? ?d\.?|"
    r"\?|[-‐-―−]+|0000-00-00(?: 00:00:00)?)\.?",
    re.IGNORECASE,
)
#: A year whose month and day databases write as 00, and a year that a spreadsheet took for a number.
_NO_DAY: Final = re.compile(r"(?P<year>(?!0000)[0-9]{4})-(?P<month>[0-9]{2})-00")
_NO_DAY_BEFORE: Final = re.compile(r"00[/.](?P<month>[0-9]{2})[/.](?P<year>(?!0000)[0-9]{4})")
_YEAR_AS_NUMBER: Final = re.compile(r"([0-9]{4})\.0+")
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


def says_undated(text: str) -> bool:
    """Whether a text says that there is no date: "n.d.", "undated", "sin fecha"."""
    return bool(_UNDATED.fullmatch(text.strip(" []()")))


def two_years(text: str) -> str | None:
    """EDTF for two years, if "1937-38" was written: EDTF itself reads that as a part of the year 1937."""
    found = re.fullmatch(r"([0-9]{2})([0-9]{2})-([0-9]{2})", text.strip(), re.ASCII)
    if found is None or int(found[3]) <= max(int(found[2]), 12):
        return None
    return f"{found[1]}{found[2]}/{found[1]}{found[3]}"


def why_no_such_day(text: str) -> DateError | None:
    """Why "29 February 2001" or "31/2/1939" is refused; None for a text of another form."""
    found = _named_day(text) or _slashed_day(text)
    if found is None:
        return None
    year, month, day = found
    try:
        read_date(f"{year}-{month:02d}-{day:02d}")
    except DateError as refusal:
        return DateError(refusal.message, **{**refusal.values, "text": text})
    return None


def _named_day(text: str) -> tuple[str, int, int] | None:
    """Year, month and day of "29 February 2001" or "February 29, 2001"."""
    plain = in_english(" ".join(text.lower().split())).strip(" .,;")
    found = re.fullmatch(
        r"(?:(?P<day>[0-9]{1,2}) (?P<month>[a-z]+)|(?P<month2>[a-z]+) (?P<day2>[0-9]{1,2})),? (?P<year>[0-9]{4})",
        " ".join(plain.split()),
    )
    if found is None:
        return None
    word, day = found["month"] or found["month2"], found["day"] or found["day2"]
    number = next((at for at, month in enumerate(_MONTHS, 1) if word in {month, month[:3]}), None)
    return None if number is None else (found["year"], number, int(day))


def _slashed_day(text: str) -> tuple[str, int, int] | None:
    """Year, month and day of "31/2/1939" or "2/31/1939": only one of the numbers can be the day."""
    found = _SLASHED.fullmatch(text.strip())
    if found is None:
        return None
    first, second = int(found[1]), int(found[2])
    month, day = (second, first) if first > 12 else (first, second)
    return found[3], month, day


def proposed_edtf(text: str) -> str | None:
    """EDTF for a date in everyday words, or None if it is not one or could mean two days.

    >>> proposed_edtf("between 1900 and 1910")
    '[1900..1910]'
    """
    if len(text) > LONGEST_PROSE:
        return None
    plain = re.sub(r"\b(?:the|year)\b", " ", text.lower())
    plain = " ".join(re.sub("[‐-―−]", "-", plain).split()).strip(" ,;")
    plain = _SUPPLIED.sub(r"\1", in_english(plain).strip(" .,;"))
    proposal = _proposed(" ".join(plain.split()), depth=3)
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
            said = _completed({name: part.strip() for name, part in found.groupdict().items()})
            parts = {name: _proposed(part, depth - 1) for name, part in said.items()}
            # An open end or a set cannot be part of another form.
            if all(part and not re.search(r"[\[{/.]", part) for part in parts.values()):
                return re.sub(r"~\?|\?~", "%", edtf.format(**parts))
    return None


def _completed(said: dict[str, str]) -> dict[str, str]:
    """Two dates, the first with what it leaves to the second: "5", "7 march 1938" gives "5 march 1938"."""
    first, last = said["first"], said.get("last", "")
    year = re.search(r"[0-9]{4}", last)
    if year is None or re.search(r"[0-9]{4}", first):
        return said
    day_first, month_first = _DAY_FIRST.fullmatch(last), _MONTH_FIRST.fullmatch(first)
    if re.fullmatch(_DAY, first) and day_first:
        first = f"{first} {day_first['rest']}"
    elif re.search(r"[a-z]{3}", first):
        first = f"{first} {year[0]}"
    if month_first and _DAY_AND_YEAR.fullmatch(last):
        last = f"{month_first['month']} {last}"
    return {"first": first, "last": last}


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
    cut = _CUT_SHORT.fullmatch(text)
    if cut and int(cut[3]) > int(cut[2]):
        return f"{cut[1]}{cut[2]}/{cut[1]}{cut[3]}"
    if unknown := _DIGITS_UNKNOWN.fullmatch(text):
        return f"{unknown[1]}-".replace("-", "X")
    if number := _YEAR_AS_NUMBER.fullmatch(text):
        return number[1]
    if no_day := _NO_DAY.fullmatch(text) or _NO_DAY_BEFORE.fullmatch(text):
        month = "" if no_day["month"] == "00" else f"-{no_day['month']}"
        return no_day["year"] + month
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
