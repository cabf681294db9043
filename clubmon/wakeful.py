"""Work that never runs twice at once, and runs once more where it was asked for meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable


class Wakeful:
    """Called, it does its work, or nothing while that is under way. Safe to share between threads.

    So a clock may call it at any time, and what came during a run is not left for the next tick.
    """

    def __init__(self, work: Callable[[], object]) -> None:
        self._work, self._lock = work, threading.Lock()
        self._running = self._asked = False

    def ask(self) -> bool:
        """Whether a run is under way; then another follows it. Otherwise somebody has to call."""
        with self._lock:
            self._asked = self._running
            return self._running

    def wake(self) -> None:
        """Do the work now, or have it done once more after the run that is under way."""
        if not self.ask():
            self()

    def __call__(self) -> None:
        """Do the work, and again as long as it was asked for meanwhile. Raises what it raises."""
        if not self._begin():
            return
        try:
            self._work()
            while self._again():
                self._work()
        except BaseException:
            self._running = False
            raise

    def _begin(self) -> bool:
        with self._lock:
            begun, self._running = not self._running, True
            self._asked = self._asked and not begun
            return begun

    def _again(self) -> bool:
        with self._lock:
            self._running, self._asked = self._asked, False
            return self._running
