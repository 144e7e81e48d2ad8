"""The words that a record is found by because of its date: nobody repeats a date in a summary.

    2 February 1937                1937, february, 2, 02
    August 1936 – March 1938       1936, august, 1937, 1938, march
    1906–1972                      1906, 1972

Months are named in every language of the interface.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from django.conf import settings
from django.utils import translation
from django.utils.dates import MONTHS

from catalog.search.words import split

#: A span of more years than this is found by its two ends.
LONGEST: Final = 20


@lru_cache(maxsize=65_536)
def words_of_days(earliest: int | None, latest: int | None) -> tuple[str, ...]:
    """The words of a span of day numbers (see ``catalog.values.dates``), either of which may be open."""
    ends = [day for day in (earliest, latest) if day is not None]
    if not ends:
        return ()
    years = [day // 10000 for day in ends]
    if years[-1] - years[0] <= LONGEST:
        years = list(range(years[0], years[-1] + 1))
    if earliest is None or latest is None or _whole_years(earliest, latest):
        return tuple(map(_year, years))
    if earliest == latest:
        day, month = latest % 100, latest // 100 % 100
        precise = [str(day), *month_names(month), _year(years[0]), f"{month:02}", f"{day:02}"]
        return tuple(dict.fromkeys(precise))
    # What is known only to the month is written with its name and year, and so is searched for.
    first, last = month_names(earliest // 100 % 100), month_names(latest // 100 % 100)
    return tuple(dict.fromkeys([*first, *map(_year, years), *last]))


def years_of_life(earliest: int | None, latest: int | None) -> tuple[str, ...]:
    """The years of birth and death, without those between them."""
    return tuple(_year(day // 10000) for day in (earliest, latest) if day is not None)


@lru_cache(maxsize=16)
def month_names(number: int) -> tuple[str, ...]:
    """The words for a month in the languages of the interface."""
    names: list[str] = []
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            names += split(str(MONTHS.get(number, "")))
    return tuple(dict.fromkeys(names))


def _year(year: int) -> str:
    """A year as it is written: 44 for the year -43, which is 44 BCE."""
    return str(year if year > 0 else 1 - year)


def _whole_years(earliest: int, latest: int) -> bool:
    return earliest % 10000 == 101 and latest % 10000 == 1231
