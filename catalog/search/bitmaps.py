"""Facet values as bitmaps of entry ids, in pieces as the database stores them. In memory they are whole
(memory.py).

A value with many entries is stored in pieces of 65,536 ids each, one with few in a single piece, so that
changing a record rewrites a few kilobytes at most. Each piece has the number of the index version that
wrote it: a process follows the index by reading the pieces that are newer than its own version.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from pyroaring import BitMap

from catalog.search.backends import Backend
from catalog.search.named import moment

#: A value with at most this many entries is stored in one piece.
SMALL: Final = 512
WHOLE: Final = -1
#: How many versions a process may be behind and still follow; beyond that it reads everything again.
REMEMBERED: Final = 1_000

Change = tuple[set[int], set[int]]


def pack(bits: BitMap) -> bytes:
    """The bytes of a bitmap in the portable Roaring format."""
    bits.run_optimize()
    return bytes(bits.serialize())


def unpack(data: Any) -> BitMap:
    """The bitmap in bytes from the database."""
    return BitMap.deserialize(bytes(data))


def new_version(backend: Backend) -> int:
    """Number a change of the index, in its transaction.

    The token beside the number distinguishes two versions with the same number, if one was rolled back.
    """
    number = backend.next_version(secrets.token_hex(8))
    if number % 100 == 0:
        backend.run("DELETE FROM search_version WHERE number < %s", [number - REMEMBERED])
    return number


class Standing(NamedTuple):
    """The state of the index at one moment.

    ``behind`` is the number of marked records that it does not know yet. ``appearing`` is when the
    first hidden entry becomes public and ``due`` when the first has to be remade; None means never.
    """

    number: int
    token: str
    behind: int
    appearing: datetime | None
    due: datetime | None
    #: Whether there are exhibitions, hidden or not.
    exhibits: bool

    @property
    def version(self) -> tuple[int, str]:
        """Stays the same as long as the index does."""
        return self.number, self.token


#: The columns that :func:`read_standing` takes, for use in any query. None of them reads many rows.
STANDING: Final = (
    "(SELECT max(number) FROM search_version),"
    " (SELECT token FROM search_version ORDER BY number DESC LIMIT 1),"
    " (SELECT count(*) FROM search_stale) + (SELECT count(*) FROM search_left)"
    " + (SELECT count(*) FROM search_meanwhile WHERE before = 1),"
    # With the conditions of the partial indexes: without them, SQLite reads all entries for the minimum.
    " (SELECT min(visible_from) FROM search_entry WHERE visible_from IS NOT NULL),"
    " (SELECT min(due) FROM search_entry WHERE due IS NOT NULL),"
    " EXISTS (SELECT 1 FROM search_exhibited)"
)


def standing(backend: Backend) -> Standing:
    """The state of the index now. One query."""
    return read_standing(backend.run(f"SELECT {STANDING}")[0])


def read_standing(row: Sequence[Any]) -> Standing:
    """The state of the index from a row of :data:`STANDING`."""
    number, token, behind, appearing, due, exhibits = row
    times = moment(appearing), moment(due)
    return Standing(number or 0, token or "", behind, *times, bool(exhibits))


def write(backend: Backend, changes: dict[str, Change], version: int) -> None:
    """Add and remove ids of facet values ("name:value"), rewriting only the pieces concerned."""
    changes = {facet: change for facet, change in changes.items() if change[0] or change[1]}
    facets = sorted(changes)
    for start in range(0, len(facets), 400):
        _write_some(
            backend, {facet: changes[facet] for facet in facets[start : start + 400]}, version
        )


def _write_some(backend: Backend, changes: dict[str, Change], version: int) -> None:
    chunks = {entry >> 16 for added, removed in changes.values() for entry in (*added, *removed)}
    named = ", ".join(["%s"] * len(changes))
    listed = ", ".join(map(str, sorted({WHOLE, *chunks})))
    pieces: dict[str, dict[int, BitMap]] = defaultdict(dict)
    for facet, chunk, data in backend.run(
        f"SELECT facet, chunk, bits FROM search_facet WHERE facet IN ({named}) AND chunk IN ({listed})",
        list(changes),
    ):
        pieces[facet][chunk] = unpack(data)
    unknown = [facet for facet in changes if facet not in pieces]
    split = set()
    if unknown:
        holes = ", ".join(["%s"] * len(unknown))
        split = {
            row[0]
            for row in backend.run(
                f"SELECT DISTINCT facet FROM search_facet WHERE facet IN ({holes})", unknown
            )
        }
    rows: list[tuple[str, int, bytes, int]] = []
    for facet, (added, removed) in changes.items():
        known = pieces[facet]
        if WHOLE in known or not (known or facet in split):
            bits = known.get(WHOLE, BitMap())
            bits -= BitMap(removed)
            bits |= BitMap(added)
            if len(bits) <= SMALL:
                rows.append((facet, WHOLE, pack(bits), version))
                continue
            # Grown too large for one piece. A piece that it no longer has is written empty once, so
            # that processes that follow the versions see it emptied.
            parts = {entry >> 16: BitMap() for entry in removed} | _split(bits)
            if WHOLE in known:
                backend.run(
                    "DELETE FROM search_facet WHERE facet = %s AND chunk = %s", [facet, WHOLE]
                )
            rows += [(facet, chunk, pack(part), version) for chunk, part in parts.items()]
            continue
        for chunk in {entry >> 16 for entry in (*added, *removed)}:
            bits = known.get(chunk, BitMap())
            bits -= BitMap([entry for entry in removed if entry >> 16 == chunk])
            bits |= BitMap([entry for entry in added if entry >> 16 == chunk])
            rows.append((facet, chunk, pack(bits), version))
    backend.run_many(
        "INSERT INTO search_facet (facet, chunk, bits, version) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (facet, chunk) DO UPDATE SET bits = excluded.bits, version = excluded.version",
        rows,
    )


def _split(bits: BitMap) -> dict[int, BitMap]:
    parts = {}
    for chunk in range(bits.min() >> 16, (bits.max() >> 16) + 1):
        start = chunk << 16
        part = bits & BitMap(range(start, start + 65_536)) if len(bits) else BitMap()
        if part:
            parts[chunk] = part
    return parts


def replace_all(backend: Backend, values: Iterable[tuple[str, BitMap]], version: int) -> None:
    """Write every value from scratch, as a rebuild does: pairs of "name:value" and its ids."""
    backend.run("DELETE FROM search_facet")
    rows: list[tuple[str, int, bytes, int]] = []
    for facet, bits in values:
        parts = {WHOLE: bits} if len(bits) <= SMALL else _split(bits)
        rows += [(facet, chunk, pack(part), version) for chunk, part in parts.items()]
        if len(rows) > 5_000:
            _insert(backend, rows)
            rows = []
    _insert(backend, rows)


def _insert(backend: Backend, rows: list[tuple[str, int, bytes, int]]) -> None:
    backend.run_many(
        "INSERT INTO search_facet (facet, chunk, bits, version) VALUES (%s, %s, %s, %s)", rows
    )


def stored(backend: Backend) -> Iterator[tuple[str, BitMap]]:
    """Every value that has entries, as ("name:value", ids) from the database, one at a time."""
    facet, bits = "", BitMap()
    for block in backend.walk("SELECT facet, bits FROM search_facet ORDER BY facet"):
        for name, data in block:
            if name == facet:
                bits |= unpack(data)
                continue
            if bits:
                yield facet, bits
            facet, bits = name, unpack(data)
    if bits:
        yield facet, bits
