"""Delete: remove a record. Withdrawing what was public is nearly always the better choice."""

from __future__ import annotations

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from catalog.actions.base import Actor, Refused, as_it_stands, in_step, may
from catalog.actions.distinguish import forget_distinctions
from catalog.actions.review import finished
from catalog.models import Cataloguing, Record, Status, Tombstone

#: How many of the records that prevent it are named.
NAMED = 5


def may_delete(record: Record, by: Actor) -> bool:
    """Whether ``by`` may delete a record: whoever catalogues a draft that was never public may discard it."""
    if may(by, "delete", record):
        return True
    is_draft = record.status == Status.DRAFT and record.first_published is None
    if not is_draft or not may(by, "change", record):
        return False
    own = Cataloguing.objects.filter(record_uuid=record.uuid, cataloguer_id=getattr(by, "pk", None))
    return own.exists()


@in_step()
def delete(record: Record, *, by: Actor) -> None:
    """Delete a record.

    Consequences: its names, relations, citations and outside identifiers go with it. If the public
    ever saw it, a tombstone keeps its address and uuid, which answer 410 with the date from then
    on. Raises Refused without permission, and if other records depend on it (a place with events, a
    fonds with series): those are named, and nothing is deleted.
    """
    record = as_it_stands(record)
    if not may_delete(record, by):
        raise Refused(
            _(
                "Only administrators may delete records, except for drafts of your own. Withdraw it instead."
            )
        )
    try:
        uuid, slug, was_public = record.uuid, record.slug, record.was_shown
        with transaction.atomic():
            forget_distinctions(record)
            record.delete()
    except ProtectedError as refusal:
        in_the_way = sorted(str(row) for row in refusal.protected_objects)
        raise Refused(
            _("“%(record)s” is still in use (%(number)s: %(names)s). Change those records first.")
            % {
                "record": record,
                "number": len(in_the_way),
                "names": "; ".join(in_the_way[:NAMED]) + ("; …" if len(in_the_way) > NAMED else ""),
            }
        ) from refusal
    finished(record)
    if was_public:
        Tombstone.objects.create(kind=record.KIND, slug=slug, record_uuid=uuid)
