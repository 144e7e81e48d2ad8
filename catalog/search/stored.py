"""Entries as the tables of the index hold them."""

from __future__ import annotations

import marshal
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Final, NamedTuple

from catalog.search.backends import Backend
from catalog.search.backends.base import COLUMNS
from catalog.search.entries import Entry

#: A day number beyond every date, for records without one: they come last whichever way dates are sorted.
NEVER: Final = 9_000_000_000_000_000_000
#: The position of each column in a row.
_PLACE: Final = {name: place for place, name in enumerate(COLUMNS)}


class Ready(NamedTuple):
    """An entry under an id, ready to be written; ``texts`` and ``staff`` begin with the id."""

    row: tuple[Any, ...]
    texts: tuple[Any, ...]
    staff: tuple[Any, ...] | None


def ready_of(backend: Backend, entry_id: int, entry: Entry, inputs: str) -> Ready:
    """An entry under an id, with the digest of its inputs and the digest of all that is stored."""
    first = entry.earliest if entry.earliest is not None else entry.latest
    last = entry.latest if entry.latest is not None else entry.earliest
    columns = (
        entry.kind, entry.record, entry.title, entry.names, entry.related, entry.staff_related,
        entry.values, entry.state, backend.moment(entry.visible_from),
        backend.moment(entry.due), entry.earliest, entry.latest,
        NEVER if first is None else first, -NEVER if last is None else last,
        entry.sort_key, entry.modified, entry.quality, entry.handle, int(entry.staff is not None), inputs,
    )  # fmt: skip
    texts = backend.ready(entry.texts)
    staff = backend.ready(entry.staff) if entry.staff else None
    digest = digest_of(columns, texts, staff)
    return Ready(
        (entry_id, *columns, digest), (entry_id, *texts), (entry_id, *staff) if staff else None
    )


def digest_of(
    columns: tuple[Any, ...], texts: tuple[str, ...], staff: tuple[str, ...] | None
) -> str:
    """The digest of a stored entry: of its columns between id and digest, and of its texts."""
    # What marshal writes without references is the same for equal values.
    stored = marshal.dumps((columns, texts, staff), 2)
    return blake2b(stored, digest_size=12).hexdigest()


def values_of(values: str, state: int) -> list[str]:
    """The facet values of an entry, and "state:1" if the public may read it."""
    listed = values.split("\n")
    if state:
        listed.append("state:1")
    return listed


@dataclass(slots=True)
class Stored:
    """An entry as it is stored in the index: its columns and its texts."""

    row: tuple[Any, ...]
    texts: tuple[str, ...]
    staff: tuple[str, ...] | None

    def __getitem__(self, column: str) -> Any:
        return self.row[_PLACE[column]]

    @property
    def id(self) -> int:
        """Its id."""
        return self.row[0]  # type: ignore[no-any-return]

    @property
    def values(self) -> list[str]:
        """Its facet values."""
        return values_of(self["facet_values"], self["state"])

    def digest(self) -> str:
        """The digest of what is stored, worked out anew."""
        return digest_of(self.row[1:-1], self.texts, self.staff)


def stored(backend: Backend, kind: int, records: Iterable[int]) -> dict[int, Stored]:
    """The stored entries of some records of a kind, by primary key of the record."""
    return {entry["record"]: entry for entry in map(_of_row, backend.stored_rows(kind, records))}


def _of_row(row: tuple[Any, ...]) -> Stored:
    own, rest = row[: len(COLUMNS)], row[len(COLUMNS) :]
    texts, staff = rest[: len(rest) // 2], rest[len(rest) // 2 :]
    # An entry without texts has None in their columns.
    return Stored(own, () if texts[0] is None else texts, None if staff[0] is None else staff)
