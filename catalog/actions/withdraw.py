"""Withdraw: take a record out of the public catalogue without deleting it."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.actions.base import Actor, R, Refused, as_it_stands, in_step, move, require
from catalog.actions.review import noted
from catalog.models import ReviewStep, Status


@in_step()
def withdraw(record: R, *, by: Actor, note: str = "") -> R:
    """Set a published record to *withdrawn*, with the reason for the other curators.

    Consequences: it disappears from every public place; its address answers 410 with the date, or
    404 if its time had not come and nobody has seen it. Relations, pictures and citations stay, and
    publishing it again brings all of them back. Raises
    Refused if it is not published, or without permission.
    """
    require(by, "publish", record, _("Only editors may withdraw records."))
    record = as_it_stands(record)
    if record.status != Status.PUBLISHED:
        raise Refused(
            _("“%(record)s” is %(status)s; only published records can be withdrawn.")
            % {"record": record, "status": record.get_status_display().lower()}
        )
    record.withdrawn_at = timezone.now()
    if not record.was_shown:
        record.first_published = None
    move(record, Status.WITHDRAWN, "withdrawn_at", "first_published")
    noted(record, ReviewStep.WITHDRAWN, by=by, note=note)
    return record
