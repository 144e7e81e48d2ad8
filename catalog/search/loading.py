"""The rows of one page of hits: entries, and the records as the visitor may see them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from catalog.models import RECORD_MODELS, Place, Record, sees_everything
from catalog.search.backends import Backend
from catalog.search.ties import KIND_OF


class Shown(NamedTuple):
    """What an entry has to say beside its record: other names, and what it is tied to."""

    names: str
    related: str


def loaded(
    backend: Backend, ids: list[int], user: Any
) -> Iterator[tuple[Shown, Record, Place | None]]:
    """Entry, record and visible place of each id, in the order of ``ids``.

    Records come through ``visible_to``: should the index lag behind, nothing hidden is shown.
    """
    if not ids:
        return
    using = backend.connection.alias
    listed = ",".join(map(str, ids))
    rows = backend.run(
        "SELECT id, kind, record, names, related, staff_related FROM search_entry"
        f" WHERE id IN ({listed})"
    )
    entries: dict[int, tuple[str, int, Shown]] = {}
    wanted: dict[str, list[int]] = defaultdict(list)
    everything = sees_everything(user)
    for one, number, pk, names, related, staff_related in rows:
        if everything and staff_related:
            related = " · ".join(filter(None, [related, staff_related]))
        entries[one] = (KIND_OF[number], pk, Shown(names, related))
        wanted[KIND_OF[number]].append(pk)
    records: dict[tuple[str, int], Any] = {}
    for kind, pks in wanted.items():
        model = RECORD_MODELS[kind]  # type: ignore[index]
        found: Any = model.objects.using(using).visible_to(user).filter(pk__in=pks)
        if kind in POINTED_AT:
            found = found.select_related(*POINTED_AT[kind])
        records |= {(kind, row.pk): row for row in found.order_by()}
    for one in ids:
        if one in entries:
            kind, pk, shown = entries[one]
            if (record := records.get((kind, pk))) is not None:
                yield shown, record, _place(record, everything)


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
