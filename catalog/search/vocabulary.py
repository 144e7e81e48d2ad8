"""The words of the index: the forms in which a word occurs, and corrections for a misspelled one.

A word is searched for together with all words that have the same stem. So stems need not be stored with
each text, where they made up a quarter of the full text, and each word is stemmed only once.

In a word with one wrong letter, one half is right: the beginning or the end. So all words that it may be a
slip of are near each other in the order of the words, or in that of the words read backwards.

Words stay when the last text that had them goes: a form that no text has finds nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from catalog.models import own_language
from catalog.search.entries import HEADS
from catalog.search.words import stem, unmarked

if TYPE_CHECKING:
    from catalog.search.backends import Backend

#: Words of other lengths are neither corrected nor proposed as corrections.
SHORTEST: Final = 4
LONGEST: Final = 20
#: Any letter, in a pattern.
ANY: Final = "?"
#: How many words are looked up in one statement.
TOGETHER: Final = 500
#: A word, its stem, and the word backwards if it may be proposed as a correction, else nothing.
Row = tuple[str, str, str]
COLUMNS: Final = ("word", "stem", "backwards")


def row_of(word: str, named: bool) -> Row | None:
    """What to store of a word of the texts; ``named`` says that it occurs in a title or a name.

    None for a word that is its own stem and is not proposed as a correction.
    """
    if not word.isalpha():
        # Numbers, and words with digits, have no other forms. Because of the identifiers they are
        # half of all words.
        return None
    bare = _stem(word, own_language())
    proposed = named and SHORTEST <= len(word) <= LONGEST
    return (word, bare, word[::-1] if proposed else "") if proposed or bare != word else None


def words_of(texts: Iterable[tuple[int, str]]) -> dict[str, bool]:
    """The words of texts, each text given with the position of its column; and whether each word
    occurs in a title or a name.
    """
    further: list[str] = []
    named: list[str] = []
    for place, text in texts:
        (named if place < len(HEADS) else further).append(text)
    words = dict.fromkeys(unmarked(" ".join(further)), False)
    words |= dict.fromkeys(unmarked(" ".join(named)), True)
    return words


#: Whoever writes records meets the same words again and again.
_stem = lru_cache(maxsize=65_536)(stem)


def learn(backend: Backend, words: Mapping[str, bool]) -> None:
    """Add words, each with whether it occurs in a title or a name."""
    rows = sorted(filter(None, (row_of(word, named) for word, named in words.items())))
    for position in range(0, len(rows), TOGETHER):
        _learn(backend, rows[position : position + TOGETHER])


def _learn(backend: Backend, rows: list[Row]) -> None:
    holes = ", ".join(["%s"] * len(rows))
    known = dict(
        backend.run(
            f"SELECT word, backwards FROM search_word WHERE word IN ({holes})",
            [word for word, _bare, _backwards in rows],
        )
    )
    backend.run_many(
        f"INSERT INTO search_word ({', '.join(COLUMNS)}) VALUES (%s, %s, %s)"
        " ON CONFLICT (word) DO UPDATE SET backwards = excluded.backwards",
        [row for row in rows if row[0] not in known or row[2] > known[row[0]]],
    )


def build(backend: Backend) -> None:
    """Write the words of a new index from its texts, which must be complete."""
    backend.append("search_word", COLUMNS, list(rows_of_the_texts(backend)))


def rows_of_the_texts(backend: Backend) -> Iterator[Row]:
    """What is to be stored of all words in the texts."""
    return filter(None, (row_of(word, named) for word, named in backend.words_of_the_texts()))


def missing(backend: Backend) -> int:
    """How many words of the texts are not stored with their stem, or not as corrections."""
    known = _known(backend.run("SELECT word, stem, backwards FROM search_word"))
    lacking = [row for row in rows_of_the_texts(backend) if not _is_in(known, row)]
    # Somebody may have written while the words were read: only what is lacking still counts.
    number = 0
    for position in range(0, len(lacking), TOGETHER):
        rows = lacking[position : position + TOGETHER]
        holes = ", ".join(["%s"] * len(rows))
        words = [word for word, _bare, _backwards in rows]
        known = _known(
            backend.run(
                f"SELECT word, stem, backwards FROM search_word WHERE word IN ({holes})", words
            )
        )
        number += sum(not _is_in(known, row) for row in rows)
    return number


def _known(rows: Iterable[Sequence[str]]) -> dict[str, Sequence[str]]:
    return {row[0]: row for row in rows}


def _is_in(known: Mapping[str, Sequence[str]], wanted: Row) -> bool:
    """Whether a word is stored as it should be; it may be proposed although no title has it any more."""
    word, bare, backwards = wanted
    row = known.get(word)
    return row is not None and row[1] == bare and row[2] >= backwards


def forms_of(word: str, besides: Sequence[str]) -> tuple[str, list[Any]]:
    """SQL for all words of the index with the stem of ``word``, except ``besides``; and its parameters."""
    holes = ", ".join(["%s"] * len(besides))
    return (
        f"SELECT word FROM search_word WHERE stem = %s AND word NOT IN ({holes})",
        [stem(word, own_language()), *besides],
    )


def corrections(backend: Backend, word: str) -> list[str]:
    """Words of the catalogue's titles and names that ``word`` is one slip away from, nearest first."""
    if not SHORTEST <= len(word) <= LONGEST or not word.isalpha():
        return []
    comparison, any_letter = backend.PATTERN
    forwards, backwards = (
        [pattern.replace(ANY, any_letter) for pattern in side] for side in slips(word)
    )
    rows = backend.run(
        " UNION ".join(
            f"SELECT word FROM search_word WHERE backwards <> '' AND {column} {comparison} %s"
            for column, patterns in (("word", forwards), ("backwards", backwards))
            for _ in patterns
        ),
        [*forwards, *backwards],
    )
    near = [(distance(word, row[0]), row[0]) for row in rows if row[0] != word]
    return [found for _, found in sorted(near)]


def slips(word: str) -> tuple[list[str], list[str]]:
    """Patterns for all words that differ from this one by a wrong, missing, extra or swapped letter.

    Those of the first list begin with the first half of the word. Those of the second begin with its other
    half, and are compared with words read backwards. A word may match several. :data:`ANY` stands for any
    letter.
    """
    middle = len(word) // 2
    # Two letters that were swapped may lie on either side of the middle.
    return _slips(word, middle), _slips(word[::-1], len(word) - middle - 1)


def _slips(letters: str, first: int) -> list[str]:
    found = [letters + ANY]
    for place in range(first, len(letters)):
        before, letter, after = letters[:place], letters[place], letters[place + 1 :]
        found += (before + ANY + after, before + ANY + letter + after, before + after)
        if after:
            found.append(before + after[0] + letter + after[1:])
    return list(dict.fromkeys(found))


def distance(one: str, other: str) -> int:
    """How many letters were inserted, left out, replaced, or swapped with their neighbour."""
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
