"""What is searched for: words, chosen facet values, a span of time, an order and a page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Final, Literal, NamedTuple

from catalog.search.words import split
from catalog.values import fold_identifier

Sort = Literal["relevance", "date", "-date", "title", "newest"]
SORTS: Final[tuple[Sort, ...]] = ("relevance", "date", "-date", "title", "newest")

#: How much of an input is read: more would mean nothing further, and must not cost more.
MAX_CHARACTERS: Final = 400
MAX_WORDS: Final = 16

#: Words that hold a question together and tell nothing of what is asked for, in the languages of the
#: interface. They are searched for only in phrases, or if there are no others.
HOLDING_TOGETHER: Final = frozenset({
    "a", "an", "and", "are", "at", "be", "by", "did", "do", "does", "for", "from", "had", "has", "have",
    "how", "in", "is", "it", "of", "on", "or", "that", "the", "their", "there", "these", "this", "to",
    "was", "were", "what", "when", "where", "which", "who", "whom", "whose", "why", "with", "con", "cual",
    "cuales", "cuando", "de", "del", "donde", "el", "ella", "en", "es", "esta", "fue", "fueron", "ha",
    "hay", "la", "las", "lo", "los", "para", "por", "que", "quien", "quienes", "un", "una", "unas", "unos",
    "y",
})  # fmt: skip

_QUOTED: Final = re.compile(r'["“”„«»]([^"“”„«»]*)(?:["“”„«»]|\Z)')


#: A word that no result may have: a minus right before a letter, after a space or at the start.
_UNWANTED: Final = re.compile(r"(?<!\S)[-\u2212]([^\W\d_]\S*)")


class Position(NamedTuple):
    """A place in an order, which stays valid while entries come and go.

    It is right after the entry with this ``key`` and id, or with ``backwards`` right before it.
    Without a key it is the start of the order, or with ``backwards`` its end.
    """

    key: str | int | None
    entry: int = 0
    backwards: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """An input as it was understood: single words, phrases, and an identifier without punctuation.

    ``unwanted`` are the words that no result may have. ``typing`` says that the last word may be unfinished,
    ``strict`` that every word is required.
    """

    single: tuple[str, ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()
    identifier: str = ""
    unwanted: tuple[str, ...] = ()
    typing: bool = False
    strict: bool = False

    def __bool__(self) -> bool:
        return bool(self.single or self.phrases)

    @property
    def all(self) -> tuple[str, ...]:
        """Every word, including those of phrases."""
        return (*self.single, *(word for phrase in self.phrases for word in phrase))


@lru_cache(maxsize=1024)
def read_words(text: str, typing: bool = False, strict: bool = False) -> Words:
    """Parse an input. No input is an error; whatever is not a word is left out."""
    text = text[:MAX_CHARACTERS]
    phrases = [
        words for quoted in _QUOTED.findall(text) if (words := tuple(split(quoted)[:MAX_WORDS]))
    ]
    unquoted = _QUOTED.sub(" ", text)
    unwanted = split(" ".join(_UNWANTED.findall(unquoted)))
    wanted = split(_UNWANTED.sub(" ", unquoted))
    if not wanted and not phrases:
        # Nothing but unwanted words asks for nothing: a list was pasted, or the minus was a dash.
        wanted, unwanted = unwanted, []
    rest = wanted
    typing = typing and bool(rest) and not text[-1:].isspace()
    last = rest[-1:] if typing else []
    telling = [word for word in rest if word not in HOLDING_TOGETHER or word in last]
    if telling or phrases:
        rest = telling
    single = [*rest, *(phrase[0] for phrase in phrases if len(phrase) == 1)]
    code = fold_identifier(text)
    return Words(
        single=tuple(dict.fromkeys(single))[:MAX_WORDS],
        phrases=tuple(dict.fromkeys(phrase for phrase in phrases if len(phrase) > 1))[:MAX_WORDS],
        identifier=code[:60] if any(sign.isdigit() for sign in code) else "",
        unwanted=tuple(dict.fromkeys(unwanted))[:MAX_WORDS],
        typing=typing,
        strict=strict,
    )


@dataclass(frozen=True)
class SearchQuery:
    """A search as it is asked for.

    ``text``       as anybody would type it: words, and phrases in quotes.
    ``kinds``      only these kinds of record.
    ``chosen``     chosen values by the name of their facet, as codes in URLs: slugs of records,
                   codes of terms, "1930" for a decade, "yes" for a picture. Several values mean "or".
    ``date_from``, ``date_to``: day numbers (see ``catalog.values.dates``); hits overlap this span.
    ``page``       counts from 1. ``page_size``: 1 to 100 hits.
    ``facets``     names of the facets to count; None counts all of them.
    ``whole``      the name of a facet of which not only the most frequent values are counted.
    ``typing``     the last word may be unfinished.
    ``strict``     every word is required: the search is not widened to any of them.
    ``after``      instead of a page: hits after this place (or before it), in an order with places.
    """

    text: str = ""
    kinds: tuple[str, ...] = ()
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    date_from: int | None = None
    date_to: int | None = None
    sort: Sort = "relevance"
    page: int = 1
    page_size: int = 24
    facets: tuple[str, ...] | None = None
    whole: str = ""
    typing: bool = False
    strict: bool = False
    after: Position | None = None

    @cached_property
    def words(self) -> Words:
        """The text as it was understood."""
        return read_words(self.text, self.typing, self.strict)

    @cached_property
    def choices(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The chosen values, kinds included, in the same order whatever order they were given in."""
        chosen = dict(self.chosen)
        if self.kinds:
            chosen["kind"] = tuple(self.kinds)
        return tuple(sorted((name, tuple(sorted(set(v)))) for name, v in chosen.items() if v))
