"""Submit: pass a draft on for review."""

from __future__ import annotations

from django.utils.translation import gettext as _

from catalog.actions.base import Actor, R, Refused, as_it_stands, in_step, move, require
from catalog.actions.review import handed_over, noted
from catalog.models import ReviewStep, Status


@in_step()
def submit(record: R, *, by: Actor, note: str = "") -> R:
    """Set a draft to *in review*, with a note for the editor.

    Consequences: editors find it on their desk, among those that wait for them; if one sends it
    back, it returns to whoever submitted it.

    Raises Refused if it is not a draft, or ``by`` may not edit records of this kind.
    """
    require(by, "change", record, _("Only cataloguers and editors may submit records for review."))
    record = as_it_stands(record)
    if record.status != Status.DRAFT:
        raise Refused(
            _("“%(record)s” is %(status)s; only drafts can be submitted.")
            % {"record": record, "status": record.get_status_display().lower()}
        )
    move(record, Status.IN_REVIEW)
    handed_over(record, by=by)
    noted(record, ReviewStep.SUBMITTED, by=by, note=note)
    return record
