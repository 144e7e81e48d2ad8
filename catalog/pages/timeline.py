"""Results in order of time with their dates as bars: the third view of a list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from django.utils.translation import gettext as _

from catalog.explore import Bar, Scale, Span, span_of
from catalog.pages.cards import Card
from catalog.values import UncertainDate, sentence

#: Up to this many years may each have a heading, however few results they have.
FEW_YEARS: Final = 12
#: Ticks up to here, in per cent, are labelled with their year.
LABELLED: Final = 90


@dataclass(frozen=True, slots=True)
class Moment:
    """A result with the bar of its date; without one when it has no date."""

    card: Card
    bar: Bar | None


@dataclass(frozen=True, slots=True)
class Stretch:
    """The results of a year, or of ten."""

    heading: str
    moments: list[Moment]


@dataclass(frozen=True, slots=True)
class Timeline:
    """A page of results on one scale. ``ticks`` are years in words, or nothing, with their position
    in per cent.
    """

    ticks: list[tuple[str, float]]
    stretches: list[Stretch]


def timeline(cards: Iterable[Card]) -> Timeline:
    """The timeline of results that are in order of time.

    Each year has a heading, or each decade if otherwise most results of a long period would have
    one to themselves.
    """
    spans = [(card, _span(card.record)) for card in cards]
    scale = Scale.of(span for _card, span in spans if span)
    years = {span.earliest // 10_000 for _card, span in spans if span and span.earliest is not None}
    ten_years = 2 * len(years) > len(spans) and max(years) - min(years) >= FEW_YEARS
    stretches = [
        Stretch(heading, [Moment(card, scale.bar(span) if scale and span else None) for card, span in some])
        for heading, some in groupby(spans, lambda one: heading_of(one[1], ten_years=ten_years))
    ]  # fmt: skip
    ticks = [
        # The label of the last would not fit before the edge.
        (_year(tick.year) if tick.place < LABELLED else "", tick.place)
        for tick in (scale.ticks if scale else ())
    ]
    return Timeline(ticks, stretches)


def _span(record: Any) -> Span | None:
    """When something was; for a person or a body, its life."""
    if record.KIND == "person":
        return span_of(record.born, record.died)
    return span_of(record.date)


def heading_of(span: Span | None, *, ten_years: bool) -> str:
    """The year or the decade in which something begins."""
    if span is None:
        return _("Without a date")
    if span.earliest is None:
        return _("Beginning unknown")
    year = span.earliest // 10_000
    if not ten_years:
        return _year(year)
    if year < 1:
        return _("Before the Common Era")
    start = year // 10 * 10
    if start < 1000:
        return _("Years %(first)s–%(last)s") % {"first": max(start, 1), "last": start + 9}
    return _("%(decade)ss") % {"decade": start}


def _year(year: int) -> str:
    """A year, counted astronomically, in words."""
    sign, digits = "-" if year < 0 else "", abs(year)
    return sentence(UncertainDate(f"Y{year}" if digits > 9999 else f"{sign}{digits:04}"), _)
