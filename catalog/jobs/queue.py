"""The queue: add a job, take one out, cancel, retry; and find those whose worker is gone."""

from __future__ import annotations

import itertools
import os
import secrets
import socket
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from catalog.jobs.pulse import Progress, pulse
from catalog.jobs.task import Task
from catalog.models import Job, JobState

#: A worker on another machine that gave no sign of life for so long is considered dead.
LEASE: Final = timedelta(seconds=60)
#: How often a job is tried after its worker died or the database failed.
MOST_TRIES: Final = 5
#: How long jobs that succeeded are kept, and the others.
KEPT: Final = timedelta(days=30)
FAILED_KEPT: Final = timedelta(days=180)


def enqueue(
    task: Task,
    *,
    by: Any = None,
    subject: str = "",
    key: str = "",
    due: datetime | None = None,
    **arguments: Any,
) -> Job:
    """Put a job in the queue, in the caller's transaction.

    ``by`` is the user who asks, ``subject`` what it is about in words, ``due`` the time before
    which it is not started; ``arguments`` are plain JSON. At most one job with the same ``key``
    waits: if there is one already, it is returned.
    """
    if key and (there := _waiting_for(key)):
        return there
    job = Job(
        task=task.name,
        arguments=arguments,
        by=by if getattr(by, "pk", None) else None,
        subject=subject[:300],
        key=key,
        due=due or timezone.now(),
        language=get_language() or "",
    )
    try:
        with transaction.atomic():
            job.save(force_insert=True)
    except IntegrityError:
        there = _waiting_for(key)
        if there is None:
            raise
        return there
    return job


def _waiting_for(key: str) -> Job | None:
    return Job.objects.filter(key=key, state=JobState.WAITING).first()


def ready() -> QuerySet[Job]:
    """The jobs that wait and are due, in order."""
    return Job.objects.filter(state=JobState.WAITING, due__lte=timezone.now()).order_by("due", "id")


def claim(worker: str, *, only: Job | None = None) -> Job | None:
    """Take the next job that is due, or ``only`` that one; None if there is none. Two workers never
    take the same.

    An idle worker only reads: SQLite's write lock is asked for only when there is something to
    take.
    """
    waiting = ready() if only is None else ready().filter(pk=only.pk)
    if not waiting.exists():
        return None
    with transaction.atomic():
        skip = connection.features.has_select_for_update_skip_locked
        job = waiting.select_for_update(skip_locked=skip).first()
        if job is None:
            return None
        job.state = JobState.RUNNING
        job.worker = worker
        job.started = job.seen_alive = timezone.now()
        job.attempt += 1
        job.tries += 1
        job.error = job.traceback = job.said = ""
        job.finished = None
        job.save(
            update_fields=[
                "state", "worker", "started", "seen_alive", "attempt", "tries", "error", "traceback",
                "said", "finished",
            ]
        )  # fmt: skip
    return job


def settle(
    job: Job,
    state: JobState,
    progress: Progress | None = None,
    *,
    due: datetime | None = None,
    **words: str,
) -> bool:
    """Write the outcome of the attempt that ``job`` stands for; False if the job is no longer its own.

    Only a row with the attempt's number is written: another worker may have taken the job over
    meanwhile.
    """
    columns: dict[str, Any] = {
        "state": state,
        "finished": None if state == JobState.WAITING else timezone.now(),
        **{name: text[:1000] if name != "traceback" else text for name, text in words.items()},
    }
    if progress is not None:
        columns |= {"steps_done": progress.done, "steps": progress.total}
    if state == JobState.WAITING:
        columns["due"] = due or timezone.now()
    mine = Job.objects.filter(pk=job.pk, attempt=job.attempt, state=JobState.RUNNING)
    try:
        with transaction.atomic():
            return bool(mine.update(**columns))
    except IntegrityError:
        # Another job with its key waits already, and will do all of it.
        return bool(mine.update(**columns | {"state": JobState.CANCELLED}))


def cancel(job: Job) -> None:
    """Cancel a job: at once if it waits; a running one at its next step. One that has ended stays as it is.

    A task that is one transaction leaves nothing behind; one of several steps keeps those it
    completed.
    """
    job.refresh_from_db()
    if job.state == JobState.WAITING and Job.objects.filter(
        pk=job.pk, state=JobState.WAITING
    ).update(state=JobState.CANCELLED, finished=timezone.now()):
        return
    if job.is_open:
        pulse().ask_to_stop(job)


def retry(job: Job) -> bool:
    """Queue a job that failed or was cancelled again; one of several steps continues where it was.

    Returns False if it did neither, or if another job with its key waits already.
    """
    ended = Job.objects.filter(pk=job.pk, state__in=[JobState.FAILED, JobState.CANCELLED])
    if not ended.exists():
        return False
    # Before it waits again: what is left beside it belongs to the last attempt.
    pulse().forget(job)
    try:
        with transaction.atomic():
            again = ended.update(
                state=JobState.WAITING,
                due=timezone.now(),
                finished=None,
                tries=0,
                cancel_asked=False,
                error="",
                traceback="",
            )
    except IntegrityError:
        return False
    return bool(again)


# --- Workers that are gone -------------------------------------------------------------------------


#: Tells this process from an earlier one with the same number (in a container the numbers start again).
_BIRTH: Final = secrets.token_hex(4)
_NUMBERS: Final = itertools.count(1)


def worker_name() -> str:
    """A name for a new worker: machine, process number, a random word of the process, number of the
    worker in it.
    """
    return f"{_machine()}:{os.getpid()}:{_BIRTH}:{next(_NUMBERS)}"


def _machine() -> str:
    return socket.gethostname().replace(":", "-")[:60]


def abandoned(asking: str) -> Iterator[Job]:
    """The running jobs whose worker is gone: its process on this machine, or its signs of life elsewhere.

    The worker that is ``asking`` is between two jobs, so it could not settle what is still under
    its name. A wrong guess only costs time: anything that the old attempt still writes is refused.
    """
    for job in Job.objects.filter(state=JobState.RUNNING):
        if job.worker == asking or _is_gone(job.worker):
            yield job
            continue
        last = pulse().last(job)[0] or job.started
        if last is None or last < timezone.now() - LEASE:
            yield job


def _is_gone(worker: str) -> bool:
    """Whether a worker of this machine has certainly ended; False for workers of other machines."""
    machine, number, birth, *_rest = [*worker.split(":"), "", "", ""]
    if machine != _machine() or not number.isdecimal():
        return False
    if int(number) == os.getpid():
        return birth != _BIRTH
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def take_over(asking: str) -> int:
    """Put the jobs whose worker is gone back in the queue; one that has brought down too many has failed.

    ``asking`` is the name of the worker that looks. Returns their number.
    """
    number = 0
    for job in list(abandoned(asking)):
        progress = pulse().last(job)[1]
        if pulse().is_asked_to_stop(job):
            number += settle(job, JobState.CANCELLED, progress)
            pulse().forget(job)
        elif job.tries >= MOST_TRIES:
            words = _(
                "The worker stopped %(number)d times in the middle of this job. It may need more memory "
                "than is available. Ask the operator, then try again."
            )
            number += settle(job, JobState.FAILED, progress, error=words % {"number": job.tries})
        else:
            number += settle(job, JobState.WAITING)
    return number


def clear_away() -> int:
    """Delete jobs that ended long ago (see ``KEPT``); returns their number."""
    now = timezone.now()
    old = Job.objects.filter(
        state__in=[JobState.DONE, JobState.CANCELLED], finished__lt=now - KEPT
    ) | Job.objects.filter(state=JobState.FAILED, finished__lt=now - FAILED_KEPT)
    return old.delete()[0] if old.exists() else 0
