"""Cells of tables that people open in a spreadsheet."""

from __future__ import annotations

from typing import Final

#: A spreadsheet takes a text that begins with one of these for a formula and runs it.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def harmless_cell(text: str) -> str:
    """The text, with an apostrophe in front if a spreadsheet would take it for a formula.

    >>> harmless_cell("=1+1"), harmless_cell("1 + 1")
    ("'=1+1", '1 + 1')
    """
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text
