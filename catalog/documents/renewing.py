"""Dumps that show what has been withdrawn since: they are offered no longer, and written again.

What was added or changed since is no reason: the list of changes tells it to whoever continues from
the dumps.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.documents import dumps, feed
from catalog.documents.marks import mark_at
from catalog.jobs import Failed, Run, enqueue, task
from catalog.models import Job, MergedRecord, PublicRecord

#: The files of a large catalogue take minutes: so long after they were last begun they are not
#: written again by themselves.
_PAUSE: Final = timedelta(minutes=15)


def offered() -> dict[str, Any]:
    """The index of the dumps; without files while they show what is no longer public."""
    found = dumps.index()
    return dumps.NONE_WRITTEN if _shows_withdrawn(found) else found


def look_after() -> None:
    """Have the dumps written again if they show what is no longer public. A duty of the worker."""
    found = dumps.index()
    if not found["files"] or not _shows_withdrawn(found):
        return
    lately = Job.objects.filter(task=write_again.name, created__gt=timezone.now() - _PAUSE)
    if not lately.exists():
        enqueue(write_again, key=write_again.name)


@task(title=gettext_lazy("Write the dumps again without what was withdrawn"), atomic=False)
def write_again(run: Run) -> str:
    """Write the dumps, for the address for which they were written before."""
    try:
        found = dumps.write(dumps.index().get("origin") or dumps.usual_origin(), run.progress)
    except dumps.Busy:
        raise Failed(_("The list of changes could not be brought up to date. Try again.")) from None
    except OSError as fault:
        raise Failed(
            _(
                "The files cannot be written to %(folder)s (%(reason)s). Until they are, none are offered."
            )
            % {"folder": dumps.folder(), "reason": fault.strerror}
        ) from None
    return _("%(number)d files written.") % {"number": len(found["files"])}


def _shows_withdrawn(found: dict[str, Any]) -> bool:
    """Whether a record in the files was withdrawn or deleted, or the catalogue was restored to a state
    before them. What was merged does not count: the other record shows it.
    """
    last = found["last_change"]
    if last is None:
        return False
    feed.current()
    # Files of an earlier version of the program have no mark.
    if found.get("mark") and found["mark"] != mark_at(last):
        return True
    gone = PublicRecord.objects.filter(sequence__gt=last, born_in__lte=last, gone_at__isnull=False)
    return gone.filter(~Exists(MergedRecord.objects.filter(record_uuid=OuterRef("uuid")))).exists()
