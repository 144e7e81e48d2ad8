"""Write the entries of one batch, and the facets that they count in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

from catalog.search import beginnings, bitmaps, vocabulary
from catalog.search.backends import Backend
from catalog.search.backends.base import COLUMNS
from catalog.search.entries import Entry, entry_of
from catalog.search.gathering import Reader
from catalog.search.inputs import Inputs
from catalog.search.keys import listed_of
from catalog.search.stored import Ready, Stored, ready_of, stored, values_of
from catalog.search.ties import KIND_OF, naming

#: The columns of an entry.
Row = tuple[Any, ...]


def mark_naming(backend: Backend, target: str, records: Iterable[int]) -> None:
    """Mark the entries that name some records of a kind, or some terms."""
    listed = listed_of(records)
    for kind, table, owner, to in naming(target):
        backend.run(
            f'INSERT INTO search_stale (kind, record) SELECT DISTINCT {kind}, "{owner}"'
            f' FROM "{table}" WHERE "{to}" IN ({listed}) AND "{owner}" IS NOT NULL'
            " ON CONFLICT DO NOTHING"
        )


class Writer:
    """Writes the entries of a batch, and at its end the facets, under one new version."""

    def __init__(self, backend: Backend, reader: Reader) -> None:
        self.backend = backend
        self.reader = reader
        self.facets: dict[str, bitmaps.Change] = defaultdict(lambda: (set(), set()))
        self.changed = 0
        #: Whether further entries were marked, because they name what changed.
        self.spread = False
        self.last_id: int | None = None

    def renew(self, kind: int, records: list[int]) -> None:
        """Bring the entries of some records of one kind up to date. For terms, mark the entries
        that name them.
        """
        if KIND_OF[kind] == "term":
            self.spread = True
            mark_naming(self.backend, "term", records)
            return
        name: Any = KIND_OF[kind]
        found = self.reader.gather(name, records)
        entries = stored(self.backend, kind, records)
        gone = [old for record, old in entries.items() if record not in found]
        stale: list[tuple[Inputs, str, Stored | None]] = []
        for record, inputs in found.items():
            # The same inputs give the same entry, so one that was made from them need not be remade.
            old, digest = entries.get(record), inputs.digest()
            if old is None or old["inputs"] != digest:
                stale.append((inputs, digest, old))
        if any(old is None for _inputs, _digest, old in stale):
            self._know_last_id()
        renewed = [self._made(*change) for change in stale]
        moved = [new.entry.record for new in renewed if new.old and new.moved]
        if moved:
            self.spread = True
            mark_naming(self.backend, name, moved)
        self._remove(gone)
        self._write(renewed)
        self.changed += len(gone) + len(renewed)

    def finish(self) -> None:
        """Write the facets and number the new version."""
        if self.changed:
            bitmaps.write(self.backend, self.facets, bitmaps.new_version(self.backend))

    def _made(self, inputs: Inputs, digest: str, old: Stored | None) -> Renewed:
        entry = entry_of(inputs, self.backend.read)
        entry_id = old.id if old else self._new_id()
        return Renewed(old, entry, ready_of(self.backend, entry_id, entry, digest))

    def _remove(self, gone: list[Stored]) -> None:
        """Remove entries whose records are gone."""
        if not gone:
            return
        ids = [old.id for old in gone]
        self.backend.delete_texts(ids, staff=False)
        if staff := [old.id for old in gone if old["staff"]]:
            self.backend.delete_texts(staff, staff=True)
        beginnings.withdraw(self.backend, [row for old in gone for row in _starts_of(old)])
        self.backend.run(f"DELETE FROM search_entry WHERE id IN ({listed_of(ids)})")
        for old in gone:
            for value in old.values:
                self.facets[value][1].add(old.id)

    def _write(self, renewed: list[Renewed]) -> None:
        """Write new entries whole, and of others only what changed."""
        if not renewed:
            return
        backend = self.backend
        if fresh := [new.ready.row for new in renewed if new.old is None]:
            backend.write_entries(fresh)
        self._change([(new.old.row, new.ready.row) for new in renewed if new.old])
        for staff in (False, True):
            changed = [new for new in renewed if new.texts(staff) != new.texts_before(staff)]
            if outdated := [new.id for new in changed if not new.texts(staff)]:
                backend.delete_texts(outdated, staff=staff)
            if texts := [(new.id, *ready) for new in changed if (ready := new.texts(staff))]:
                backend.replace_texts(texts, staff=staff)
        named_anew = [new for new in renewed if new.named_anew]
        beginnings.withdraw(backend, [row for new in named_anew for row in _starts_of(new.old)])
        beginnings.enter(
            backend,
            [
                (start, new.id)
                for new in named_anew
                for start in beginnings.starts(new.entry.title, new.entry.names)
            ],
        )
        words: dict[str, bool] = {}
        for new in renewed:
            for word, named in self._new_words(new).items():
                words[word] = words.get(word, False) or named
        vocabulary.learn(backend, words)
        for new in renewed:
            values = values_of(new.entry.values, new.entry.state)
            self._count(new.id, set(new.old.values) if new.old else set(), set(values))

    def _change(self, rows: list[tuple[Row, Row]]) -> None:
        """Write those columns of entries that changed. An index on other columns is not touched."""
        alike: dict[tuple[int, ...], list[Row]] = defaultdict(list)
        for before, after in rows:
            changed = tuple([place for place, value in enumerate(after) if value != before[place]])
            alike[changed].append((*(after[place] for place in changed), after[0]))
        for changed, values in alike.items():
            columns = ", ".join(f"{COLUMNS[place]} = %s" for place in changed)
            self.backend.run_many(f"UPDATE search_entry SET {columns} WHERE id = %s", values)

    def _count(self, entry_id: int, before: set[str], after: set[str]) -> None:
        for value in before - after:
            self.facets[value][1].add(entry_id)
        for value in after - before:
            self.facets[value][0].add(entry_id)

    def _new_words(self, new: Renewed) -> dict[str, bool]:
        """The words that are new in an entry's texts, or new in its title or names.

        Each comes with whether it is in the title or names.
        """
        if new.old is None:
            return vocabulary.words_of(_places(new.entry.texts) | _places(new.entry.staff))
        texts = _places(new.texts(False)) | _places(new.texts(True))
        before = _places(new.old.texts) | _places(new.old.staff)
        # Columns that did not change need not be read.
        new_words = self.backend.words_in(texts - before)
        known = self.backend.words_in(before - texts) if new_words else {}
        return {word: named for word, named in new_words.items() if named > known.get(word, -1)}

    def _know_last_id(self) -> None:
        """Asked before entries are removed, so that the id of one is not given to another in the
        same batch.
        """
        if self.last_id is None:
            self.last_id = self.backend.run("SELECT max(id) FROM search_entry")[0][0] or 0

    def _new_id(self) -> int:
        assert self.last_id is not None  # noqa: S101 - asked before anything was removed
        self.last_id += 1
        return self.last_id


class Renewed(NamedTuple):
    """An entry to be written: what is stored of it, what it is made of now, and the rows for its tables."""

    old: Stored | None
    entry: Entry
    ready: Ready

    @property
    def id(self) -> int:
        """Its id."""
        return self.ready.row[0]  # type: ignore[no-any-return]

    @property
    def moved(self) -> bool:
        """Whether the entries that name the record have to follow."""
        return self.old is not None and self.old["handle"] != self.entry.handle

    @property
    def named_anew(self) -> bool:
        """Whether its title or names changed."""
        called = (self.entry.title, self.entry.names)
        return self.old is None or (self.old["title"], self.old["names"]) != called

    def texts(self, staff: bool) -> tuple[str, ...]:
        """Its new texts; empty where curators find only what everybody finds."""
        ready = self.ready.staff if staff else self.ready.texts
        return ready[1:] if ready else ()

    def texts_before(self, staff: bool) -> tuple[str, ...]:
        """Its texts as they are stored."""
        return () if self.old is None else (self.old.staff or ()) if staff else self.old.texts


def _places(texts: Iterable[str] | None) -> set[tuple[int, str]]:
    """Texts with the positions of their columns."""
    return set(enumerate(texts or ()))


def _starts_of(old: Stored | None) -> list[tuple[str, int]]:
    """The beginnings by which a stored entry is suggested."""
    if old is None:
        return []
    return [(start, old.id) for start in beginnings.starts(old["title"], old["names"])]
