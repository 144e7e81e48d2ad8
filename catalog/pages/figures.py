"""How large the collection is: its records by kind, and its events by decade.

Counted on the index of the search while that is in step: in a museum of a million records, rows take a second.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import CharField, Count, F, Max, Min, Value

from catalog.models import RECORD_MODELS, Event
from catalog.search import Holdings, Standing, holdings
from catalog.uris import KINDS, Kind

if TYPE_CHECKING:
    from catalog.models import Reader

DAYS_OF_TEN_YEARS = 100_000
#: More years than any collection has events in.
ALL_YEARS = 100_000


@dataclass(frozen=True, slots=True)
class Figures:
    """Numbers of records by kind; the first and the last year of events of our era, if any is dated; and for each
    decade in which some begin, their number.
    """

    records: dict[Kind, int]
    first_year: int | None
    last_year: int | None
    decades: list[tuple[int, int]]


def figures(user: Reader, standing: Standing | None = None) -> Figures:
    """The figures as a visitor may know them; ``standing`` is the state of the index, if the caller has just asked
    for it. No further query, or two while the index is behind.
    """
    held = holdings(user, standing=standing)
    return _of_rows(user) if held is None else _of_index(held)


def _of_index(held: Holdings) -> Figures:
    events = held.kind("event")
    begins = _years(held.counts({"begins": events}, ALL_YEARS)["begins"])
    dated = events & held.having("begins", map(str, begins))
    ends = _years(held.counts({"ends": dated}, ALL_YEARS)["ends"])
    decades: Counter[int] = Counter()
    for year, number in begins.items():
        decades[year // 10 * 10] += number
    return Figures(
        {kind: len(held.kind(kind)) for kind in KINDS},
        min(begins, default=None),
        max(ends, default=None),
        sorted(decades.items()),
    )


def _years(counted: list[tuple[str, int]]) -> dict[int, int]:
    """The years of our era, each with its number. The value without a year stands for an open end."""
    return {int(year): number for year, number in counted if year and int(year) > 0}


def _of_rows(user: Reader) -> Figures:
    events = Event.objects.visible_to(user).filter(date_earliest__gt=0)
    by_decade = list(
        events.annotate(decade=F("date_earliest") / DAYS_OF_TEN_YEARS)
        .values("decade")
        .annotate(events=Count("pk"), first=Min("date_earliest"), last=Max("date_latest"))
        .order_by("decade")
    )
    last = [row["last"] for row in by_decade if row["last"]]
    return Figures(
        numbers_of_records(user),
        by_decade[0]["first"] // 10_000 if by_decade else None,
        max(last) // 10_000 if last else None,
        [(row["decade"] * 10, row["events"]) for row in by_decade],
    )


def numbers_of_records(user: Reader) -> dict[Kind, int]:
    """How many records of each kind there are. One query."""
    first, *others = (
        model.objects.visible_to(user)
        .order_by()
        .values(of_kind=Value(kind, output_field=CharField()))
        .annotate(number=Count("pk"))
        for kind, model in RECORD_MODELS.items()
    )
    numbers = {row["of_kind"]: row["number"] for row in first.union(*others, all=True)}
    return {kind: numbers.get(kind, 0) for kind in KINDS}
