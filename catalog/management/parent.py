"""A process that another one started goes with it."""

from __future__ import annotations

import os
import signal
import time


def end_with(parent: int) -> None:
    """End this process at once when its parent is gone; to be run in a thread of its own.

    ``parent`` is what the parent says of itself: asked for here, it could be gone already.
    """
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def hear_sigterm(patience: int) -> None:
    """Run the handler of SIGTERM once it comes; to be run in a thread of its own, with SIGTERM blocked in all.

    A process that has not ended ``patience`` seconds later is ended by the system, whatever it does.

    Python runs handlers in the main thread only, and when the system hands the signal to another thread,
    one that waits for a lock is not woken by it: a worker of the server would never learn that it is to end.
    Before there is a handler the process ends at once.
    """
    signal.sigwait({signal.SIGTERM})
    signal.alarm(patience)
    handler = signal.getsignal(signal.SIGTERM)
    if not callable(handler):
        os._exit(0)
    handler(signal.SIGTERM, None)
