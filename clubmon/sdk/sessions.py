"""What a session is. Units are SI, as exact as the source gives them; absent is None, never 0."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Kind = Literal["run", "lift", "other"]


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
class SpeedZone:
    """Metres run at speeds from a limit (included) to another, in metres per second.

    `to_mps` None: without an upper limit.
    """

    from_mps: float
    to_mps: float | None
    distance_m: float


@dataclass(frozen=True, slots=True)
class Session:
    """One run, one lifting session, or one part of a multisport recording.

    `start_utc` is aware and in UTC where the source knows the instant; `start_local`
    is the naive wall-clock time where the source knows it. At least one is given.
    `timezone` is an IANA name or an offset like '+02:00', where the source says so.
    A source that states only the day gives noon of it as `start_local`, and `time_known=False`:
    such a session is known as a copy of another by its day and its length.
    """

    source: str  # 'fit', 'strava_export', 'hevy', 'strong'
    source_id: str  # the same activity keeps the same id in every export of this source
    kind: Kind
    sport: str  # the source's own word
    start_utc: datetime | None = None
    start_local: datetime | None = None
    time_known: bool = True
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
    speed_zones: tuple[SpeedZone, ...] = ()  # where there are no samples
    where: str = ""  # file, and row or member inside it, for messages
    warnings: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file, row or archive member that was not read: one sentence that says what to do."""

    where: str
    message: str

    def __str__(self) -> str:
        return f"{self.where}: {self.message}"
