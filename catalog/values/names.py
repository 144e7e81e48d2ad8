"""Names as people write them, and in the form used for comparing.

``fold`` is the one rule by which the catalogue compares text: case, accents, ё/е, ß, ł, full-width
forms and punctuation do not count. Databases differ in what they fold (SQLite only ASCII), so the
folded text is stored beside the written one and both sides of every comparison go through here.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

#: Letters that Unicode does not decompose into a base letter and a mark.
_UNDIVIDED: Final = str.maketrans(
    {"ł": "l", "đ": "d", "ð": "d", "ø": "o", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i", "ħ": "h"}
)
#: Й is a letter of its own in Cyrillic, not an И with an accent.
_KEPT: Final = {"й": "\ue000"}
#: Names and titles recur; whole descriptions would fill the memory.
_LONGEST_KEPT: Final = 200
_NO_WORD: Final = re.compile(r"[\W_]+")
#: Characters that come along with pasted text and that nobody sees: soft hyphens, blanks and joints without width,
#: marks of the order of bytes.
_INVISIBLE: Final = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))
#: Blanks that only typesetting tells from a plain one.
_BLANKS: Final = dict.fromkeys(map(ord, "\u00a0\u2007\u202f"), " ")


def fold(text: str) -> str:
    """Text in the form used for comparing: ``fold("Łódź, Émile") == "lodz emile"``, ``fold("Лёва")
    == "лева"``.
    """
    return _folded_and_kept(text) if len(text) <= _LONGEST_KEPT else _folded(text)


def plain_line(text: str) -> str:
    """A name or another text of one line, without invisible characters and with plain blanks:
    ``plain_line("Lev\\u00a0Se\\u00addov") == "Lev Sedov"``.
    """
    return text if text.isascii() else text.translate(_INVISIBLE | _BLANKS).strip()


def fold_letters(text: str) -> str:
    """Letters in the form used for comparing, each sign as a blank, keeping every blank:
    ``fold_letters("É—") == "e "``.
    """
    # Character by character: once composed, what a character becomes does not depend on its neighbours.
    return unicodedata.normalize("NFKC", text).translate(_letters)


class _Letters(dict[int, str]):
    """What each character becomes, computed when it is first seen; characters of no word become a blank."""

    def __missing__(self, character: int) -> str:
        if unicodedata.category(chr(character)) == "Cf":
            # Nobody sees it, so it is no blank between two words either.
            self[character] = ""
            return ""
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
