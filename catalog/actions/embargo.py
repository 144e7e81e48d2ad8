"""Embargo: hide a record until a given time, whatever its status; or lift that."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from catalog.actions.base import Actor, R, Refused, as_it_stands, in_step, move, require
from catalog.actions.review import noted
from catalog.models import ReviewStep, Status


@in_step()
def embargo(record: R, *, by: Actor, until: datetime | None, note: str = "") -> R:
    """Hide a record until a given time; None lifts the embargo.

    Consequences: a published record disappears at once from pages, lists, search and API and
    returns automatically at that time. Lifting the embargo shows it at once, if it is published.
    Raises Refused without permission, or if the time has passed.
    """
    require(by, "publish", record, _("Only editors may set or lift an embargo."))
    record = as_it_stands(record)
    if until is not None and until <= timezone.now():
        raise Refused(
            _("%(moment)s has passed. Choose a later time, or lift the embargo.")
            % {"moment": date_format(timezone.localtime(until), "DATETIME_FORMAT")},
            field="embargo_until",
        )
    record.embargo_until = until
    move(record, Status(record.status), "embargo_until")
    noted(record, ReviewStep.EMBARGOED, by=by, note=note)
    return record
