"""What can be one, or be told apart: a record of a kind, or a term."""

from __future__ import annotations

from typing import TypeAlias

from catalog.models import TERM, Record, Term

#: What can be merged, and told apart.
Entry: TypeAlias = Record | Term


def entry_kind(entry: Entry) -> str:
    """The kind of an entry, as history names it."""
    return TERM if isinstance(entry, Term) else entry.KIND
