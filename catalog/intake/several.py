"""Several values in one cell: written so that each is read again as it was.

They are separated by a character. If a value contains it, it is preceded by a backslash, and so is
a backslash itself: ``Smith \\| Sons|Smith Ltd`` is two names. The vertical bar and the semicolon can
always be escaped, whichever of them separates, so that a table of our own is never taken for one
with semicolons between its values.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from catalog.values import plain_line

#: What separates values in the tables that the catalogue writes.
INSIDE: Final = "|"
ESCAPE: Final = "\\"
#: What a backslash can precede, besides the chosen separator.
_ESCAPED: Final = f"{ESCAPE}|;"


def squeezed(value: str) -> str:
    """A value as it is stored: without blanks at its ends and characters that nobody sees, with one blank between
    its words.
    """
    return " ".join(plain_line(value).split())


def joined(values: Iterable[str]) -> str:
    """Values as one cell; :func:`parted` is the inverse."""
    return INSIDE.join(
        re.sub(r"[\\|;]", r"\\\g<0>", value) for value in dict.fromkeys(values) if value
    )


def parted(text: str, inside: str) -> list[str]:
    """The values of a cell, each once, in order. A backslash before any other character is a backslash."""
    found = (squeezed(part) for part in _cut(text, inside))
    return list(dict.fromkeys(part for part in found if part))


def _cut(text: str, inside: str) -> list[str]:
    if ESCAPE not in text:
        return text.split(inside)
    found, value, place = [], "", 0
    while place < len(text):
        sign = text[place]
        after = text[place + 1 : place + 2]
        if sign == ESCAPE and text.startswith(inside, place + 1):
            value += inside
            place += 1 + len(inside)
        elif sign == ESCAPE and after and after in _ESCAPED:
            value += after
            place += 2
        elif text.startswith(inside, place):
            found.append(value)
            value = ""
            place += len(inside)
        else:
            value += sign
            place += 1
    return [*found, value]


def separates(text: str, sign: str) -> bool:
    """Whether a cell contains a character that may separate values, because it is not escaped."""
    return sign in text and len(_cut(text, sign)) > 1
