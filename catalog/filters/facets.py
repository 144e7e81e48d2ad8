"""How many records of the current list have each value of a filter.

The count of a value leaves its own filter out, so that its other values stay visible, and includes
what is below it, as the filter itself does: the number shown is the number that will be found.
Facets are counted on the search index (:mod:`catalog.filters.reckoning`), or while that is behind,
in one query for the whole list.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, cast

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import CharField, F, Q, QuerySet, Value

from catalog.filters.fields import ChoicesField, Given, RecordsField, TermsField
from catalog.filters.hierarchy import compiled, with_those_above
from catalog.models import HierarchicalQuerySet, NameOf, Term
from catalog.values import Label

if TYPE_CHECKING:
    from catalog.filters.base import RecordFilter

#: Values of a facet that are shown before it is unfolded.
SHOWN: Final = 8
#: Values that a facet offers in all; rarer ones can be found from a record that has them.
MOST: Final = 40


@dataclass(frozen=True, slots=True)
class Facet:
    """A filter whose values are counted: ``name`` of the filter, and the column it reads.

    If the values belong to relations, ``pairs`` names the method of the filter set that gives rows
    of ``record`` and ``node``, for the records of a list or for all. ``only`` is the one value that
    is offered. ``after`` names a filter without which the facet is not offered.
    """

    name: str
    path: str = ""
    pairs: str = ""
    only: Literal["", "yes"] = ""
    after: str = ""

    def rows(self, chosen: RecordFilter) -> QuerySet[Any]:
        """Rows of ``record`` and ``node`` for the list that all other filters make."""
        records = chosen.but_for(self.name).order_by()
        if self.pairs:
            return cast(QuerySet[Any], getattr(chosen, self.pairs)(records))
        if self.only:
            given = [Given(self.only, self.only, True)]
            fitting: QuerySet[Any] = chosen.filters[self.name].filter(records, given)
            return fitting.values(record=F("pk"), node=Value(self.only, output_field=CharField()))
        return records.filter(**{f"{self.path}__isnull": False}).values(
            record=F("pk"), node=F(self.path)
        )


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a facet: its code in addresses, its label, how many records, and whether chosen.

    ``depth`` is 0 for a value at the top, 1 for one below the nearest such value before it.
    """

    code: str
    label: str
    count: int
    chosen: bool
    depth: int = 0


@dataclass(slots=True)
class Offer:
    """A facet with the values that it offers: the most frequent first, narrower ones below theirs."""

    name: str
    label: str
    options: list[Option]
    #: A single value that is on or off: the filter's own label says what it means.
    is_switch: bool = False
    #: Whether there are further values, which are not offered; and the address of a page that has them.
    more: bool = False
    whole_url: str = ""
    #: Whether all values were asked for.
    is_whole: bool = False

    @property
    def shown(self) -> list[Option]:
        """The values shown at first."""
        return self.options if len(self.options) <= SHOWN + 2 else self.options[:SHOWN]

    @property
    def folded(self) -> list[Option]:
        """The values behind "show all"."""
        return self.options[len(self.shown) :]

    @property
    def unfolded(self) -> bool:
        """Whether a value behind "show all" is chosen, so that it must be shown, or all were asked for."""
        return self.is_whole or any(option.chosen for option in self.folded)


def offers(chosen: RecordFilter) -> list[Offer]:
    """The facets of a filter set with the values in use, counted on the index if it is up to date,
    otherwise by one query for all. One more query for the terms, and one for each kind of record
    that a facet offers.
    """
    facets = [facet for facet in chosen.FACETS if not facet.after or facet.after in chosen.given]
    reckoning = chosen.reckoning
    indexed: set[str] = set()
    if reckoning is None:
        tallies = [_tally(chosen, facet) for facet in facets]
        counts = counted(tallies, using=chosen.queryset.db)
    else:
        indexed = {facet.name for facet in facets if not facet.pairs}
        counts = reckoning.counts(indexed, MOST)
        for facet in facets:
            if facet.pairs:
                tally = _tally(chosen, facet, whole=True)
                counts[facet.name] = reckoning.counts_of_pairs(tally, facet.after)
    known = _known_values(chosen, counts, indexed)
    found = []
    for facet in facets:
        picked = {given.code: given.label for given in chosen.given.get(facet.name, [])}
        options = _in_order(known[facet.name], counts[facet.name], picked)
        shown = {option.code for option in options}
        options += [
            Option(code, label, 0, True) for code, label in picked.items() if code not in shown
        ]
        if options:
            more = len(counts[facet.name]) >= MOST
            label = chosen.label_of(facet.name)
            found.append(Offer(facet.name, label, options, bool(facet.only), more))
    return found


def numbers_without(chosen: RecordFilter, names: Iterable[str]) -> dict[str, int]:
    """For each of some filters, how many records would fit without it. At most one query."""
    if chosen.reckoning is not None:
        return {name: len(chosen.reckoning.fitting(name)) for name in names}
    tallies = []
    for name in names:
        label = Value(name, output_field=CharField())
        rows = chosen.but_for(name).order_by().values(record=F("pk"), node=label)
        tallies.append(Tally(name, rows))
    counts = counted(tallies, using=chosen.queryset.db)
    return {name: counts[name].get(name, 0) for name in names}


@dataclass(frozen=True, slots=True)
class _Value:
    """A value as the catalogue knows it; ``above`` is the value directly above it."""

    code: str
    label: str
    above: str = ""


def _in_order(
    known: dict[str, _Value], counts: dict[str, int], picked: Container[str]
) -> list[Option]:
    """The counted values as options: each followed by those below it."""
    below: dict[str, list[str]] = {}
    for value in counts:
        if value in known:
            above = known[value].above
            below.setdefault(above if above in counts and above in known else "", []).append(value)
    options: list[Option] = []

    def add(values: list[str], depth: int) -> None:
        for value in sorted(values, key=lambda one: (-counts[one], known[one].label.casefold())):
            one = known[value]
            options.append(Option(one.code, one.label, counts[value], one.code in picked, depth))
            add(below.pop(value, []), depth + 1)

    add(below.pop("", []), 0)
    return options


def _tally(chosen: RecordFilter, facet: Facet, *, whole: bool = False) -> Tally:
    """What to count for a facet: in the list that all other filters make, or in the ``whole`` catalogue."""
    kind = chosen.filters[facet.name].field
    if isinstance(kind, TermsField):
        nodes: Any = Term.objects.filter(vocabulary=kind.vocabulary)
    elif isinstance(kind, RecordsField):
        nodes = kind.model.objects.visible_to(chosen.user)
    else:
        return Tally(facet.name, facet.rows(chosen))
    rows = getattr(chosen, facet.pairs)() if whole else facet.rows(chosen)
    picked = [given.value.pk for given in chosen.given.get(facet.name, [])]
    return Tally(facet.name, rows, nodes, MOST, picked)


def _known_values(
    chosen: RecordFilter, counts: dict[str, dict[str, int]], indexed: set[str]
) -> dict[str, dict[str, _Value]]:
    """Codes and labels of the counted values, by facet. Terms in ``indexed`` were counted by their code."""
    fields = {name: chosen.filters[name].field for name in counts}
    terms = _terms(
        {
            name: (field.vocabulary, list(counts[name]))
            for name, field in fields.items()
            if isinstance(field, TermsField) and counts[name]
        },
        indexed,
    )
    known: dict[str, dict[str, _Value]] = {}
    for name, kind in fields.items():
        if isinstance(kind, ChoicesField):
            known[name] = {
                value: _Value(choice.code, Label(choice.label))
                for choice in kind.choices()
                for value in (str(choice.value), choice.code)
            }
        elif isinstance(kind, RecordsField):
            above = kind.model.PARENT  # type: ignore[attr-defined]
            records = kind.model.objects.visible_to(chosen.user).filter(pk__in=list(counts[name]))
            known[name] = {
                str(pk): _Value(slug, title, str(parent or ""))
                for pk, slug, title, parent in records.values_list("pk", "slug", "title", above)
            }
        else:
            known[name] = terms.get(name, {})
    return known


def _terms(
    wanted: dict[str, tuple[str, list[str]]], indexed: set[str]
) -> dict[str, dict[str, _Value]]:
    """The terms of several facets, by the values under which they were counted. One query."""
    if not wanted:
        return {}
    which = Q()
    for name, (vocabulary, values) in wanted.items():
        which |= Q(vocabulary=vocabulary, **{"code__in" if name in indexed else "pk__in": values})
    found: dict[str, dict[str, _Value]] = {name: {} for name in wanted}
    rows = Term.objects.filter(which).order_by()
    columns = ("pk", "vocabulary", "code", NameOf(), "broader_id", "broader__code")
    for pk, vocabulary, code, label, above, code_above in rows.values_list(*columns):
        for name, (own, _values) in wanted.items():
            if own != vocabulary:
                continue
            if name in indexed:
                found[name][code] = _Value(code, label, code_above or "")
            else:
                found[name][str(pk)] = _Value(code, label, str(above or ""))
    return found


@dataclass(frozen=True, slots=True)
class Tally:
    """What :func:`counted` counts: rows of ``record`` and ``node``, and the hierarchy of the nodes if any.

    With ``most``, only that many values are returned, the most frequent; those in ``first`` are
    always returned.
    """

    name: str
    rows: QuerySet[Any]
    nodes: HierarchicalQuerySet[Any] | None = None
    most: int | None = None
    first: Sequence[int] = ()


def counted(tallies: Iterable[Tally], *, using: str) -> dict[str, dict[str, int]]:
    """Count the different records of each value, for several tallies in one query.

    A record counts for its value and, once, for each one above it. The values are returned as text.
    """
    parts: list[str] = []
    parameters: list[Any] = []
    counts: dict[str, dict[str, int]] = {}
    for tally in tallies:
        counts[tally.name] = {}
        try:
            sql, values = _sql_of(tally)
        except EmptyResultSet:
            continue
        parts.append(
            f"SELECT '{tally.name}' AS tally, CAST(value AS text), amount"  # noqa: S608 - our own name
            f" FROM ({sql}) AS {tally.name}_counts"
        )
        parameters += values
    if parts:
        with connections[using].cursor() as cursor:
            cursor.execute(" UNION ALL ".join(parts), parameters)
            for name, value, amount in cursor.fetchall():
                counts[name][value] = amount
    return counts


def _sql_of(tally: Tally) -> tuple[str, list[Any]]:
    """SQL of ``value`` and ``amount``. Every part is compiled by Django or a placeholder."""
    if tally.nodes is None:
        pairs, parameters = compiled(tally.rows)
        pairs, amount = f"SELECT node AS value FROM ({pairs}) AS row", "COUNT(*)"  # noqa: S608
    else:
        pairs, parameters = with_those_above(tally.rows, tally.nodes)
        amount = "COUNT(DISTINCT record)"
    sql = f"SELECT value, {amount} AS amount FROM ({pairs}) AS pair GROUP BY value"  # noqa: S608
    if tally.most is not None:
        first = ", ".join(["%s"] * len(tally.first))
        before = f"CASE WHEN value IN ({first}) THEN 0 ELSE 1 END, " if first else ""
        sql += f" ORDER BY {before}amount DESC, value LIMIT {tally.most:d}"
        parameters += tally.first
    return sql, parameters
