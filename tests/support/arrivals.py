"""Made-up training of a squad, told of by several sources in files that overlap, some by day.

What two files tell of the same session of the same source may be more or less complete, and
never contradicts: of two different values the newer one counts, so there the order matters.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from itertools import groupby

from hypothesis import strategies as st

from clubmon.arrival import rawrows
from clubmon.sdk import Kind, LiftSet, Samples, Session
from clubmon.storage.store import Connection

MORNING = date(2026, 6, 1)
FIRST_SEEN = datetime(2026, 6, 1, 2, tzinfo=UTC)
ATHLETES = ("a", "b", "c", "d")  # one squad: three speak for the fourth
SOURCES: dict[Kind, tuple[str, ...]] = {
    "run": ("fit", "strava_export", "watch", "phone", "diary", "team"),
    "lift": ("hevy", "strong", "strava_export", "fit", "notes"),
}
DAY_ALONE = ("diary", "team", "notes")  # these state no time of day
SETS = (LiftSet("Squat", "normal", 5, 100, 8), LiftSet("Nordic Hamstring Curl", "normal", 6))


@dataclass(frozen=True, slots=True)
class File:
    """One file of one athlete, as a connector reads it."""

    athlete_id: str
    sessions: tuple[Session, ...]

    def payload(self, known_at: datetime) -> rawrows.Payload:
        """The same file has the same hash, whenever it arrives."""
        digest = sha256(repr(self).encode()).hexdigest()
        return rawrows.Payload(self.athlete_id, digest, "x", "files", "1", 1, "club", 0, known_at)


def arrive(con: Connection, file: File, known_at: datetime) -> None:
    """Write a file's rows as an import does."""
    payload = file.payload(known_at)
    found = rawrows.frames(payload, file.sessions, "Europe/Berlin")
    rawrows.insert(con, payload, len(file.sessions), [found])


@dataclass(frozen=True, slots=True)
class Activity:
    """What really happened."""

    athlete_id: str
    kind: Kind
    start: datetime
    length_s: int
    rpe: float | None

    def told(self, source: str, number: int, later_s: int) -> Session:
        """How a source tells of it: its clock and its distance are a little off."""
        lift = self.kind == "lift"
        start = self.start + timedelta(seconds=later_s)
        if source in DAY_ALONE:
            return self.told_by_day(source, number, later_s)
        return Session(
            source=source,
            source_id=f"{source} {number}",
            kind=self.kind,
            sport="strength" if lift else "running",
            start_utc=start,
            start_local=start.replace(tzinfo=None) + timedelta(hours=2),
            timezone="+02:00",
            distance_m=None if lift else 2.9 * self.length_s + later_s,
            moving_s=self.length_s - later_s % 7,
            elapsed_s=self.length_s,
            ascent_m=number * 3,
            descent_m=number * 2,
            avg_hr=120 + number % 40,
            rpe=self.rpe,
            sets=SETS if lift and source != "strava_export" else (),
            samples=None if lift else recorded(number),
        )

    def told_by_day(self, source: str, number: int, later_s: int) -> Session:
        """How a source tells of it that knows the day and, but for a lift's, the length."""
        lift = self.kind == "lift"
        return Session(
            source=source,
            source_id=f"{source} {number}",
            kind=self.kind,
            sport="strength" if lift else "running",
            start_local=datetime.combine(self.start + timedelta(hours=2), time(12)),
            time_known=False,
            distance_m=None if lift else 2.9 * self.length_s + later_s,
            elapsed_s=None if lift else self.length_s,
            rpe=self.rpe,
            sets=SETS if lift else (),
        )


def recorded(number: int) -> Samples:
    """A minute, a sample every ten seconds."""
    steps = range(7)
    pace = 3 + number % 4
    return Samples(
        [10 * s for s in steps], [10.0 * pace * s for s in steps], [float(pace) for _ in steps],
        [100.0 + s * (number % 3) for s in steps], [130 + (number + s) % 30 for s in steps],
    )  # fmt: skip


# several at one time: what is told of twice, sessions in a row, and a squad that trains together
_minutes = st.sampled_from([0, 0, 0, 3, 5, 9, 40, 600])
_days = st.sampled_from([1, 1, 2, 3, 10, 13, 14, 15, 20, 50, 93, 94, 95, 120, 200])
_spread = st.sampled_from([-150, -60, 0, 0, 1, 90, 150])


@st.composite
def activities(draw: st.DrawFn) -> Activity:
    back, minute = draw(_days), draw(_minutes)
    start = datetime(2026, 6, 1, 8, tzinfo=UTC) - timedelta(days=back, minutes=-minute)
    return Activity(
        athlete_id=draw(st.sampled_from(ATHLETES)),
        kind=draw(st.sampled_from(["run", "run", "lift"])),
        start=start,
        length_s=draw(st.sampled_from([120, 240, 1800, 3600, 40_000])),  # the last is doubted
        rpe=draw(st.sampled_from([None, 3, 5.5, 8])),
    )


@st.composite
def tellings(draw: st.DrawFn) -> list[tuple[str, Session]]:
    """What every source tells of, with its athlete."""
    found: list[tuple[str, Session]] = []
    for activity in draw(st.lists(activities(), min_size=1, max_size=8)):
        sources = SOURCES[activity.kind]
        chosen = draw(st.lists(st.sampled_from(sources), min_size=1, max_size=4, unique=True))
        for source in chosen:
            told = activity.told(source, len(found), draw(_spread))
            found.append((activity.athlete_id, told))
    return found


@st.composite
def files(draw: st.DrawFn) -> list[File]:
    """Files of one source each, that overlap; each session is in one of them at least."""
    found: list[File] = []
    told = sorted(draw(tellings()), key=_origin)
    for (athlete_id, _), group in groupby(told, key=_origin):
        sessions = [session for _, session in group]
        for _ in range(draw(st.integers(0, 1))):
            some = draw(st.lists(st.sampled_from(sessions), unique_by=id, min_size=1))
            found.append(File(athlete_id, tuple(poorer(draw(_missing), s) for s in some)))
        found.append(File(athlete_id, tuple(sessions)))
    return found


def _origin(telling: tuple[str, Session]) -> tuple[str, str]:
    return telling[0], telling[1].source


_missing = st.sets(
    st.sampled_from(["distance_m", "ascent_m", "avg_hr", "rpe", "samples", "sets", "wall"])
)


def poorer(missing: set[str], session: Session) -> Session:
    """The session without some of what is known of it."""
    values: dict[str, object] = dict.fromkeys(missing - {"wall", "sets"})
    if "sets" in missing:
        values |= {"sets": ()}
    if "wall" in missing and session.time_known:
        values |= {"start_local": None, "timezone": "UTC"}
    return replace(session, **values)  # type: ignore[arg-type]
