"""Which hits come first.

    1. those with a title or name that is what was asked, word for word
    2. those with all the words in their title or in a name: the closer it is to the words, the higher
    3. all others, by the database's own measure of where and how often the words occur

Within each group the fuller record comes first, and people before what is about them. Only a
bounded number of hits is ranked, however many match; the rest follow in order of quality.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from pyroaring import BitMap

from catalog.search.backends import Backend
from catalog.search.backends.matching import ASKED_LANGUAGES, Reach, Select
from catalog.search.beginnings import KEPT
from catalog.search.keys import listed_of
from catalog.search.query import Words
from catalog.search.ties import NUMBERS, TABLES
from catalog.search.words import SOUND, sound, spellings, split
from catalog.uris import KINDS

#: How many of the best are looked at closely, and how many of these may be entries with the words
#: in title or names.
CLOSELY: Final = 180
LOOKED_AT_HEADS: Final = 120
#: Up to ``HEADS`` entries with all the words in title or names are ranked by the database's measure, which
#: tells little about such short texts. Of more, the ``FULLEST`` by quality come first.
HEADS: Final = 1_500
FULLEST: Final = 240


@dataclass(frozen=True, slots=True)
class Matches:
    """What the words of an input match, whoever may see it.

    ``heads`` are the entries with all the words in their title or names. ``addressed`` are those
    whose slug is the words, ``begun`` those with a title or name that begins with the words, at one
    of its first words.
    """

    entries: BitMap
    heads: BitMap
    addressed: BitMap
    begun: BitMap


class Best(NamedTuple):
    """The best entries that some words match, in order.

    If ``whole``, everything that is ranked. Otherwise only entries with the words in their title or
    names, which come before all others; the others have not been ranked yet.
    """

    ids: list[int]
    whole: bool


def matches(
    backend: Backend, words: Words, reach: Reach, *, staff: bool, known: BitMap | None = None
) -> Matches:
    """Find what some words match; ``known`` are the entries, if they were found before. One query."""
    entries = [] if known is not None else backend.selects(words, reach, staff=staff)
    heads = [] if reach == "any" else backend.selects(words, reach, staff=staff, head=True)
    asked = " ".join(words.all)
    sets = backend.id_sets([*entries, *heads, _addressed(asked), _begun(asked)])
    return Matches(
        BitMap.union(known or BitMap(), *sets[: len(entries)]),
        BitMap.union(BitMap(), *sets[len(entries) : -2]),
        *sets[-2:],
    )


def _addressed(asked: str) -> Select:
    tables = " UNION ALL ".join(
        f'SELECT {NUMBERS[kind]} AS kind, id FROM "{TABLES[kind]}" WHERE slug = %s'
        for kind in KINDS
    )
    return (
        f"SELECT search_entry.id FROM ({tables}) AS named"
        " JOIN search_entry ON search_entry.kind = named.kind AND search_entry.record = named.id",
        [asked.replace(" ", "-")[:100]] * len(KINDS),
    )


def _begun(asked: str) -> Select:
    return "SELECT entry AS id FROM search_start WHERE start = %s LIMIT 500", [asked[:KEPT]]


def best_first(
    backend: Backend,
    words: Words,
    reach: Reach,
    found: Matches,
    within: BitMap,
    staff: bool,
    texts: dict[int, str],
    asked_for: tuple[BitMap, int] | None,
) -> Best:
    """The best of the entries ``found`` that are ``within``; those not listed follow in order of quality.

    If few are within, their facet values are read along with their names, into ``texts``. ``asked_for`` is
    a set of entries and how many of them, the best ones, are enough; None asks for the order of all.
    """
    heads, addressed = found.heads & within, found.addressed & within
    exact = (found.begun & within) | addressed
    few = len(within) <= backend.RANKED
    asked = _Asked.of(words, reach)
    read = texts if len(within) <= CLOSELY else None
    if few and asked_for and not words.phrases:
        # PostgreSQL has to read all texts of what it ranks, so rank only titles and names if these
        # are enough.
        among, enough = asked_for
        named = heads | exact
        if len(named) <= LOOKED_AT_HEADS and len(named & among) >= enough:
            ranked = backend.rank(words, reach, named, staff=staff)
            looked_at = _look_closely(backend, [*named], asked, ranked, addressed, read)
            return Best([entry for closeness, entry in looked_at if closeness > 0], whole=False)
    ranked = _ranked(backend, words, reach, within if few else heads, within, staff)
    close = [*exact][:CLOSELY]
    close += [entry for entry in ranked if entry in heads][:LOOKED_AT_HEADS]
    close += ranked[: CLOSELY // 3]
    if len(close) < CLOSELY // 3 and not heads.issubset(BitMap(close)):
        close += _fullest(backend, heads, CLOSELY)
    looked_at = _look_closely(backend, list(dict.fromkeys(close)), asked, ranked, addressed, read)
    ids = dict.fromkeys(entry for _closeness, entry in looked_at) | dict.fromkeys(ranked)
    return Best([*ids], whole=True)


def _ranked(
    backend: Backend, words: Words, reach: Reach, wanted: BitMap, within: BitMap, staff: bool
) -> list[int]:
    head = wanted is not within
    if len(wanted) > (HEADS if head else backend.RANKED):
        return _fullest(backend, wanted, FULLEST)
    if not wanted:
        return []
    ranked = backend.rank(words, reach, wanted, staff=staff, head=head)
    return [entry for entry in ranked if entry in within]


def _fullest(backend: Backend, ids: BitMap, most: int) -> list[int]:
    """The first of some ids in order of quality."""
    found: list[int] = []
    if not ids:
        return found
    if len(ids) < 2_000:
        listed = ",".join(map(str, ids))
        rows = backend.run(
            f"SELECT id FROM search_entry WHERE id IN ({listed}) ORDER BY quality DESC, id"
        )
        return [row[0] for row in rows[:most]]
    for block in backend.walk("SELECT id FROM search_entry ORDER BY quality DESC, id"):
        found += [row[0] for row in block if row[0] in ids]
        if len(found) >= most:
            break
    return found[:most]


@dataclass(frozen=True, slots=True)
class _Asked:
    """The words of a query, each with its spellings, and the words whose beginning is enough."""

    words: tuple[str, ...]
    spelled: tuple[frozenset[str], ...]
    beginnings: frozenset[str]

    @classmethod
    def of(cls, words: Words, reach: Reach) -> _Asked:
        """What names are compared with."""
        beginnings = words.single if reach == "beginnings" else ()
        if words.typing:
            beginnings = (*beginnings, *words.single[-1:])
        spelled = tuple(frozenset((word, *spellings(word, ASKED_LANGUAGES))) for word in words.all)
        return cls(words.all, spelled, frozenset(beginnings))

    def meets(self, place: int, word: str) -> bool:
        """Whether a word of a name is the one that was asked for at a place."""
        asked, spelled = self.words[place], self.spelled[place]
        if word in spelled or (asked in self.beginnings and word.startswith(asked)):
            return True
        heard = sound(word)
        return bool(heard) and heard + SOUND in spelled


def _look_closely(
    backend: Backend,
    ids: list[int],
    asked: _Asked,
    ranked: list[int],
    addressed: BitMap,
    texts: dict[int, str] | None,
) -> list[tuple[float, int]]:
    """Some ids in order, each with how close its title or a name is to the words."""
    if not ids:
        return []
    places = {entry: place for place, entry in enumerate(ranked)}
    rows = backend.run(
        f"SELECT id, kind, title, names, quality, {'NULL' if texts is None else 'facet_values'}"
        f" FROM search_entry WHERE id IN ({listed_of(ids)})"
    )
    scored = []
    for entry, kind, title, names, quality, values in rows:
        if texts is not None:
            texts[entry] = values
        titles = [_words_of(title), *(_words_of(name) for name in names.split(" · ") if name)]
        closeness = max(
            closeness_of(name, asked, is_title=place == 0) for place, name in enumerate(titles)
        )
        if entry in addressed:
            closeness = max(closeness, 8.0)
        if kind == NUMBERS["person"] and closeness > 0:
            # A person asked for by name is meant more than what is named after them.
            closeness += 2
        place = places.get(entry, len(places))
        scored.append((-closeness, place if closeness <= 0 else 0, -quality, place, entry))
    return [(-row[0], row[-1]) for row in sorted(scored)]


@lru_cache(maxsize=20_000)
def _words_of(name: str) -> tuple[str, ...]:
    return tuple(split(name))


def closeness_of(name: tuple[str, ...], asked: _Asked, *, is_title: bool = True) -> float:
    """How close a title or name is to the words: 10 for the same, 0 if one of the words is not in it."""
    if name == asked.words:
        return 10.0 if is_title else 9.0
    for place in range(len(asked.words)):
        if not any(asked.meets(place, word) for word in name):
            return 0.0
    share = len(asked.words) / max(1, len(name))
    begins = bool(name) and asked.meets(0, name[0])
    return 2.0 + 4.0 * min(1.0, share) + (1.0 if begins else 0.0) + (0.5 if is_title else 0.0)
