"""The worker's part: what a very large change, or the clock, has left of the index to be made anew."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.jobs import Run, enqueue, task
from catalog.search.index import AT_ONCE, refresh, staleness

#: Entries made anew in one transaction: about half a second, so that nobody who writes waits long.
STEP: Final = 500


@task(title=gettext_lazy("Bring the search in step"), atomic=False)
def bring_in_step(run: Run) -> str:
    """Make marked entries anew, step by step. Their marks are the place: a new attempt goes on with the rest."""
    done = 0
    while True:
        with run.step():
            taken = refresh(limit=STEP)
        done += taken
        behind = staleness()
        run.progress(done, done + behind.marked)
        if not taken or not behind:
            return _("%(number)d entries were made anew.") % {"number": done}


def look_after() -> None:
    """A duty of every worker: make a few entries anew at once; for many, a job that shows how far it is."""
    behind = staleness()
    if behind.marked > AT_ONCE:
        enqueue(bring_in_step, key="search")
    elif behind:
        refresh()
