"""Answers that a process keeps in memory for as long as making them again would give the same.

:class:`Memory` bounds them; :class:`Kept` holds those that stand and fall with the public catalogue as a whole.
How the public catalogue stands (:mod:`catalog.documents.feed`) is asked of the database for every answer; one that was
made under another standing is never given out again, so none can be out of step. What is kept was made for
everybody: doors look here only for readers without an account.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Any, Generic, TypeVar

from django.core.signals import setting_changed

from catalog.conf import catalogue_settings
from catalog.documents.feed import Standing

T = TypeVar("T")


class Memory(Generic[T]):
    """Values by key; the least used go when they take more than their share of memory.

    ``share`` is the part of ``CATALOG["ANSWERS_IN_MEMORY"]`` that they may take together. Whether a value is still
    true is for the caller to know. Thread-safe.
    """

    def __init__(self, share: float) -> None:
        self._share = share
        self._lock = Lock()
        self._values: OrderedDict[Hashable, tuple[T, int]] = OrderedDict()
        self._size = 0
        # Names, addresses and limits of the settings stand in answers; only tests change them in a running process.
        setting_changed.connect(self._forget, weak=False)

    @property
    def most(self) -> int:
        """How many bytes the values may take."""
        return int(catalogue_settings().ANSWERS_IN_MEMORY * self._share)

    def get(self, key: Hashable) -> T | None:
        """The value that was kept under a key; None when there is none."""
        with self._lock:
            if key not in self._values:
                return None
            self._values.move_to_end(key)
            return self._values[key][0]

    def put(self, key: Hashable, value: T, size: int) -> None:
        """Keep a value of about ``size`` bytes. A single one takes at most an eighth of the room."""
        if size > self.most // 8:
            return
        with self._lock:
            if key in self._values:
                self._size -= self._values.pop(key)[1]
            self._values[key] = value, size
            self._size += size
            while self._size > self.most:
                _, (_, freed) = self._values.popitem(last=False)
                self._size -= freed

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._values.clear()
            self._size = 0

    def _forget(self, **_: Any) -> None:
        self.clear()


class Kept(Generic[T]):
    """Values by key, all of one standing. ``share`` as in :class:`Memory`. Thread-safe."""

    def __init__(self, share: float) -> None:
        self._lock = Lock()
        self._standing: Standing | None = None
        self._values: Memory[T] = Memory(share)
        setting_changed.connect(self._forget, weak=False)

    def get(self, standing: Standing, key: Hashable) -> T | None:
        """The value that was kept under this standing; None when there is none."""
        with self._lock:
            return self._values.get(key) if self._standing == standing else None

    def holds(self, key: Hashable) -> bool:
        """Whether a value is kept under a key, be it of this standing or of an earlier one."""
        return self._values.get(key) is not None

    def put(self, standing: Standing, key: Hashable, value: T, size: int) -> None:
        """Keep a value of about ``size`` bytes. A single one takes at most an eighth of the room."""
        with self._lock:
            if self._standing != standing:
                if self._standing is not None and standing.generation < self._standing.generation:
                    # Made before a change that others know of already.
                    return
                self._values.clear()
                self._standing = standing
            self._values.put(key, value, size)

    def _forget(self, **_: Any) -> None:
        with self._lock:
            self._values.clear()
            self._standing = None
