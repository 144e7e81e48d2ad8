"""One visitor's view of the index at one version: sets of entries, their orders and their counts.

Results are kept for a while under the version of the index, so nothing that is shown is older than it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, TypeVar

from django.utils import timezone
from pyroaring import BitMap

from catalog.models import sees_everything
from catalog.search import bitmaps, facets, vocabulary
from catalog.search.backends import Backend, backend_of
from catalog.search.backends.matching import REACHES, Reach
from catalog.search.bitmaps import Standing
from catalog.search.facets import FACETS, FacetCounts, Known, Names
from catalog.search.memory import Memory, memory_of
from catalog.search.orders import ORDERS, Ordered
from catalog.search.parts import Parts
from catalog.search.query import SearchQuery, Words
from catalog.search.ranking import Best, Matches, best_first, matches
from catalog.search.ties import HIDDEN, KIND_OF, NUMBERS
from catalog.search.words import in_capitals_of

if TYPE_CHECKING:
    from catalog.models import Reader

#: How many values of a facet are counted and named. ``more`` says that there are others.
MOST_VALUES: Final = 24
#: The same for a facet that is asked for as a whole: more than anybody reads through.
MOST_OF_WHOLE: Final = 1_000
#: How far our clock and that of the database may differ.
CLOCKS: Final = timedelta(minutes=1)
#: How many results a process keeps.
REMEMBERED: Final = 128

T = TypeVar("T")


@dataclass
class _Answered:
    """What the words of an input match before any facet is chosen, and how they had to be read for it."""

    #: Everything that ranking needs; None until it is asked for.
    found: Matches | None
    matched: BitMap
    reach: Reach
    best: Best | None = None


@dataclass
class Found:
    """A result set: its entries, and the orders and counts worked out so far."""

    ids: BitMap
    orders: dict[str, Ordered] = field(default_factory=dict)
    #: By facet and how many of its values were counted.
    counts: dict[tuple[str, int], list[tuple[str, int]]] = field(default_factory=dict)


class _Kept:
    """Results, of which the least recently used are dropped first. A new version of the index drops all."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._version: Hashable = None
        self._things: OrderedDict[Hashable, Any] = OrderedDict()

    def get(self, version: Hashable, key: Hashable, make: Callable[[], T]) -> T:
        """What is kept under a key, made first if it is not there."""
        with self._lock:
            if version != self._version:
                self._things.clear()
                self._version = version
            if key in self._things:
                self._things.move_to_end(key)
                return self._things[key]  # type: ignore[no-any-return]
        made = make()
        with self._lock:
            if version == self._version:
                self._things[key] = made
                while len(self._things) > REMEMBERED:
                    self._things.popitem(last=False)
        return made


_kept: Final[dict[str, _Kept]] = {}


def forget() -> None:
    """Drop all results. The bitmaps of the facets, which are the index itself, stay in memory."""
    _kept.clear()


def may_be_over(first: datetime | None) -> bool:
    """Whether a moment is near or past by our own clock, so that the database's clock has to decide."""
    return first is not None and timezone.now() >= first - CLOCKS


class View:
    """One visitor's view of the index at one version."""

    def __init__(self, user: Reader, using: str, standing: Standing | None = None) -> None:
        """``standing`` is the state of the index, if the caller has just asked for it."""
        self.backend: Backend = backend_of(using)
        self.user = user
        self.staff = sees_everything(user)
        self.standing = standing or bitmaps.standing(self.backend)
        self.memory: Memory = memory_of(self.backend, self.standing)
        self.names = Names(user, using)
        self.kept = _kept.setdefault(using, _Kept())
        #: Facet values of entries that were read already for this answer.
        self.texts: dict[int, str] = {}
        self.late = BitMap()
        if not self.staff and may_be_over(self.standing.appearing):
            self.late = self._opened_by_the_clock()

    def keep(self, key: Hashable, make: Callable[[], T]) -> T:
        version = (self.memory.number, self.memory.token)
        return self.kept.get(version, (self.staff, bytes(self.late.serialize()), key), make)

    def _opened_by_the_clock(self) -> BitMap:
        """Published records that became public after their entries were made."""
        backend = self.backend
        return backend.ids(f"SELECT id FROM search_entry WHERE visible_from <= {backend.NOW}")

    @property
    def visible(self) -> BitMap:
        """Everything that the visitor may see."""
        if self.staff:
            return self.memory.everything
        public = self.memory.value("state", "1")
        return public | self.late if self.late else public

    def answered(self, words: Words, *, ranked: bool = False) -> _Answered:
        """What the words match; widened step by step as long as the visitor would see nothing.

        ``ranked`` says that they will be put in order: what ranking needs is then found by the same query.
        """
        return self.keep(("words", words), lambda: self._answer(words, ranked))

    def _answer(self, words: Words, ranked: bool) -> _Answered:
        for reach in REACHES:
            if reach == "any" and (words.strict or len(words.all) < 2):
                break
            found = matches(self.backend, words, reach, staff=self.staff) if ranked else None
            entries = (
                self.backend.match(words, reach, staff=self.staff)
                if found is None
                else found.entries
            )
            if matched := entries & self.visible:
                return _Answered(found, matched - self._unwanted(words), reach)
        return _Answered(None, BitMap(), "all")

    def _unwanted(self, words: Words) -> BitMap:
        """The entries with any word that no result may have."""
        each = [Words((word,)) for word in words.unwanted]
        if not each:
            return BitMap()
        return BitMap.union(*self.backend.match_each(each, "all", staff=self.staff))

    def best(self, words: Words, among: BitMap, enough: int | None = None) -> Best:
        """The best of some entries that the words match, in order.

        At least ``enough`` of them, if there are so many; without it, all that are ranked. Choosing
        facets thins out what the words match, but never reorders it.
        """
        answered = self.answered(words, ranked=True)
        best = answered.best or self._best(words, answered, (among, enough) if enough else None)
        ids = [entry for entry in best.ids if entry in among]
        if not best.whole and not (enough and len(ids) >= enough):
            best = self._best(words, answered, None)
            ids = [entry for entry in best.ids if entry in among]
        return Best(ids, best.whole)

    def _best(
        self, words: Words, answered: _Answered, asked_for: tuple[BitMap, int] | None
    ) -> Best:
        reach, within = answered.reach, answered.matched
        found = answered.found or matches(
            self.backend, words, reach, staff=self.staff, known=within
        )
        best = best_first(
            self.backend, words, reach, found, within, self.staff, self.texts, asked_for
        )
        answered.best = best
        # Not needed once all are ranked, and answers are kept for long.
        answered.found = None if best.whole else found
        return best

    def restrictions(self, query: SearchQuery, without: str = "") -> dict[str, BitMap]:
        """For each facet with choices (and "date") but one, the entries that its choices leave."""
        chosen = {name: v for name, v in self.chosen(query).items() if name != without}
        parts = self.parts(chosen)
        found = {
            name: parts.with_any(name, values)
            if name == "role" and parts.bound(name)
            else self.any_of(name, values)
            for name, values in chosen.items()
        }
        if query.date_from is not None or query.date_to is not None:
            found["date"] = self.keep(
                ("dates", query.date_from, query.date_to),
                lambda: self.in_time(query.date_from, query.date_to),
            )
        return found

    def value(self, facet: str, value: str) -> BitMap:
        """The entries of a value, without those that have it only through what the visitor may not see."""
        found = self.memory.value(facet, value)
        if self.staff:
            return found
        hidden = self.memory.value(HIDDEN + facet, value)
        return found - hidden if hidden else found

    def any_of(self, facet: str, values: Iterable[str]) -> BitMap:
        """The entries with any of the values."""
        return BitMap.union(BitMap(), *(self.value(facet, value) for value in values))

    def parts(self, chosen: Mapping[str, list[str]]) -> Parts:
        """Who had which part, as far as the visitor may know, where persons or roles are chosen."""
        return Parts(chosen, self.value, self._most_frequent)

    def _most_frequent(self, facet: str, among: BitMap, most: int) -> list[tuple[str, int]]:
        return self.memory.count(facet, among, most, less="" if self.staff else HIDDEN + facet)

    def chosen(self, query: SearchQuery) -> dict[str, list[str]]:
        """By facet, the values of the index that the chosen codes in the URL stand for."""
        choices = query.choices
        return self.keep(("codes", choices), lambda: self.names.values(choices))

    def in_time(self, first: int | None, last: int | None) -> BitMap:
        """Entries whose span overlaps the given day numbers: compared by year, and in the end years by day.

        Entries without any date that the visitor may know are in no span.
        """
        begins, ends = (self.memory.facets[name].values for name in ("begins", "ends"))
        found = BitMap.union(BitMap(), *begins.values())
        too_late, too_early = self._beyond(first, last)
        if last is not None:
            year = last // 10000
            found = BitMap.union(
                BitMap(), *(b for name, b in begins.items() if not name or int(name) <= year)
            )
            found -= too_late - begins.get("", BitMap())
        if first is not None:
            year = first // 10000
            found &= BitMap.union(
                BitMap(), *(b for name, b in ends.items() if not name or int(name) >= year)
            )
            found -= too_early - ends.get("", BitMap())
        if not self.staff:
            found -= BitMap.union(BitMap(), *self.memory.facets[f"{HIDDEN}begins"].values.values())
        return found

    def _beyond(self, first: int | None, last: int | None) -> tuple[BitMap, BitMap]:
        """Entries that begin in the year of ``last`` but after it, and those that end in the year of
        ``first`` but before it.

        At most one query; none if only whole years are asked for.
        """
        spans: list[tuple[str, int, int]] = []
        if last is not None and last % 10000 < 1231:
            spans.append(("first_day", last + 1, (last // 10000 + 1) * 10000))
        if first is not None and first % 10000 > 101:
            spans.append(("last_day", first // 10000 * 10000, first))
        sets = self.backend.id_sets(
            [
                (
                    f"SELECT id FROM search_entry WHERE {column} >= %s AND {column} < %s",
                    [begin, end],
                )
                for column, begin, end in spans
            ]
        )
        found = {column: ids for (column, _, _), ids in zip(spans, sets, strict=True)}
        return found.get("first_day", BitMap()), found.get("last_day", BitMap())

    def decades(self) -> list[tuple[int, BitMap]]:
        """The decades in which the visitor knows entries to lie, each with all entries whose dates touch
        it, in order of time.
        """
        decades = list(self.memory.facets["decade"].values)
        years = sorted(int(one) for one in decades if self.value("decade", one) & self.visible)
        return [
            (year, self.in_time(year * 10000 + 101, (year + 9) * 10000 + 1231)) for year in years
        ]

    def found(self, query: SearchQuery, *, without: str = "") -> Found:
        """The entries that fit a query, or would if nothing were chosen in the facet ``without``."""
        narrow = self.restrictions(query, without)
        chosen = tuple((name, codes) for name, codes in query.choices if name in narrow)
        dates = (query.date_from, query.date_to) if "date" in narrow else None
        return self.keep(
            ("found", query.words, chosen, dates), lambda: self._find(query.words, narrow)
        )

    def _find(self, words: Words, narrow: dict[str, BitMap]) -> Found:
        ids = self.answered(words).matched if words else self.visible
        for bits in sorted(narrow.values(), key=len):
            ids = ids & bits
        return Found(ids)

    def records(self, ids: BitMap) -> Any:
        """A condition for querysets: the records behind some entries, at least one and all of one kind."""
        return self.keep(("records", bytes(ids.serialize())), lambda: self.backend.records_of(ids))

    def ordered(self, query: SearchQuery, found: Found) -> Ordered:
        """The result in the order asked. Relevance without words is the order of quality."""
        sort = query.sort if query.sort in ORDERS else "relevance"
        end = min(query.page * query.page_size, len(found.ids))
        order = found.orders.get(sort)
        if order is None or not order.reaches(end):
            best = Best([], whole=True)
            if sort == "relevance" and query.words and found.ids:
                best = self.best(query.words, found.ids, end)
            order = found.orders[sort] = Ordered(
                found.ids, sort, len(self.memory.everything), best.ids, best.whole
            )
        return order

    def counts(self, query: SearchQuery) -> tuple[FacetCounts, ...]:
        """The facets asked for, with counts that leave out the facet's own choices."""
        chosen = self.chosen(query)
        names = [
            name
            for name, facet in FACETS.items()
            if (facet.shown or name in chosen)
            and (query.facets is None or name in query.facets)
            and (not facet.after or facet.after in chosen)
        ]
        sets = {name: self.found(query, without=name if name in chosen else "") for name in names}
        most = {name: MOST_OF_WHOLE if name == query.whole else MOST_VALUES for name in names}
        parts = self.parts(chosen)
        for name in filter(parts.bound, names):
            if (name, most[name]) not in sets[name].counts:
                values = parts.counts(name, sets[name].ids, most[name] + 1)
                sets[name].counts[name, most[name]] = values
        for limit in sorted(set(most.values())):
            todo = {
                name: found.ids
                for name, found in sets.items()
                if most[name] == limit and (name, limit) not in found.counts
            }
            for name, counted in facets.count(
                self.backend, self.memory, todo, limit + 1, staff=self.staff, texts=self.texts
            ).items():
                sets[name].counts[name, limit] = counted
        listed: dict[str, list[tuple[str, int]]] = {}
        picked: dict[str, set[str]] = {}
        for name in names:
            facet, counted = FACETS[name], sets[name].counts[name, most[name]]
            picked[name] = set(chosen.get(name, ()))
            shown = counted if facet.order == "value" else counted[: most[name]]
            among = sets[name].ids
            has = partial(parts.value if parts.bound(name) else self.value, name)
            listed[name] = shown + [
                (value, among.intersection_cardinality(has(value)))
                for value in picked[name] - {value for value, _ in shown}
            ]
        # While the index is behind, a record may have been hidden that it still shows: do not keep labels.
        behind = self.standing.behind
        known = {name: Known() if behind else self.keep(("labels", name), Known) for name in names}
        self.names.learn(self.backend, listed, known)
        answer = []
        for name in names:
            named = self.names.labelled(FACETS[name], listed[name], picked[name], known[name])
            if named:
                more = len(sets[name].counts[name, most[name]]) > most[name]
                answer.append(FacetCounts(name, FACETS[name].label, tuple(named), more))
        return tuple(answer)

    def kinds(self, query: SearchQuery) -> dict[str, int]:
        """How many entries of each kind, whatever kinds are chosen."""
        among = self.found(query, without="kind").ids
        kinds = self.memory.facets["kind"].values
        counts = {
            KIND_OF[int(v)]: among.intersection_cardinality(bits) for v, bits in kinds.items()
        }
        return {kind: counts[kind] for kind in NUMBERS if counts.get(kind)}

    def correction(self, words: Words, text: str) -> str:
        """The input with its misspelled words corrected, if that finds something; else empty.

        ``text`` is the input as it was typed: the correction has its capitals.
        """
        corrected = []
        # A single word is known to match nothing: that is why we are here.
        single = [Words((word,)) for word in words.all] if len(words.all) > 1 else []
        known = self.backend.match_each(single, "all", staff=self.staff) or [BitMap()]
        for word, matched in zip(words.all, known, strict=True):
            if matched & self.visible:
                corrected.append(word)
                continue
            for near in vocabulary.corrections(self.backend, word)[:5]:
                if self.backend.match(Words((near,)), "all", staff=self.staff) & self.visible:
                    corrected.append(near)
                    break
            else:
                return ""
        corrected_words = Words(tuple(corrected))
        if corrected_words.single == words.all:
            return ""
        if (
            single
            and not self.backend.match(corrected_words, "all", staff=self.staff) & self.visible
        ):
            return ""
        return in_capitals_of(text, zip(words.all, corrected, strict=True))
