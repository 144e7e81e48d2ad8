"""What a search returns, and how it explains itself: hits with the words that matched."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Literal, NamedTuple

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from catalog.models import Person, Place, Record, own_language, sees_everything
from catalog.search.backends import Backend
from catalog.search.backends.matching import ASKED_LANGUAGES
from catalog.search.besides import further_texts
from catalog.search.facets import FacetCounts
from catalog.search.gathering import TEXTS
from catalog.search.inputs import OTHER
from catalog.search.loading import loaded
from catalog.search.memory import Memory
from catalog.search.query import SearchQuery, Words
from catalog.search.words import SOUND, sound, spellings, stems_in
from catalog.values import fold

#: How many characters of a long text are searched for a snippet, and how many are shown on either
#: side of the match.
LOOKED_AT: Final = 20_000
AROUND: Final = 90
#: How many words as written a marker remembers.
REMEMBERED: Final = 20_000
_WORD: Final = re.compile(r"[^\W_]+")
_MARKUP: Final = re.compile(r"[*_`#>]+|\[([^\]]*)\]\([^)]*\)|\s+")

Widened = Literal["", "beginnings", "any"]

FIELD_LABELS: Final[dict[str, str | Promise]] = {
    "title": _("Title"),
    "names": _("Other names"),
    "identifier": _("Identifier"),
    "summary": _("Summary"),
    "related": _("Related"),
    "description": _("Description"),
    "transcription": _("Transcription"),
    "internal_note": _("Internal note"),
}


class Piece(NamedTuple):
    """A stretch of a text, and whether it is what was asked for."""

    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class Snippet:
    """Where the words occur: the field, its label, and the text in pieces. Plain text, never markup."""

    field: str
    label: str | Promise
    pieces: tuple[Piece, ...]

    def __str__(self) -> str:
        return "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Hit:
    """One record found. ``record`` is the row as the visitor may see it; ``place`` its place, if visible.

    ``title`` is the title in pieces; ``snippet`` shows where else the words occur, or is None.
    """

    kind: str
    pk: int
    record: Record
    title: tuple[Piece, ...]
    snippet: Snippet | None
    date: Any
    place: Place | None

    @property
    def kind_and_pk(self) -> tuple[str, int]:
        """What identifies the record."""
        return self.kind, self.pk


@dataclass(frozen=True, slots=True)
class SearchResults:
    """The answer to a query.

    ``total`` and all counts are exact. ``widened`` says that nothing had all the words as typed:
    "beginnings" took each as the beginning of a word, "any" took entries with any of them. ``correction``
    is a corrected spelling that does find something, else empty. ``first`` is the entry of the first hit if
    there are hits before it, ``last`` that of the last if there are hits after it; else None. ``behind`` is
    the number of changed records that are still found by what they said before. ``exhibits`` says that there are
    exhibitions, which :class:`~catalog.search.exhibitions.ExhibitionSearch` searches.
    """

    query: SearchQuery
    hits: tuple[Hit, ...]
    total: int
    kinds: dict[str, int]
    facets: tuple[FacetCounts, ...]
    widened: Widened = ""
    correction: str = ""
    first: int | None = None
    last: int | None = None
    behind: int = 0
    exhibits: bool = False

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return -(-self.total // self.query.page_size)


class Marker:
    """Finds the words of a query in a text, in whatever spelling they matched."""

    def __init__(self, words: Words, widened: Widened) -> None:
        self.spelled: set[str] = set()
        for word in words.all:
            self.spelled.update((word, *spellings(word, ASKED_LANGUAGES)))
        self.beginnings = tuple(words.single) if widened == "beginnings" else ()
        if words.typing and words.single:
            self.beginnings += (words.single[-1],)
        self.identifier = words.identifier
        #: Stemming cuts endings, never beginnings: a word with another initial has another stem.
        self._initials = {form[0] for form in self.spelled}
        self._known: dict[str, bool] = {}

    def matches(self, written: str) -> bool:
        """Whether a word as written is one that was asked for."""
        known = self._known.get(written)
        if known is None:
            known = False
            for word in _folded(written):
                if self._matches(word):
                    known = True
                    break
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            self._known[written] = known
        return known

    def _matches(self, word: str) -> bool:
        if word in self.spelled:
            return True
        if self.beginnings and word.startswith(self.beginnings):
            return True
        if (heard := sound(word)) and heard + SOUND in self.spelled:
            return True
        if word[0] not in self._initials:
            return False
        return any(stemmed in self.spelled for stemmed in stems_in((word,), own_language()))

    def pieces(self, text: str) -> tuple[Piece, ...]:
        """A text cut into pieces at what matched."""
        found: list[Piece] = []
        end = 0
        for match in _WORD.finditer(text):
            if not self.matches(match.group()):
                continue
            if match.start() > end:
                found.append(Piece(text[end : match.start()], False))
            found.append(Piece(match.group(), True))
            end = match.end()
        if end < len(text):
            found.append(Piece(text[end:], False))
        return tuple(found)

    def explained(self, related: str) -> str:
        """The titles of what an entry names; a term has what else it is called in brackets, if that matched."""
        if OTHER not in related:
            return related
        said = []
        for part in related.split(" · "):
            title, *others = part.split(OTHER)
            matched = [one for one in others if any(map(self.matches, _WORD.findall(one)))]
            if matched and (get_language() or own_language()).split("-")[0] != own_language():
                # Whoever asks in another language reads the word that was asked for first.
                title, matched = matched[0], [*matched[1:], title]
            said.append(f"{title} ({', '.join(matched)})" if matched else title)
        return " · ".join(said)

    def snippet(self, field: str, text: str, label: str | Promise = "") -> Snippet | None:
        """The surroundings of the first match in a text; None if nothing in it matches."""
        text = text[:LOOKED_AT]
        first = next((m for m in _WORD.finditer(text) if self.matches(m.group())), None)
        if first is None:
            return None
        start = max(0, first.start() - AROUND)
        if start:
            start = text.rfind(" ", 0, first.start() - AROUND + 20) + 1 or start
            start = min(start, first.start())
        end = min(len(text), first.end() + AROUND)
        if end < len(text):
            end = max(text.rfind(" ", first.end(), end), first.end())
        shown = _plain(text[start:end])
        shown = f"{'… ' if start else ''}{shown}{' …' if end < len(text) else ''}"
        return Snippet(field, label or FIELD_LABELS[field], self.pieces(shown))


def _plain(text: str) -> str:
    """Markdown without its markup characters, with line breaks as spaces."""
    return _MARKUP.sub(lambda m: m.group(1) or (" " if m.group().isspace() else ""), text)


@lru_cache(maxsize=65_536)
def _folded(word: str) -> tuple[str, ...]:
    return tuple(fold(word).split())


def hits(
    backend: Backend, memory: Memory, ids: list[int], words: Words, marker: Marker, user: Any
) -> Iterator[Hit]:
    """The hits of one page, in the order of ``ids``. A record that was deleted just now is left out."""
    found = []
    for entry, row, place in loaded(backend, memory, ids, user):
        record = row.known_to(user) if isinstance(row, Person) else row
        snippet = _snippet(marker, entry, record, words) if words else None
        found.append((record, place, marker.pieces(record.title), snippet))
    unexplained = [
        record
        for record, _place, title, snippet in found
        if words and snippet is None and not any(piece.marked for piece in title)
    ]
    besides = further_texts(unexplained, user, backend.connection.alias)
    everything = sees_everything(user)
    for record, place, title, snippet in found:
        for text, sort in besides.get((record.KIND, record.pk), {}).items():
            field = "details" if sort else "transcription"
            snippet = snippet or marker.snippet(field, text, sort)
        if snippet is None and everything and words:
            snippet = marker.snippet("internal_note", record.internal_note)
        yield Hit(record.KIND, record.pk, record, title, snippet, _date(record), place)


def _snippet(marker: Marker, entry: Any, record: Record, words: Words) -> Snippet | None:
    if words.identifier and words.identifier in fold(record.identifier).replace(" ", ""):
        whole = (Piece(record.identifier, True),)
        return Snippet("identifier", FIELD_LABELS["identifier"], whole)
    fields: Iterable[tuple[str, str]] = (
        ("names", entry.names),
        ("summary", record.summary),
        ("related", marker.explained(entry.related)),
        ("description", record.description),
        ("identifier", record.identifier),
    )
    return _first(marker, fields) or _in_further_columns(marker, record)


def _in_further_columns(marker: Marker, record: Record) -> Snippet | None:
    """A snippet from a column that only this kind of record has, labelled as in its form."""
    further, summaries, texts = TEXTS[record.KIND]
    for column in (*further, *summaries, *texts):
        label = capfirst(record._meta.get_field(column).verbose_name)  # type: ignore[union-attr]
        if found := marker.snippet(column, getattr(record, column), label):
            return found
    return None


def _first(marker: Marker, fields: Iterable[tuple[str, str]]) -> Snippet | None:
    """The snippet of the first field in which anything matches."""
    return next((found for name, text in fields if (found := marker.snippet(name, text))), None)


def _date(record: Any) -> Any:
    """The date by which a record is filed; for a person the date of birth, or else of death."""
    if record.KIND == "person":
        return record.born or record.died
    return getattr(record, "date", None)
