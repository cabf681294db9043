"""How often one caller may ask: counted in memory, so a restart forgives."""

from __future__ import annotations

import threading
from collections import deque
from datetime import datetime, timedelta


class RateLimit:
    """At most `most` calls per key within `within`."""

    def __init__(self, most: int, within: timedelta) -> None:
        self._most, self._within = most, within
        self._calls: dict[str, deque[datetime]] = {}
        self._lock = threading.Lock()

    def wait(self, key: str, now: datetime) -> int:
        """Count a call and return 0, or the whole seconds to wait before the next one counts."""
        with self._lock:
            self._forget(now)
            calls = self._calls.setdefault(key, deque())
            if len(calls) >= self._most:
                return max(1, -int((now - calls[0] - self._within).total_seconds() // 1))
            calls.append(now)
            return 0

    def _forget(self, now: datetime) -> None:
        """Let go of calls that count no more, and of callers who have none."""
        for key, calls in list(self._calls.items()):
            while calls and now - calls[0] >= self._within:
                calls.popleft()
            if not calls:
                del self._calls[key]
