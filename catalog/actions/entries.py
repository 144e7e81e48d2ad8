"""What can be merged or distinguished: a record of a kind, or a term."""

from __future__ import annotations

from typing import TypeAlias

from catalog.models import TERM, Record, Term

#: What can be merged and distinguished.
Entry: TypeAlias = Record | Term


def entry_kind(entry: Entry) -> str:
    """The kind of an entry, as history names it."""
    return TERM if isinstance(entry, Term) else entry.KIND
