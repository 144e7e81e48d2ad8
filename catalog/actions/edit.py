"""Edit: write what a curator entered into a record."""

from __future__ import annotations

from django.utils.translation import gettext as _

from catalog.actions.base import Actor, R, Refused, hold, in_step, may
from catalog.actions.review import begun
from catalog.iiif import prepare_later
from catalog.models import Image, Record, Status


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
def edit(record: R, *, by: Actor) -> R:
    """Save a new or a changed record.

    Consequences: a draft that belongs to nobody becomes the work of ``by``; derived columns follow;
    a changed slug leaves the old address redirecting here; the time of the last change is set; a
    very large picture that is new, or turned, is prepared by a job. The status is not touched, even
    if somebody publishes or withdraws the record while its form is open: these are actions of their
    own. Raises Refused if ``by`` may not, and ValidationError for what the model refuses.
    """
    if not record._state.adding:
        hold(record, "status", "first_published", "withdrawn_at")
    if reason := why_not_editable(record, by):
        raise Refused(reason)
    record.save()
    begun(record, by=by)
    if isinstance(record, Image):
        prepare_later(record, by=by)
    return record
