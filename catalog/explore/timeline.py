"""Dates as bars on one scale. Where a date is uncertain or open, its bar fades.

Positions on a scale are percentages of its width, which SVG accepts without script and without a
style.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from typing import Final, Literal, Self

from catalog.values import UncertainDate

#: Which ends of a bar fade.
Fading = Literal["", "start", "end", "both"]
#: The shortest bar, in per cent: otherwise a day in a century could not be seen.
SHORTEST: Final = 1.2
#: Years between two ticks, and how many ticks there are at most.
STEPS: Final = tuple(digit * 10**power for power in range(11) for digit in (1, 2, 5))
TICKS: Final = 8


@dataclass(frozen=True, slots=True)
class Span:
    """When something was: day numbers (``values.dates``) of the first and the last day that it can
    be, None if that is open or unknown; and whether its ends are only approximate.
    """

    earliest: int | None
    latest: int | None
    about: bool = False

    @property
    def years(self) -> list[int]:
        """The years of its known ends, counted astronomically."""
        return [day // 10_000 for day in (self.earliest, self.latest) if day is not None]


def span_of(first: UncertainDate | None, last: UncertainDate | None = None) -> Span | None:
    """From the beginning of one date to the end of another, or of the same; None if neither is known.

    Unknown digits make a date as vague as "about" does.
    """
    if first is None and last is None:
        return None
    ends = first if last is None else last
    known = [date for date in (first, ends) if date is not None]
    return Span(
        first.earliest if first else None,
        ends.latest if ends else None,
        any(date.is_approximate or "X" in date.edtf for date in known),
    )


@dataclass(frozen=True, slots=True)
class Bar:
    """A span on a scale: where it begins and how long it is, in per cent, and which of its ends fade."""

    start: float
    length: float
    fading: Fading


@dataclass(frozen=True, slots=True)
class Tick:
    """The beginning of a year on a scale, in per cent."""

    year: int
    place: float


@dataclass(frozen=True, slots=True)
class Scale:
    """A range of whole years, counted astronomically, the last included."""

    first: int
    last: int

    @classmethod
    def of(cls, spans: Iterable[Span]) -> Self | None:
        """The scale that fits some spans; None if no end of any is known."""
        years = list(chain.from_iterable(span.years for span in spans))
        return cls(min(years), max(years)) if years else None

    @property
    def length(self) -> int:
        """How many years it has."""
        return self.last - self.first + 1

    def bar(self, span: Span) -> Bar | None:
        """A span that the scale was made for; open ends reach its edge. None if neither end is known."""
        if not span.years:
            return None
        start = 0.0 if span.earliest is None else self._place(span.earliest)
        # A last day is over at its end.
        end = 100.0 if span.latest is None else self._place(span.latest + 1)
        length = max(end - start, SHORTEST)
        return Bar(
            round(min(start, 100 - length), 3),
            round(length, 3),
            _FADING[span.about or span.earliest is None, span.about or span.latest is None],
        )

    @property
    def ticks(self) -> list[Tick]:
        """Round years, few enough to be legible."""
        step = next(step for step in STEPS if self.length <= step * TICKS)
        rounds = range(self.first + -self.first % step, self.last + 1, step)
        return [Tick(year, round(self._place(year * 10_000 + 101), 3)) for year in rounds]

    def _place(self, day: int) -> float:
        """Where a day begins. Months are taken to have 31 days: nobody sees the difference."""
        year, rest = divmod(day, 10_000)
        month, of_month = divmod(rest, 100)
        return 100 * (year - self.first + ((month - 1) * 31 + of_month - 1) / 372) / self.length


_FADING: Final[dict[tuple[bool, bool], Fading]] = {
    (False, False): "",
    (True, False): "start",
    (False, True): "end",
    (True, True): "both",
}
