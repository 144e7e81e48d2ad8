"""Tasks: the functions that a job may name, and how a job finds its task again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from catalog.models import Job

if TYPE_CHECKING:
    from catalog.jobs.run import Run


class UnknownTask(Exception):
    """A job names a function that is not a task (any more)."""


@dataclass(frozen=True)
class Task:
    """A function that a worker can run; made by :func:`task`."""

    act: Callable[..., str | None]
    title: str | Promise
    atomic: bool
    #: Exceptions whose text can be shown as it is.
    tells: tuple[type[Exception], ...]

    @property
    def name(self) -> str:
        """The dotted name under which jobs store it."""
        return f"{self.act.__module__}.{self.act.__qualname__}"

    def __call__(self, run: Run, **arguments: Any) -> str | None:
        """Run it; the text it returns is shown as the result."""
        return self.act(run, **arguments)


def task(
    *, title: str | Promise, atomic: bool = True, tells: tuple[type[Exception], ...] = ()
) -> Callable[[Callable[..., str | None]], Task]:
    """Make a module-level function a task: ``def act(run, **arguments) -> str | None``.

    ``title`` says what it does, for people. ``atomic``: the whole is one transaction; otherwise the
    function opens its own, each with ``run.step()``. ``tells`` are exceptions whose text people may
    read (such as an action's refusal). What it returns is shown as the result. Arguments are plain
    JSON.
    """

    def make(act: Callable[..., str | None]) -> Task:
        return Task(act=act, title=title, atomic=atomic, tells=tells)

    return make


def task_of(job: Job) -> Task:
    """The task of a job. Raises UnknownTask if the program does not know it (any more)."""
    try:
        found = import_string(job.task)
    except ImportError:
        found = None
    if not isinstance(found, Task):
        raise UnknownTask(
            _("This version of the program has no task “%(task)s”. Request the work again.")
            % {"task": job.task}
        )
    return found


def title_of(job: Job) -> str:
    """What the job does, in words; the name of its task if the program does not know it any more."""
    try:
        return str(task_of(job).title)
    except UnknownTask:
        return job.task
