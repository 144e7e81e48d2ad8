"""Shelve: say where a document, an image or a collection is kept, move it, and take it off.

None of it saves the record: the public must not notice that a box was moved, neither by a date of
change nor by a number in the list of changes.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from catalog.actions.base import Actor, Refused, as_it_stands, in_step, may
from catalog.actions.statements import StatedAlready, twin_of, why_not_statement
from catalog.models import Record, Shelving, StoragePlace


def why_not_shelve(record: Record, by: Actor) -> str:
    """Why ``by`` may not say where a record is kept, in words; empty if they may.

    Whoever may change records of the kind may move them, published ones too: nothing of it is public.
    """
    if not may(by, "change", record):
        return _(
            "You may not move records of this kind. Ask an administrator to add you to the "
            "Cataloguer group."
        )
    refusals = (why_not_statement(Shelving, by, verb) for verb in ("add", "change", "delete"))
    return next(filter(None, refusals), "")


def _require(record: Record, by: Actor) -> None:
    if reason := why_not_shelve(record, by):
        raise Refused(reason)


@in_step()
def shelve(shelving: Shelving, record: Record, *, by: Actor) -> Shelving:
    """Save where ``record``, or a part of it, is kept: a new or a changed row.

    Raises Refused if ``by`` may not, StatedAlready if another row says the same.
    """
    _require(record, by)
    as_it_stands(record)
    if standing := twin_of(shelving):
        raise StatedAlready(standing)
    shelving.save()
    return shelving


@in_step()
def unshelve(shelving: Shelving, record: Record, *, by: Actor) -> None:
    """Remove a row that says where ``record`` is kept. Raises Refused if ``by`` may not."""
    _require(record, by)
    shelving.delete()


@in_step()
def move_to(record: Record, place: StoragePlace, *, by: Actor) -> bool:
    """Move a record into a storage place; False if it is there already.

    What is kept in one place is kept in the other afterwards, with its wording of the part. Raises
    Refused if ``by`` may not, and if the record is kept in several places: nobody could say which
    part was moved.
    """
    _require(record, by)
    as_it_stands(record)
    rows = list(Shelving._base_manager.filter(**{record.KIND: record}).order_by("pk")[:2])
    if len(rows) > 1:
        raise Refused(
            _("It is kept in several places. Open the record, and change the one that was moved.")
        )
    row = rows[0] if rows else Shelving(**{record.KIND: record})
    if row.place_id == place.pk:
        return False
    row.place = place
    row.save()
    return True


@in_step()
def keep_in(record: Record, wanted: Sequence[tuple[StoragePlace, str]], *, by: Actor) -> None:
    """Say anew in which storage places a record is kept, each with its wording of the part.

    What was said before and is not said any more is changed or removed. Raises Refused if ``by`` may not.
    """
    _require(record, by)
    as_it_stands(record)
    rows = list(Shelving._base_manager.filter(**{record.KIND: record}).order_by("pk"))
    said = {(row.place_id, row.part) for row in rows}
    asked = {(place.pk, part) for place, part in wanted}
    left = [row for row in rows if (row.place_id, row.part) not in asked]
    for place, part in wanted:
        if (place.pk, part) in said:
            continue
        row = left.pop(0) if left else Shelving(**{record.KIND: record})
        row.place, row.part = place, part
        row.save()
    for row in left:
        row.delete()
