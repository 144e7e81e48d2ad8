"""A job that writes in slices, so that others can save in between: its transactions, and its one
change set.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from django.db import connection

from catalog.actions.base import Actor, in_step

if TYPE_CHECKING:
    from catalog.history import Opened
    from catalog.jobs import Progress, Run

#: Seconds after which a slice ends, so that no other writer waits long.
SLICE: Final = 1.0
#: Seconds between two slices on SQLite, whose waiting writers try again every tenth of a second.
_PAUSE: Final = 0.15


@dataclass(slots=True)
class Slice:
    """A transaction of a job: until when it writes (``end``, by the monotonic clock), and what is
    stored with its position.
    """

    end: float
    keeps: dict[str, Any] = field(default_factory=dict)


@contextmanager
def one_slice(run: Run, opened: Opened, *, by: Actor, stands: Progress) -> Iterator[Slice]:
    """One slice of a job whose change set is ``opened``, whose number is stored with the position.

    If it fails or is cancelled, nothing of the slice remains: the job then reports ``stands``, the
    progress before it.
    """
    kept = opened.id
    try:
        with run.step() as place:
            slice_ = Slice(time.monotonic() + SLICE)
            with in_step(by=by):
                yield slice_
            place |= {**slice_.keeps, "change_set": opened.id}
    except BaseException:
        opened.id, run.at = kept, stands
        raise


def let_others_write() -> None:
    """Between two slices: on SQLite, waiting writers need a moment in which nobody writes."""
    if connection.vendor == "sqlite":
        time.sleep(_PAUSE)
