"""One process makes something, and all others that need it wait."""

from __future__ import annotations

import fcntl
import hashlib
import os
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Seconds that a request waits for another maker before it gives up.
PATIENCE: Final = 30.0
_PAUSE: Final = 0.02


class StillBeingMade(Exception):
    """Somebody else is making it and takes too long to wait for. Ask again later."""


@contextmanager
def one_maker(thing: str, patience: float = PATIENCE) -> Iterator[int]:
    """Hold the only right on this machine to make ``thing``; raises StillBeingMade after
    ``patience`` seconds.

    The lock is the operating system's, on one of 256 files below ``VAR_DIR``: it ends with its
    holder, even if that is killed, and works between threads as between processes. Two things may
    share a file and then wait for each other, so whoever holds one must not ask for a second.
    Yields the file's handle: a child process that receives it holds the right as well.
    """
    with _held(hashlib.sha256(thing.encode()).hexdigest()[:2], thing, patience) as handle:
        yield handle


@contextmanager
def one_large_decoding(patience: float = PATIENCE) -> Iterator[int]:
    """Hold the only right on this machine to decode a large original, so that memory stays bounded.

    May be asked for while :func:`one_maker` is held, never the other way round. Yields the file's
    handle.
    """
    with _held("large", "a large picture", patience) as handle:
        yield handle


@contextmanager
def _held(name: str, thing: str, patience: float) -> Iterator[int]:
    folder = Path(settings.VAR_DIR) / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        _wait_for(handle, thing, time.monotonic() + patience)
        yield handle
    finally:
        os.close(handle)


def _wait_for(handle: int, thing: str, deadline: float) -> None:
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise StillBeingMade(thing) from None
            time.sleep(_PAUSE)
        else:
            return
