"""Work in batches, shared by several processes."""

from __future__ import annotations

import gc
import marshal
import os
from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from functools import lru_cache, partial
from multiprocessing import get_context
from typing import Any, Final, TypeVar

from catalog.parent import begin_for

J = TypeVar("J")
R = TypeVar("R")

#: Batches in progress or waiting to be fetched, per process. This bounds memory.
AHEAD: Final = 5


def _without_collector() -> None:
    """Switch off the garbage collector, in a process that only works in batches.

    Reference counts free what a batch leaves behind. The collector would walk everything that is
    remembered from batch to batch over and over, for a quarter of the time.
    """
    gc.disable()


@contextmanager
def uncollected() -> Iterator[None]:
    """Switch it off for a while, in a process that goes on to do something else."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


@contextmanager
def process_pool(
    processes: int,
) -> Iterator[Callable[[Callable[[J], R], Iterable[J]], Iterator[R]]]:
    """Start processes. Yields a function that maps jobs in them, with results in the order of the jobs.

    The processes are spawned, not forked, so they share no database connection with this one.
    """
    with ProcessPoolExecutor(
        processes, mp_context=get_context("spawn"), initializer=begin_for, initargs=(os.getpid(),)
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


@contextmanager
def shared(
    worker: Callable[..., Callable[[J], R]],
    *arguments: Hashable,
    processes: int,
    read: Callable[..., R],
) -> Iterator[Callable[[Iterable[J]], Iterator[R]]]:
    """Yields a function from jobs to their results, in the order of the jobs: here, or in other processes.

    ``worker(*arguments)`` is made once in each process and called with each job. Its results are tuples of
    plain values; ``read`` makes a result of the values that another process sent.
    """
    if not processes:
        here = worker(*arguments)
        yield lambda jobs: map(here, jobs)
        return
    work = partial(_sent, worker, arguments)
    with process_pool(processes) as send:
        yield lambda jobs: (read(*marshal.loads(made)) for made in send(work, jobs))  # noqa: S302 (our own processes made it)


@lru_cache(maxsize=1)
def _worker(worker: Callable[..., Any], arguments: tuple[Hashable, ...]) -> Any:
    """The worker in a process that works for another."""
    _without_collector()
    return worker(*arguments)


def _sent(worker: Callable[..., Any], arguments: tuple[Hashable, ...], job: Any) -> bytes:
    """The result of a job as bytes for another process. Without references marshal is quickest."""
    return marshal.dumps(tuple(_worker(worker, arguments)(job)), 2)
