"""Uncertain dates in words, for people: "about 13 July 1938", "August 1936 – March 1938".

The words come through ``translate``, a gettext-like function, so this file does not need Django and
every language of the interface has its own order of day, month and year.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from catalog.values.dates import DatePart, DateSpan, UncertainDate

Translate = Callable[[str], str]


def _same(text: str) -> str:
    return text


#: Marks words that are translated where they are shown.
gettext_noop: Final = _same
_MONTHS: Final = (
    gettext_noop("January"), gettext_noop("February"), gettext_noop("March"), gettext_noop("April"),
    gettext_noop("May"), gettext_noop("June"), gettext_noop("July"), gettext_noop("August"),
    gettext_noop("September"), gettext_noop("October"), gettext_noop("November"),
    gettext_noop("December"),
)  # fmt: skip


def sentence(date: UncertainDate, translate: Translate = _same) -> str:
    """A date in the language of ``translate``.

    >>> sentence(UncertainDate("1936-08/1938-03"))
    'August 1936 – March 1938'
    >>> sentence(UncertainDate("1937-04-10/1937-04-17"))
    '10–17 April 1937'
    """
    _ = translate
    said = [_span(span, date, _) for span in date.spans]
    if len(said) == 1:
        return said[0]
    joint = _("%(first)s or %(last)s") if date.shape == "one of" else _("%(first)s and %(last)s")
    return joint % {"first": ", ".join(said[:-1]), "last": said[-1]}


def _span(span: DateSpan, date: UncertainDate, _: Translate) -> str:
    if span.start and span.is_one_part:
        return _part(span.start, _)
    if span.start is None and span.end is not None:
        words = _until(span.end, _) if date.shape == "interval" else _before(span.end, _)
        return _filled(words, _part(span.end, _))
    if span.start is None:
        return _("date unknown")
    if span.end is None:
        unknown_end = date.shape == "interval" and not date.edtf.endswith("..")
        words = _from_to_unknown(span.start, _) if unknown_end else _from(span.start, _)
        return _filled(words, _part(span.start, _))
    if date.shape == "one of":
        ends = {"first": _part(span.start, _), "last": _part(span.end, _)}
        return _("between %(first)s and %(last)s") % ends
    return _together(span.start, span.end, _) or from_to(_part(span.start, _), _part(span.end, _))


def from_to(first: str, last: str) -> str:
    """Two dates in words as a span: ``from_to("1879", "1940") == "1879–1940"``.

    Typographers put no spaces around the dash between single words, but do between phrases.
    """
    return f"{first} – {last}" if " " in first + last else f"{first}–{last}"


def _together(start: DatePart, end: DatePart, _: Translate) -> str:
    """A span within a month or a year, naming what both ends share only once; empty if they share
    nothing.
    """
    first, last = start.month, end.month
    if first is None or last is None or max(first, last) > 12 or start.year != end.year:
        return ""
    if start.exact_year is None or _is_doubtful(start) or _is_doubtful(end):
        return ""
    year = _year(end, _)
    if start.day is None and end.day is None:
        names = {"first": _month(first, _), "last": _month(last, _), "year": year}
        return _("%(first)s – %(last)s %(year)s") % names
    if start.day is None or end.day is None:
        return ""
    if first == last:
        days = {"first": start.day, "last": end.day, "month": _month(last, _), "year": year}
        return _("%(first)s–%(last)s %(month)s %(year)s") % days
    opening = _("%(day)s %(month)s") % {"day": start.day, "month": _month(first, _)}
    return from_to(opening, _part(end, _))


def _is_doubtful(part: DatePart) -> bool:
    return part.approximate or part.uncertain


def _part(part: DatePart, _: Translate) -> str:
    said = _calendar(part, _)
    if part.approximate:
        said = _filled(_("about %(day)s") if part.day else _("about %(date)s"), said)
    if part.uncertain:
        said = _("%(date)s (uncertain)") % {"date": said}
    return said


# Many languages put an article before a day and none before a year ("hacia 1890", "hacia el 13 de
# julio"), so days have patterns of their own, with %(day)s.


def _until(part: DatePart, _: Translate) -> str:
    return _("until %(day)s") if _opens_with_a_day(part) else _("until %(date)s")


def _before(part: DatePart, _: Translate) -> str:
    return _("before %(day)s") if _opens_with_a_day(part) else _("before %(date)s")


def _from(part: DatePart, _: Translate) -> str:
    return _("from %(day)s") if _opens_with_a_day(part) else _("from %(date)s")


def _from_to_unknown(part: DatePart, _: Translate) -> str:
    if _opens_with_a_day(part):
        return _("from %(day)s, end unknown")
    return _("from %(date)s, end unknown")


def _opens_with_a_day(part: DatePart) -> bool:
    return part.day is not None and not part.approximate


def _filled(words: str, date: str) -> str:
    return words % {"date": date, "day": date}


def _calendar(part: DatePart, _: Translate) -> str:
    year = _year(part, _)
    if part.month is None:
        return year
    if part.month > 12:
        return _("%(season)s %(year)s") % {"season": _season(part.month, _), "year": year}
    month = _month(part.month, _)
    if part.day is None:
        return _("%(month)s %(year)s") % {"month": month, "year": year}
    return _("%(day)s %(month)s %(year)s") % {"day": part.day, "month": month, "year": year}


def _year(part: DatePart, _: Translate) -> str:
    number = part.exact_year
    if number is not None:
        # EDTF counts years astronomically: 0000 is 1 BCE, -0043 is 44 BCE.
        return str(number) if number > 0 else _("%(year)s BCE") % {"year": 1 - number}
    known = part.year.rstrip("X")
    unknown = len(part.year) - len(known)
    if "X" in known or part.year.startswith("-") or not known or unknown > 2:
        return _("a year between %(first)s and %(last)s") % {
            "first": part.first // 10000,
            "last": part.last // 10000,
        }
    if unknown == 1:
        return _("the %(decade)ss") % {"decade": known + "0"}
    return _("%(century)s00–%(century)s99") % {"century": known}


def _month(number: int, _: Translate) -> str:
    return _(_MONTHS[number - 1])


def _season(code: int, _: Translate) -> str:
    seasons = (_("spring"), _("summer"), _("autumn"), _("winter"))
    if code <= 32:
        return seasons[(code - 21) % 4]
    parts = (
        _("first quarter of"), _("second quarter of"), _("third quarter of"), _("last quarter of"),
        _("first third of"), _("second third of"), _("last third of"),
        _("first half of"), _("second half of"),
    )  # fmt: skip
    return parts[code - 33]
