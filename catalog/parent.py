"""A process ends with the one that started it.

Nobody dismisses those who work for a killed process: they would wait for work for good.
"""

from __future__ import annotations

import os
import threading
import time

import django


def end_with(parent: int) -> None:
    """End this process as soon as its parent is gone, wherever it is at work; returns at once.

    ``parent`` is the parent's own process number: asked for here, it could be gone already.
    """
    threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def begin_for(parent: int) -> None:
    """Begin a process that works for ``parent``: it ends with it, and Django is set up."""
    end_with(parent)
    django.setup()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)
