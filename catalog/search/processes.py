"""Work in batches that other processes share."""

from __future__ import annotations

import gc
import marshal
from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from functools import lru_cache, partial
from multiprocessing import get_context
from typing import Any, Final, TypeVar

import django

J = TypeVar("J")
R = TypeVar("R")

#: Batches that are under way or wait to be fetched, for each process: memory is bounded by them.
AHEAD: Final = 5


def _without_collector() -> None:
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


@contextmanager
def shared(
    worker: Callable[..., Callable[[J], R]],
    *arguments: Hashable,
    processes: int,
    read: Callable[..., R],
) -> Iterator[Callable[[Iterable[J]], Iterator[R]]]:
    """A function from jobs to what a worker makes of them, in the order of the jobs: here, or in other processes.

    ``worker(*arguments)`` is made once in each of them. Its results are tuples of plain values; ``read`` makes one of
    the values that another process sent.
    """
    if not processes:
        here = worker(*arguments)
        yield lambda jobs: map(here, jobs)
        return
    work = partial(_sent, worker, arguments)
    with ahead_of(processes) as send:
        yield lambda jobs: (read(*marshal.loads(made)) for made in send(work, jobs))  # noqa: S302 (our own processes made it)


@lru_cache(maxsize=1)
def _worker(worker: Callable[..., Any], arguments: tuple[Hashable, ...]) -> Any:
    """The worker of a process that works for another."""
    _without_collector()
    return worker(*arguments)


def _sent(worker: Callable[..., Any], arguments: tuple[Hashable, ...], job: Any) -> bytes:
    """The result of a job, as it goes to another process: without references it is quickest."""
    return marshal.dumps(tuple(_worker(worker, arguments)(job)), 2)
