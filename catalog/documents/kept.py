"""Answers that a process keeps in memory for as long as making them again would give the same.

:class:`Memory` limits their size; :class:`Kept` holds those that depend on the public catalogue as
a whole. The state of the public catalogue (:mod:`catalog.documents.feed`) is read from the database
for every answer; an answer made under another standing is never sent again, so none can be out of
date. What is kept was made for everybody: doors look here only for readers without an account.
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
    """Values by key; the least recently used are dropped when they exceed their share of memory.

    ``share`` is the part of ``CATALOG["ANSWERS_IN_MEMORY"]`` that they may take together. The
    caller knows whether a value is still true. Thread-safe.
    """

    def __init__(self, share: float) -> None:
        self._share = share
        self._lock = Lock()
        self._values: OrderedDict[Hashable, tuple[T, int]] = OrderedDict()
        self._size = 0
        # Answers contain names, addresses and limits from the settings; only tests change these in
        # a running process.
        setting_changed.connect(self._forget, weak=False)

    @property
    def most(self) -> int:
        """How many bytes the values may take."""
        return int(catalogue_settings().ANSWERS_IN_MEMORY * self._share)

    def get(self, key: Hashable) -> T | None:
        """The value kept under a key; None if there is none."""
        with self._lock:
            if key not in self._values:
                return None
            self._values.move_to_end(key)
            return self._values[key][0]

    def put(self, key: Hashable, value: T, size: int) -> None:
        """Keep a value of about ``size`` bytes. A single one takes at most an eighth of the space."""
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
        """The value kept under this standing; None if there is none."""
        with self._lock:
            return self._values.get(key) if self._standing == standing else None

    def holds(self, key: Hashable) -> bool:
        """Whether a value is kept under a key, from this standing or an earlier one."""
        return self._values.get(key) is not None

    def put(self, standing: Standing, key: Hashable, value: T, size: int) -> None:
        """Keep a value of about ``size`` bytes. A single one takes at most an eighth of the space."""
        with self._lock:
            if self._standing != standing:
                if self._standing is not None and standing.generation < self._standing.generation:
                    # Made before a change that others already know of.
                    return
                self._values.clear()
                self._standing = standing
            self._values.put(key, value, size)

    def _forget(self, **_: Any) -> None:
        with self._lock:
            self._values.clear()
            self._standing = None
