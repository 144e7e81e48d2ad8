"""A job that writes in slices, so that others can save in between: its transactions, and its one
change set.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from catalog import search
from catalog.actions.base import Actor, in_step
from catalog.jobs import let_others_write

if TYPE_CHECKING:
    from catalog.history import Opened
    from catalog.jobs import Progress, Run

#: Seconds after which a slice ends, so that no other writer waits long.
SLICE: Final = 1.0


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
    progress before it. What the slice changed in the search beyond :data:`catalog.search.STEP`
    entries follows in transactions of its own, with time for others in between; whatever keeps the
    job from it, the worker does it later.
    """
    kept = opened.id
    try:
        with run.step() as place:
            slice_ = Slice(time.monotonic() + SLICE)
            with in_step(by=by, entries=search.STEP):
                yield slice_
            place |= {**slice_.keeps, "change_set": opened.id}
    except BaseException:
        opened.id, run.at = kept, stands
        raise
    while search.staleness().left:
        let_others_write()
        run.check()
        search.refresh_left()
