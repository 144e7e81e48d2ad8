"""Documents that another program version stored are dropped, some in a transaction, because there may be a million."""

from __future__ import annotations

from typing import Final

from catalog.documents.making import form_of_documents
from catalog.models import FeedState, PublicRecord

#: How many letters of a form stand before the place in the state: column and place have 32 together.
_BEGINS: Final = 12


def others_dropped(state: FeedState, most: int | None) -> bool:
    """Drop the stored documents of another form, of all records or of the next ``most``. Returns whether
    none is left.

    ``state`` keeps the place, so whoever comes next continues there. Meanwhile it has no form that any
    program version knows, and documents are neither sent as they are stored nor stored.
    """
    wanted = form_of_documents()[:_BEGINS]
    begun, _blank, place = state.form.partition(" ")
    rows = PublicRecord.objects.filter(pk__gt=int(place) if place and begun == wanted else 0)
    end = None
    if most is not None:
        end = next(iter(rows.order_by("pk").values_list("pk", flat=True)[most - 1 : most]), None)
    if end is not None:
        rows = rows.filter(pk__lte=end)
    rows.exclude(etag="").update(body=None, relations=None, etag="")
    if end is None:
        return True
    state.form = f"{wanted} {end}"
    state.save()
    return False
