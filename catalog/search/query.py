"""A question to the catalogue: words, choices of facets, a span of time, an order, a page."""

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

#: What is read of an input: nobody means more, and no input may cost more.
MAX_CHARACTERS: Final = 400
MAX_WORDS: Final = 16

_QUOTED: Final = re.compile(r'["“”„«»]([^"“”„«»]*)(?:["“”„«»]|\Z)')


class Position(NamedTuple):
    """A place in an order: what follows the entry with this key and id, or with ``backwards`` what stands before it;
    without a key, before the very end. It stays what it is when others come and go.
    """

    key: str | int | None
    entry: int = 0
    backwards: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """An input as it was understood: single words, phrases of several, and an identifier without its signs.

    ``typing`` says that the last word may still be growing, ``strict`` that nothing is found without every word.
    """

    single: tuple[str, ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()
    identifier: str = ""
    typing: bool = False
    strict: bool = False

    def __bool__(self) -> bool:
        return bool(self.single or self.phrases)

    @property
    def all(self) -> tuple[str, ...]:
        """Every word, those of phrases too."""
        return (*self.single, *(word for phrase in self.phrases for word in phrase))


@lru_cache(maxsize=1024)
def read_words(text: str, typing: bool = False, strict: bool = False) -> Words:
    """Understand an input of any kind; nothing is an error, and what is no word is left out."""
    text = text[:MAX_CHARACTERS]
    phrases = [
        words for quoted in _QUOTED.findall(text) if (words := tuple(split(quoted)[:MAX_WORDS]))
    ]
    rest = split(_QUOTED.sub(" ", text))
    single = [*rest, *(phrase[0] for phrase in phrases if len(phrase) == 1)]
    code = fold_identifier(text)
    return Words(
        single=tuple(dict.fromkeys(single))[:MAX_WORDS],
        phrases=tuple(dict.fromkeys(phrase for phrase in phrases if len(phrase) > 1))[:MAX_WORDS],
        identifier=code[:60] if any(sign.isdigit() for sign in code) else "",
        typing=typing and bool(rest) and not text[-1:].isspace(),
        strict=strict,
    )


@dataclass(frozen=True)
class SearchQuery:
    """What is asked.

    ``text``       as typed by anybody: words, phrases in quotes.
    ``kinds``      only these kinds of record.
    ``chosen``     values chosen of facets by the facet's name, as codes of addresses: slugs of records,
                   codes of terms, "1930" for a decade, "yes" for a picture. Repeated values are "or".
    ``date_from``  ``date_to``: day numbers (see ``catalog.values.dates``); overlap with the record's dates.
    ``page``       counts from 1. ``page_size``: 1 to 100 hits.
    ``facets``     names of the facets to count; None counts all of them.
    ``typing``     the last word may still be growing.
    ``strict``     every word has to be there: the search is not widened to any of them.
    ``after``      instead of a page: the hits after this place (or before it), in an order that has places.
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
    typing: bool = False
    strict: bool = False
    after: Position | None = None

    @cached_property
    def words(self) -> Words:
        """The text as it was understood."""
        return read_words(self.text, self.typing, self.strict)

    @cached_property
    def choices(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The chosen values in one order whatever the order of the address."""
        chosen = dict(self.chosen)
        if self.kinds:
            chosen["kind"] = tuple(self.kinds)
        return tuple(sorted((name, tuple(sorted(set(v)))) for name, v in chosen.items() if v))
