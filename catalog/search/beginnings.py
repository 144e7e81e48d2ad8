"""The table behind the suggestions while somebody types.

It holds the beginnings of titles and names, from each of their first words on, so that "jac" and
"frank jac" both lead to Frank Jacson.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Final

from catalog.search.backends import Backend
from catalog.search.words import read_name

#: How many words of a title a beginning may start at, and how much of it is kept.
STARTS: Final = 4
KEPT: Final = 40


def _remembered(name: str) -> list[str]:
    return read_name(name).words.split()


def starts(title: str, names: str, words_of: Callable[[str], list[str]] = _remembered) -> set[str]:
    """The beginnings by which an entry is suggested: its title and names from each of their first
    words on.

    ``words_of`` reads a name. Names that were read for the entry are remembered with their sounds;
    whoever only compares takes :func:`~catalog.search.words.split`, which works out none.
    """
    found = set()
    for name in (title, *(names.split(" · ") if names else ())):
        words = words_of(name)
        for position in range(min(STARTS, len(words))):
            if position == 0 or len(words[position]) > 3:
                found.add(" ".join(words[position : position + 6])[:KEPT])
    return found - {""}


@contextmanager
def collecting(backend: Backend) -> Iterator[Callable[[Iterable[tuple[str, int]]], None]]:
    """Collect the beginnings of very many entries, and write them at the end, sorted.

    Written as they come, each in its place, they would have every page of the table written over and over.
    """
    backend.run("CREATE TEMPORARY TABLE starts_found (start text, entry integer)")
    try:
        yield lambda rows: backend.append("starts_found", ("start", "entry"), rows)
        order = f"start {backend.TYPES['collate']}, entry"
        backend.run(
            "INSERT INTO search_start (start, entry)"
            f" SELECT start, entry FROM starts_found ORDER BY {order}"
        )
    finally:
        backend.run("DROP TABLE starts_found")


def withdraw(backend: Backend, rows: list[tuple[str, int]]) -> None:
    """Remove beginnings by which entries were suggested."""
    backend.run_many("DELETE FROM search_start WHERE start = %s AND entry = %s", rows)


def enter(backend: Backend, rows: list[tuple[str, int]]) -> None:
    """Add beginnings by which entries are suggested."""
    backend.run_many(
        "INSERT INTO search_start (start, entry) VALUES (%s, %s) ON CONFLICT DO NOTHING", rows
    )
