"""Write the entries of one batch, and the facets that they count in."""

from __future__ import annotations

import marshal
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Final, NamedTuple

from catalog.search import bitmaps, suggestions, vocabulary
from catalog.search.backends import Backend
from catalog.search.entries import Entry, entry_of
from catalog.search.gathering import Reader
from catalog.search.ties import KIND_OF, naming

#: A day number beyond every date, for records without one: they come last whichever way dates run.
NEVER: Final = 9_000_000_000_000_000_000


def listed_of(numbers: Iterable[int]) -> str:
    """Integers as they stand in a list of SQL."""
    return ",".join(map(str, numbers))


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
    """Writes entries of one batch, and at its end the facets, under one new version."""

    def __init__(self, backend: Backend, reader: Reader) -> None:
        self.backend = backend
        self.reader = reader
        self.facets: dict[str, bitmaps.Change] = defaultdict(lambda: (set(), set()))
        self.changed = 0
        #: Whether others were marked, because they name what changed.
        self.spread = False
        self.last_id: int | None = None

    def renew(self, kind: int, records: list[int]) -> None:
        """Bring the entries of some records of one kind in step, or mark who names some terms."""
        if KIND_OF[kind] == "term":
            self.spread = True
            mark_naming(self.backend, "term", records)
            return
        name: Any = KIND_OF[kind]
        found = self.reader.gather(name, records)
        standing = self._stand(kind, records)
        gone = [old for record, old in standing.items() if record not in found]
        renewed = []
        for record, inputs in found.items():
            # The same inputs give the same entry: where it stands, it need not be made.
            old, digest = standing.get(record), inputs.digest()
            if old is None or old.inputs != digest:
                renewed.append((old, entry_of(inputs, self.backend.read), digest))
        moved = [entry.record for old, entry, _ in renewed if old and old.handle != entry.handle]
        if moved:
            self.spread = True
            mark_naming(self.backend, name, moved)
        for old, entry, _ in renewed:
            if old and (old.title, old.names) == (entry.title, entry.names):
                old.same_names = True
        if any(old is None for old, _, _ in renewed):
            self._know_last_id()
        self._remove([*gone, *(old for old, _, _ in renewed if old)])
        self._add(renewed)
        self.changed += len(gone) + len(renewed)

    def finish(self) -> None:
        """Write the facets; number the version."""
        if self.changed:
            bitmaps.write(self.backend, self.facets, bitmaps.new_version(self.backend))

    def _stand(self, kind: int, records: list[int]) -> dict[int, Standing]:
        rows = self.backend.run(
            "SELECT record, id, inputs, handle, title, names, facet_values, state, staff"
            f" FROM search_entry WHERE kind = %s AND record IN ({listed_of(records)})",
            [kind],
        )
        return {row[0]: Standing(*row[1:]) for row in rows}

    def _remove(self, standing: list[Standing]) -> None:
        if not standing:
            return
        ids = [old.id for old in standing]
        backend = self.backend
        backend.delete_texts(ids, staff=False)
        if staff := [old.id for old in standing if old.staff]:
            backend.delete_texts(staff, staff=True)
        backend.run_many(
            "DELETE FROM search_start WHERE start = %s AND entry = %s",
            [
                (start, old.id)
                for old in standing
                if not old.same_names
                for start in suggestions.starts(old.title, old.names)
            ],
        )
        backend.run(f"DELETE FROM search_entry WHERE id IN ({listed_of(ids)})")
        for old in standing:
            for value in values_of(old.facet_values, old.state):
                self.facets[value][1].add(old.id)

    def _add(self, renewed: list[Renewed]) -> None:
        if not renewed:
            return
        backend = self.backend
        numbered = [(old.id if old else self._new_id(), entry) for old, entry, _ in renewed]
        ready = [
            ready_of(backend, one, entry, inputs)
            for (one, entry), (_, _, inputs) in zip(numbered, renewed, strict=True)
        ]
        backend.write_entries([one.row for one in ready])
        backend.write_texts([one.texts for one in ready], staff=False)
        backend.write_texts([one.staff for one in ready if one.staff], staff=True)
        suggestions.propose(
            backend,
            [
                (start, one)
                for (old, entry, _), (one, _) in zip(renewed, numbered, strict=True)
                if not (old and old.same_names)
                for start in suggestions.starts(entry.title, entry.names)
            ],
        )
        vocabulary.learn(backend, vocabulary.words_of(entry for _old, entry, _ in renewed))
        for one, entry in numbered:
            for value in values_of(entry.values, entry.state):
                added, removed = self.facets[value]
                if one in removed:
                    removed.discard(one)
                else:
                    added.add(one)

    def _know_last_id(self) -> None:
        """Ask before entries are removed: they come again under their ids, which no new one may take."""
        if self.last_id is None:
            self.last_id = self.backend.run("SELECT max(id) FROM search_entry")[0][0] or 0

    def _new_id(self) -> int:
        assert self.last_id is not None  # noqa: S101 - asked before anything was removed
        self.last_id += 1
        return self.last_id


@dataclass(slots=True)
class Standing:
    """What has to be known of an entry that stands in the index to replace it."""

    id: int
    inputs: str
    handle: str
    title: str
    names: str
    facet_values: str
    state: int
    staff: int
    #: Whether the new entry has the same title and names, so that proposals need not be written.
    same_names: bool = False


#: What is to be written: the entry that stands, the new one, and the digest of what that was made from.
Renewed = tuple[Standing | None, Entry, str]


class Ready(NamedTuple):
    """An entry under an id as its tables take it; ``texts`` and ``staff`` begin with the id."""

    row: tuple[Any, ...]
    texts: tuple[Any, ...]
    staff: tuple[Any, ...] | None


def ready_of(backend: Backend, one: int, entry: Entry, inputs: str) -> Ready:
    """An entry under an id, with the digest of its inputs and that of everything it says."""
    first = entry.earliest if entry.earliest is not None else entry.latest
    last = entry.latest if entry.latest is not None else entry.earliest
    said = (
        entry.kind, entry.record, entry.title, entry.names, entry.related, entry.staff_related,
        entry.values, entry.state, backend.moment(entry.visible_from),
        backend.moment(entry.due), entry.earliest, entry.latest,
        NEVER if first is None else first, -NEVER if last is None else last,
        entry.sort_key, entry.modified, entry.quality, entry.handle, int(entry.staff is not None), inputs,
    )  # fmt: skip
    texts = backend.ready(entry.texts)
    staff = backend.ready(entry.staff) if entry.staff else None
    digest = digest_of(said, texts, staff)
    return Ready((one, *said, digest), (one, *texts), (one, *staff) if staff else None)


def digest_of(said: tuple[Any, ...], texts: tuple[str, ...], staff: tuple[str, ...] | None) -> str:
    """The digest of an entry as it is stored: of its columns between id and digest, and of its texts."""
    # The form of marshal without references is the same for equal values.
    stored = marshal.dumps((said, texts, staff), 2)
    return blake2b(stored, digest_size=12).hexdigest()


def values_of(values: str, state: int) -> list[str]:
    """The facet values of an entry, with the one that says that the public may read it."""
    listed = values.split("\n")
    if state:
        listed.append("state:1")
    return listed
