"""A process hears that it has to end."""

from __future__ import annotations

import os
import signal


def hear_sigterm(patience: int) -> None:
    """Run the handler of SIGTERM when it comes; to be run in a thread of its own, with SIGTERM
    blocked in all.

    A process that has not ended ``patience`` seconds later is ended by the system, whatever it
    does.

    Python runs handlers in the main thread only, and if the system delivers the signal to another
    thread, a main thread that waits for a lock is not woken by it: a worker of the server would
    never learn that it has to end. If there is no handler yet, the process ends at once.
    """
    signal.sigwait({signal.SIGTERM})
    signal.alarm(patience)
    handler = signal.getsignal(signal.SIGTERM)
    if not callable(handler):
        os._exit(0)
    handler(signal.SIGTERM, None)
