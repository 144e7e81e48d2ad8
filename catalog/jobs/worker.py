"""The worker: runs jobs one after the other, and does regular duties."""

from __future__ import annotations

import logging
import signal
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from threading import Event, Thread
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import (
    DatabaseError,
    OperationalError,
    close_old_connections,
    connection,
    transaction,
)
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from catalog.jobs import queue
from catalog.jobs.pulse import Progress, progress_of, pulse
from catalog.jobs.run import Cancelled, Failed, Lost, Run, Stopping
from catalog.jobs.task import Task, UnknownTask, task_of
from catalog.models import Job, JobState

log = logging.getLogger("catalog.jobs")

#: Seconds between two looks into the queue: one read of a short index.
INTERVAL: Final = 1.0
#: Seconds between two looks for workers that are gone.
LOOK_FOR_THE_GONE: Final = 10.0
#: Seconds between two beats of a running job whose progress does not change.
BEAT: Final = 10.0


@dataclass(frozen=True, slots=True)
class Duty:
    """A regular duty of every worker: a cheap check that does little work itself or enqueues a job."""

    look: Callable[[], Any]
    #: Seconds between two looks.
    every: float


class Worker:
    """Runs jobs until it is stopped; several may run side by side, on several machines."""

    def __init__(self, duties: Sequence[Duty] = ()) -> None:
        self.name = queue.worker_name()
        # Not an Event: its lock could be held when a signal arrives.
        self._stopping = False
        self._duties = [
            Duty(lambda: queue.take_over(self.name), LOOK_FOR_THE_GONE),
            *duties,
            Duty(queue.clear_away, 3600.0),
        ]
        self._next = dict.fromkeys(range(len(self._duties)), 0.0)

    def stop(self, *_signal: Any) -> None:
        """Finish the current job or put it back, then end. Also a signal handler."""
        self._stopping = True

    def is_stopping(self) -> bool:
        """Whether it was asked to end."""
        return self._stopping

    def run(self, *, until_empty: bool = False) -> None:
        """Work until :meth:`stop`, or until nothing is due.

        If the database does not answer, the worker waits for it: it survives a restart of the
        database.
        """
        while not self._stopping:
            close_old_connections()
            found = False
            try:
                self.look_after()
                found = self.work_one()
            except DatabaseError as trouble:
                log.warning("The worker waits for the database: %s", str(trouble).strip())
                with suppress(DatabaseError):
                    connection.close()
                self._next = dict.fromkeys(self._next, 0.0)
                time.sleep(5 * INTERVAL)
            if not found and until_empty:
                return
            if not found and not self._stopping:
                time.sleep(INTERVAL)

    def look_after(self) -> None:
        """Do the duties that are due; one that fails is logged and does not prevent the others."""
        now = time.monotonic()
        for number, duty in enumerate(self._duties):
            if now < self._next[number]:
                continue
            self._next[number] = now + duty.every
            try:
                duty.look()
            except DatabaseError:
                raise
            except Exception:
                log.exception("A duty of the worker failed: %s", duty.look)

    def work_one(self) -> bool:
        """Take a job and do it; returns whether there was one."""
        job = queue.claim(self.name)
        if job is None:
            return False
        run = Run(job, self.is_stopping)
        with _beating(run):
            attempt(run)
        pulse().forget(job)
        return True


def attempt(run: Run) -> None:
    """Do a claimed job, and write the outcome."""
    job = run.job
    with translation.override(job.language or settings.LANGUAGE_CODE):
        try:
            _act(run, task_of(job))
        except Cancelled:
            queue.settle(job, JobState.CANCELLED, run.at, said=run.stands())
        except Stopping:
            if pulse().is_asked_to_stop(job):
                # Cancelled at the same moment: the request is cleared away with this attempt.
                queue.settle(job, JobState.CANCELLED, run.at, said=run.stands())
            else:
                queue.settle(job, JobState.WAITING)
        except Lost:
            log.warning("Job %s was given to another worker meanwhile.", job.pk)
        except Exception as fault:
            _went_wrong(run, fault)


def _act(run: Run, task: Task) -> None:
    """Run the task and, in its transaction, mark it done: both happen, or neither."""
    run.check()
    if not task.atomic:
        said = task(run, **run.job.arguments)
        _done(run, said)
        return
    with transaction.atomic():
        said = task(run, **run.job.arguments)
        _done(run, said)


def _done(run: Run, said: str | None) -> None:
    if not queue.settle(run.job, JobState.DONE, run.at, said=said or ""):
        raise Lost


def _went_wrong(run: Run, fault: Exception) -> None:
    """Describe an error in words; after one of the database that may pass, the job is tried again a
    little later.
    """
    job = run.job
    told: tuple[type[Exception], ...] = (Failed, UnknownTask)
    with suppress(UnknownTask):
        told = (*told, *task_of(job).tells)
    if isinstance(fault, ValidationError):
        words = " ".join(fault.messages)
    elif isinstance(fault, told):
        words = str(fault)
    elif isinstance(fault, OperationalError):
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()
        if job.tries < queue.MOST_TRIES:
            log.warning("Job %s is tried again: %s", job.pk, str(fault).strip())
            wait = timedelta(seconds=2**job.tries)
            queue.settle(job, JobState.WAITING, due=timezone.now() + wait)
            return
        words = _("The database failed %(number)d times: %(reason)s. Try again later.") % {
            "number": job.tries,
            "reason": str(fault).strip(),
        }
    else:
        log.error("Job %s (%s) failed", job.pk, job.task, exc_info=fault)
        words = _(
            "This is an error in the program, not in your request: %(fault)s. Nothing of the last "
            "step was kept. The operator will find the details with this job."
        ) % {"fault": f"{type(fault).__name__}: {fault}"}
    details = "".join(traceback.format_exception(fault))[-20_000:]
    queue.settle(job, JobState.FAILED, run.at, error=words, traceback=details, said=run.stands())


@contextmanager
def _beating(run: Run) -> Iterator[None]:
    """While the job runs, a thread reports signs of life and progress, and watches for a request to
    stop.
    """
    run.cancelled, over = Event(), Event()

    def beat() -> None:
        beside, told, last = pulse(), None, 0.0
        while True:
            with suppress(DatabaseError, OSError):
                if run.at is not told or time.monotonic() - last > BEAT:
                    told, last = run.at, time.monotonic()
                    beside.beat(run.job, told)
                if beside.is_asked_to_stop(run.job) and run.cancelled:
                    run.cancelled.set()
            if over.wait(INTERVAL):
                break
        connection.close()

    thread = Thread(target=beat, name=f"pulse of job {run.job.pk}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(timeout=30)


def work_on(job: Job, watch: Callable[[Progress], None]) -> Job:
    """Do one job in this process, for a command that somebody waits for; ``watch`` receives its progress.

    Another worker may be faster, or take over when this process ends: then that one is watched.
    Returns the job as it ended. If a job is postponed because the database failed, this waits for
    it.
    """
    name = queue.worker_name()
    while job.is_open:
        claimed = queue.claim(name, only=job)
        if claimed is not None:
            run = Run(claimed)
            run.watch = watch
            with _beating(run):
                attempt(run)
            pulse().forget(claimed)
        else:
            # The process that ran it may be gone.
            queue.take_over(name)
            watch(progress_of(job))
            time.sleep(INTERVAL)
        job.refresh_from_db()
    return job


def work_off() -> int:
    """Do every job that is due, in this process and thread; returns their number. For tests and
    commands.
    """
    number = 0
    while job := queue.claim(queue.worker_name()):
        attempt(Run(job))
        pulse().forget(job)
        number += 1
    return number


def stop_by_signal(worker: Worker) -> None:
    """Let SIGTERM and Ctrl+C end a worker: after its job, or at that job's next progress report."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, worker.stop)
