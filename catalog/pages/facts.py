"""Facts of a record: what its definition list contains."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from catalog.models import Record, Term
from catalog.values import UncertainDate


@dataclass(slots=True)
class Value:
    """One value of a fact: words, a link, a date, or a mixture that reads in this order."""

    text: str = ""
    url: str = ""
    date: UncertainDate | None = None
    note: str = ""
    #: Language tag of the text if it differs from that of the records.
    language: str = ""
    #: Written by the interface, not by a cataloguer.
    ours: bool = False


@dataclass(slots=True)
class Fact:
    """A label with its values. ``field`` names the column, so that citations of it are found.

    ``of_curators``: the label and the values were written by curators.
    """

    label: Any
    values: list[Value]
    field: str = ""
    marks: list[Any] = dataclasses.field(default_factory=list)
    of_curators: bool = False

    @property
    def in_a_row(self) -> bool:
        """Whether the values are several plain words, which are best separated by commas."""
        return (
            len(self.values) > 1
            and not self.of_curators
            and all(one.text and not one.url for one in self.values)
        )

    @classmethod
    def of(cls, label: Any, *values: Any, field: str = "") -> Fact | None:
        """A fact from texts, dates, terms, records and values; None if all of them are empty."""
        kept = [_value(one) for one in values if one]
        return cls(label, kept, field) if kept else None


def _value(one: Any) -> Value:
    match one:
        case Value():
            return one
        case UncertainDate():
            return Value(date=one)
        case Record():
            return Value(one.title, one.get_absolute_url())
        case Term():
            return Value(one.name)
    return Value(str(one))


def dated(date: UncertainDate | None, place: Record | None) -> Value | None:
    """When and where in one value: "7 November 1879, Yanovka"."""
    if not date and not place:
        return None
    return Value(
        text=place.title if place else "", url=place.get_absolute_url() if place else "", date=date
    )


def terms_of(record: Record, *columns: str) -> dict[str, list[Term]]:
    """The terms in some many-to-many columns of a record, in their order. One query for all."""
    links: dict[str, QuerySet[Any]] = {}
    for column in columns:
        relation = record._meta.get_field(column)
        through = relation.remote_field.through  # type: ignore[union-attr]
        own, other = relation.m2m_field_name(), relation.m2m_reverse_field_name()  # type: ignore[union-attr]
        links[column] = through.objects.filter(**{own: record.pk}).values(f"{other}_id")
    rows = Term.objects.annotate(
        **{
            f"in_{column}": Exists(link.filter(term=OuterRef("pk")))
            for column, link in links.items()
        }
    )
    wanted = Q()
    for link in links.values():
        wanted |= Q(pk__in=link)
    found = list(rows.filter(wanted).order_by("sort_key", "id"))
    return {column: [term for term in found if getattr(term, f"in_{column}")] for column in columns}
