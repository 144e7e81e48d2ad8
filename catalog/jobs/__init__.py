"""Jobs: work that takes longer than a request, done by a worker, stored in the catalogue's own database.

    @task(title=_("Bring the search in step"))
    def bring_in_step(run, **arguments): ...     run.progress(3, 10) reports progress, and ends a cancelled job

    enqueue(bring_in_step, by=user, limit=10)    in the caller's transaction: the job exists if that commits
    cancel(job), retry(job), progress_of(job)

    manage.py jobs work                          `manage.py serve` starts and watches one

The promise: a worker that is killed at any moment loses nothing and does nothing twice. A task is
one transaction, and the mark that it is done is part of it; a task of several (``atomic=False``)
stores its position with each (``run.step()``). Whatever a task does outside the database, it must
be able to repeat.

Reading order: ``task``, ``queue``, ``run``, ``pulse``, ``worker``. The decision is
docs/decisions/0011-jobs.md.
"""

from catalog.jobs.pulse import Progress, progress_of
from catalog.jobs.queue import cancel, clear_away, enqueue, retry
from catalog.jobs.run import Cancelled, Failed, Run, let_others_write
from catalog.jobs.task import Task, UnknownTask, task, task_of, title_of
from catalog.jobs.worker import Duty, Worker, stop_by_signal, work_off, work_on

__all__ = [
    "Cancelled",
    "Duty",
    "Failed",
    "Progress",
    "Run",
    "Task",
    "UnknownTask",
    "Worker",
    "cancel",
    "clear_away",
    "enqueue",
    "let_others_write",
    "progress_of",
    "retry",
    "stop_by_signal",
    "task",
    "task_of",
    "title_of",
    "work_off",
    "work_on",
]
