"""Send back: return a record from review, so that its cataloguer can continue with it; or take it back oneself."""

from __future__ import annotations

from django.utils.translation import gettext as _

from catalog.actions.base import Actor, R, Refused, as_it_stands, in_step, move, require
from catalog.actions.review import is_submitter, noted, returned, taken_back
from catalog.models import ReviewStep, Status


@in_step()
def send_back(record: R, *, by: Actor, note: str = "") -> R:
    """Set a record in review to *draft* again, with comments for its cataloguer.

    Consequence: it is on the desk of whoever submitted it, with the comments; whoever submitted it
    may take it back. Raises Refused for any other status, or without permission.
    """
    record = as_it_stands(record)
    takes_back = is_submitter(record, by)
    if not takes_back:
        require(
            by,
            "publish",
            record,
            _("Only editors, and whoever submitted them, may send records back."),
        )
    if record.status != Status.IN_REVIEW:
        raise Refused(
            _("“%(record)s” is %(status)s; only records in review can be sent back.")
            % {"record": record, "status": record.get_status_display().lower()}
        )
    move(record, Status.DRAFT)
    if takes_back:
        taken_back(record)
    else:
        returned(record)
    noted(record, ReviewStep.SENT_BACK, by=by, note=note)
    return record
