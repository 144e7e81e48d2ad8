"""What a task is given: how to say how far it is, its steps, and whether it is to stop."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.jobs.pulse import Progress, pulse
from catalog.models import Job, JobState


class Failed(Exception):
    """Raised by a task that cannot go on. The text says why and what to do; it is shown as it is."""


class Cancelled(Exception):
    """Somebody cancelled the job; a task lets it pass."""


class Stopping(Exception):
    """The worker is being stopped: the job goes back into the queue as it was."""


class Lost(Exception):
    """The job was given to another worker; what this one was writing is taken back."""


class Run:
    """One attempt at a job. ``place`` is the dictionary that a task of several steps finds again."""

    def __init__(self, job: Job, stopping: Callable[[], bool] | None = None) -> None:
        self.job = job
        self.place: dict[str, Any] = dict(job.place)
        self.at = Progress(job.steps_done, job.steps)
        self._stopping = stopping
        #: Set by whoever watches beside; None: every progress asks by itself.
        self.cancelled: Event | None = None
        #: Told of every progress by a command that somebody waits for.
        self.watch: Callable[[Progress], None] | None = None

    @property
    def by(self) -> Any:
        """The user who asked for the job; None: the catalogue itself."""
        return self.job.by

    def progress(self, done: int, total: int | None = None, said: str = "") -> None:
        """Say how far the task is, as often as it likes: it costs next to nothing.

        Raises Cancelled when somebody cancelled the job, and Stopping when the worker is being stopped;
        the task lets both pass. ``said`` names what is being done, when that is worth a word.
        """
        self.at = Progress(done, total, said)
        if self.watch is not None:
            self.watch(self.at)
        self.check()

    def check(self) -> None:
        """Raise Cancelled or Stopping when the job is not to go on."""
        if self._stopping and self._stopping():
            raise Stopping
        if self.cancelled.is_set() if self.cancelled else pulse().is_asked_to_stop(self.job):
            raise Cancelled(_("Cancelled."))

    def stands(self) -> str:
        """What a job that is ended in the middle has done, in its own words; of one transaction nothing stands."""
        return self.at.said if self.place else ""

    @contextmanager
    def step(self) -> Iterator[dict[str, Any]]:
        """One transaction of a task that has several; with it its place is kept.

        What the task puts into the dictionary (plain JSON) is there again after a worker died.
        """
        self.check()
        with transaction.atomic():
            yield self.place
            self.keep_place()

    def keep_place(self) -> None:
        """Write the place, if this attempt still has the job. Raises Lost, and all is taken back."""
        mine = Job.objects.filter(pk=self.job.pk, attempt=self.job.attempt, state=JobState.RUNNING)
        if not mine.update(place=self.place, steps_done=self.at.done, steps=self.at.total):
            raise Lost
