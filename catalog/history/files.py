"""Files in the storage that the history mentions: they are kept, so that a replaced or deleted
picture can be restored.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import models
from django.db.models import Q

from catalog.history.recorded import recorded
from catalog.history.values import columns
from catalog.models import Change


def mentioned_files() -> Iterator[str]:
    """Names in the storage of every file that a record had at some time; each at least once.

    Files that a record has had since it was made are named by the record only.
    """
    for model, names in _file_columns().items():
        for before, after in _changes(model, names).values_list("before", "after").iterator():
            for side in (columns(before), columns(after)):
                yield from (side[name] for name in names if side.get(name))


def mentions_file(name: str) -> bool:
    """Whether the history can restore a file of this name."""
    return any(
        name in {columns(side).get(column) for side in sides for column in names}
        for model, names in _file_columns().items()
        for sides in _changes(model, names)
        .filter(Q(before__contains=name) | Q(after__contains=name))
        .values_list("before", "after")
        .iterator()
    )


def _file_columns() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in recorded().values():
        names = [str(field.column) for field in one.fields if isinstance(field, models.FileField)]
        if names:
            found[one.name] = names
    return found


def _changes(model: str, names: list[str]) -> Any:
    touched = Q()
    for name in names:
        touched |= Q(before__contains=f'"{name}":') | Q(after__contains=f'"{name}":')
    return Change.objects.filter(touched, model=model)
