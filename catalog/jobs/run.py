"""What a task receives: a way to report progress, take steps and learn whether to stop."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event
from typing import Any, Final

from django.db import connection, transaction
from django.utils.translation import gettext as _

from catalog.jobs.pulse import Progress, pulse
from catalog.models import Job, JobState
from catalog.sqlite import others_wait

#: Seconds between two transactions of a job on SQLite, whose waiting writers try again every tenth of a second.
_PAUSE: Final = 0.15
#: Seconds that a job waits at most until nobody waits any more, and between two looks.
_LONGEST_PAUSE: Final = 5.0
_LOOK: Final = 0.02


class Failed(Exception):
    """Raised by a task that cannot continue. The text says why and what to do; it is shown as it is."""


class Cancelled(Exception):
    """Somebody cancelled the job; the task must not catch this."""


class Stopping(Exception):
    """The worker is being stopped: the job goes back into the queue as it was."""


class Lost(Exception):
    """The job was given to another worker; what this one was writing is rolled back."""


class Run:
    """One attempt at a job. ``place`` is the dictionary that a task of several steps finds again."""

    def __init__(self, job: Job, stopping: Callable[[], bool] | None = None) -> None:
        self.job = job
        self.place: dict[str, Any] = dict(job.place)
        self.at = Progress(job.steps_done, job.steps)
        self._stopping = stopping
        #: Set by a thread that watches; if None, each progress report checks by itself.
        self.cancelled: Event | None = None
        #: Receives every progress report, for a command that somebody waits for.
        self.watch: Callable[[Progress], None] | None = None

    @property
    def by(self) -> Any:
        """The user who asked for the job; None for the catalogue itself."""
        return self.job.by

    def progress(self, done: int, total: int | None = None, said: str = "") -> None:
        """Report how far the task is, as often as it likes: this costs next to nothing.

        Raises Cancelled if somebody cancelled the job, and Stopping if the worker is being stopped;
        the task must let both pass. ``said`` names what is being done, if that is worth mentioning.
        """
        self.at = Progress(done, total, said)
        if self.watch is not None:
            self.watch(self.at)
        self.check()

    def check(self) -> None:
        """Raise Cancelled or Stopping if the job is not to continue."""
        if self._stopping and self._stopping():
            raise Stopping
        if self.cancelled.is_set() if self.cancelled else pulse().is_asked_to_stop(self.job):
            raise Cancelled(_("Cancelled."))

    def stands(self) -> str:
        """What a job that was ended in the middle has done, in its own words; nothing, if it is one
        transaction.
        """
        return self.at.said if self.place else ""

    @contextmanager
    def step(self) -> Iterator[dict[str, Any]]:
        """One transaction of a task that has several; its position is stored with it.

        What the task puts into the dictionary (plain JSON) is there again after a worker died.
        """
        self.check()
        with transaction.atomic():
            yield self.place
            self.keep_place()

    def keep_place(self) -> None:
        """Store the position, if this attempt still has the job. Raises Lost, and everything is
        rolled back.
        """
        mine = Job.objects.filter(pk=self.job.pk, attempt=self.job.attempt, state=JobState.RUNNING)
        if not mine.update(place=self.place, steps_done=self.at.done, steps=self.at.total):
            raise Lost


def let_others_write() -> None:
    """Between two transactions of a job: on SQLite, waiting writers need a moment in which nobody writes.

    The moment is as long as anybody waits, within limits: on a busy machine those who wait are not
    quick enough to use a short one, and would be refused at last.
    """
    if connection.vendor != "sqlite":
        return
    until = time.monotonic() + _LONGEST_PAUSE
    time.sleep(_PAUSE)
    while others_wait(connection) and time.monotonic() < until:
        time.sleep(_LOOK)
