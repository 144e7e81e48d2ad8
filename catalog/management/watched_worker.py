"""The worker that serving brings along: started when the site answers, started again when it dies."""

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

#: Seconds that the job at hand gets to come to a stop.
PATIENCE = 10
#: The longest pause before a worker that keeps dying is started again, in seconds.
LONGEST_PAUSE = 60


class WatchedWorker:
    """One `manage.py jobs work` as a process of its own, so that a large job slows no page down."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._ending = threading.Event()
        self._watching = threading.Thread(target=self._watch, daemon=True)
        # Starting a program means reading a pipe until its other end is closed, which the program does. A server's
        # worker that is forked at that moment would have that end too, and keep it: nobody would watch any more.
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
        """Let it end; one that does not is killed, and its job is taken up again at the next start."""
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
