"""Dates for the generated museum: as exact, as vague and as odd as curators write them (EDTF)."""

from __future__ import annotations

from random import Random
from typing import Final

#: The days of the year on which things happen here. Only a few dozen, so that there are far fewer
#: different dates, whose bounds have to be worked out, than rows.
DAYS: Final = tuple(f"{month:02}-{day:02}" for month in range(1, 13) for day in (1, 7, 13, 20, 28))
MONTHS: Final = tuple(f"{month:02}" for month in range(1, 13))
#: Years before the common era are rare, and each is written in one of these ways.
BEFORE_OUR_ERA: Final = ("-0043", "-0299~", "-01XX", "-0399/-0350", "-0009-03", "..-0200", "-0479?")


def year_between(rng: Random, first: int, last: int, usual: int) -> int:
    """A year from a range, most often near ``usual``."""
    return int(rng.triangular(first, last, usual))


def lived_date(rng: Random, year: int) -> str:
    """The date of a birth or a death in ``year``, as precise as it may be known."""
    roll = rng.random()
    if roll < 0.55:
        return f"{year}-{DAYS[int(60 * rng.random())]}"
    if roll < 0.82:
        return str(year)
    if roll < 0.92:
        return f"{year}~"
    if roll < 0.96:
        return f"{year}?"
    return f"{year // 10}X"


def dated(rng: Random, first: int = 1750, last: int = 2020, usual: int = 1934) -> str:
    """When a work was made or something happened. About 1 in 200 is before the common era."""
    year = year_between(rng, first, last, usual)
    roll = rng.random()
    if roll < 0.38:
        return f"{year}-{DAYS[int(60 * rng.random())]}"
    if roll < 0.52:
        return f"{year}-{MONTHS[int(12 * rng.random())]}"
    if roll < 0.74:
        return str(year)
    if roll < 0.82:
        return f"{year}~"
    if roll < 0.85:
        return f"{year}?"
    if roll < 0.89:
        return f"{year // 10}X"
    if roll < 0.93:
        return f"{year}/{year + rng.randrange(1, 6)}"
    if roll < 0.95:
        return f"{year}-{rng.randrange(1, 7):02}/{year}-{rng.randrange(7, 13):02}"
    if roll < 0.96:
        return f"..{year}"
    if roll < 0.97:
        return f"{year}.."
    if roll < 0.98:
        return f"{year}-2{rng.randrange(1, 5)}"
    if roll < 0.985:
        return f"[{year},{year + 2}]"
    if roll < 0.995:
        return f"{year // 100}XX"
    return rng.choice(BEFORE_OUR_ERA)
