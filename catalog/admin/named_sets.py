"""Change sets by name: each by the first record that it touched, and the number of others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from catalog.admin.one_question import asked_together, named
from catalog.history import Names
from catalog.models import PUBLISHED_MODELS, ChangedRecord, ChangeSet


def with_first_record(sets: QuerySet[ChangeSet]) -> QuerySet[Any]:
    """The change sets, each with ``first_kind`` and ``first_record``: an index lookup, however
    large it is.
    """
    first = ChangedRecord.objects.filter(change_set=OuterRef("pk")).order_by("kind", "record_id")
    return sets.annotate(
        first_kind=Subquery(first.values("kind")[:1]),
        first_record=Subquery(first.values("record_id")[:1]),
    )


def name_all(sets: Sequence[Any]) -> None:
    """Give each of :func:`with_first_record` its ``named`` and ``more``; a few queries for all together.

    Deleted records are named as their deletion recorded them.
    """
    keys = {(one.first_kind, one.first_record) for one in sets if one.first_kind}
    titles = _titles(keys)
    names = Names()
    names.read(keys - titles.keys())
    for one in sets:
        key = (one.first_kind, one.first_record)
        one.named = titles.get(key) or names.of_row(*key) if one.first_kind else str(one)
        one.more = max((one.records or 1) - 1, 0)


def own_changes(user: Any, most: int) -> list[Any]:
    """The last change sets of a curator by name, newest first; none without permission to read the
    history.
    """
    if not user.has_perm("catalog.view_changeset"):
        return []
    sets = list(
        with_first_record(ChangeSet.objects.filter(by=user.pk, size__gt=0)).order_by("-id")[:most]
    )
    name_all(sets)
    return sets


def _titles(keys: set[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """Titles of the records that exist."""
    parts = [
        model._base_manager.filter(pk__in=[pk for of, pk in keys if of == kind])
        .order_by()
        .annotate(own_kind=named(kind))
        .values_list("own_kind", "pk", "title")
        for kind, model in PUBLISHED_MODELS.items()
        if any(of == kind for of, _pk in keys)
    ]
    return {(kind, pk): title for kind, pk, title in asked_together(parts)}
