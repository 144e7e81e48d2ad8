"""The worker's part: remake what a very large change, or the clock, has left out of step."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.jobs import Run, enqueue, let_others_write, task
from catalog.search.index import AT_ONCE, STEP, refresh_left, staleness


@task(title=gettext_lazy("Update the search index"), atomic=False)
def bring_in_step(run: Run) -> str:
    """Remake marked entries, step by step. The marks keep the place: another attempt continues with
    the rest.
    """
    done = 0
    while True:
        with run.step():
            taken = refresh_left(STEP)
        done += taken
        behind = staleness()
        run.progress(done, done + behind.marked)
        if not taken or not behind:
            return _("%(number)d entries were rebuilt.") % {"number": done}
        let_others_write()


def look_after() -> None:
    """A duty of every worker: remake a few entries directly, in steps; for many, start a job, which
    shows its progress.
    """
    behind = staleness()
    if behind.marked > AT_ONCE:
        enqueue(bring_in_step, key="search")
    elif behind:
        while refresh_left(STEP) >= STEP:
            let_others_write()
