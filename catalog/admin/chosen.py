"""The records that were selected in a list, carried along by the pages that do something with them."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from catalog import bulk
from catalog.admin.keys import is_key

#: Characters of the box that names the records: the form has to stay below DATA_UPLOAD_MAX_MEMORY_SIZE.
_LONGEST_KEYS: Final = 2_000_000


def chosen_keys(model_admin: Any, request: HttpRequest, queryset: Any) -> list[int] | None:
    """The keys of the selected records; None, and the curator is told, if they are too many."""
    keys = list(queryset.order_by("pk").values_list("pk", flat=True)[: bulk.MOST + 1])
    if len(keys) <= bulk.MOST and len(keys_in_words(keys)) <= _LONGEST_KEYS:
        return keys
    model_admin.message_user(
        request,
        _(
            "Too many records are selected. Nothing was changed. Narrow the list with a filter or a search, "
            "and continue in parts."
        ),
        messages.ERROR,
    )
    return None


def keys_in_words(keys: list[int]) -> str:
    """Keys as the page carries them along: ``3,7-900``."""
    return ",".join(
        str(first) if first == last else f"{first}-{last}" for first, last in bulk.spans_of(keys)
    )


def read_keys(text: str) -> list[int]:
    """The keys of :func:`keys_in_words`; nothing for anything else, or if there are more than can be changed."""
    spans: list[tuple[int, int]] = []
    number = 0
    for part in text.split(","):
        first, dash, last = part.partition("-")
        if not is_key(first) or not is_key(last if dash else first):
            return []
        spans.append((int(first), int(last if dash else first)))
        number += spans[-1][1] - spans[-1][0] + 1
        if spans[-1][0] > spans[-1][1] or number > bulk.MOST:
            return []
    return sorted({*bulk.keys_of(spans)})
