"""The words of exhibitions, which are found beside the records and have no entries.

A museum has tens of exhibitions, so their words need neither ranking nor bitmaps: each stands in one table
(``search_exhibited``), with the part that has it. Triggers mark an exhibition whenever it or a part of it is
written, and refreshing the index writes the words that differ (docs/decisions/0020-exhibitions.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from django.db import transaction

from catalog.models import Exhibition, ExhibitionPart, own_language
from catalog.search.backends import Backend
from catalog.search.words import HEAD, read_name, split, stems_in
from catalog.values import fold_identifier

#: A word and the part that has it; 0 is the exhibition itself.
Said = tuple[str, int]
#: The number of the exhibition itself among its parts.
ITSELF: Final = 0


def renew(backend: Backend, exhibitions: Iterable[int]) -> None:
    """Bring the words of some exhibitions up to date, in the open transaction: only what differs is written.

    Three queries for each, and one for each sort of change.
    """
    for exhibition in exhibitions:
        wanted, known = _words(backend, exhibition), _known(backend, exhibition)
        backend.run_many(
            "DELETE FROM search_exhibited WHERE exhibition = %s AND word = %s AND part = %s",
            [(exhibition, *said) for said in sorted(known - wanted)],
        )
        backend.append(
            "search_exhibited",
            ("exhibition", "word", "part"),
            [(exhibition, *said) for said in sorted(wanted - known)],
        )


def renew_all(backend: Backend) -> None:
    """Bring the words of all exhibitions up to date, each in a transaction of its own."""
    for exhibition in _all(backend):
        with transaction.atomic(using=backend.connection.alias):
            backend.one_writer()
            renew(backend, [exhibition])


def different(backend: Backend) -> Iterator[int]:
    """The exhibitions whose stored words are not those of their texts."""
    for exhibition in _all(backend):
        if _words(backend, exhibition) != _known(backend, exhibition):
            yield exhibition


def _all(backend: Backend) -> list[int]:
    """The exhibitions that there are, and those that have words."""
    rows = backend.run(
        f'SELECT id FROM "{Exhibition._meta.db_table}"'
        " UNION SELECT DISTINCT exhibition FROM search_exhibited"
    )
    return sorted(row[0] for row in rows)


def _known(backend: Backend, exhibition: int) -> set[Said]:
    sql = "SELECT word, part FROM search_exhibited WHERE exhibition = %s"
    return {(word, part) for word, part in backend.run(sql, [exhibition])}


def _words(backend: Backend, exhibition: int) -> set[Said]:
    """What an exhibition says, in its own fields and in its parts; nothing if it is gone."""
    using = backend.connection.alias
    rows: Any = Exhibition._base_manager.using(using).filter(pk=exhibition)
    own = rows.values_list("title", "identifier", "summary", "description").first()
    if own is None:
        return set()
    title, identifier, *texts = own
    called = _of_name(title)
    said = {*called, *(HEAD + word for word in called)}
    said |= {fold_identifier(identifier), *_of_text(" ".join((identifier, *texts)))}
    found = {(word, ITSELF) for word in said}
    parts: Any = ExhibitionPart._base_manager.using(using).filter(exhibition=exhibition)
    for part, heading, text in parts.values_list("pk", "heading", "text"):
        found |= {(word, part) for word in (*_of_name(heading), *_of_text(text))}
    return {(word, part) for word, part in found if word}


def _of_text(text: str) -> dict[str, None]:
    """The words of a text, and their stems."""
    words = split(text)
    return dict.fromkeys(words) | stems_in(words, own_language())


def _of_name(name: str) -> set[str]:
    """The words of a title or heading, their stems, and how they sound."""
    return {*_of_text(name), *read_name(name).sounds}
