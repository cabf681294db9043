"""Lets any number of threads in, and now and then one alone once all others have left."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class StillInside(Exception):
    """Somebody did not leave in time; nothing was done."""


class Turnstile:
    """Safe to share between threads. Who is inside may come in again while others wait."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._inside = 0
        self._closed = False
        self._own = threading.local()

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Be inside; waits while somebody is alone, or about to be."""
        depth: int = getattr(self._own, "depth", 0)
        with self._changed:
            if depth == 0:
                self._changed.wait_for(lambda: not self._closed)
            self._inside += 1
        self._own.depth = depth + 1
        try:
            yield
        finally:
            self._own.depth = depth
            with self._changed:
                self._inside -= 1
                self._changed.notify_all()

    @contextmanager
    def alone(self, patience_s: float) -> Iterator[None]:
        """Be alone; newcomers wait until it ends. One at a time, and not from inside.

        Raises StillInside where not everybody has left after so many seconds.
        """
        with self._changed:
            self._closed = True
            left = self._changed.wait_for(lambda: self._inside == 0, patience_s)
            if not left:
                self._open()
                raise StillInside
        try:
            yield
        finally:
            with self._changed:
                self._open()

    def _open(self) -> None:
        self._closed = False
        self._changed.notify_all()
