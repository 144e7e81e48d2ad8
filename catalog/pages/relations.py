"""Relations of a record in groups: works by role, events by role, family, topics.

However many relations a record has, a group reads one row more than it shows, in one query for all
the groups of a kind; a link to the list leads to the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber

from catalog.models import Certainty, Collection, Document, Event, Image, Person, Relation
from catalog.pages.lives import years
from catalog.uris import Kind, list_path
from catalog.values import UncertainDate

#: Rows that a group shows.
SHOWN: Final = 50


@dataclass(slots=True)
class Line:
    """One relation, seen from the record on whose page it is."""

    #: The record at the other end.
    record: Any
    #: The relation itself, with date, note and certainty; None for a mere foreign key.
    statement: Relation | None = None
    #: What is said of the record in this relation: "standing".
    caption: str = ""
    #: Number of its outline in the picture, 1 for the first.
    number: int | None = None
    marks: list[Any] = field(default_factory=list)

    @property
    def dates(self) -> list[UncertainDate]:
        """The dates that distinguish the record at the other end from its namesakes."""
        return dates_of(self.record)

    @property
    def years(self) -> str:
        """The years of the life of a person at the other end, as the public may know them."""
        return years(self.record.known_to(None)) if isinstance(self.record, Person) else ""

    @property
    def doubt(self) -> str:
        """How sure the catalogue is, in words; empty if it is certain."""
        if self.statement is None or self.statement.certainty == Certainty.CERTAIN:
            return ""
        return str(Certainty(self.statement.certainty).label)


@dataclass(slots=True)
class Group:
    """Relations of one sort under one heading."""

    label: Any
    lines: list[Line]
    #: Where the whole list is, if there is more than is shown.
    more: str = ""
    #: "list", or "pictures" for cards with thumbnails.
    manner: str = "list"
    #: The label is a cataloguer's word (a term), not the interface's.
    label_is_term: bool = False
    #: The label says more than the heading of the section, and is shown even if the group is alone.
    label_stays: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """Groups that answer one question: what somebody wrote, what happened at a place."""

    title: Any
    groups: list[Group]
    #: Address of a timeline with the same relations, whatever their group.
    timeline: str = ""

    @property
    def number(self) -> int:
        """How many relations it shows."""
        return sum(len(group.lines) for group in self.groups)

    @property
    def goes_on(self) -> bool:
        """Whether there are more than it shows."""
        return any(group.more for group in self.groups)

    @property
    def is_single(self) -> bool:
        """Whether its one group needs no heading of its own."""
        only = self.groups[0]
        return len(self.groups) == 1 and not (only.label_is_term or only.label_stays)


def dates_of(record: Any) -> list[UncertainDate]:
    """The life of a person, the date of a work, an event or a collection; nothing for a place."""
    match record:
        case Person():
            known = record.known_to(None)
            found = [known.born, known.died]
        case Document() | Image() | Event() | Collection():
            found = [record.date]
        case _:
            found = []
    return [date for date in found if date]


def first_of_each(rows: QuerySet[Any], group: Any, *order: Any) -> QuerySet[Any]:
    """The first rows of each group, one more than is shown; ``group`` is a column or an expression.

    They are ranked as bare keys: somebody may have written 20,000 works, and the database would
    carry every column of them and of all that is joined through two sorts.
    """
    rank = Window(RowNumber(), partition_by=[group], order_by=list(order))
    ranked: QuerySet[Any] = rows.select_related(None).annotate(rank_in_group=rank)
    first = ranked.filter(rank_in_group__lte=SHOWN + 1).order_by()
    return rows.filter(pk__in=first.values("pk")).order_by(*order)


def by_date(column: str) -> tuple[Any, ...]:
    """Sort rows in time by a bound column, the undated last."""
    return F(column).asc(nulls_last=True), "id"


def grouped(
    rows: Iterable[Any],
    *,
    label: Callable[[Any], Any],
    other: Callable[[Any], Any],
    more: Callable[[Any], str] = lambda row: "",
    caption: Callable[[Any], str] = lambda row: "",
    manner: str = "list",
    terms: bool = True,
) -> list[Group]:
    """Relations under their labels, in the order of the rows."""
    groups: dict[str, Group] = {}
    for row in rows:
        name = str(label(row))
        group = groups.setdefault(name, Group(label(row), [], manner=manner, label_is_term=terms))
        if len(group.lines) < SHOWN:
            group.lines.append(Line(other(row), row, caption(row)))
        else:
            group.more = more(row)
    return list(groups.values())


def one_group(rows: Iterable[Any], more: str = "", manner: str = "list", label: Any = "") -> Group:
    """Records that point to this one by a foreign key: the parts of an event, the events at a place."""
    found = list(rows)
    shown = [Line(record) for record in found[:SHOWN]]
    return Group(label, shown, more if len(found) > SHOWN else "", manner, label_stays=bool(label))


def listed(kind: Kind, **filters: str) -> str:
    """Address of the list of a kind, filtered: ``listed("event", place="kremlin")``."""
    return f"{list_path(kind)}?{urlencode(filters)}"


def limited(rows: QuerySet[Any]) -> QuerySet[Any]:
    """As many rows as a group shows, and one more."""
    return rows[: SHOWN + 1]
