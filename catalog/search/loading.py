"""The rows of one page of hits: entries, and their records as the visitor may see them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any, Final, NamedTuple

from django.db.models.expressions import RawSQL
from pyroaring import BitMap

from catalog.models import (
    RECORD_MODELS,
    Place,
    Record,
    Term,
    WrittenQuery,
    one_of,
    sees_everything,
    visible_rows,
)
from catalog.search.backends import Backend
from catalog.search.memory import Memory
from catalog.search.ties import KIND_OF, NUMBERS, TABLES


class Shown(NamedTuple):
    """What an entry says beside its record: its id, other names, and what it is tied to."""

    entry: int
    names: str
    related: str


Loaded = tuple[Shown, Record, Place | None]


def loaded(backend: Backend, memory: Memory, ids: list[int], user: Any) -> Iterator[Loaded]:
    """Entry, record and visible place of each id, in the order of ``ids``. One query per kind among them.

    Records are read through the rule of visibility, so nothing hidden is shown even if the index lags
    behind. Their types and places have only the columns in :data:`_JOINED`.
    """
    wanted, everything, using = BitMap(ids), sees_everything(user), backend.connection.alias
    found: dict[int, Loaded] = {}
    for number, entries in memory.facets["kind"].values.items():
        if own := entries & wanted:
            found.update(_of_a_kind(KIND_OF[int(number)], own, everything, using))
    return (found[entry] for entry in ids if entry in found)


def _of_a_kind(
    kind: str, entries: BitMap, everything: bool, using: str
) -> Iterator[tuple[int, Loaded]]:
    """The records of some entries of a kind, each with what its entry says."""
    model: Any = RECORD_MODELS[kind]  # type: ignore[index]
    rows = _query(kind, everything, using).rows(entries=entries)
    for entry, names, related, staff_related, *columns in rows:
        values = iter(columns)
        record = _row(model, _COLUMNS[kind], values, using)
        for name in _POINTED_AT[kind]:
            setattr(record, name, _row(*_JOINED[name], values, using))
        named = filter(None, [related, staff_related if everything else ""])
        shown = Shown(entry, names, " · ".join(named))
        yield entry, (shown, record, _place(record, everything))


@lru_cache(maxsize=64)
def _query(kind: str, everything: bool, using: str) -> WrittenQuery:
    """The entries of a kind with their records, as the public or a curator may know them;
    ``entries`` is left open.
    """
    own = f'kind = {NUMBERS[kind]} AND record = "{TABLES[kind]}".id'
    entry_columns = {
        f"entry_{name}": RawSQL(f"SELECT {name} FROM search_entry WHERE {own}", [])  # noqa: S611 - the names are our own
        for name in ("id", "names", "related", "staff_related")
    }
    joined = [f"{to}__{column}" for to in _POINTED_AT[kind] for column in _JOINED[to][1]]
    records = visible_rows(RECORD_MODELS[kind], everything=everything).using(using)  # type: ignore[index]
    records = records.filter(
        pk__in=one_of("entries", "SELECT record FROM search_entry WHERE id IN ({})")
    )
    return WrittenQuery.of(
        records.order_by()
        .annotate(**entry_columns)
        .values_list(*entry_columns, *_COLUMNS[kind], *joined)
    )


#: What a hit is shown with: its type, and its place, whose visibility is checked afterwards.
_JOINED: Final[dict[str, tuple[Any, tuple[str, ...]]]] = {
    "type": (Term, ("id", "label", "labels")),
    "place": (Place, ("id", "slug", "title", "status", "publish_from", "embargo_until")),
}
_COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    kind: tuple(field.attname for field in model._meta.concrete_fields)
    for kind, model in RECORD_MODELS.items()
}
_POINTED_AT: Final[dict[str, tuple[str, ...]]] = {
    kind: tuple(field.name for field in model._meta.fields if field.name in _JOINED)
    for kind, model in RECORD_MODELS.items()
}


def _row(model: Any, columns: Sequence[str], values: Iterator[Any], using: str) -> Any:
    """The next of some values as a row of a model, or None where nothing was joined."""
    own = list(islice(values, len(columns)))
    return None if own[0] is None else model.from_db(using, columns, own)


def _place(record: Any, everything: bool) -> Place | None:
    """The place of a record, if the visitor may know of it."""
    place: Place | None = getattr(record, "place", None)
    return place if place is not None and (everything or place.is_public) else None
