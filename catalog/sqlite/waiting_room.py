"""A file on which everybody who waits to write holds a shared lock, so that others can see it.

The lock ends with its process, however that ends.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class WaitingRoom:
    """One connection's door to the room; each opens the file for itself, since the lock is the opening's.

    Where the file cannot be opened (a disk that is full or read-only) nobody is seen waiting.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._handle: int | None = None

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Be seen waiting within the block."""
        handle = self._opened()
        if handle is None:
            yield
            return
        # Waits only for those who look into the room at this moment.
        fcntl.flock(handle, fcntl.LOCK_SH)
        try:
            yield
        finally:
            fcntl.flock(handle, fcntl.LOCK_UN)

    def is_empty(self) -> bool:
        """Whether nobody else waits."""
        handle = self._opened()
        if handle is None:
            return True
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        fcntl.flock(handle, fcntl.LOCK_UN)
        return True

    def close(self) -> None:
        """Close the file; it is opened again when it is needed."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def _opened(self) -> int | None:
        if self._handle is None:
            with suppress(OSError):
                self._handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        return self._handle
