"""Edit: write what a curator entered into a record."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from catalog.actions.base import Actor, R, Refused, hold, in_step, may
from catalog.actions.review import begun
from catalog.iiif import prepare_later
from catalog.models import BIRTH, UNSEEN, DerivedField, Image, Person, Record, Status, derive


def why_not_editable(record: Record, by: Actor) -> str:
    """Why ``by`` may not edit the record, in words; empty if they may.

    Only those who may publish can edit a published or withdrawn record: what they save is public at
    once.
    """
    if not may(by, "change" if record.pk else "add", record):
        return _(
            "You can view this record but not edit it. Ask an administrator to add you to the "
            "Cataloguer group."
        )
    if record.status in {Status.PUBLISHED, Status.WITHDRAWN} and not may(by, "publish", record):
        return _("This record is %(status)s, so only an editor can make this change.") % {
            "status": record.get_status_display().lower()
        }
    return ""


@in_step()
def edit(record: R, *, by: Actor, besides: bool = False) -> R:
    """Save a new or a changed record. ``besides`` says that the caller changes something else of it that
    the public reads.

    Consequences: a draft that belongs to nobody becomes the work of ``by``; derived columns follow;
    a changed slug leaves the old address redirecting here; the time of the last change is set, unless
    the record is public and nothing that the public reads of it changes: they are told that time; a very
    large picture that is new, or turned, is prepared by a job. The status is not touched, even
    if somebody publishes or withdraws the record while its form is open: these are actions of their
    own. Raises Refused if ``by`` may not, and ValidationError for what the model refuses.
    """
    # A stale time of the last change is not written back.
    kept = ("status", "first_published", "withdrawn_at", "modified")
    stored = {} if record._state.adding else hold(record, *kept)
    if reason := why_not_editable(record, by):
        raise Refused(reason)
    tells = besides or not stored or not record.is_public or differs_to_readers(record, stored)
    record.save(tells=tells)
    begun(record, by=by)
    if isinstance(record, Image):
        prepare_later(record, by=by)
    return record


def differs_to_readers(record: Record, stored: dict[str, Any]) -> bool:
    """Whether the public reads something else of a record's own columns than in the row ``stored``.

    They do not read what it says for curators, which hidden record it points to, nor the birth of
    somebody living.
    """
    if isinstance(record, Person):
        # The rule asks for the bounds of the birth as they will be.
        derive(record)
    is_withheld = isinstance(record, Person) and all(
        one.birth_is_withheld for one in (record, Person(**stored))
    )
    for field in record._meta.concrete_fields:
        name = field.attname
        if name in UNSEEN or isinstance(field, DerivedField) or (is_withheld and name in BIRTH):
            continue
        before, after = (field.get_prep_value(one) for one in (stored[name], getattr(record, name)))
        if before == after:
            continue
        target: Any = field.related_model
        if not isinstance(field, models.ForeignKey) or not issubclass(target, Record):
            return True
        if target.objects.visible_to(None).filter(pk__in=[before, after]).exists():
            return True
    return False
