"""What the catalogue proposes while somebody types, and when nothing was found.

Beginnings of titles and names stand in a table of their own, from each of their first words on, so that
"jac" and "frank jac" both lead to Frank Jacson. Misspelled words are found by leaving out a letter: two words that
are one wrong, missing or swapped letter apart become equal when each may lose one.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from catalog.search.backends import Backend
from catalog.search.words import split

#: From how many words of a title a suggestion may start, and how much of it is kept.
STARTS: Final = 4
KEPT: Final = 40
#: Words shorter than this are neither corrected nor proposed as corrections.
SHORTEST: Final = 4
LONGEST: Final = 20


def starts(title: str, names: str) -> set[str]:
    """The texts under which an entry is proposed: its title and names from each of their first words on."""
    found = set()
    for name in (title, *(names.split(" · ") if names else ())):
        words = split(name)
        for position in range(min(STARTS, len(words))):
            if position == 0 or len(words[position]) > 3:
                found.add(" ".join(words[position : position + 6])[:KEPT])
    return found - {""}


def write(backend: Backend, rows: Iterable[tuple[int, str, str, tuple[str, ...]]]) -> None:
    """Add what new entries propose: rows of id, title, names, and the folded texts of both."""
    rows = list(rows)
    propose(backend, [(s, one) for one, title, names, _ in rows for s in starts(title, names)])
    learn(backend, {word for _one, _title, _names, texts in rows for word in words_of(texts)})


def propose(backend: Backend, rows: list[tuple[str, int]]) -> None:
    """Add beginnings under which entries are proposed."""
    backend.run_many(
        "INSERT INTO search_start (start, entry) VALUES (%s, %s) ON CONFLICT DO NOTHING", rows
    )


def words_of(texts: Iterable[str]) -> set[str]:
    """The words of folded titles and names that can be proposed as corrections."""
    return {
        word
        for text in texts
        for word in text.split()
        if SHORTEST <= len(word) <= LONGEST and word.isalpha()
    }


def learn(backend: Backend, words: Iterable[str]) -> None:
    """Add words that may be proposed as corrections."""
    listed = sorted(words)
    for position in range(0, len(listed), 500):
        _learn(backend, listed[position : position + 500])


def _learn(backend: Backend, words: list[str]) -> None:
    holes = ", ".join(["%s"] * len(words))
    known = {
        row[0]
        for row in backend.run(f"SELECT word FROM search_word WHERE word IN ({holes})", words)
    }
    fresh = [word for word in words if word not in known]
    backend.run_many(
        "INSERT INTO search_word (word) VALUES (%s) ON CONFLICT DO NOTHING", [(w,) for w in fresh]
    )
    backend.run_many(
        "INSERT INTO search_misspelling (written, word) VALUES (%s, %s) ON CONFLICT DO NOTHING",
        [(shorter, word) for word in fresh for shorter in shortened(word)],
    )


def shortened(word: str) -> set[str]:
    """A word with one letter left out, at each of its places."""
    return {word[:place] + word[place + 1 :] for place in range(len(word))}


def corrections(backend: Backend, word: str) -> list[str]:
    """Words of the catalogue's titles and names that ``word`` may be a slip of, the nearest first."""
    if not SHORTEST <= len(word) <= LONGEST or word.isdigit():
        return []
    tried = sorted({word, *shortened(word)})
    holes = ", ".join(["%s"] * len(tried))
    rows = backend.run(
        f"SELECT word FROM search_misspelling WHERE written IN ({holes})"
        f" UNION SELECT word FROM search_word WHERE word IN ({holes})",
        [*tried, *tried],
    )
    near = [(distance(word, row[0]), row[0]) for row in rows if row[0] != word]
    return [found for _, found in sorted(near)]


def distance(one: str, other: str) -> int:
    """How many letters were put in, left out, replaced, or swapped with their neighbour."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        two_before, before, row = before, row, [i]
        for j, wanted in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, two_before[j - 2] + 1)
            row.append(cost)
    return row[-1]
