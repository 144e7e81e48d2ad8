"""What a curator changed last: their change sets, each named by its first record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Subquery
from django.urls import reverse

from catalog.admin.one_question import asked_together, named
from catalog.history import Names
from catalog.models import RECORD_MODELS, ChangedRecord, ChangeSet


@dataclass(frozen=True, slots=True)
class OwnChange:
    """A change set on the desk; ``more`` is how many records beside the named one it touched."""

    name: str
    more: int
    reason: str
    at: datetime
    address: str


def own_changes(user: Any, most: int) -> list[OwnChange]:
    """The last change sets of a curator, newest first; none without permission to read history."""
    if not user.has_perm("catalog.view_changeset"):
        return []
    first = ChangedRecord.objects.filter(change_set=OuterRef("pk")).order_by("kind", "record_id")
    sets = (
        ChangeSet.objects.filter(by=user.pk, size__gt=0)
        .annotate(
            first_kind=Subquery(first.values("kind")[:1]),
            first_record=Subquery(first.values("record_id")[:1]),
        )
        .order_by("-id")[:most]
    )
    keys = {one.pk: (one.first_kind, one.first_record) for one in sets if one.first_kind}
    titles = _titles(set(keys.values()))
    names = Names()
    return [
        OwnChange(
            name=titles.get(keys[one.pk]) or names.of_row(*keys[one.pk])
            if one.pk in keys
            else str(one),
            more=max((one.records or 1) - 1, 0),
            reason=one.reason,
            at=one.made_at,
            address=reverse("admin:catalog_changeset_change", args=[one.pk]),
        )
        for one in sets
    ]


def _titles(keys: set[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """Titles of the records that are there; history names the others."""
    parts = [
        model._base_manager.filter(pk__in=[pk for of, pk in keys if of == kind])
        .order_by()
        .annotate(own_kind=named(kind))
        .values_list("own_kind", "pk", "title")
        for kind, model in RECORD_MODELS.items()
        if any(of == kind for of, _pk in keys)
    ]
    return {(kind, pk): title for kind, pk, title in asked_together(parts)}
