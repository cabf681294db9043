"""All that a plugin may import: what a session is, how a connector hands it over.

Units are SI and as exact as the source gives them; the core rounds to whole base
units when it stores. Absent is None, never 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Literal, Protocol

Kind = Literal["run", "lift", "other"]


class ConnectorError(Exception):
    """A source could not be read, in one sentence: what happened, where, what to do.

    `permanent` says that trying the same input again cannot help.
    """

    def __init__(self, message: str, *, permanent: bool = True) -> None:
        super().__init__(message)
        self.permanent = permanent


@dataclass(frozen=True, slots=True)
class LiftSet:
    """One set of one exercise, in the order it was done."""

    exercise: str
    set_type: str  # 'normal', 'warmup', 'dropset', 'failure'; the source's word if none of these
    reps: int | None = None
    weight_kg: float | None = None  # None: body weight, or not entered
    rpe: float | None = None  # 0-10


@dataclass(frozen=True, slots=True)
class Samples:
    """Columns of equal length, one entry per recorded moment; no positions.

    Seconds since the session's start, metres from the start, metres per second,
    metres above sea level, beats per minute.
    """

    t_s: list[int]
    distance_m: list[float | None]
    speed_mps: list[float | None]
    elevation_m: list[float | None]
    hr: list[int | None]


@dataclass(frozen=True, slots=True)
class Session:
    """One run, one lifting session, or one part of a multisport recording.

    `start_utc` is aware and in UTC where the source knows the instant; `start_local`
    is the naive wall-clock time where the source knows it. At least one is given.
    `timezone` is an IANA name or an offset like '+02:00', where the source says so.
    """

    source: str  # 'fit', 'strava_export', 'hevy', 'strong'
    source_id: str  # the same activity keeps the same id in every export of this source
    kind: Kind
    sport: str  # the source's own word
    start_utc: datetime | None = None
    start_local: datetime | None = None
    timezone: str | None = None
    title: str | None = None
    distance_m: float | None = None
    moving_s: float | None = None
    elapsed_s: float | None = None
    ascent_m: float | None = None
    descent_m: float | None = None
    avg_hr: int | None = None
    max_hr: int | None = None
    rpe: float | None = None  # session RPE on the CR10 scale, 0-10
    sets: tuple[LiftSet, ...] = ()
    samples: Samples | None = None
    where: str = ""  # file, and row or member inside it, for messages
    warnings: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file, row or archive member that was not read: one sentence that says what to do."""

    where: str
    message: str

    def __str__(self) -> str:
        return f"{self.where}: {self.message}"


class FileConnector(Protocol):
    """Reads files of some formats. Built-in and third-party connectors have this shape."""

    name: str
    version: str

    def claims(self, name: str, head: bytes) -> bool:
        """Whether a file of this name that starts with these bytes (up to 4 KiB) is ours."""
        ...

    def read(self, path: Path, name: str) -> Iterator[Session | Refusal]:
        """Yield what the file holds, good rows first to last; never raises for bad input.

        `name` is the file's own name for messages; `path` may be a stored copy.
        """
        ...


@dataclass(frozen=True, slots=True)
class AthleteChart:
    """What an athlete's chart is drawn from: one entry per local day in every column.

    Loads are in the channel's shown unit (km, m, t, AU). None is a day of which nothing is
    known, or a window that is incomplete. A column that the viewer may not see is None.
    """

    title: str
    channel: str  # 'Running'
    unit: str  # 'km'
    days: tuple[date, ...]
    load: tuple[float | None, ...]
    week: tuple[float | None, ...]  # sum of the seven days up to this one
    flag_line: tuple[float | None, ...]  # a week above this raises a flag; None: it cannot
    left: tuple[int | None, ...] | None = None  # tightness 0-10
    right: tuple[int | None, ...] | None = None
    lifted: tuple[float | None, ...] | None = None  # tonnes per day; None: no panel
    running: bool = False  # the last day is still running: it has answers and no loads yet

    @property
    def complete(self) -> int:
        """How many of the days are over."""
        return len(self.days) - self.running
