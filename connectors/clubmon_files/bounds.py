"""Keeps values that a body or a device can produce; everything else is absent.

Files hold sentinels (65535), zeros that mean "not entered" and fields of a wrong size.
What is merely doubtful (a heart rate of 235) is kept: the core asks a person about it. So is
an absurd duration or distance: without it the session would count as if nothing were odd.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from clubmon.sdk import sentence

T = TypeVar("T")

IMPOSSIBLE = sentence(
    "'{column}' reads '{text}', which is no possible value: it is left out; correct it in the app "
    "and export again."
)
IMPOSSIBLE_IN_ROW = sentence(
    "'{column}' reads '{text}' in row {row}, which is no possible value: it is left out; correct "
    "it in the app and export again."
)
MOST = 1e11  # seconds or metres: absurd, and still a number that dates and sums can bear
HIGHEST_M = 30_000.0  # sum of ascent in one session
HEAVIEST_KG = 100_000.0  # a typing slip stays visible, and is doubted
FASTEST_MPS = 120.0

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIT_EPOCH = 631_065_600  # 1989-12-31 00:00 UTC as Unix time
OLDEST, NEWEST = 1980, 2200  # years that a start may lie in and still be a date


def within(value: object, low: float, high: float) -> float | None:
    """The number if it lies in [low, high], otherwise None; tuples and text are None too."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) and low <= value <= high else None


def seconds(value: object) -> float | None:
    """A duration in seconds, 0 included."""
    return within(value, 0, MOST)


def metres(value: object) -> float | None:
    """A distance in metres, 0 included."""
    return within(value, 0, MOST)


def climb(value: object) -> float | None:
    """Ascent or descent in metres, 0 included."""
    return within(value, 0, HIGHEST_M)


def heart_rate(value: object) -> int | None:
    """Beats per minute; 0 means that there was no sensor."""
    found = within(value, 1, 254)
    return None if found is None else round(found)


def rpe(value: object) -> float | None:
    """Perceived exertion on the CR10 scale; 0 means that it was not entered."""
    found = within(value, 0, 10)
    return found or None


def weight(value: object) -> float | None:
    """Kilograms; 0 means body weight, or not entered."""
    found = within(value, 0, HEAVIEST_KG)
    return found or None


def repetitions(value: object) -> int | None:
    """Whole repetitions, 0 included (a failed attempt)."""
    found = within(value, 0, 100_000)
    return int(found) if found is not None and found.is_integer() else None


def excerpt(text: str) -> str:
    """The start of a cell's text on one line, for messages."""
    line = " ".join(text.split())
    return line if len(line) <= 40 else line[:40] + "…"


@dataclass(slots=True)
class Sieve:
    """Applies the bounds to one place of a file; each number that it loses becomes a warning."""

    row: int | None = None
    warnings: list[str] = field(default_factory=list)

    def keep(
        self, bound: Callable[[object], T | None], column: str, value: object, text: str = ""
    ) -> T | None:
        """The value within its bound; `text` is how the file writes it. 0 is not entered."""
        kept = bound(value)
        given = isinstance(value, int | float) and not isinstance(value, bool) and value != 0
        if kept is None and given:
            self.lose(column, text or f"{value:.10g}")
        return kept

    def lose(self, column: str, text: str) -> None:
        """Say that a value is left out."""
        said = IMPOSSIBLE if self.row is None else IMPOSSIBLE_IN_ROW
        self.warnings.append(said.format(column=column, text=excerpt(text), row=self.row))


def instant(unix_s: float) -> datetime:
    """The aware UTC moment of a Unix time that is known to be sane."""
    return EPOCH + timedelta(seconds=unix_s)
