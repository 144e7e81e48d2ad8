"""Uncertain dates as a small value: EDTF (ISO 8601-2:2019) as a curator writes it, with two bounds.

The library ``edtf`` decides whether a text is EDTF at all (levels 0 to 2). This file reads the
parts of what it accepts, computes the earliest and the latest day, and refuses what the library
accepts although no calendar has it (29 February 2001, an interval that ends before it starts).

Bounds are *day numbers*: ``year * 10000 + month * 100 + day``, with the year counted astronomically
(0 is 1 BCE, -43 is 44 BCE). They sort as the days do, fit a big integer column for years far
outside the range of a date column, and are readable in a dump: 19390823 is 23 August 1939.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final, Literal

from edtf import parse_edtf

#: The parser's time grows steeply with the length of a set; no real date is longer than this.
MAX_LENGTH: Final = 64
#: Day numbers must fit a signed 64-bit column.
MAX_YEAR: Final = 99_999_999_999

#: Month ranges of the EDTF codes used in place of a month: seasons, quarters, thirds, halves. ISO
#: 8601-2 leaves a season's months open; the meteorological ones of the north are the usual reading,
#: and winter stays within its year, so that "winter 1938" never sorts into 1939.
SEASON_MONTHS: Final[dict[int, tuple[int, int]]] = {
    21: (3, 5), 22: (6, 8), 23: (9, 11), 24: (12, 12),
    25: (3, 5), 26: (6, 8), 27: (9, 11), 28: (12, 12),
    29: (9, 11), 30: (12, 12), 31: (3, 5), 32: (6, 8),
    33: (1, 3), 34: (4, 6), 35: (7, 9), 36: (10, 12),
    37: (1, 4), 38: (5, 8), 39: (9, 12), 40: (1, 6), 41: (7, 12),
}  # fmt: skip

_PART = re.compile(
    r"[?~%]?(?P<year>Y-?[0-9]+(?:E[0-9]+)?|-?[0-9X]{4}|-?[0-9]{1,3})(?:S(?P<significant>[0-9]+))?[?~%]?"
    r"(?:-[?~%]?(?P<month>[0-9X]{2})[?~%]?(?:-[?~%]?(?P<day>[0-9X]{2})[?~%]?)?)?",
    re.ASCII,
)

Shape = Literal["single", "interval", "one of", "all of"]


def _(text: str) -> str:
    """Mark a text for the translators; ``DateError.said`` translates it."""
    return text


class DateError(ValueError):
    """A text that is not a date. Its message says what is wrong and how to write it.

    ``message`` is a pattern and ``values`` fills it in, so that the error can be given in every
    language of the interface; ``str()`` gives it in English.
    """

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message % values)
        self.message = message
        self.values = values

    def said(self, translate: Callable[[str], str]) -> str:
        """The message in the language of ``translate``, a gettext-like function."""
        return translate(self.message) % self.values


class NoDate(DateError):
    """A text that is nothing like a date, so that there is nothing to say of it but what to write instead."""


def day_number(year: int, month: int, day: int) -> int:
    """The sortable number of a day: ``day_number(1939, 8, 23) == 19390823``; BCE years are negative."""
    return year * 10000 + month * 100 + day


@dataclass(frozen=True, slots=True)
class DatePart:
    """One calendar date as precisely as it is known: a day, month, season, year, decade or century.

    ``year`` holds the digits as written, with ``X`` for unknown ones ("193X"); ``month`` is 1 to 12
    or a season code of ISO 8601-2 (21 to 41).
    """

    year: str
    month: int | None
    day: int | None
    approximate: bool
    uncertain: bool
    first: int
    last: int

    @property
    def exact_year(self) -> int | None:
        """The year as a number (astronomical), or None if digits are unknown."""
        return None if "X" in self.year else _year_number(self.year, "0")


@dataclass(frozen=True, slots=True)
class DateSpan:
    """From one part to another; None stands for an end that is open or unknown."""

    start: DatePart | None
    end: DatePart | None

    @property
    def is_one_part(self) -> bool:
        return self.start is not None and self.start is self.end


@dataclass(frozen=True)
class UncertainDate:
    """A date as a curator wrote it. Build one with :func:`read_date`; equal if written alike.

    ``UncertainDate(text)`` itself trusts the text (rows of the database were checked before), so
    that a list of a hundred records does not run the grammar a hundred times.
    """

    written: str

    def __str__(self) -> str:
        return self.written

    @cached_property
    def edtf(self) -> str:
        """The date as strict EDTF: the short forms ``..1940`` and ``1962..`` get their brackets."""
        text = self.written
        if (
            "/" not in text
            and text[:1] not in "[{"
            and (text.startswith("..") or text.endswith(".."))
        ):
            return f"[{text}]"
        return text

    @cached_property
    def shape(self) -> Shape:
        """Whether it is one date, an interval, one of several dates, or all of them."""
        if self.edtf.startswith("["):
            return "one of"
        if self.edtf.startswith("{"):
            return "all of"
        return "interval" if "/" in self.edtf else "single"

    @cached_property
    def spans(self) -> tuple[DateSpan, ...]:
        """The parts of the date, in the order written."""
        text = self.edtf
        if self.shape == "interval":
            start, _, end = text.partition("/")
            return (DateSpan(_end_of_interval(start), _end_of_interval(end)),)
        if self.shape == "single":
            part = _read_part(text)
            return (DateSpan(part, part),)
        return tuple(_member_of_set(member.strip()) for member in text[1:-1].split(","))

    @cached_property
    def earliest(self) -> int | None:
        """Day number of the earliest day it can be, or None if that is open or unknown."""
        starts = [span.start.first if span.start else None for span in self.spans]
        known = [start for start in starts if start is not None]
        return min(known) if len(known) == len(starts) else None

    @cached_property
    def latest(self) -> int | None:
        """Day number of the latest day it can be, or None if that is open or unknown."""
        ends = [span.end.last if span.end else None for span in self.spans]
        known = [end for end in ends if end is not None]
        return max(known) if len(known) == len(ends) else None

    @property
    def is_approximate(self) -> bool:
        """Whether any part is marked "about" (``~`` or ``%``) or uncertain (``?`` or ``%``)."""
        return any(mark in self.written for mark in "~?%")


def read_date(text: str) -> UncertainDate:
    """Read what a curator typed. Raises :class:`DateError` with a message that says what to do.

    >>> read_date("1938-07-13~").latest
    19380713
    """
    return _read(" ".join(text.split()))


@lru_cache(maxsize=4096)
def _read(text: str) -> UncertainDate:
    if not text:
        raise DateError(_("No date was given. Write one in EDTF, for example 1939-08-23 or 1890~."))
    if len(text) > MAX_LENGTH:
        raise DateError(
            _(
                "This date has %(length)s characters; the limit is %(most)s. Shorten it to an interval "
                "such as 1936-08/1938-03 and put the rest in a note."
            ),
            length=len(text),
            most=MAX_LENGTH,
        )
    date = UncertainDate(text)
    if not _is_plain(text):
        try:
            parse_edtf(date.edtf)
        except (
            Exception
        ) as refusal:  # besides its own exception, the grammar raises many others on odd input
            raise _what_is_wrong(text) from refusal
    for span in date.spans:
        if span.start and span.end and span.start.first > span.end.last:
            raise DateError(
                _("“%(text)s” ends before it starts. Write the earlier date first: %(turned)s."),
                text=text,
                turned="/".join(reversed(text.split("/"))),
            )
    if date.earliest is None and date.latest is None:
        raise DateError(
            _("“%(text)s” has neither a beginning nor an end. Leave the field empty instead."),
            text=text,
        )
    return date


_PLAIN: Final = re.compile(r"([0-9]{4})(?:-(0[1-9]|1[0-2])(?:-([0-9]{2}))?)?", re.ASCII)


def _is_plain(text: str) -> bool:
    """Whether a date is a year, a month, a day, or one of these to another: the grammar takes milliseconds for each,
    and large imports have tens of thousands.
    """
    parts = [_PLAIN.fullmatch(part) for part in text.split("/", 1)]
    return all(
        part is not None
        and int(part[1]) > 0
        and (part[3] is None or 1 <= int(part[3]) <= _days_in(int(part[1]), int(part[2])))
        for part in parts
    )


def _what_is_wrong(text: str) -> DateError:
    """The most likely reason why ``text`` is not EDTF."""
    found = re.fullmatch(
        r"(?P<year>-?[0-9]{4})-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2}))?[?~%]?", text, re.ASCII
    )
    if found:
        month, day = int(found["month"]), found["day"]
        if not (1 <= month <= 12 or month in SEASON_MONTHS):
            return DateError(
                _(
                    "“%(text)s” has a month %(month)s; months run from 01 to 12 "
                    "(21 to 24 are the seasons)."
                ),
                text=text,
                month=found["month"],
            )
        if day and month <= 12 and not 1 <= int(day) <= _days_in(int(found["year"]), month):
            return _no_such_day(text, day)
    return NoDate(
        _(
            "“%(text)s” is not a date in EDTF. Write for example 1939-08-23, 1927-11, 1890~ (about), "
            "193X (the 1930s), 1936-08/1938-03 (from – to), ..1940 (before), 1962.. (from), "
            "-0043 (44 BCE)."
        ),
        text=text,
    )


def _no_such_day(text: str, day: str) -> DateError:
    return DateError(
        _("“%(text)s” does not exist: that month has no day %(day)s."), text=text, day=day
    )


def _too_far(year: str) -> DateError:
    return DateError(
        _("The year %(year)s is too far in the past or the future to be stored."), year=year
    )


def _end_of_interval(text: str) -> DatePart | None:
    return None if text in {"", ".."} else _read_part(text)


def _member_of_set(text: str) -> DateSpan:
    if ".." not in text:
        part = _read_part(text)
        return DateSpan(part, part)
    start, _, end = text.partition("..")
    return DateSpan(_end_of_interval(start), _end_of_interval(end))


def _year_number(year: str, unknown_digit: str) -> int:
    """The number of a written year, with ``unknown_digit`` for each X."""
    digits = year.removeprefix("Y").replace("X", unknown_digit)
    mantissa, _, exponent = digits.partition("E")
    if len(exponent) > 2:
        raise _too_far(year)
    number: int = int(mantissa) * 10 ** int(exponent or 0)
    if abs(number) > MAX_YEAR:
        raise _too_far(year)
    return number


def _year_range(year: str, significant: str | None) -> tuple[int, int]:
    """First and last year that a written year can be."""
    if significant:
        number = _year_number(year, "0")
        unit = 10 ** max(len(str(abs(number))) - int(significant), 0)
        lowest = abs(number) // unit * unit
        span = (lowest, lowest + unit - 1)
        return span if number >= 0 else (-span[1], -span[0])
    ends = (_year_number(year, "0"), _year_number(year, "9"))
    return min(ends), max(ends)


@lru_cache(maxsize=8192)
def _read_part(text: str) -> DatePart:
    found = _PART.fullmatch(text)
    if not found:
        raise _what_is_wrong(text)
    first_year, last_year = _year_range(found["year"], found["significant"])
    month, day = found["month"], found["day"]
    if month is None or month == "XX":
        first_month, last_month = 1, 12
    elif "X" in month:
        first_month, last_month = (
            max(int(month.replace("X", "0")), 1),
            min(int(month.replace("X", "9")), 12),
        )
    elif int(month) in SEASON_MONTHS:
        first_month, last_month = SEASON_MONTHS[int(month)]
    elif 1 <= int(month) <= 12:
        first_month = last_month = int(month)
    else:
        raise _what_is_wrong(text)
    if day is None or "X" in day:
        first_day = max(int((day or "01").replace("X", "0")), 1)
        most = int(day.replace("X", "9")) if day else 31
        last_day = min(most, _days_in(last_year, last_month))
    else:
        first_day = last_day = int(day)
        if last_month == 2 and last_day == 29 and first_year != last_year:
            first_year, last_year = _leap_years_within(first_year, last_year, text)
        if not 1 <= last_day <= _days_in(last_year, last_month):
            raise _no_such_day(text, day)
    return DatePart(
        year=found["year"],
        month=int(month) if month and "X" not in month else None,
        day=int(day) if day and "X" not in day else None,
        approximate="~" in text or "%" in text or found["significant"] is not None,
        uncertain="?" in text or "%" in text,
        first=day_number(first_year, first_month, first_day),
        last=day_number(last_year, last_month, last_day),
    )


def _days_in(year: int, month: int) -> int:
    """Days of a month in the proleptic Gregorian calendar, for any year (its cycle is 400 years)."""
    return monthrange(year % 400 + 2000, month)[1]


def _leap_years_within(first: int, last: int, text: str) -> tuple[int, int]:
    """The first and last leap year of a range of at most ten thousand years."""
    leap = [year for year in range(first, last + 1) if _days_in(year, 2) == 29]
    if not leap:
        raise DateError(
            _("“%(text)s” does not exist: none of these years has a 29 February."), text=text
        )
    return leap[0], leap[-1]
