"""The worker that comes with the server: started when the site answers, restarted when it dies."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

from django.conf import settings

log = logging.getLogger("catalog.jobs")

#: Seconds that the current job gets to stop.
PATIENCE = 10
#: The longest pause before a worker that keeps dying is restarted, in seconds.
LONGEST_PAUSE = 60


class WatchedWorker:
    """One `manage.py jobs work` as a separate process, so that a large job slows no page down."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._ending = threading.Event()
        self._watching = threading.Thread(target=self._watch, daemon=True)
        # Starting a program means reading a pipe until its other end is closed, which the program
        # does. A worker of the server forked at that moment would inherit that end and keep it
        # open, so the watching would never begin.
        self._no_fork = threading.Lock()
        os.register_at_fork(
            before=self._no_fork.acquire,
            after_in_parent=self._no_fork.release,
            after_in_child=self._no_fork.release,
        )

    def start(self) -> None:
        """Start it, and watch it from now on."""
        self._watching.start()

    def stop(self) -> None:
        """Ask it to end; if it does not, it is killed, and its job is taken up again at the next start."""
        self._ending.set()
        process = self._process
        if process is None:
            return
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()

    def _watch(self) -> None:
        manage = str(Path(settings.BASE_DIR) / "manage.py")
        pause = 1.0
        while not self._ending.is_set():
            began = time.monotonic()
            with self._no_fork:
                self._process = subprocess.Popen(  # noqa: S603
                    [sys.executable, manage, "jobs", "work", "--with-parent", str(os.getpid())],
                    stdin=subprocess.DEVNULL,
                    # Ctrl+C reaches every process of a terminal, but only the server acts on it.
                    start_new_session=True,
                )
            code = self._process.wait()
            if self._ending.is_set():
                return
            pause = (
                1.0 if time.monotonic() - began > LONGEST_PAUSE else min(pause * 2, LONGEST_PAUSE)
            )
            log.warning("The worker ended with %s; it is started again.", code)
            self._ending.wait(pause)
