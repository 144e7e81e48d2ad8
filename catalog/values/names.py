"""Names as people write them, and as they are compared.

``fold`` is the one rule by which the catalogue compares text: case, accents, ё/е, ß, ł, full-width
forms and punctuation do not count. Databases differ in what they fold (SQLite only ASCII), so the
folded text is stored beside the written one and both sides of every comparison go through here.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

#: Letters that Unicode does not take apart into a base letter and a mark.
_UNDIVIDED: Final = str.maketrans(
    {"ł": "l", "đ": "d", "ð": "d", "ø": "o", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i", "ħ": "h"}
)
#: Й is a letter of its own in Cyrillic, not an И with an accent.
_KEPT: Final = {"й": "\ue000"}
#: Names and titles come again and again; whole descriptions would fill the memory.
_LONGEST_KEPT: Final = 200
_NO_WORD: Final = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """Text as it is compared: ``fold("Łódź, Émile") == "lodz emile"``, ``fold("Лёва") == "лева"``."""
    return _folded_and_kept(text) if len(text) <= _LONGEST_KEPT else _folded(text)


def fold_letters(text: str) -> str:
    """Letters as they are compared, each sign as a blank, and no blank left out: ``fold_letters("É—") == "e "``."""
    # Letter by letter: once composed, what a character becomes depends on no other.
    return unicodedata.normalize("NFKC", text).translate(_letters)


class _Letters(dict[int, str]):
    """What each character is read as, worked out when it is first seen; no word, no letter: a blank."""

    def __missing__(self, character: int) -> str:
        folded = chr(character).casefold()
        for letter, stand_in in _KEPT.items():
            folded = folded.replace(letter, stand_in)
        marks_apart = unicodedata.normalize("NFKD", folded)
        bare = "".join(one for one in marks_apart if not unicodedata.combining(one))
        for letter, stand_in in _KEPT.items():
            bare = bare.replace(stand_in, letter)
        read = self[character] = _NO_WORD.sub(" ", bare.translate(_UNDIVIDED))
        return read


_letters: Final = _Letters()


def _folded(text: str) -> str:
    if not text.isascii():
        return " ".join(fold_letters(text).split())
    return _NO_WORD.sub(" ", text.lower()).strip()


_folded_and_kept = lru_cache(maxsize=16384)(_folded)
