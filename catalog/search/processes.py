"""Work in batches that other processes share."""

from __future__ import annotations

import gc
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Final, TypeVar

import django

J = TypeVar("J")
R = TypeVar("R")

#: Batches that are under way or wait to be fetched, for each process: memory is bounded by them.
AHEAD: Final = 5


def without_collector() -> None:
    """Switch the collector of cycles off, in a process that does nothing but work in batches.

    What a batch leaves is dropped by its count of references; the collector would only walk everything that is
    remembered from batch to batch, again and again, for a quarter of the time.
    """
    gc.disable()


@contextmanager
def uncollected() -> Iterator[None]:
    """A stretch of such work in a process that goes on to do something else."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


@contextmanager
def ahead_of(
    processes: int,
) -> Iterator[Callable[[Callable[[J], R], Iterable[J]], Iterator[R]]]:
    """Open processes; gives a function that maps jobs in them, with results in the order of the jobs.

    The processes are started anew, not forked: they share no connection with this one.
    """
    with ProcessPoolExecutor(
        processes, mp_context=get_context("spawn"), initializer=django.setup
    ) as pool:

        def mapped(work: Callable[[J], R], jobs: Iterable[J]) -> Iterator[R]:
            waiting: deque[Future[R]] = deque()
            try:
                for job in jobs:
                    waiting.append(pool.submit(work, job))
                    if len(waiting) > AHEAD * processes:
                        yield waiting.popleft().result()
                while waiting:
                    yield waiting.popleft().result()
            finally:
                for future in waiting:
                    future.cancel()

        yield mapped
