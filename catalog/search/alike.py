"""Records that are like a given one: what they share, weighted by how rare it is.

    alike("document", 17, user)   -> the records most like it, each with what both have; None while the index is behind

Works are like works (documents and pictures together), people like people, places like places.
Records that name each other are left out: their pages list them already.

Everything is computed on the bitmaps in memory. A value that few records share counts more than a
common one: its weight is the number of halvings of the collection that lead to it. The weights of
all records are added up at once in bitmaps, one for each binary digit (a *bit-sliced* sum). That
takes a fixed number of operations for each value of the given record, whether ten records share it
or a million.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from math import log2
from typing import TYPE_CHECKING, Final, NamedTuple

from django.utils.functional import Promise
from pyroaring import BitMap

from catalog.models import Place, Record, Vocabulary
from catalog.search.backends import Backend, backend_of, reading
from catalog.search.bitmaps import STANDING, Standing, read_standing
from catalog.search.facets import FACETS, FacetKind, Known, called
from catalog.search.loading import loaded
from catalog.search.sums import Sums
from catalog.search.ties import NUMBERS, TIES
from catalog.search.view import View, may_be_over
from catalog.uris import Kind

if TYPE_CHECKING:
    from catalog.models import Reader

_WORKS: Final = frozenset[Kind]({"document", "image"})
#: What makes records alike, in the order in which equal values are named. Countries and occupations
#: cannot be chosen in the search, but the index counts them all the same.
_SHARED: Final[dict[str, FacetKind]] = {
    **{name: FACETS[name] for name in ("event", "person", "place", "collection", "subject")},
    "occupation": FacetKind("occupation", "", (Vocabulary.OCCUPATION,)),
    "country": FacetKind("country", "", (Vocabulary.COUNTRY,)),
    "type": FACETS["type"],
    "decade": FACETS["decade"],
}
_ORDER: Final = tuple(_SHARED)
#: Sharing nothing but these does not make records alike.
_NOT_ENOUGH: Final = frozenset({"type", "decade", "country"})
#: Facets whose values are hierarchical.
_NESTED: Final = frozenset({"place", "collection", "subject", "type", "occupation"})
#: At most so many values of a record are weighed, the rarest.
MOST_VALUES: Final = 64
#: The weight of one halving of the collection, which leaves room below it for what only decides
#: between equals.
_HALVING: Final = 8
#: Between equals, one from the same year comes first, then one with a picture that can be viewed.
_SAME_YEAR, _PICTURE = 2, 1
#: At most so many of the records that a record names are left out.
_MOST_NAMED: Final = 1_000


class Shared(NamedTuple):
    """Something that two records have in common: the facet, the value's code, and what it is called."""

    facet: str
    code: str
    label: str | Promise


@dataclass(frozen=True, slots=True)
class Alike:
    """A record like the one asked about. ``shared`` is what both have, the rarest first; ``place``
    its place, if the visitor may see it.
    """

    record: Record
    place: Place | None
    shared: tuple[Shared, ...]


#: A facet and a value of it, as the index writes them.
_Value = tuple[str, str]


class _Weighed(NamedTuple):
    """A value of the record: the entries that have it, its weight, and the value directly above it."""

    value: _Value
    entries: BitMap
    weight: int
    wider: _Value | None


def alike(
    kind: Kind,
    pk: int,
    user: Reader = None,
    most: int = 6,
    *,
    using: str | None = None,
) -> list[Alike] | None:
    """At most ``most`` records like one that the visitor may see, best first.

    None while changed records wait to be indexed, or the clock is about to show some: what is
    shared may then have changed. At most three queries, four for a work: the record's values and
    the state of the index, the records of each kind that were found, and the names of what is
    shared unless these are known.
    """
    using = using or reading()
    standing, own = _read(backend_of(using), kind, pk)
    if standing.behind or may_be_over(standing.due):
        return None
    if own is None:
        return []
    view = View(user, using, standing)
    # The values of a place or a collection include what it is in: that is on its page already.
    above = {int(value) for facet, value in own.values if facet == kind}
    ranked = _ranked(view, own, most + len(above))
    found = [
        (record, place, ranked[shown.entry])
        for shown, record, place in loaded(view.backend, view.memory, list(ranked), user)
        if record.pk not in above
    ][:most]
    names = _names(view, [value for _record, _place, shared in found for value in shared])
    return [
        Alike(record, place, tuple(names[one] for one in shared if one in names))
        for record, place, shared in found
    ]


@dataclass(frozen=True, slots=True)
class _Own:
    """What the index says of the record asked about."""

    entry: int
    kind: Kind
    pk: int
    values: list[_Value]
    #: The year that it begins in, if that is known.
    years: list[str]
    #: The entries of the record itself, of those that it names, and of those that name it.
    named: BitMap


def _read(backend: Backend, kind: Kind, pk: int) -> tuple[Standing, _Own | None]:
    """The state of the index, and what it says of a record; None if it has no entry. One query."""
    parts = [
        f"SELECT id, facet_values FROM search_entry WHERE kind = {NUMBERS[kind]} AND record = %s"
    ]
    relations = _relations(kind)
    for other, statement in relations:
        parts.append(
            f"SELECT id, NULL FROM search_entry WHERE kind = {NUMBERS[other]} AND record IN"
            f" ({statement} LIMIT {_MOST_NAMED})"
        )
    rows = backend.run(
        f"SELECT own.id, own.facet_values, {STANDING} FROM (SELECT 1) AS one"
        f" LEFT JOIN ({' UNION ALL '.join(parts)}) AS own ON true",
        [pk] * (1 + len(relations)),
    )
    entry, lines = next(((row[0], row[1]) for row in rows if row[1] is not None), (0, ""))
    standing = read_standing(rows[0][2:])
    if not entry:
        return standing, None
    pairs = [line.partition(":")[::2] for line in lines.split("\n")]
    return standing, _Own(
        entry,
        kind,
        pk,
        values=[(facet, value) for facet, value in pairs if facet in _SHARED],
        years=[value for facet, value in pairs if facet == "begins" and value],
        named=BitMap(row[0] for row in rows),
    )


@cache
def _relations(kind: Kind) -> list[tuple[Kind, str]]:
    """Kinds of records that are compared with this one, and SQL for those that a record names, or
    that name it.

    Without those that are counted in the facet of their own kind: these are in the index.
    """
    kinds = _compared(kind)
    found: dict[tuple[Kind, str], None] = {}
    for tie in TIES:
        if tie.kind not in kinds or tie.target not in kinds or tie.facet == tie.target:
            continue
        for near, far, other in (
            (tie.kind, (tie.owner, tie.to), tie.target),
            (tie.target, (tie.to, tie.owner), tie.kind),
        ):
            if near == kind:
                of, wanted = far
                sql = f"SELECT {wanted} FROM {tie.table} WHERE {of} = %s AND {wanted} IS NOT NULL"
                found[other, sql] = None
    return list(found)


def _compared(kind: Kind) -> frozenset[Kind]:
    """The kinds of records that can be like one of this kind."""
    return _WORKS if kind in _WORKS else frozenset({kind})


def _ranked(view: View, own: _Own, most: int) -> dict[int, list[_Value]]:
    """The entries most like one, best first, each with what both have, the highest weight first."""
    kinds = _compared(own.kind)
    among = (
        view.keep(
            ("compared", kinds),
            lambda: view.visible & view.any_of("kind", [str(NUMBERS[kind]) for kind in kinds]),
        )
        - own.named
        - view.value(own.kind, str(own.pk))
    )
    weighed = _weighed(view, own, among)
    telling = [one.entries for one in weighed if one.value[0] not in _NOT_ENOUGH]
    sums = Sums()
    for one in weighed:
        sums.add(one.entries, one.weight)
    sums.add(view.value("has_image", "yes") & among, _PICTURE)
    for year in own.years:
        same = view.value("begins", year)
        if own.entry in same:
            sums.add(same & among, _SAME_YEAR)
    best = sums.highest(BitMap.union(BitMap(), *telling), most, near=own.entry)
    return {entry: _shared(entry, weighed) for entry in best}


def _weighed(view: View, own: _Own, among: BitMap) -> list[_Weighed]:
    """The values of a record with the entries that have them too, the highest weight first.

    Of hierarchical values (a town, its country) the wider counts for those who share only that, and
    the narrower only for what it adds: sharing the town is sharing one thing. A span of several
    decades is one thing as well.
    """
    shared = {}
    for value in own.values:
        bits = view.value(*value)
        # A value that it has only through something hidden must not be known to the visitor.
        if own.entry in bits and (bits := bits & among):
            shared[value] = bits
    rarest = sorted(
        shared, key=lambda value: (len(shared[value]), _ORDER.index(value[0]), value[1])
    )[:MOST_VALUES]
    decades = sum(1 for facet, _value in rarest if facet == "decade")
    found = []
    for number, value in enumerate(rarest):
        facet, bits = value[0], shared[value]
        wider = next(
            (
                other
                for other in rarest[number + 1 :]
                if facet in _NESTED and other[0] == facet and bits.issubset(shared[other])
            ),
            None,
        )
        outside = len(among) if wider is None else len(shared[wider])
        halvings = log2(outside / len(bits)) / (decades if facet == "decade" else 1)
        found.append(_Weighed(value, bits, round(halvings * 2) * (_HALVING // 2), wider))
    return found


def _shared(entry: int, weighed: list[_Weighed]) -> list[_Value]:
    """The values that an entry has, the rarest first; of hierarchical ones only the narrowest."""
    found: list[_Value] = []
    covered: set[_Value | None] = set()
    for one in weighed:
        if entry in one.entries:
            if one.value not in covered:
                found.append(one.value)
            covered.add(one.wider)
    return found


def _names(view: View, values: list[_Value]) -> dict[_Value, Shared]:
    """What values are called, as far as the visitor may know. One query at most."""
    by_facet: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for facet, value in dict.fromkeys(values):
        by_facet[facet].append((value, 0))
    known = {name: view.keep(("labels", name), Known) for name in by_facet}
    view.names.learn(view.backend, by_facet, known, _SHARED)
    found = {}
    for facet, value in values:
        if (named := known[facet].get(value)) is not None:
            code, label = named
            found[facet, value] = Shared(facet, code, called(_SHARED[facet], label))
    return found
