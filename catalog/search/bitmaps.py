"""Facet values as bitmaps of entry ids, as the database keeps them: in pieces. In memory they are whole (memory.py).

A value with many entries is stored in pieces of 65,536 ids each, one with few in one piece, so that a
changed record rewrites a few kilobytes at most. The pieces carry the number of the version of the index that
wrote them: a process follows the index by reading the pieces that are newer than what it has.
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

#: A value with at most so many entries stands in one piece.
SMALL: Final = 512
WHOLE: Final = -1
#: So many versions back a process can follow; one that is further behind reads everything anew.
REMEMBERED: Final = 1_000

Change = tuple[set[int], set[int]]


def pack(bits: BitMap) -> bytes:
    """The bytes of a bitmap, as the portable Roaring format defines them."""
    bits.run_optimize()
    return bytes(bits.serialize())


def unpack(data: Any) -> BitMap:
    """The bitmap of bytes from the database."""
    return BitMap.deserialize(bytes(data))


def new_version(backend: Backend) -> int:
    """Number a change of the index, in its transaction.

    The token beside the number tells two versions apart that got the same number, one of them rolled back.
    """
    number: int = backend.run(
        "INSERT INTO search_version (number, token) VALUES"
        " (coalesce((SELECT max(number) FROM search_version), 0) + 1, %s) RETURNING number",
        [secrets.token_hex(8)],
    )[0][0]
    if number % 100 == 0:
        backend.run("DELETE FROM search_version WHERE number < %s", [number - REMEMBERED])
    return number


class Standing(NamedTuple):
    """How the index stands at a moment.

    ``behind`` is the number of marked records that it does not know yet; ``appearing`` when the first entry that
    is hidden now will be public, ``due`` when the first has to be made anew, each None for never.
    """

    number: int
    token: str
    behind: int
    appearing: datetime | None
    due: datetime | None

    @property
    def version(self) -> tuple[int, str]:
        """What is the same as long as the index is."""
        return self.number, self.token


#: What :func:`read_standing` reads, as columns of a query of anybody's. None of its parts reads many rows.
STANDING: Final = (
    "(SELECT max(number) FROM search_version),"
    " (SELECT token FROM search_version ORDER BY number DESC LIMIT 1),"
    " (SELECT count(*) FROM search_stale)"
    " + (SELECT count(*) FROM search_meanwhile WHERE before = 1),"
    # With the conditions of the indexes: without them, SQLite reads all entries for the least.
    " (SELECT min(visible_from) FROM search_entry WHERE visible_from IS NOT NULL),"
    " (SELECT min(due) FROM search_entry WHERE due IS NOT NULL)"
)


def standing(backend: Backend) -> Standing:
    """How the index stands now. One query."""
    return read_standing(backend.run(f"SELECT {STANDING}")[0])


def read_standing(row: Sequence[Any]) -> Standing:
    """How the index stood when :data:`STANDING` was asked."""
    number, token, behind, appearing, due = row
    return Standing(number or 0, token or "", behind, moment(appearing), moment(due))


def write(backend: Backend, changes: dict[str, Change], version: int) -> None:
    """Add and remove ids of facet values ("name:value"), rewriting only the pieces concerned."""
    changes = {facet: change for facet, change in changes.items() if change[0] or change[1]}
    facets = sorted(changes)
    for start in range(0, len(facets), 400):
        _write_some(
            backend, {facet: changes[facet] for facet in facets[start : start + 400]}, version
        )


def _write_some(backend: Backend, changes: dict[str, Change], version: int) -> None:
    chunks = {one >> 16 for added, removed in changes.values() for one in (*added, *removed)}
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
            parts = {one >> 16: BitMap() for one in removed} | _split(bits)
            if WHOLE in known:
                backend.run(
                    "DELETE FROM search_facet WHERE facet = %s AND chunk = %s", [facet, WHOLE]
                )
            rows += [(facet, chunk, pack(part), version) for chunk, part in parts.items()]
            continue
        for chunk in {one >> 16 for one in (*added, *removed)}:
            bits = known.get(chunk, BitMap())
            bits -= BitMap([one for one in removed if one >> 16 == chunk])
            bits |= BitMap([one for one in added if one >> 16 == chunk])
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
    """Write every value anew, as a rebuild does: ("name:value", its ids)."""
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
    """Every value that has entries ("name:value"), as the database has it, one after the other."""
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
