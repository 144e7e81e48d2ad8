"""Publish: show a record to the public."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.actions.base import Actor, R, as_it_stands, in_step, move, require
from catalog.models import Status


@in_step()
def publish(record: R, *, by: Actor) -> R:
    """Set a record to *published*.

    Consequences: within its dates (publish from, embargo until) it appears on pages, lists, counts and
    links at once; its address will answer 410 instead of 404 should it ever go. A record that is
    published already stays as it is. Raises Refused without permission.
    """
    require(
        by, "publish", record, _("Only editors may publish. Submit the record for review instead.")
    )
    record = as_it_stands(record)
    if record.status != Status.PUBLISHED:
        record.first_published = record.first_published or timezone.now()
        record.withdrawn_at = None
        move(record, Status.PUBLISHED, "first_published", "withdrawn_at")
    return record
