"""The facets of a search: what can be chosen, how values are named in URLs, and how many entries each has.

A count follows the words and the choices in all other facets, but leaves out those in its own facet, so
that the other values stay in sight. It counts what the visitor may see, and is exact.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, Literal

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from pyroaring import BitMap

from catalog.models import (
    RECORD_MODELS,
    Term,
    Vocabulary,
    name_sql,
    read_name,
    sees_everything,
    visible_rows,
)
from catalog.search.backends import Backend, backend_of
from catalog.search.keys import listed_of
from catalog.search.memory import Memory
from catalog.search.ties import HIDDEN, NUMBERS
from catalog.uris import KINDS
from catalog.values import RIGHTS_STATEMENTS

if TYPE_CHECKING:
    from catalog.models import Reader

Sort = Literal["count", "value"]

#: How many bitmaps of values can be looked at in the time of one database query.
AT_ONCE: Final = 10_000
#: A facet with at most so many values is always counted by bitmaps: that is quicker than picking
#: its lines from those of all facets.
AT_HAND: Final = 200


@dataclass(frozen=True, slots=True)
class FacetKind:
    """One facet: its name in URLs, its label, and where the names of its values come from.

    ``vocabularies`` or ``record`` say whose codes and labels its values have, ``order`` how they
    are sorted. ``after`` names a facet that has to be chosen first.
    """

    name: str
    label: str | Promise
    vocabularies: tuple[str, ...] = ()
    record: str = ""
    order: Sort = "count"
    after: str = ""
    shown: bool = True


FACETS: Final[dict[str, FacetKind]] = {
    facet.name: facet
    for facet in (
        FacetKind("kind", _("Kind")),
        FacetKind("has_image", _("Has a picture")),
        FacetKind("decade", _("Decade"), order="value"),
        FacetKind(
            "type",
            _("Type"),
            (Vocabulary.DOCUMENT_TYPE, Vocabulary.IMAGE_TYPE, Vocabulary.EVENT_TYPE),
        ),
        FacetKind("person", _("Person"), record="person"),
        FacetKind("role", _("Role"), (Vocabulary.CONTRIBUTION_ROLE, Vocabulary.PARTICIPATION_ROLE)),
        FacetKind("place", _("Place"), record="place"),
        FacetKind("collection", _("Collection"), record="collection"),
        FacetKind("subject", _("Subject"), (Vocabulary.SUBJECT,)),
        FacetKind("language", _("Language"), (Vocabulary.LANGUAGE,)),
        FacetKind("rights", _("Rights")),
        FacetKind("event", _("About the event"), record="event", shown=False),
    )
}

KIND_LABELS: Final[dict[str, str | Promise]] = {
    "person": _("People"),
    "document": _("Documents"),
    "image": _("Images"),
    "event": _("Events"),
    "place": _("Places"),
    "collection": _("Collections"),
}


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a facet as it is offered: its code in URLs, its label, its count, and whether it
    is chosen.
    """

    code: str
    label: str | Promise
    count: int
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class FacetCounts:
    """A facet with its counted values. ``more`` says that there are further values, which are not
    listed.
    """

    name: str
    label: str | Promise
    values: tuple[Value, ...]
    more: bool = False


def rights_code(uri: str) -> str:
    """The short name of a rights statement in URLs: ``inc``, ``by-sa``, ``zero``."""
    return uri.rstrip("/").rsplit("/", 2)[-2].lower()


#: A decade as URLs write it.
_NUMBER: Final = re.compile(r"-?[0-9]{1,12}", re.ASCII)


def _code_of_kind(number: str) -> str:
    return next(kind for kind in KINDS if str(NUMBERS[kind]) == number)


class Known(dict[str, "tuple[str, Any] | None"]):
    """The codes and labels of a facet's values that were looked up before; None for values that are
    not shown. Terms have all their labels there, of which :func:`called` takes the reader's.
    """


def called(facet: FacetKind, label: Any) -> Any:
    """The label of a known value in the language of the page."""
    return read_name(label) if facet.vocabularies else label


class Names:
    """Translates codes in URLs to values of the index and back, with labels, as one visitor may
    know them.
    """

    def __init__(self, user: Reader, using: str) -> None:
        self.user = user
        self.using = using

    def values(self, choices: Iterable[tuple[str, Iterable[str]]]) -> dict[str, list[str]]:
        """The values that codes stand for, by facet. At most one query.

        Codes that mean nothing to the visitor are left out, and so are facets that do not exist.
        """
        found: dict[str, list[str]] = {}
        selects: list[str] = []
        parameters: list[Any] = []
        for name, given in choices:
            if (facet := FACETS.get(name)) is None:
                continue
            codes = [code for code in given if code and "\0" not in code and len(code) <= 200]
            found[name] = [] if facet.record else self._coded(facet, codes)
            if facet.record and codes:
                visible, known = self._visible(facet)
                slugs = ", ".join(["%s"] * len(codes))
                selects.append(
                    f"SELECT '{name}', id FROM ({visible}) AS {name} WHERE slug IN ({slugs})"
                )
                parameters += [*known, *codes]
        if selects:
            for name, pk in backend_of(self.using).run(" UNION ALL ".join(selects), parameters):
                found[name].append(str(pk))
        return found

    @staticmethod
    def _coded(facet: FacetKind, codes: list[str]) -> list[str]:
        """The values that codes stand for, in a facet whose values are not records."""
        if facet.name == "kind":
            return [str(NUMBERS[code]) for code in codes if code in KINDS]
        if facet.name == "rights":
            known = {rights_code(uri): uri for uri in RIGHTS_STATEMENTS}
            return [known[code] for code in codes if code in known]
        if facet.order == "value":
            return [code for code in codes if _NUMBER.fullmatch(code)]
        return codes

    def unknown(self, facet: FacetKind, codes: list[str]) -> list[str]:
        """The codes that mean nothing to the visitor."""
        if facet.vocabularies:
            terms = Term.objects.using(self.using).filter(vocabulary__in=facet.vocabularies)
            known = set(terms.filter(code__in=codes).values_list("code", flat=True))
        elif facet.record:
            known = set(self._records(facet).filter(slug__in=codes).values_list("slug", flat=True))
        elif facet.name == "has_image":
            known = {"yes"}
        else:
            known = {code for code in codes if self._coded(facet, [code])}
        return [code for code in codes if code not in known]

    def learn(
        self,
        backend: Backend,
        counts: Mapping[str, list[tuple[str, int]]],
        known: Mapping[str, Known],
        facets: Mapping[str, FacetKind] = FACETS,
    ) -> None:
        """Look up the codes and labels of counted values, by facet, and add them to ``known``. At
        most one query. ``facets`` has the facets by name.
        """
        missing = {
            name: [value for value, _count in counted if value not in known[name]]
            for name, counted in counts.items()
        }
        selects: list[str] = []
        parameters: list[Any] = []
        for name, values in missing.items():
            if not values:
                continue
            facet = facets[name]
            known[name].update(dict.fromkeys(values))
            if facet.vocabularies or facet.record:
                select, given = self._select(facet, values)
                selects.append(select)
                parameters += given
            else:
                known[name].update(self._called(facet, values))
        if selects:
            for name, value, code, label in backend.run(" UNION ALL ".join(selects), parameters):
                known[name][value] = (code, label)

    def _select(self, facet: FacetKind, values: list[str]) -> tuple[str, list[Any]]:
        """SQL for the facet's name and the value, code and label of terms or records, and its
        parameters.
        """
        if facet.vocabularies:
            vocabularies, codes = (
                ", ".join(["%s"] * len(listed)) for listed in (facet.vocabularies, values)
            )
            return (
                f"SELECT '{facet.name}', code, code, {name_sql()} FROM \"{Term._meta.db_table}\""
                f" WHERE vocabulary IN ({vocabularies}) AND code IN ({codes})",
                [*facet.vocabularies, *values],
            )
        visible, given = self._visible(facet)
        return (
            f"SELECT '{facet.name}', CAST(id AS text), slug, title FROM ({visible}) AS {facet.name}"
            f" WHERE id IN ({listed_of(map(int, values))})",
            list(given),
        )

    def labelled(
        self,
        facet: FacetKind,
        counts: list[tuple[str, int]],
        chosen: set[str],
        known: Known,
    ) -> list[Value]:
        """Counted values with the labels that the visitor may know, in the order of the facet."""
        found = []
        for value, count in counts:
            named = known[value]
            if named is not None:
                code, label = named
                found.append(Value(code, called(facet, label), count, value in chosen))
        if facet.order == "value":
            found.sort(key=lambda value: int(value.code))
        else:
            found.sort(key=lambda value: (-value.count, str(value.label).casefold()))
        return found

    @staticmethod
    def _called(facet: FacetKind, values: list[str]) -> dict[str, tuple[str, Any]]:
        """Codes and labels of values that are words of the interface."""
        if facet.name == "kind":
            kinds = {value: _code_of_kind(value) for value in values}
            return {value: (kind, KIND_LABELS[kind]) for value, kind in kinds.items()}
        if facet.name == "rights":
            return {
                uri: (rights_code(uri), _(statement.label))
                for uri, statement in RIGHTS_STATEMENTS.items()
            }
        if facet.name == "decade":
            return {value: (value, format_lazy(_("{decade}s"), decade=value)) for value in values}
        return {"yes": ("yes", _("With a picture"))}

    def _visible(self, facet: FacetKind) -> tuple[str, tuple[Any, ...]]:
        return _visible(facet.record, sees_everything(self.user), self.using)

    def _records(self, facet: FacetKind) -> Any:
        return RECORD_MODELS[facet.record].objects.using(self.using).visible_to(self.user)  # type: ignore[index]


@lru_cache(maxsize=64)
def _visible(kind: str, everything: bool, using: str) -> tuple[str, tuple[Any, ...]]:
    """SQL for the id, slug and title of the records of a kind that a visitor, or a curator, may know of."""
    records = visible_rows(RECORD_MODELS[kind], everything=everything).using(using)  # type: ignore[index]
    rows = records.order_by().values("id", "slug", "title")
    sql, parameters = rows.query.get_compiler(using).as_sql()
    return sql, tuple(parameters)


def are_few(entries: int, values: int) -> bool:
    """Whether values are counted faster from the facet values of the entries than by the bitmaps of
    all values.

    Reading takes time for every entry. Bitmaps take time for every value, but less the more entries
    there are, because the most frequent values are then found sooner. Both took the same time at
    1,050 entries with 74,000 values, and at 3,100 with 370,000.
    """
    return 5 * entries**3 <= max(0, values - AT_ONCE) ** 2


def count(
    backend: Backend,
    memory: Memory,
    asked: dict[str, BitMap],
    most: int,
    *,
    staff: bool,
    texts: dict[int, str],
) -> dict[str, list[tuple[str, int]]]:
    """For each facet in ``asked``, the ``most`` frequent values among its entries, with their counts.

    ``texts`` has the facet values of entries that were read before, one value per line.
    """
    # Facets without choices of their own share one set of entries.
    shared: dict[int, list[str]] = defaultdict(list)
    for name, among in asked.items():
        shared[id(among)].append(name)
    few: list[tuple[BitMap, list[str]]] = []
    counts: dict[str, list[tuple[str, int]]] = {}
    for names in shared.values():
        among = asked[names[0]]
        sizes = {name: memory.number_of_values(name) for name in names}
        in_lines = [name for name, size in sizes.items() if size > AT_HAND]
        if in_lines and are_few(len(among), sum(sizes.values())):
            few.append((among, in_lines))
            names = [name for name in names if name not in in_lines]
        for name in names:
            counts[name] = memory.count(name, among, most, less="" if staff else HIDDEN + name)
    wanted = BitMap.union(BitMap(), *(among for among, _names in few))
    texts = texts | _texts_of(backend, wanted - BitMap(texts))
    for among, names in few:
        lines = [texts[entry] for entry in among if entry in texts]
        counts |= _most_frequent(lines, names, most, staff=staff)
    return counts


def _texts_of(backend: Backend, among: BitMap) -> dict[int, str]:
    """The facet values of some entries, one value per line. One query."""
    if not among:
        return {}
    return dict(
        backend.run(f"SELECT id, facet_values FROM search_entry WHERE id IN ({listed_of(among)})")
    )


def _most_frequent(
    texts: list[str], names: list[str], most: int, *, staff: bool
) -> dict[str, list[tuple[str, int]]]:
    """By facet, the ``most`` frequent values in the lines of some entries, with their counts."""
    # Text by text, which takes little memory: the lines of hundreds of entries together would not
    # fit the processor's cache.
    lines = Counter(chain.from_iterable(text.split("\n") for text in texts))
    if not staff:
        # A value that an entry has only through something hidden is listed a second time, with this mark.
        lines.subtract(
            line.partition("\n")[0]
            for text in texts
            if HIDDEN in text
            for line in f"\n{text}".split(f"\n{HIDDEN}")[1:]
        )
    found: dict[str, list[tuple[str, int]]] = {name: [] for name in names}

    def take(some: Iterable[tuple[int, str]]) -> None:
        # The most frequent first; among equals in the order of their names.
        for number, line in sorted(some):
            name, _, code = line.partition(":")
            if name in found and len(found[name]) < most:
                found[name].append((code, -number))

    take((-number, line) for line, number in lines.items() if number > 1)
    # Most lines occur only once. They are looked at only for facets that have too few others.
    scarce = tuple(f"{name}:" for name, values in found.items() if len(values) < most)
    if scarce:
        take(
            (-1, line) for line, number in lines.items() if number == 1 and line.startswith(scarce)
        )
    return found
