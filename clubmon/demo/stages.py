"""Progress bars for the demo's stages, and the seconds that each took."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

Advance = Callable[[], None]


class Stages:
    """One bar per stage; `seconds` keeps what each took, by title."""

    def __init__(self, console: Console) -> None:
        self.seconds: dict[str, float] = {}
        self.bars = Progress(
            TextColumn("{task.description:<34}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
        )

    @contextmanager
    def stage(self, title: str, total: int) -> Iterator[Advance]:
        """A bar of `total` steps; call what it gives once per step."""
        task = self.bars.add_task(title, total=total)
        started = time.monotonic()
        yield lambda: self.bars.advance(task)
        self.bars.update(task, completed=total)
        self.seconds[title] = round(time.monotonic() - started, 2)
