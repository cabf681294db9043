"""The same work for many things on all cores: results in order, few of them waiting in memory."""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")

AHEAD = 4  # per core: what is worked on, and what waits to be taken


def in_order(work: Callable[[T], R], things: Iterable[T], *, many: bool) -> Iterator[R]:
    """`work` done for each thing, in their order; `many` says that processes are worth starting.

    `work` is a function of a module; it, things and results can be pickled. Things are taken a
    few ahead only. In a process that such a pool started everything is done in place; so is
    what one of its processes was killed over, and what comes after that.
    """
    cores = os.cpu_count() or 1
    if not many or cores < 2 or multiprocessing.parent_process() is not None:
        yield from map(work, things)
        return
    waiting: deque[tuple[T, Future[R] | None]] = deque()
    pool = ProcessPoolExecutor(cores, mp_context=multiprocessing.get_context("spawn"))
    try:
        for thing in things:
            waiting.append((thing, _begun(pool, work, thing)))
            if len(waiting) >= AHEAD * cores:
                yield _done(work, *waiting.popleft())
        while waiting:
            yield _done(work, *waiting.popleft())
    finally:
        pool.shutdown(cancel_futures=True)


def _begun(pool: ProcessPoolExecutor, work: Callable[[T], R], thing: T) -> Future[R] | None:
    try:
        return pool.submit(work, thing)
    except BrokenProcessPool:
        return None


def _done(work: Callable[[T], R], thing: T, begun: Future[R] | None) -> R:
    try:
        return work(thing) if begun is None else begun.result()
    except BrokenProcessPool:
        return work(thing)
