"""What was made of the store, remembered until anything is written or its time is over.

Nobody is given what was made before a write that ended before they asked. While one makes it,
the others who ask for the same wait and share it, so that twenty readers cost one page.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Generic, TypeVar

from cachetools import LRUCache

T = TypeVar("T")
AT_ONCE = 16  # locks; two things that share one by chance wait for each other


@dataclass(frozen=True, slots=True)
class Made(Generic[T]):
    """Something, and until when (aware) it stays true while nothing is written."""

    value: T
    until: datetime


@dataclass(frozen=True, slots=True)
class _Kept(Generic[T]):
    made: Made[T]
    writes: int
    since: datetime

    def good(self, writes: int, now: datetime) -> bool:
        return self.writes >= writes and self.since <= now < self.made.until


class Remembered(Generic[T]):
    """Things by key; what was asked for longest ago goes first. Safe to share between threads."""

    def __init__(self, most: int, size: Callable[[T], int] = lambda _: 1) -> None:
        """Keeps things whose sizes add up to `most`; a larger one is made each time."""
        self._most, self._size = most, size
        self._kept: LRUCache[Hashable, _Kept[T]] = LRUCache(most, lambda one: size(one.made.value))
        self._lock = threading.Lock()
        self._making = [threading.Lock() for _ in range(AT_ONCE)]

    def get(
        self,
        key: Hashable,
        writes: Callable[[], int],
        now: Callable[[], datetime],
        make: Callable[[], Made[T]],
    ) -> Made[T]:
        """What is kept under the key, or made now. `writes` counts them, see Store.writes.

        `make` may read the clock once more: what it makes must be true from the moment before it.
        """
        asked = writes()
        if found := self._find(key, asked, now()):
            return found
        with self._making[hash(key) % AT_ONCE]:
            if found := self._find(key, asked, now()):
                return found
            begun, since = writes(), now()
            made = self._kept_as(key, make())
            self._keep(key, _Kept(made, begun, since))
            return made

    def _find(self, key: Hashable, asked: int, now: datetime) -> Made[T] | None:
        with self._lock:
            kept = self._kept.get(key)
        return kept.made if kept and kept.good(asked, now) else None

    def _kept_as(self, key: Hashable, made: Made[T]) -> Made[T]:
        """What was made, or in its place the equal value that is kept: what did not change stays
        the same object, and so does what was made of it.
        """
        with self._lock:
            kept = self._kept.get(key)
        same = kept is not None and kept.made.value == made.value
        return replace(made, value=kept.made.value) if kept and same else made

    def _keep(self, key: Hashable, one: _Kept[T]) -> None:
        if self._size(one.made.value) <= self._most:
            with self._lock:
                self._kept[key] = one
