"""Publish: show a record to the public."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from catalog.actions.base import Actor, R, as_it_stands, in_step, move, require
from catalog.actions.review import finished, noted
from catalog.models import ReviewStep, Status


@in_step()
def publish(record: R, *, by: Actor, on: datetime | None = None, note: str = "") -> R:
    """Set a record to *published*: on a date (``on``), otherwise as planned (``publish_from``),
    otherwise now.

    Consequences: within its dates (publish from, embargo until) it appears on pages, in lists,
    counts and links, at once or automatically when its time comes; if it is removed after that, its
    address answers 410 instead of 404. A record that is published already stays as it is, except
    for the date if one is given. Raises Refused without permission.
    """
    require(
        by, "publish", record, _("Only editors may publish. Submit the record for review instead.")
    )
    record = as_it_stands(record)
    if record.status != Status.PUBLISHED:
        record.withdrawn_at = None
        if on is not None:
            record.publish_from = on
        record.first_published = record.first_published or record.shown_from
        move(record, Status.PUBLISHED, "first_published", "withdrawn_at", "publish_from")
        finished(record)
        noted(record, ReviewStep.PUBLISHED, by=by, note=note)
    elif on is not None:
        record.publish_from = on
        move(record, Status.PUBLISHED, "publish_from")
        noted(record, ReviewStep.PUBLISHED, by=by, note=note)
    return record
