"""The rows of one page of hits: entries, and the records as the visitor may see them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from django.db.models.expressions import RawSQL
from pyroaring import BitMap

from catalog.models import RECORD_MODELS, Place, Record, sees_everything
from catalog.search.backends import Backend
from catalog.search.memory import Memory
from catalog.search.ties import KIND_OF, NUMBERS, TABLES


class Shown(NamedTuple):
    """What an entry has to say beside its record: other names, and what it is tied to."""

    names: str
    related: str


def loaded(
    backend: Backend, memory: Memory, ids: list[int], user: Any
) -> Iterator[tuple[Shown, Record, Place | None]]:
    """Entry, record and visible place of each id, in the order of ``ids``. One query for each kind among them.

    Records come through ``visible_to``: should the index lag behind, nothing hidden is shown.
    """
    everything = sees_everything(user)
    records: dict[int, Any] = {}
    for number, entries in memory.facets["kind"].values.items():
        if own := entries & BitMap(ids):
            kind = KIND_OF[int(number)]
            records |= {row.entry: row for row in _records(backend, kind, own, user)}
    for one in ids:
        if (record := records.get(one)) is not None:
            related = record.entry_related
            if everything and record.entry_staff_related:
                related = " · ".join(filter(None, [related, record.entry_staff_related]))
            yield Shown(record.entry_names, related), record, _place(record, everything)


def _records(backend: Backend, kind: str, entries: BitMap, user: Any) -> Any:
    """The records of some entries of a kind, each with what its entry has to say."""
    model = RECORD_MODELS[kind]  # type: ignore[index]
    found: Any = model.objects.using(backend.connection.alias).visible_to(user)
    found = found.filter(pk__in=_column("record", f"id IN ({','.join(map(str, entries))})"))
    if kind in POINTED_AT:
        found = found.select_related(*POINTED_AT[kind])
    own = f'kind = {NUMBERS[kind]} AND record = "{TABLES[kind]}".id'
    said = {f"entry_{name}": _column(name, own) for name in ("names", "related", "staff_related")}
    return found.annotate(entry=_column("id", own), **said).order_by()


def _column(name: str, condition: str) -> RawSQL:
    """A column of entries; names and numbers are our own."""
    return RawSQL(f"SELECT {name} FROM search_entry WHERE {condition}", [])  # noqa: S611


#: What a hit is shown with, joined: its type, and its place, which has still to be judged.
POINTED_AT: Final[dict[str, tuple[str, ...]]] = {
    kind: tuple(field.name for field in model._meta.fields if field.name in {"type", "place"})
    for kind, model in RECORD_MODELS.items()
    if {"type", "place"} & {field.name for field in model._meta.fields}
}


def _place(record: Any, everything: bool) -> Place | None:
    """The place of a record, if the visitor may know of it."""
    place: Place | None = getattr(record, "place", None)
    return place if place is not None and (everything or place.is_public) else None
